"""Stage: compose. Each quotation that no cue stands with goes to the statement that the layout gives it to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from rejoinder.statements.confidence import is_nested
from rejoinder.statements.draft import Draft, Run, holds, reach_of, with_content
from rejoinder.statements.quotations import LINE, LONGEST, Quotation, ends_sentence, uncued
from rejoinder.statements.sentences import sentences
from rejoinder.tagging.words import CASES, Words

NAMED = (CASES.index("title"), CASES.index("upper"))
UNNAMED = frozenset("He She They It We I You Who His Her Their The A An This That These Those One Some Many Both Another Mr Mrs Ms Dr".split())


MOST = 50  # quotations that one statement gets


def with_uncued(drafts: list[Draft], words: Words) -> list[Draft]:
    """The drafts, in the order of their cues, with the quotations that stand by themselves and that no statement has."""
    quotations = uncued(words)
    if not quotations:
        return drafts
    sentence = sentences(words, words.lower())
    cues = [draft.runs["cue"][0][0] for draft in drafts]
    reach = max(map(reach_of, drafts), default=0)
    drafts = list(drafts)
    gifts: Counter[int] = Counter()
    given: list[tuple[Quotation, int]] = []  # may lie farther than `reach` from their owner's cue
    for quotation in quotations:
        # Only what may touch the quotation or the words before it is looked at: composing must not grow with the square.
        since = max(quotation.since, quotation.first - LONGEST)
        near = set(range(bisect_left(cues, since - reach), bisect_right(cues, quotation.last + reach)))
        for before, owner in reversed(given):
            if before.last <= since:
                break
            near.add(owner)
        owner, having = _owner(quotation, {k: drafts[k] for k in sorted(near)}, words, sentence)
        if owner is None or gifts[owner] == MOST:
            continue
        gifts[owner] += 1
        given.append((quotation, owner))
        for k in having:
            drafts[k] = with_content(drafts[k], _less(drafts[k].runs["content"], quotation))
        drafts[owner] = with_content(drafts[owner], _merged([*drafts[owner].runs["content"], (quotation.first, quotation.last)]))
    return drafts


def _owner(quotation: Quotation, drafts: dict[int, Draft], words: Words, sentence: NDArray[np.int32]) -> tuple[int | None, list[int]]:
    """Keys: of the draft whose words end the sentence before (None where another is as near, or nobody is), and of those that have the quotation wrongly."""
    first, last = quotation.first, quotation.last
    cues = {k: draft.runs["cue"][0][0] for k, draft in drafts.items()}
    if any(first <= cues[k] < last and not is_nested(draft.row) for k, draft in drafts.items()):
        return None, []  # somebody speaks in it: its marks are not to be trusted
    outside = [k for k in drafts if not first <= cues[k] < last]
    having = [k for k in outside if _has(drafts[k], quotation)]
    if any(not _less(drafts[k].runs["content"], quotation) for k in having):
        return None, []  # it is all that one of them says
    near = [k for k in outside if quotation.since <= cues[k] < first or _shared(drafts[k], quotation.since, first)]
    if quotation.goes_on:
        near = [k for k in near if _shared(drafts[k], first - 1, first)]
    else:
        if ends_sentence(words, first, "?"):
            return None, []  # what follows a question is somebody else's answer
        near = [k for k in near if not _asks(drafts[k], words)]
        ends = {k: [b - 1 for runs in drafts[k].runs.values() for _, b in runs if b <= first] for k in near if cues[k] < first}
        near = [k for k, here in ends.items() if any(sentence[end] == sentence[first - 1] for end in here)]
    # What stands inside another's words is not what goes on after them.
    near = [k for k in near if not any(holds(drafts[j], drafts[k]) for j in near if j != k)]
    best = max(near, key=lambda k: cues[k], default=None)
    # A row that reaches past a paragraph of somebody else, by name, to the quotation after it is wrong.
    return (best, having) if best is not None and all(cues[k] < cues[best] and _parted(drafts[k], drafts[best], words) for k in having) else (None, [])


def _parted(draft: Draft, other: Draft, words: Words) -> bool:
    """Whether a line ends between the cues, and the sources are two that are named."""
    apart = bool((words.gap[draft.runs["cue"][0][0] + 1 : other.runs["cue"][0][0] + 1] >= LINE).any())
    one, two = ({words.text[words.start[k] : words.end[k]] for a, b in d.runs["source"] for k in range(a, b) if words.case[k] in NAMED} for d in (draft, other))
    return apart and bool(one - UNNAMED and two - UNNAMED) and not (one & two) - UNNAMED


def _asks(draft: Draft, words: Words) -> bool:
    """Whether the cue is one of asking ("was asked"): who answers is not the source."""
    return any(
        words.text[a:b].lower().startswith("ask") for run in draft.runs["cue"] for a, b in zip(words.start[slice(*run)], words.end[slice(*run)], strict=True)
    )


def _shared(draft: Draft, first: int, last: int) -> int:
    """Words of [first, last) in the draft's content."""
    return sum(max(0, min(b, last) - max(a, first)) for a, b in draft.runs["content"])


def _has(draft: Draft, quotation: Quotation) -> bool:
    """Whether most of the quotation is in the draft's content."""
    return 2 * _shared(draft, quotation.first, quotation.last) > quotation.last - quotation.first


def _less(runs: list[Run], quotation: Quotation) -> list[Run]:
    """The words of the runs that stand before or behind the quotation."""
    return [part for a, b in runs for part in ((a, min(b, quotation.first)), (max(a, quotation.last), b)) if part[0] < part[1]]


def _merged(runs: list[Run]) -> list[Run]:
    """The same words, in order, runs that overlap made one."""
    out: list[Run] = []
    for a, b in sorted(runs):
        if out and a < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out
