"""Stage: resolve. How names are written: as keys by which they are compared, as initials, and as they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.actors.lexicon import short_names
from rejoinder.actors.names import Page, middle_initial, plain
from rejoinder.actors.spans import SUFFIXES, TITLE, NameSpan, has_capitals

ACRONYMS = frozenset("un us uk eu fbi cia nsa gop nato cnn bbc nbc abc cbs".split())
ACRONYM = 4  # letters up to which a body of one word is shown in capitals
LONG = 4  # letters of a word that initials stand for


def spelled_out(page: Page, short: str) -> str:
    """The first words in a row whose initials are `short`, with capitals where the text has any: "Rapid Support Forces" for "rsf"; "" if there are none."""
    cased, size = has_capitals(page.words), len(short)
    for k in range(len(page) - size + 1):
        here = page.lower[k : k + size]
        spells = here[0][0] == short[0] and all(word[0] == c and len(word) >= LONG for word, c in zip(here, short, strict=True))
        if spells and (not cased or (page.words.case[k : k + size] == TITLE).all()):
            return shown(page, k, k + size)
    return ""


def initials_of(words: Sequence[str]) -> str:
    """ "un" of "united", "nations"."""
    return "".join(word[:1] for word in words)


def shown(page: Page, first: int, last: int) -> str:
    """A name as it is shown: as it stands, or with capitals where the text has none or only capitals."""
    text = page.text(first, last)
    if any(c.isupper() for c in text) and any(c.islower() for c in text):
        return text
    if text.isupper() and len(text) <= 5 and last - first == 1 and not page.words.text.isupper():
        return text
    return " ".join(_capital(word) for word in text.lower().split(" "))


def label(page: Page, first: int, last: int, usual: str) -> str:
    """The tables' name as it is shown; theirs are lower case, so the text's own letters count where it is called by the same words."""
    if not usual.islower():
        return usual
    here = page.text(first, last)
    if here.lower() == usual and not here.islower():
        return here
    small = ("of", "the", "and", "for", "on", "in", "to")
    words = usual.split(" ")
    if len(words) == 1 and len(usual.replace(".", "")) <= ACRONYM:
        return usual.upper()
    return " ".join(word if word in small and k else _capital(word) for k, word in enumerate(words))


def _capital(word: str) -> str:
    if word in ACRONYMS:
        return word.upper()
    if word.startswith("mc") and len(word) > 3:
        return "Mc" + word[2:].capitalize()
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


def bare(page: Page, name: NameSpan) -> list[str]:
    """A person's name in lower case without middle initials, suffixes and marks; "O'Neill" is one word."""
    text = page.text(name.first, name.last)
    raw = (plain(text) or text).lower().split(" ")
    kept = [w for word in raw if (w := word.replace("'", "").strip('.,()"“”')) and any(c.isalpha() for c in w) and w not in SUFFIXES]
    # A dump cuts "O'Neill" in two.
    kept = [f"{kept[k - 1]}{w}" if k and _cut(kept, raw, k - 1) else w for k, w in enumerate(kept) if not _cut(kept, raw, k)]
    return [w for k, w in enumerate(kept) if k in (0, len(kept) - 1) or len(w) > 1]


def _cut(kept: Sequence[str], raw: Sequence[str], k: int) -> bool:
    """Whether word k is the O of an O'Neill that a dump cut."""
    return kept[k] in ("o", "d") and k + 1 < len(kept) and len(kept[k + 1]) > 3 and not any(word.endswith(".") for word in raw)


def same_first(a: str, b: str) -> bool:
    """Whether two first names are one, as Bob and Robert are."""
    names = short_names()
    return a == b or names.get(a, a) == names.get(b, b)


def same_middle(a: str, b: str) -> bool:
    """Whether two full names have no two middle initials against each other."""
    first, second = middle_initial(a), middle_initial(b)
    return not (first and second) or first == second


def key_of(name: str) -> str:
    """A body's name as a key."""
    return " ".join(w for w in name.lower().replace("’", "'").split() if w != "the")
