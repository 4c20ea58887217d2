"""Names and coreference for the smaller heads: PolNeAR's automatic annotation (silver), GUM (gold) and GAP (gold for ambiguous pronouns).

All become a GoldStory on clean text, so that they pass through the same variants as the statements do.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from training.stories import GoldStory, Mention, Name

SILVER_KINDS = {"PERSON": "person", "ORGANIZATION": "organization", "LOCATION": "place", "MISC": "other"}
GUM_KINDS = {"person": "person", "organization": "organization", "place": "place"}
PRONOUNS = ("PRP", "PRP$")
COMMON = ("NN", "NNS")
# Titles stand before a name in GUM's proper nouns; CoreNLP's names leave them out, and so do we.
TITLES = frozenset("mr mrs ms miss dr president senator sen representative rep governor gov mayor general gen colonel col sir lord lady king queen".split())
OPENING = re.compile(r"\((?P<id>\d+)-(?P<kind>[a-z]+)-(?P<rest>[^()]*)")


def silver(corenlp: dict[str, Any] | None) -> tuple[list[Name] | None, list[Mention]]:
    """Names and mentions of a PolNeAR story; antecedents are taught for pronouns and common nouns only, since names find theirs by their letters."""
    if not corenlp:
        return None, []
    sentences = [sentence["tokens"] for sentence in corenlp["sentences"]]
    names = [name for tokens in sentences for name in _silver_names(tokens)]
    mentions: list[Mention] = []
    taken: set[int] = set()
    for chain, members in enumerate(corenlp.get("coref") or []):
        ordered = sorted(members, key=lambda m: (m[0], m[3]))
        for number, (sentence, _, _, head, _) in enumerate(ordered):
            if sentence < len(sentences) and head < len(sentences[sentence]):
                start, _, tag, _ = sentences[sentence][head]
                if start not in taken:
                    taken.add(start)
                    mentions.append(Mention(start, chain, asks=number > 0 and tag in PRONOUNS + COMMON, first=False))
    # Names outside the chains are what a pronoun must not be drawn to.
    single = len(corenlp.get("coref") or [])
    for tokens in sentences:
        for k, (start, _, _, kind) in enumerate(tokens):
            ends = k + 1 == len(tokens) or tokens[k + 1][3] != kind
            if kind in ("PERSON", "ORGANIZATION", "LOCATION") and ends and start not in taken:
                single += 1
                mentions.append(Mention(start, single, asks=False, first=False))
    return names, sorted(mentions, key=lambda m: m.at)


def _silver_names(tokens: list[list[Any]]) -> Iterator[Name]:
    """Runs of tokens of one kind."""
    for kind, run in groupby(tokens, key=lambda token: token[3]):
        members = list(run)
        if kind in SILVER_KINDS:
            yield Name(members[0][0], members[-1][1], SILVER_KINDS[kind])


def gum(file: Path, genres: tuple[str, ...] = ()) -> list[GoldStory]:
    """GUM's documents; `genres` keeps only those."""
    documents: list[list[str]] = []
    names: list[str] = []
    with gzip.open(file, "rt", encoding="utf8") as lines:
        for line in lines:
            if line.startswith("# newdoc id"):
                documents.append([])
                names.append(line.split("=")[1].strip())
            documents[-1].append(line.rstrip("\n"))
    return [_document(rows) for name, rows in zip(names, documents, strict=True) if not genres or name.split("_")[1] in genres]


def _document(rows: list[str]) -> GoldStory:
    text, tokens = _tokens(rows)
    names: list[Name] = []
    mentions: list[Mention] = []
    seen: set[str] = set()
    actors: set[int] = set()
    for id, kind, first, last, entity in sorted(_entities(tokens), key=lambda e: (e[2], -e[3])):
        inside = range(first, last + 1)
        head = next((k for k in inside if tokens[k]["head"] not in inside), last)
        mentions.append(Mention(tokens[head]["start"], id, asks=True, first=entity not in seen))
        seen.add(entity)
        if kind in GUM_KINDS:
            actors.add(id)
        if tokens[head]["pos"] == "PROPN" and kind in GUM_KINDS:
            low = high = head
            while low - 1 >= first and _joins(tokens, low - 1, first):
                low -= 1
            while high + 1 <= last and _joins(tokens, high + 1, first):
                high += 1
            while low < head and tokens[low]["form"].lower().rstrip(".") in TITLES | {"of", "the", "and"}:
                low += 1
            while high > head and tokens[high]["pos"] != "PROPN":
                high -= 1
            names.append(Name(tokens[low]["start"], tokens[high]["end"], GUM_KINDS[kind]))
    heads: dict[int, Mention] = {}
    for mention in mentions:
        heads.setdefault(mention.at, mention)  # of two mentions on one head the longer counts
    outermost = [n for n in names if not any(o is not n and o.start <= n.start and n.end <= o.end and (o.end - o.start) > (n.end - n.start) for o in names)]
    found = sorted(heads.values(), key=lambda m: m.at)
    return GoldStory(text, [], nested_known=False, known=False, names=outermost, mentions=found, actors=frozenset(actors))


