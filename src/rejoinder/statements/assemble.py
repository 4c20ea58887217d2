"""Stage: compose. Tags -> Statements: spans from labels, doubles removed, nesting, mode, act, confidence.

One row becomes one statement. Two rows on the same cue are one statement read twice: the surer one stays. A statement lies inside the one whose content
holds its cue, the smallest if several do; one that only makes sense inside another is left out where no other holds it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rejoinder.statements.act_words import evidence
from rejoinder.statements.acts import Acts, cue_at, doing, opinions, probabilities
from rejoinder.statements.confidence import Calibration, features, is_nested, retorts
from rejoinder.statements.continued import with_continued
from rejoinder.statements.draft import Draft, Run, holds, hull, reach_of, with_content
from rejoinder.statements.mode import has_marks, mode_of
from rejoinder.statements.owners import with_uncued
from rejoinder.statements.quotations import CLOSES, INSIDE, LONGEST, OPENS, OUTSIDE, ends_sentence
from rejoinder.statements.signatures import find_signatures
from rejoinder.statements.turns import Turn, find_turns
from rejoinder.tagging.labels import ACTS, FLAGS, MEANING_WIDTH, MODES, REACH, ROLES, begins
from rejoinder.tagging.tagger import Row, Tags
from rejoinder.tagging.words import BREAKS, Words
from rejoinder.types import Span, Spans, Statement

WITHIN = (INSIDE, OPENS)
PARAGRAPH = BREAKS.index("paragraph")
NOR = ("nor", "denied")  # words of a cue's second half


class Composed(NamedTuple):
    """Statements in the order of their cues.

    meanings: what each content means, shape (statements, MEANING_WIDTH), zeros where no row stands behind it. acts: probabilities, shape (statements, ACTS).
    """

    statements: list[Statement]
    meanings: NDArray[np.float16]
    acts: NDArray[np.float32]


def assemble(tags: Tags, calibration: Calibration, dateline: Span | None = None) -> Composed:
    """Statements with mode and act.

    Args:
        tags: words and rows of the story.
        calibration: what turns the tagger's figures into a confidence; statements below its thresholds are left out.
        dateline: where the story's dateline stands ("OSLO - "), which is no part of anybody's name.
    """
    words, quoted = tags.words, has_marks(tags.words)
    drafts = drafts_of(tags, calibration)
    if dateline:
        _leave_out(dateline, drafts, tags)
    heads = Acts(*(np.array([getattr(d.row, name) for d, _ in drafts], np.float32).reshape(-1, len(of)) for name, of in (("acts", ACTS), ("flags", FLAGS))))
    thought = opinions(heads, [draft.runs for draft, _ in drafts], tags.reread)
    acts = [_acts(draft, opinion, tags) for (draft, _), opinion in zip(drafts, thought.acts, strict=True)]
    done = [
        doing(p, flags if draft.features else None, *(_text(draft.runs[role], tags) for role in ("source", "cue")))
        for p, flags, (draft, _) in zip(acts, thought.flags, drafts, strict=True)
    ]
    made = [
        Statement(
            id=f"s{k + 1}",
            source=_spans(draft.runs["source"], tags),
            cue=_spans(draft.runs["cue"], tags),
            content=(content := _spans(draft.runs["content"], tags)),
            addressee=_spans(draft.runs["addressee"], tags),
            mode=mode_of(words, content, draft.row.modes, quoted) if draft.features else "direct",
            confidence=round(draft.confidence, 3),
            inside=None if holder is None else f"s{holder + 1}",
            act=act.act,
            negated=act.negated,
            hypothetical=act.hypothetical,
        )
        for k, ((draft, holder), act) in enumerate(zip(drafts, done, strict=True))
    ]
    meanings = np.array([d.row.meaning for d, _ in drafts], np.float16).reshape(-1, MEANING_WIDTH)
    return Composed(made, meanings, np.array(acts, np.float32).reshape(-1, len(ACTS)))


def _leave_out(dateline: Span, drafts: Sequence[tuple[Draft, int | None]], tags: Tags) -> None:
    """Cuts the sources of `drafts` where they reach into the dateline (a headline may stand before it); contents keep it, as PolNeAR's do."""
    first, last = (int(tags.words.start.searchsorted(at)) for at in dateline)
    for draft, _ in drafts:
        cut = [(max(a, last), b) if a < last and b > first else (a, b) for a, b in draft.runs["source"]]
        draft.runs["source"] = [(a, b) for a, b in cut if a < b]


