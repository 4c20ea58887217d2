"""Stage: read. HTML inside a feed -> text, a line feed between paragraphs.

Such a fragment is the article and nothing around it, and may be one sentence: looking for the article in it, as in a page, would lose it.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = frozenset("address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li main ol p pre section ul".split())
LEFT_OUT = frozenset("aside button figure form iframe nav noscript script select style svg table template video audio".split())
# What blogs put under each entry of their feeds.
TRAILER = re.compile(r"The post .+ (?:appeared first|first appeared) on .+|(?:Continue reading|Read more|Read the full (?:story|article))\b.{0,100}")


def text_of_fragment(markup: str) -> str:
    """The text that a reader sees, without figures, tables and "Read more"."""
    parser = _Text()
    parser.feed(markup)
    parser.close()
    lines = [" ".join(line.split()) for line in "".join(parser.parts).split("\n")]
    while lines and (not lines[-1] or TRAILER.fullmatch(lines[-1])):
        lines.pop()
    return "\n".join(filter(None, lines))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._left_out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        if tag in LEFT_OUT:
            self._left_out.append(tag)
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._left_out:
            del self._left_out[self._left_out.index(tag) :]
        if tag in BLOCKS or tag in LEFT_OUT:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.parts.append(re.sub(r"\s+", " ", data))