def _joins(tokens: list[dict[str, Any]], k: int, first: int) -> bool:
    """Whether token k goes on with a name: a proper noun, or "of" and the like between two."""
    if tokens[k]["pos"] == "PROPN":
        return True
    between = tokens[k]["form"].lower() in ("of", "the", "and", "for", "-") and 0 < k < len(tokens) - 1
    return between and k - 1 >= first and tokens[k - 1]["pos"] in ("PROPN", "ADP") and tokens[k + 1]["pos"] in ("PROPN", "DET")


def _tokens(rows: list[str]) -> tuple[str, list[dict[str, Any]]]:
    """The text, and its syntactic words with their offsets, heads as absolute indices."""
    parts: list[str] = []
    size = 0
    tokens: list[dict[str, Any]] = []
    base = 0
    fused: tuple[int, int, int] | None = None  # last member, offsets of a fused token such as "don't"
    at = 0
    for row in rows:
        if row.startswith("# newpar") and not row.startswith("# newpar_block") and size:
            parts.append("\n\n")
            size += 2
        if not row or row.startswith("#"):
            base = len(tokens) if not row else base
            continue
        cells = row.split("\t")
        spaced = "SpaceAfter=No" not in cells[9]
        if "-" in cells[0]:
            fused = (int(cells[0].split("-")[1]), size, size + len(cells[1]))
            at = size
            parts.append(cells[1] + (" " if spaced else ""))
            size += len(parts[-1])
            continue
        if "." in cells[0]:
            continue
        number, form, head = int(cells[0]), cells[1], int(cells[6])
        if fused and number <= fused[0]:
            start, end = (at, min(at + len(form), fused[2])) if at < fused[2] else (fused[1], fused[2])
            at = end
        else:
            fused = None
            start, end = size, size + len(form)
            parts.append(form + (" " if spaced else ""))
            size += len(parts[-1])
        tokens.append(
            {"form": form, "pos": cells[3], "head": base + head - 1 if head else -1, "start": start, "end": end, "entity": _feature(cells[9], "Entity")}
        )
    return "".join(parts), tokens


def _feature(cell: str, name: str) -> str:
    return next((part[len(name) + 1 :] for part in cell.split("|") if part.startswith(f"{name}=")), "")


def _entities(tokens: list[dict[str, Any]]) -> Iterator[tuple[int, str, int, int, str]]:
    """(chain, kind, first, last token, chain as written) of each mention."""
    open_ones: list[tuple[str, str, int]] = []
    for k, token in enumerate(tokens):
        for match in re.finditer(r"\((?P<id>\d+)-(?P<kind>[a-z]+)[^()]*(?P<closed>\))?|(?P<end>\d+)\)", token["entity"]):
            if match["end"]:
                found = next((j for j in range(len(open_ones) - 1, -1, -1) if open_ones[j][0] == match["end"]), None)
                if found is not None:
                    id, kind, start = open_ones.pop(found)
                    yield int(id), kind, start, k, id
            elif match["closed"]:
                yield int(match["id"]), match["kind"], k, k, match["id"]
            else:
                open_ones.append((match["id"], match["kind"], k))


def gap(file: Path) -> list[GoldStory]:
    """GAP's passages in which one of the two names is the pronoun's."""
    out: list[GoldStory] = []
    with gzip.open(file, "rt", encoding="utf8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            right = {"A": row["A-coref"] == "TRUE", "B": row["B-coref"] == "TRUE"}
            if not any(right.values()):
                continue  # "neither" would teach that a pronoun stands for nothing
            mentions = [Mention(int(row["Pronoun-offset"]), 0, asks=True, first=False)]
            for number, name in enumerate("AB", 1):
                last = int(row[f"{name}-offset"]) + row[name].rstrip().rfind(" ") + 1  # the last word of the name is its head
                mentions.append(Mention(last, 0 if right[name] else number, asks=False, first=False))
            out.append(GoldStory(row["Text"], [], nested_known=False, known=False, mentions=sorted(mentions, key=lambda m: m.at), both_sides=True))
    return out