def _acts(draft: Draft, opinion: NDArray[np.float32], tags: Tags) -> NDArray[np.float64]:
    """Probabilities of the statement's acts, by the model's opinion and by its words."""
    said = (_text(draft.runs[role], tags) for role in ("source", "cue", "content"))
    return probabilities(cue_at(tags.words, draft.row.anchor), opinion, evidence(*said))


def _text(runs: list[Run], tags: Tags) -> str:
    return " ".join(tags.words.text[a:b] for a, b in _spans(runs, tags))


def drafts_of(tags: Tags, calibration: Calibration) -> list[tuple[Draft, int | None]]:
    """Drafts in the order of their cues, each with the index of the one that holds it; arguments as of `assemble`."""
    return _held(with_continued(drafts_as_read(tags, calibration), tags), calibration)


def drafts_as_read(tags: Tags, calibration: Calibration) -> list[Draft]:
    """Drafts in the order of their cues, with the words that the tagger and the marks of the text give them."""
    drafts = [draft for row in tags.rows if (draft := _draft(row, tags.words, calibration))]
    drafts.extend(_turn_draft(turn) for turn in (*find_turns(tags.words), *find_signatures(tags.words, tags.names)))
    drafts = sorted(_without_doubles(drafts), key=lambda draft: draft.runs["cue"][0])
    drafts = [_without_rivals(draft, drafts, near) for draft, near in zip(drafts, _neighbours(drafts), strict=True)]
    return with_uncued(drafts, tags.words)


def _held(drafts: list[Draft], calibration: Calibration) -> list[tuple[Draft, int | None]]:
    """Drafts with their holders.

    One that the tagger takes for nested but nothing holds is judged anew as an outermost one, which few of them are; what it held may then be left so too.
    """
    while True:
        holders = _holders(drafts)
        kept = [judged for draft, holder in zip(drafts, holders, strict=True) if (judged := _unheld(draft, calibration) if holder is None else draft)]
        if len(kept) == len(drafts):
            return list(zip(kept, holders, strict=True))
        drafts = kept


def _unheld(draft: Draft, calibration: Calibration) -> Draft | None:
    """The draft as an outermost one; None where that is not sure enough."""
    return _judged(draft.row, draft.runs, False, calibration) if draft.features and is_nested(draft.row) else draft


def _neighbours(drafts: list[Draft]) -> list[range]:
    """For each draft, in the order of their cues, the stretch of drafts whose words may touch its own: composing must not grow with the square."""
    cues = [draft.runs["cue"][0][0] for draft in drafts]
    hulls = [hull(draft) for draft in drafts]
    reach = max(map(reach_of, drafts), default=0)
    return [range(bisect_left(cues, low - reach), bisect_right(cues, high + reach)) for low, high in hulls]


def _draft(row: Row, words: Words, calibration: Calibration) -> Draft | None:
    """None for a row in which nothing is said, or not surely enough."""
    runs = {role: _runs(row, role, words) for role in ROLES}
    runs["cue"] = _around(runs["cue"], row.anchor)
    if not runs["content"]:
        return None
    runs["content"] = _without_spill(runs["content"], row, words)
    _take_nor(runs, words)
    # The words of a source stand together; of two candidates the one next to the cue is it.
    runs["source"] = _nearest(runs["source"], runs["cue"][0])
    runs["addressee"] = _nearest(runs["addressee"], runs["cue"][0])
    draft = _judged(retorts(row, cue_at(words, row.anchor)), runs, is_nested(row), calibration)
    return draft and with_content(draft, [_whole_quotation(run, row, words) for run in runs["content"]])


