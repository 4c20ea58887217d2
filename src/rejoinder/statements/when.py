"""Stage: resolve. When a statement was made: which time expression of its story is its own.

That is one of its sentence or of the sentence before, or that of an occasion which goes on ("In a speech on Friday, Orsk said ... He added ...
"...," Orsk told the crowd."): the one that the last dated statement has, or the last one of the same speaker. A logistic model of the choice between
them and none judges by what stands around and between; its weights are fitted on our own gold (evaluation/times.py).
"""

from __future__ import annotations

import math
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rejoinder.statements.sentences import sentences
from rejoinder.statements.times import Time, times
from rejoinder.tagging.words import BREAKS, Words
from rejoinder.types import Spans, Statement, When

FEATURES = (
    "in the sentence before", "paragraph between", "after", "words before", "words after", "beside the cue", "of the nearest cue", "verbs between",
    "opens the sentence", "in an aside", "in an aside on the source", "cue in an aside", "in the content", "in another's content",
    "outside of the holder", "quoted",
    "of an occasion", "of something else", "weekday", "open-ended", "long ago",
    "nested", "cue in -ing", "cue in the past", "cue that lasts", "cue in -s", "source absent",
    "the last one's", "the last one's, same speaker", "the last one's, pronoun", "the last one's, same sentence", "the last one's, beyond the sentence before",
    "the last one's, statements since", "the last one's, sentences since", "the last one's, paragraphs since", "the last one's, of an occasion",
    "the last one's, another time since", "the last one's, nested in it", "the last one's, to the same",
    "the speaker's last", "the speaker's last, sentences since", "the speaker's last, others since",
)  # fmt: skip
FAR = 2  # sentences, or more
BEFORE, AFTER = 60, 30  # words in front of a statement and behind its cue in which its time may stand
MANY = 3  # more verbs between cue and time tell no more
NEIGHBOURS = 10  # statements in front and behind in whose content a time may stand
AROUND = 6, 4  # words in front of and behind a time in which its occasion is named
LONG_AGO = timedelta(days=270)  # "June 7" so far back is rather the next one
PARAGRAPH = BREAKS.index("paragraph")
CLAUSE_MARKS = frozenset(", ; : – — -- ( )".split())


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of FEATURES, and the probability from which a time is a statement's."""

    weights: tuple[float, ...]
    threshold: float


