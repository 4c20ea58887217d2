"""Draws docs/picture.svg, the README's picture: the page that `rejoinder read examples/clean/envoys.txt` prints.

python docs/picture.py
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

import rejoinder
from rejoinder.reading import make_story
from rejoinder.show.terminal import page

ROOT = Path(__file__).parents[1]
WIDTH = 100


def main() -> None:
    """Writes the picture."""
    story = make_story((ROOT / "examples/clean/envoys.txt").read_text(encoding="utf8"), id="envoys")
    console = Console(record=True, width=WIDTH, highlight=False, file=io.StringIO(), force_terminal=True)
    console.print(page(rejoinder.read(story)))
    svg = console.export_svg(title="rejoinder read envoys.txt", theme=MONOKAI, unique_id="rejoinder")
    # The picture loads nothing from elsewhere: the reader's own monospaced font serves.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: Fira Code, monospace", "font-family: ui-monospace, Menlo, Consolas, monospace", svg)
    (ROOT / "docs" / "picture.svg").write_text(svg, encoding="utf8")


if __name__ == "__main__":
    main()