def _judged(row: Row, runs: dict[str, list[Run]], nested: bool, calibration: Calibration) -> Draft | None:
    """A nested or an outermost draft with its confidence; None below the threshold."""
    scale = calibration.scale(nested)
    values = features(row, nested, bool(runs["source"]), sum(b - a for a, b in runs["content"]))
    confidence = scale.confidence(values)
    return None if confidence < scale.threshold else Draft(row, runs, values, confidence)


def _turn_draft(turn: Turn) -> Draft:
    """A transcript's turn or a signed quotation; no row stands behind it, so it gets an empty one on its cue."""
    labels = np.zeros(2 * REACH + 1, np.int8)
    nothing = [np.zeros(size, np.float32) for size in (len(MODES), len(ACTS), len(FLAGS), MEANING_WIDTH)]
    row = Row(turn.cue[0], 1.0, 0.0, turn.cue[0] - REACH, labels, 0.0, *nothing)
    return Draft(row, {"source": [turn.source], "cue": [turn.cue], "content": [turn.content], "addressee": []}, (), turn.confidence)


def _runs(row: Row, role: str, words: Words) -> list[Run]:
    """Stretches of words that carry `role`; only somebody's own words run on over a paragraph's end."""
    start = begins(role)
    runs: list[Run] = []
    for k in np.flatnonzero((row.labels == start) | (row.labels == start + 1)).tolist():
        word = row.first + k
        if not 0 <= word < len(words):
            continue
        parted = words.gap[word] == PARAGRAPH and not (role == "content" and _may_go_on(row, words, word))
        if runs and runs[-1][1] == word and row.labels[k] != start and not parted:
            runs[-1] = (runs[-1][0], word + 1)
        else:
            runs.append((word, word + 1))
    return runs


def _take_nor(runs: dict[str, list[Run]], words: Words) -> None:
    """Gives the cue its second half: "has neither confirmed" and "nor denied it"."""
    (first, last), (start, end) = runs["cue"][0], runs["content"][0]
    lower = words.text[words.start[first] : words.end[min(start, len(words) - 1)]].lower().split()
    if start == last and end - start > len(NOR) and lower[-1:] == ["nor"] and "neither" in lower:
        runs["cue"], runs["content"][0] = [(first, start + len(NOR))], (start + len(NOR), end)


def _may_go_on(row: Row, words: Words, word: int) -> bool:
    """Whether what is said may run on into the paragraph that begins at `word`: in quotation marks, or as direct speech without any."""
    return words.quote[word] != OUTSIDE or MODES[int(row.modes.argmax())] == "direct"


def _without_spill(content: list[Run], row: Row, words: Words) -> list[Run]:
    """Of two stretches that a paragraph's end alone parts the one next to the cue: a headline ends where the story begins."""
    kept: list[Run] = []
    for run in content:
        spilt = kept and kept[-1][1] == run[0] and words.gap[run[0]] == PARAGRAPH and not _may_go_on(row, words, run[0])
        if spilt:
            kept[-1] = _nearest([kept[-1], run], (row.anchor, row.anchor + 1))[0]
        else:
            kept.append(run)
    return kept


def _whole_quotation(run: Run, row: Row, words: Words) -> Run:
    """`run`, if a quotation that the cue does not stand in is open where it ends, goes on to the mark that closes (or, at the row's start, opens) it.

    What ends in the middle of a sentence, before the row does, is some words that were quoted and no more.
    """
    first, last = run
    size = min(len(words), last + LONGEST)
    cut_off = last == row.first + len(row.labels) or (words.quote[row.anchor] == OUTSIDE and ends_sentence(words, last))
    if cut_off and last < size and words.quote[last - 1] in WITHIN and words.quote[last] in WITHIN:
        while last < size and (words.quote[last] in WITHIN or _goes_on(words, last)):
            last += 1
        last += last < size and words.quote[last] == CLOSES and words.gap[last] == 0
    if first == row.first and first > 0 and words.quote[first] in WITHIN:
        earliest = max(0, first - LONGEST)
        while first > earliest and words.quote[first] != OPENS:
            first -= 1
    return first, last