@cache
def model() -> Model:
    """The fitted model (when.toml)."""
    raw = _table("when")
    return Model(tuple(raw["weights"][name] for name in FEATURES), float(raw["threshold"]))


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(_table("times")[name])


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("rejoinder.statements").joinpath("tables", f"{name}.toml").read_text(encoding="utf8"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands, in words.

    begin: its first word. cue: first and last + 1 of its cue, (-1, -1) without one. source_begin, source_end: first and last + 1 of its source, without one the
    first of the cue and 0.
    contents: (first, last + 1) of each run of its content. name: the last word of its source. speaker: the actor's id, where one is known. holder: index of the
    statement that it is nested in.
    """

    begin: int
    cue: tuple[int, int]
    source_begin: int
    source_end: int
    contents: tuple[tuple[int, int], ...]
    name: str
    speaker: str | None
    holder: int | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A story's times and statements.

    lower: its words, shape (n,). sentence, clause, paragraph: number of each word's sentence, of its stretch between commas and of its paragraph, shape
    (n,). at: (first, last + 1) word of each of `found`. places: of each statement. cues: first words of the cues, in order.
    """

    words: Words
    lower: tuple[str, ...]
    sentence: NDArray[np.int32]
    clause: NDArray[np.int32]
    paragraph: NDArray[np.int32]
    found: list[Time]
    at: list[tuple[int, int]]
    places: list[Place]
    cues: list[int]
    published: date | None


@dataclass(frozen=True, slots=True)
class Last:
    """A statement that has a time: its index and that of the time."""

    statement: int
    time: int


@dataclass(slots=True)
class Former:
    """What the statements before have: the last one with a time, and the last such one of each speaker."""

    last: Last | None = None
    of: dict[str, Last] = field(default_factory=dict[str, Last])

    def add(self, here: Setting, k: int, time: int | None) -> None:
        """Statement `k` has that time, or none."""
        if time is not None:
            self.last = Last(k, time)
            if speaker := here.places[k].speaker:
                self.of[speaker] = self.last


def setting(words: Words, statements: Sequence[Statement], published: date | None) -> Setting | None:
    """Times and statements of a story; None where it has no time."""
    found = times(words.text, published)
    if not found:
        return None
    lower = tuple(words.lower())
    sentence = sentences(words, lower)
    ids = {statement.id: k for k, statement in enumerate(statements)}
    places = [_place(words, lower, statement, ids.get(statement.inside or "")) for statement in statements]
    return Setting(
        words=words,
        lower=lower,
        sentence=sentence,
        clause=sentence + np.cumsum([word in CLAUSE_MARKS for word in lower], dtype=np.int32),
        paragraph=np.cumsum(words.gap == PARAGRAPH, dtype=np.int32),
        found=found,
        at=[_range(words, *time.span) for time in found],
        places=places,
        cues=sorted(place.cue[0] for place in places),
        published=published,
    )


def _place(words: Words, lower: Sequence[str], statement: Statement, holder: int | None) -> Place:
    def ranges(spans: Spans) -> tuple[tuple[int, int], ...]:
        return tuple(_range(words, *span) for span in spans)

    cues, contents, sources = ranges(statement.cue), ranges(statement.content), ranges(statement.source)
    source_end = sources[-1][1] if sources else 0
    cue = (cues[0][0], cues[-1][1]) if cues else (-1, -1)
    source_begin = sources[0][0] if sources else cue[0]
    begin = min((first for first, _ in (*cues, *contents, *sources)), default=-1)
    return Place(begin, cue, source_begin, source_end, contents, lower[source_end - 1] if sources else "", statement.speaker, holder)


def _range(words: Words, start: int, end: int) -> tuple[int, int]:
    kind = words.start.dtype.type
    return int(words.end.searchsorted(kind(start), side="right")), int(words.start.searchsorted(kind(end)))


def candidates(here: Setting, k: int, statement: Statement, former: Former) -> list[tuple[int, tuple[float, ...]]]:
    """Indices of the times that may be those of statement `k`, with the values of FEATURES."""
    place = here.places[k]
    cue, end = place.cue
    if cue < 0:
        return []
    low, high = bisect_left(here.at, (place.begin - BEFORE, 0)), bisect_right(here.at, (end + AFTER, 0))
    near = [j for j in range(low, high) if 0 <= _apart(here, place, here.at[j][0]) <= 1]
    own = former.of.get(place.speaker) if place.speaker else None
    carried = {one.time for one in (former.last, own) if one} - {*near}
    about = _statement(here, place, statement)
    kinds = {j: _kind(here, j) for j in (*near, *sorted(carried))}
    return [(j, _values(about | _way(here, k, j) | kind | _carried(here, k, j, kind, former.last, own))) for j, kind in kinds.items()]


def _values(known: dict[str, float]) -> tuple[float, ...]:
    return tuple(float(known.get(name, 0)) for name in FEATURES)


def _apart(here: Setting, place: Place, at: int) -> int:
    """Sentences from a time to a statement: 0 in that of its cue and after its first word, below 0 in a later one."""
    to_cue = int(here.sentence[place.cue[0]] - here.sentence[at])
    if at >= place.begin or to_cue == 0:
        return min(to_cue, 0) if place.begin - at <= BEFORE else FAR  # text without full stops may be one sentence
    return int(here.sentence[place.begin] - here.sentence[at])


def _way(here: Setting, k: int, j: int) -> dict[str, float]:
    """Where time `j` stands, seen from the statement."""
    place, (at, to) = here.places[k], here.at[j]
    (cue, end), sentence, lower = place.cue, here.sentence, here.lower
    apart, before = _apart(here, place, at), at < cue
    same = apart == 0
    low, high = (to, cue) if before else (end, at)
    gap, between = max(high - low, 0), lower[low:high] if same else ()
    alone = here.clause[cue] != here.clause[at]
    first = max(_first(sentence, at), place.source_end if place.source_end <= at else 0)
    others = [p for p in here.places[max(k - NEIGHBOURS, 0) : k + NEIGHBOURS] if p is not place]
    return {
        "in the sentence before": apart == 1,
        "paragraph between": apart > 0 and bool(here.paragraph[cue] > here.paragraph[at]),
        "after": same and not before,
        "words before": same * before * math.log1p(gap),
        "words after": same * (not before) * math.log1p(gap),
        "beside the cue": same and gap <= 1,
        "of the nearest cue": same and _nearest(here, at) == cue,
        "verbs between": min(sum(w.endswith("ed") or w in _listed("past") for w in between), MANY),
        "opens the sentence": sentence[max(at - 3, 0)] != sentence[at] or at == 0,
        "in an aside": alone and _has_clause(lower[first:at] if before else between),
        "in an aside on the source": before and alone and same and place.source_begin < at and _has_clause(lower[place.source_begin : at]),
        "cue in an aside": alone and _has_clause(lower[_first(here.clause, cue) : cue]),
        "in the content": _holds(place, at, to),
        "in another's content": any(_holds(other, at, to) and not _holds(other, cue, cue + 1) for other in others),
        "outside of the holder": place.holder is not None and not _holds(here.places[place.holder], at, to),
        "quoted": here.words.quote[at] != 0,
    }


def _first(numbers: NDArray[np.int32], at: int) -> int:
    """First word of the sentence or clause of word `at`; text without full stops may be one sentence, so not farther back than BEFORE."""
    start = max(at - BEFORE, 0)
    return start + int(numbers[start:at].searchsorted(np.int32(numbers[at])))


def _has_clause(words: Iterable[str]) -> bool:
    return any(word in _listed("clauses") for word in words)


def _holds(place: Place, first: int, end: int) -> bool:
    """Whether one run of the content holds the words."""
    return any(a <= first and end <= b for a, b in place.contents)


def _nearest(here: Setting, at: int) -> int:
    """First word of the nearest cue of the sentence of word `at`; -1 where it has none."""
    low, high = (bisect_left(here.cues, word) for word in (_first(here.sentence, at), at + BEFORE))
    return min((cue for cue in here.cues[low:high] if here.sentence[cue] == here.sentence[at]), key=lambda cue: abs(cue - at), default=-1)


def _kind(here: Setting, j: int) -> dict[str, float]:
    """What sort of time it is."""
    time, (at, to) = here.found[j], here.at[j]
    words = here.words.text[slice(*time.span)].lower()
    day = len(time.date) == len("2010-06-14")
    occasion = any(w in _listed("occasions") for w in (*here.lower[max(at - AROUND[0], 0) : at], *here.lower[to : to + AROUND[1]]))
    return {
        "of an occasion": occasion,
        "of something else": not occasion and here.lower[to : to + 1] != () and here.lower[to] in _listed("others"),
        "weekday": day and "day" in words,
        "open-ended": here.lower[at] in _listed("open_ended") or here.lower[max(at - 1, 0)] in _listed("open_ended"),
        "long ago": day and time.date[:4] not in words and here.published is not None and here.published - date.fromisoformat(time.date) > LONG_AGO,
    }


def _statement(here: Setting, place: Place, statement: Statement) -> dict[str, float]:
    """What sort of statement it is."""
    cue, end = place.cue
    first, last = here.lower[cue], here.lower[end - 1]
    return {
        "nested": statement.inside is not None,
        "cue in -ing": first.endswith("ing") or last.endswith("ing"),
        "cue in the past": any(w.endswith("ed") or w in _listed("past") for w in (first, last)),
        "cue that lasts": first in _listed("lasting"),
        "cue in -s": last.endswith("s") or first in ("'s", "’s", "of"),
        "source absent": not statement.source,
    }


def _carried(here: Setting, k: int, j: int, kind: dict[str, float], last: Last | None, own: Last | None) -> dict[str, float]:
    """Whether the time, of that `kind`, is that of the last statement which has one, or the speaker's last, and how this one goes on from there."""
    place, out = here.places[k], dict[str, float]()
    if last is not None and last.time == j:
        former = here.places[last.statement]
        behind = max(former.cue[1], here.at[j][1])
        out = {
            "the last one's": True,
            "the last one's, same speaker": _same_speaker(place, former),
            "the last one's, pronoun": place.name in _listed("pronouns"),
            "the last one's, same sentence": here.sentence[former.cue[0]] == here.sentence[place.cue[0]],
            "the last one's, beyond the sentence before": _apart(here, place, here.at[j][0]) > 1,
            "the last one's, statements since": math.log1p(k - last.statement - 1),
            "the last one's, sentences since": _sentences(here, former, place),
            "the last one's, paragraphs since": min(max(int(here.paragraph[place.cue[0]] - here.paragraph[former.cue[0]]), 0), MANY),
            "the last one's, of an occasion": kind["of an occasion"],
            "the last one's, another time since": bisect_left(here.at, (behind, 0), j + 1) < bisect_left(here.at, (place.cue[0], 0)),
            "the last one's, nested in it": place.holder == last.statement,
            "the last one's, to the same": former.holder is not None and former.holder == place.holder,
        }
    if own is not None and own.time == j:
        former = here.places[own.statement]
        out |= {
            "the speaker's last": True,
            "the speaker's last, sentences since": _sentences(here, former, place),
            "the speaker's last, others since": last is not None and last.statement != own.statement,
        }
    return out


def _same_speaker(place: Place, former: Place) -> bool:
    if place.speaker and former.speaker:
        return place.speaker == former.speaker
    return bool(place.name) and place.name == former.name and place.name not in _listed("pronouns")


def _sentences(here: Setting, former: Place, place: Place) -> float:
    """Sentences from one statement's cue to a later one's, in logarithms; BEFORE words are no less than one."""
    words = place.cue[0] - former.cue[0]
    return math.log1p(max(int(here.sentence[place.cue[0]] - here.sentence[former.cue[0]]), words // BEFORE, 0))


def dated(words: Words, statements: Sequence[Statement], published: date | None) -> tuple[Statement, ...]:
    """The statements, each with when it was made, where the text says so. `published`: the day against which "on Friday" is reckoned."""
    here = setting(words, statements, published)
    if here is None:
        return tuple(statements)
    times_of = [None if j is None else here.found[j] for j in choices(here, statements, model())]
    return tuple(replace(s, when=When(time.date, time.span)) if time else s for s, time in zip(statements, times_of, strict=True))


def choices(here: Setting, statements: Sequence[Statement], known: Model) -> list[int | None]:
    """Index of each statement's time; in the order of the text, since each is judged by what those before it have."""
    out: list[int | None] = []
    former = Former()
    for k, statement in enumerate(statements):
        out.append(_best(candidates(here, k, statement, former), known))
        former.add(here, k, out[-1])
    return out


def _best(found: list[tuple[int, tuple[float, ...]]], known: Model) -> int | None:
    """The likeliest time, where it is likely enough beside the others and none."""
    odds = [math.exp(sum(w * v for w, v in zip(known.weights, values, strict=True))) for _, values in found]
    best = max(range(len(odds)), key=odds.__getitem__, default=-1)
    return found[best][0] if found and odds[best] / (1 + sum(odds)) >= known.threshold else None
