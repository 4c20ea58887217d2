"""Draws what bench.many and bench.record found.

    python -m bench.plot FOLDER docs/benchmarks.svg

FOLDER holds many.json and record.json, as `make bench` writes them.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

OURS, OTHERS = "#2f6f8f", "#b0b0b0"


def main() -> None:
    """Command line."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    many = json.loads((folder / "many.json").read_text(encoding="utf8"))
    growth = json.loads((folder / "record.json").read_text(encoding="utf8"))
    matplotlib: Any = import_module("matplotlib")  # of the extra `bench`; the tests do without
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "rejoinder", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    figure, (speed, time, size) = import_module("matplotlib.pyplot").subplots(1, 3, figsize=(13, 3.6), layout="constrained")

    rates: dict[str, int] = many["words a second"]
    shown = [name for name in rates if not name.startswith("rules")]  # a rule is off any scale, and finds next to nothing
    speed.barh(shown[::-1], [rates[name] for name in shown[::-1]], color=[OURS if name.startswith("read") else OTHERS for name in shown[::-1]])
    speed.set_title("words a second")

    stories = [row["stories"] for row in growth]
    for kind, style in (("keeping", "o-"), ("settling", "s--")):
        time.loglog(stories, [row[f"{kind}, ms a story"] * row["stories"] / 1000 for row in growth], style, color=OURS, label=kind)
    time.set_title("seconds for so many stories")
    time.legend(frameon=False)

    size.loglog(stories, [row["kB a story"] * row["stories"] / 1000 for row in growth], "o-", color=OURS, label="file, MB")
    size.loglog(stories, [row["peak memory, MB"] for row in growth], "s--", color=OTHERS, label="peak memory, MB")
    size.set_title("size of the record")
    size.legend(frameon=False)
    for axes in (time, size):
        axes.set_xlabel("stories")
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main()