def _goes_on(words: Words, k: int) -> bool:
    """A paragraph that opens a quotation the one before left open."""
    return bool(words.quote[k] == OPENS and words.gap[k] == PARAGRAPH and words.quote[k - 1] in WITHIN)


def _around(cues: list[Run], anchor: int) -> list[Run]:
    """The cue's stretch that holds the anchor, else the anchor itself."""
    return [run for run in cues if run[0] <= anchor < run[1]] or _nearest(cues, (anchor, anchor + 1)) or [(anchor, anchor + 1)]


def _nearest(runs: list[Run], to: Run) -> list[Run]:
    return sorted(runs, key=lambda run: max(run[0] - to[1], to[0] - run[1]))[:1]


def _without_doubles(drafts: list[Draft]) -> list[Draft]:
    """Of drafts whose cues share words what the layout shows, else the surest."""
    taken: set[int] = set()
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda draft: (bool(draft.features), -draft.confidence, draft.row.anchor)):
        cue = {word for a, b in draft.runs["cue"] for word in range(a, b)}
        if not cue & taken:
            taken |= cue
            kept.append(draft)
    return kept


def _without_rivals(draft: Draft, drafts: list[Draft], near: range) -> Draft:
    """A stretch of an interrupted content that another, nearer cue claims as well is the other's: the next speaker's quotation spilt over."""
    runs = draft.runs["content"]
    if len(runs) == 1:
        return draft
    rivals = [other for other in (drafts[k] for k in near) if other is not draft and not holds(draft, other) and not holds(other, draft)]
    kept = [run for run in runs if not any(_claims(other, run, _gap(run, draft)) for other in rivals)]
    return with_content(draft, kept or runs)


def _claims(draft: Draft, run: Run, gap: int) -> bool:
    return _gap(run, draft) < gap and any(a < run[1] and run[0] < b for a, b in draft.runs["content"])


def _gap(run: Run, draft: Draft) -> int:
    """Words between a stretch and the draft's cue."""
    first, last = draft.runs["cue"][0]
    return max(run[0] - last, first - run[1], 0)


def _holders(drafts: list[Draft]) -> list[int | None]:
    """For each draft the index of the smallest other whose content holds its cue; no draft is its own holder's holder, however far up."""
    holders: list[int | None] = [None] * len(drafts)
    for k, near in enumerate(_neighbours(drafts)):
        draft = drafts[k]
        if not draft.features:
            continue  # a transcript's turn is never said by the turn before, though a quotation may be open
        found = [j for j in near if j != k and holds(drafts[j], draft)]
        # Of two contents that hold each other's cues the longer is the outer one, of two equal ones the first.
        found = [j for j in found if not holds(draft, drafts[j]) or (_size(drafts[j]), -j) > (_size(draft), -k)]
        holders[k] = next((j for j in sorted(found, key=lambda j: _size(drafts[j])) if not _leads_to(j, k, holders)), None)
    return holders


def _leads_to(start: int, goal: int, holders: list[int | None]) -> bool:
    step: int | None = start
    while step is not None and step != goal:
        step = holders[step]
    return step == goal


def _size(draft: Draft) -> int:
    return sum(b - a for a, b in draft.runs["content"])


def _spans(runs: list[Run], tags: Tags) -> Spans:
    text, words = tags.words.text, tags.words
    return tuple(Span(int(words.start[a]), _whole(text, int(words.end[b - 1]))) for a, b in runs)


def _whole(text: str, end: int) -> int:
    """`end`, moved past combining marks, so that no span cuts a letter in two."""
    while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Mc", "Me"):
        end += 1
    return end
