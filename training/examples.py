"""Stories with gold statements -> labelled windows for the model.

Gold stands on clean text; each pass draws a variant of every story (variants.py) and carries the labels over.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rejoinder.statements.mode import quoted_mode
from rejoinder.tagging.labels import ACTS, FLAGS, MEANING_WIDTH, MODES, NAME_KINDS, REACH, ROLES, begins, distance_class
from rejoinder.tagging.pieces import Pieces
from rejoinder.tagging.windows import CONTEXT_PIECES, MAX_PIECES, Window, cut
from rejoinder.tagging.words import QUOTES, Words, split
from training import silver
from training.model import Batch
from training.references import silver as silver_references
from training.stories import Gold, GoldStory, Mention, Span, with_that
from training.variants import Variant, clean, draw

UNKNOWN = -100  # what torch's losses pass over
MOST_CANDIDATES = 40
LONG = (280, MAX_PIECES - 2)  # pieces of a window, drawn between these
SHORT = (12, 120)
UNTAUGHT = -1
MOST_ANAPHORS = 24  # a window, drawn at random


@dataclass(frozen=True, slots=True)
class Reference:
    """An anaphor with its candidates, all as words of the window; right: indices of candidates, or their number for "nothing before it"."""

    word: int
    candidates: list[int]
    right: list[int]


@dataclass(slots=True)
class Example:
    """One window with its labels (see model.Batch). fold: of its story, where teachers are crossed (distil.py)."""

    ids: list[int]
    layout: NDArray[np.int8]
    first: list[int]
    anchors: NDArray[np.float32]
    anchor_mask: NDArray[np.float32]
    core: NDArray[np.float32]
    fold: int = 0
    row_at: list[int] = field(default_factory=list)
    labels: list[NDArray[np.int8]] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    acts: list[NDArray[np.float32]] = field(default_factory=list)
    flags: list[tuple[float, ...]] = field(default_factory=list)
    meanings: list[NDArray[np.float32]] = field(default_factory=list)
    quoted: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    names: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    references: list[Reference] = field(default_factory=list)


def gold_story(story: dict[str, Any], notes: dict[str, Any] | None = None, acts: dict[str, Any] | None = None) -> GoldStory:
    """A PolNeAR row, with our own stand-off annotation of it (nested statements; acts) where there is one."""
    text: str = story["text"]
    words = split(text)
    parse = silver.Parse(text, story.get("corenlp"))
    statements: list[Gold] = []
    for number, item in enumerate(story["attributions"][0]["items"]):
        if not item.get("cue"):
            continue
        spans = {role: [(a, b) for a, b in item.get(role) or []] for role in ("source", "cue", "content")}
        if notes is None:
            spans["addressee"] = parse.addressee(spans)
        else:
            known = notes["addressees"].get(str(number))
            spans["addressee"] = [(known[0], known[1])] if known else []
        statements.append(_gold(text, words, parse, spans, nested=False))
    for item in notes["nested"] if notes else []:
        spans = {role: [(a, b) for a, b in item.get(role) or []] for role in ROLES}
        spans["content"] = [with_that(text, span) for span in spans["content"]]
        statements.append(_gold(text, words, parse, spans, nested=True))
    if acts:
        judged = {(s["cue"][0][0], s["nested"]): s for s in acts["statements"]}
        statements = [_judged(gold, judged.get((gold.spans["cue"][0][0], gold.nested))) for gold in statements]
    names, mentions = silver_references(story.get("corenlp"))
    return GoldStory(text, statements, nested_known=notes is not None, names=names, mentions=mentions, id=story["id"])


def _judged(gold: Gold, row: dict[str, Any] | None) -> Gold:
    """The statement with the act and the flags that a reader gave it; a mode read where the text has no quotation marks is its own."""
    return gold if row is None else replace(gold, act=row["act"], flags=tuple(row[flag] for flag in FLAGS))


def _gold(text: str, words: Words, parse: silver.Parse, spans: dict[str, list[Span]], nested: bool) -> Gold:
    cue = spans["cue"][0]
    anchor = parse.head(cue)
    if anchor is None:
        anchor = cue[0] + len(text[cue[0] : cue[1]].rstrip()) - 1
        while anchor > cue[0] and not text[anchor].isalnum():
            anchor -= 1
    return Gold(anchor, spans, nested, quoted_mode(words, spans["content"]) if spans["content"] else None)


def windows(
    story: GoldStory, pieces: Pieces, rng: random.Random | None, degraded: float = 0.4, variant: Variant | None = None, short: bool = False
) -> list[Example]:
    """Labelled windows of one story; with `rng` in a variant and with window sizes drawn at random.

    short: as texts of a sentence or a few, without context. Only gold teaches those (fold UNTAUGHT): a teacher that has not seen such texts finds
    nothing in them.
    """
    variant = variant or (draw(story.text, rng, degraded) if rng else clean(story.text))
    words = split(variant.text)
    if not len(words):
        return []
    ids = pieces.of(words)
    lengths = np.array([len(x) for x in ids], np.int32)
    origin = _clean_ranges(words, variant)
    placed = [(_word_at(origin, gold.anchor), gold) for gold in story.statements]
    budget = rng.randint(*(SHORT if short else LONG)) if rng else MAX_PIECES - 2
    quoted, names = _quoted(story.text, origin), _names(story, origin)
    mentions = [(word, mention) for mention in story.mentions if (word := _word_at(origin, mention.at)) is not None]
    out: list[Example] = []
    for window in cut(words, lengths, budget, 0 if short else CONTEXT_PIECES):
        example = _example(window, words, ids, origin, [p for p in placed if p[0] is not None], story)
        example.quoted, example.names = quoted[window.first : window.last], names[window.first : window.last]
        example.references = _references(window, mentions, story.both_sides, rng)
        example.fold = UNTAUGHT if short else story.fold
        out.append(example)
    return out


def _quoted(text: str, origin: NDArray[np.int32]) -> NDArray[np.int64]:
    """Where each word stands to the quotation marks of the clean text (labels.QUOTED); marks themselves are unknown."""
    words = split(text)
    inside = words.quote == QUOTES.index("inside")
    state = np.zeros(len(words), np.int64)
    state[inside] = 2
    state[inside & np.roll(words.quote == QUOTES.index("opens"), 1)] = 1
    state[inside & np.roll(words.quote == QUOTES.index("closes"), -1)] = 3
    state[(words.quote == QUOTES.index("opens")) | (words.quote == QUOTES.index("closes"))] = UNKNOWN
    at = np.searchsorted(words.end, origin[:, 0], side="right")
    return np.where(origin[:, 0] >= 0, state[np.minimum(at, len(words) - 1)], UNKNOWN)


def _names(story: GoldStory, origin: NDArray[np.int32]) -> NDArray[np.int64]:
    """Label of each word (labels.NAMES)."""
    if story.names is None:
        return np.full(len(origin), UNKNOWN, np.int64)
    labels = np.full(len(origin), UNKNOWN if story.some_names else 0, np.int64)
    starts = origin[:, 0].tolist()
    for name in story.names:
        first = max(bisect_left(starts, name.start), 0)
        last = bisect_left(starts, name.end)
        begin = 1 + 2 * NAME_KINDS.index(name.kind)
        labels[first:last] = begin + 1
        labels[first : first + 1] = begin if first < last else labels[first : first + 1]
    return labels


def _references(window: Window, mentions: list[tuple[int, Mention]], both_sides: bool, rng: random.Random | None) -> list[Reference]:
    here = [(word, mention) for word, mention in mentions if window.first <= word < window.last]
    found: list[Reference] = []
    for k, (word, mention) in enumerate(here):
        if not mention.asks or not window.core_first <= word < window.core_last:
            continue
        others = [h for j, h in enumerate(here) if j != k] if both_sides else here[max(0, k - MOST_CANDIDATES) : k]
        right = [j for j, (_, other) in enumerate(others) if other.chain == mention.chain]
        if not right and mention.first:
            right = [len(others)]
        if right:
            found.append(Reference(word - window.first, [w - window.first for w, _ in others], right))
    return (rng or random.Random(0)).sample(found, MOST_ANAPHORS) if len(found) > MOST_ANAPHORS else found


def _clean_ranges(words: Words, variant: Variant) -> NDArray[np.int32]:
    """Clean offsets [start, end) of each word, shape (n, 2)."""
    out = np.zeros((len(words), 2), np.int32)
    for k, (a, b) in enumerate(zip(words.start, words.end, strict=True)):
        known = variant.origin[a:b]
        known = known[known >= 0]
        out[k] = (known.min(), known.max() + 1) if len(known) else (-1, -1)
    return out


def _word_at(origin: NDArray[np.int32], offset: int) -> int | None:
    k = bisect_right(origin[:, 0].tolist(), offset) - 1
    return k if k >= 0 and origin[k, 0] <= offset < origin[k, 1] else None


def _example(
    window: Window,
    words: Words,
    ids: list[list[int]],
    origin: NDArray[np.int32],
    placed: Sequence[tuple[int | None, Gold]],
    story: GoldStory,
) -> Example:
    flat: list[int] = []
    first: list[int] = []
    owner: list[int] = []
    for k in range(window.first, window.last):
        first.append(len(flat) + 1)
        flat.extend(ids[k])
        owner.extend([k] * len(ids[k]))
    layout = np.stack([words.case[owner], words.gap[owner], words.quote[owner]], 1)
    size = window.last - window.first
    example = Example(flat, layout, first, np.zeros((size, 2), np.float32), np.zeros((size, 2), np.float32), np.zeros(size, np.float32))
    # Words borrowed as context teach no anchors, as they yield none.
    core = slice(window.core_first - window.first, window.core_last - window.first)
    example.core[core] = 1
    example.anchor_mask[core, 0] = story.known
    example.anchor_mask[core, 1] = story.nested_known
    for k in range(window.first, window.last):
        if int(origin[k, 0]) in story.doubtful:
            example.anchor_mask[k - window.first] = 0
    clean_start, clean_end = origin[window.first, 0], origin[window.last - 1, 1]
    for word, gold in placed:
        assert word is not None
        if not window.core_first <= word < window.core_last:
            continue
        example.anchors[word - window.first, 1 if gold.nested else 0] = 1
        reach = [span for spans in gold.spans.values() for span in spans]
        if min(a for a, _ in reach) < clean_start or max(b for _, b in reach) > clean_end:
            continue  # reaches beyond the window: what a row cannot see it should not be taught
        example.row_at.append(word - window.first)
        example.labels.append(row_labels(gold, word, origin, window))
        example.modes.append(MODES.index(gold.mode) if gold.mode else UNKNOWN)
        example.acts.append(_act(gold))
        example.flags.append(tuple(map(float, gold.flags)) if gold.flags else (-1.0,) * len(FLAGS))
        example.meanings.append(np.zeros(MEANING_WIDTH, np.float32) if gold.meaning is None else gold.meaning)
    return example


def _act(gold: Gold) -> NDArray[np.float32]:
    """Probabilities of the acts, shape (ACTS,); zeros where nobody said."""
    said = np.zeros(len(ACTS), np.float32)
    if gold.act:
        said[ACTS.index(gold.act)] = 1  # pyright: ignore[reportArgumentType]
    return said


def row_labels(gold: Gold, anchor: int, origin: NDArray[np.int32], window: Window) -> NDArray[np.int8]:
    """Labels of the words around `anchor`, shape (2 * REACH + 1,)."""
    labels = np.zeros(2 * REACH + 1, np.int8)
    low, high = max(window.first, anchor - REACH), min(window.last, anchor + REACH + 1)
    for role in ("content", "addressee", "source", "cue"):  # where two overlap, the later wins
        for a, b in gold.spans.get(role, []):
            hit = [k for k in range(low, high) if origin[k, 0] < b and origin[k, 1] > a]
            for j, k in enumerate(hit):
                labels[k - anchor + REACH] = begins(role) + (j > 0)
    # A span cut in two by a stronger one begins anew.
    for j in range(len(labels)):
        if labels[j] and labels[j] % 2 == 0 and (j == 0 or labels[j - 1] not in (labels[j], labels[j] - 1)):
            labels[j] -= 1
    return labels


def mask(example: Example, share: float, mask_id: int, rng: random.Random) -> None:
    """Hides that share of the words, so that the model reads the sentence and does not learn the story by heart."""
    ends = [*example.first[1:], len(example.ids) + 1]
    for first, end in zip(example.first, ends, strict=True):
        if rng.random() < share:
            example.ids[first - 1 : end - 1] = [mask_id] * (end - first)


def collate(examples: Sequence[Example], pieces: Pieces) -> Batch:
    """Windows padded to one size; few different sizes, since the CPU kernels are prepared anew for each."""
    most_pieces = _round_up(max(len(e.ids) for e in examples) + 2)
    most_words = _round_up(max(len(e.first) for e in examples))
    ids = np.zeros((len(examples), most_pieces), np.int64)
    attention = np.zeros_like(ids)
    layout = np.zeros((*ids.shape, 3), np.int64)
    first = np.zeros((len(examples), most_words), np.int64)
    anchors = np.zeros((len(examples), most_words, 2), np.float32)
    mask = np.zeros_like(anchors)
    core = np.zeros(first.shape, np.float32)
    quoted = np.full((len(examples), most_words), UNKNOWN, np.int64)
    names = quoted.copy()
    for k, e in enumerate(examples):
        n = len(e.ids)
        ids[k, : n + 2] = [pieces.start, *e.ids, pieces.end]
        attention[k, : n + 2] = 1
        layout[k, 1 : n + 1] = e.layout
        first[k, : len(e.first)] = e.first
        anchors[k, : len(e.first)] = e.anchors
        mask[k, : len(e.first)] = e.anchor_mask
        core[k, : len(e.first)] = e.core
        quoted[k, : len(e.first)] = e.quoted
        names[k, : len(e.first)] = e.names
    row_at = [(k, word) for k, e in enumerate(examples) for word in e.row_at]
    labels = [row for e in examples for row in e.labels]
    asked = [(k, reference) for k, e in enumerate(examples) for reference in e.references]
    widest = max((len(reference.candidates) for _, reference in asked), default=0)
    candidates = np.full((len(asked), widest), -1, np.int64)
    distances = np.zeros_like(candidates)
    right = np.zeros((len(asked), widest + 1), np.int64)
    for row, (_, reference) in enumerate(asked):
        size = len(reference.candidates)
        candidates[row, :size] = reference.candidates
        distances[row, :size] = [distance_class(reference.word - c) for c in reference.candidates]
        right[row, [j if j < size else widest for j in reference.right]] = 1
    return Batch(
        ids=torch.from_numpy(ids),
        attention=torch.from_numpy(attention),
        layout=torch.from_numpy(layout),
        first=torch.from_numpy(first),
        anchors=torch.from_numpy(anchors),
        anchor_mask=torch.from_numpy(mask),
        core=torch.from_numpy(core),
        row_at=torch.tensor(row_at, dtype=torch.long).reshape(-1, 2),
        labels=torch.from_numpy(np.array(labels, np.int64).reshape(-1, 2 * REACH + 1)),
        modes=torch.tensor([mode for e in examples for mode in e.modes], dtype=torch.long),
        acts=torch.from_numpy(np.array([act for e in examples for act in e.acts], np.float32).reshape(-1, len(ACTS))),
        flags=torch.tensor([flags for e in examples for flags in e.flags]).reshape(-1, len(FLAGS)),
        meanings=torch.from_numpy(np.array([m for e in examples for m in e.meanings], np.float32).reshape(-1, MEANING_WIDTH)),
        quoted=torch.from_numpy(quoted),
        names=torch.from_numpy(names),
        anaphors=torch.tensor([(k, reference.word) for k, reference in asked], dtype=torch.long).reshape(-1, 2),
        candidates=torch.from_numpy(candidates),
        distances=torch.from_numpy(distances),
        right=torch.from_numpy(right),
        fold=torch.tensor(examples[0].fold),
    )


def _round_up(size: int, step: int = 32) -> int:
    return -(-size // step) * step


def batches(examples: list[Example], size: int, rng: random.Random, pieces: Pieces) -> Iterable[Batch]:
    """Shuffled batches of windows of one fold and of like length, so that little is padding."""
    order = list(range(len(examples)))
    rng.shuffle(order)
    groups: list[list[int]] = []
    for fold in sorted({example.fold for example in examples}):
        here = [k for k in order if examples[k].fold == fold]
        for start in range(0, len(here), size * 16):
            chunk = sorted(here[start : start + size * 16], key=lambda k: len(examples[k].ids))
            groups.extend(chunk[k : k + size] for k in range(0, len(chunk), size))
    rng.shuffle(groups)
    for group in groups:
        yield collate([examples[k] for k in group], pieces)
