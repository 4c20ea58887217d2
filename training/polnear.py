"""PolNeAR as JSON Lines, one object a story: id, publisher, published, title, text, attributions by annotator, corenlp (see CONTRIBUTING.md)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any


def rows(path: Path) -> list[dict[str, Any]]:
    """Every story of a .jsonl or .jsonl.gz file, in file order."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
