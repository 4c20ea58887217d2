"""Stage: resolve. The text as lower-case words with its sentences and names: what all of this stage looks at.

Names come from the tagger's head and from the tables; where both know a stretch, the tables say what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rejoinder.actors.lexicon import COMMON, LONGEST, Body, Place, bodies, genders, groups, places, titles
from rejoinder.tagging.labels import NAME_KINDS
from rejoinder.tagging.tagger import References, Tags
from rejoinder.tagging.words import CASES, Words

NameKind = Literal["person", "organization", "place", "other"]
LEAST = 0.35  # probability under which a stretch is no name
SHORT = 4  # letters up to which a name in capitals must stand in capitals
OPENING = frozenset("\" “ '' `` ‘ ( [ : ; — – -".split())
# Capitalised words that begin names of bodies.
LEADING = frozenset("national international american united federal central general global world european african asian royal new north south first".split())
FUNCTION = frozenset("the a an to of for and but while if like yet by about on in at with from as or that this".split())
FAMILY_FIRST = frozenset("park kim ban xi moon lee li wang zhang abe".split())  # family names that stand first
DOMAINS = frozenset("com org net".split())
ENDS = frozenset(".?!")
ADJECTIVES = frozenset("congressional federal presidential senatorial gubernatorial democratic republican conservative liberal parliamentary judicial".split())
UPPER, TITLE, PLAIN = CASES.index("upper"), CASES.index("title"), CASES.index("plain")


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name as words [first, last): what kind it is, what the tables know of it, how sure it is a name."""

    first: int
    last: int
    kind: NameKind
    sure: float
    place: Place | None = None
    body: Body | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A story as this stage sees it.

    lower: the words in lower case. sentence: number of each word's sentence. names: in text order, none inside another. name_at: index of the name that
    covers a word, or -1.
    """

    words: Words
    lower: tuple[str, ...]
    sentence: NDArray[np.int32]
    names: tuple[NameSpan, ...]
    name_at: NDArray[np.int32]
    references: References

    def __len__(self) -> int:
        return len(self.lower)

    def name(self, word: int) -> NameSpan | None:
        """The name that covers a word."""
        index = int(self.name_at[word])
        return self.names[index] if index >= 0 else None

    def text(self, first: int, last: int) -> str:
        """The words [first, last) as they stand, white space as single spaces."""
        words = self.words
        return " ".join(words.text[words.start[first] : words.end[last - 1]].split())

    def word_range(self, start: int, end: int) -> tuple[int, int]:
        """Words that overlap the code points [start, end)."""
        words = self.words
        return int(np.searchsorted(words.end, start, side="right")), int(np.searchsorted(words.start, end))


def page_of(tags: Tags) -> Page:
    """Names and sentences of a tagged text."""
    words = tags.words
    lower = tuple(words.text[a:b].lower().replace("’", "'") for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True))
    names = _names(tags, lower)
    name_at = np.full(len(lower), -1, np.int32)
    for k, name in enumerate(names):
        name_at[name.first : name.last] = k
    return Page(words, lower, _sentences(words, lower), tuple(names), name_at, tags.references)


def _sentences(words: Words, lower: Sequence[str]) -> NDArray[np.int32]:
    starts = np.zeros(len(lower), np.int32)
    ended = False
    for k, word in enumerate(lower):
        if words.gap[k] >= 2 or (ended and word not in ('"', "”", "’", "''", ")")):
            starts[k] = 1
            ended = False
        abbreviated = word == "." and k > 0 and (len(lower[k - 1]) == 1 or (lower[k - 1], ".") in titles())
        ended = ended or (word in ENDS and not abbreviated)
    return np.cumsum(starts, dtype=np.int32)


def _names(tags: Tags, lower: tuple[str, ...]) -> list[NameSpan]:
    tagged = _widened(tags, lower, _tagged(tags, lower))
    tagged_at = np.zeros(len(lower), np.bool_)
    for name in tagged:
        tagged_at[name.first : name.last] = True
    known: list[NameSpan] = []
    k = 0
    while k < len(lower):
        found = _known(tags, lower, tagged_at, k)
        if found:
            known.append(found)
        k = found.last if found else k + 1
    return _of_places(_merged(tagged, [*known, *_sites(tags, lower)]), tags.words)


def _widened(tags: Tags, lower: tuple[str, ...], tagged: list[NameSpan]) -> list[NameSpan]:
    """In text with capitals, names of people and bodies reach back over capitalised words that the tagger left out: "Park Geun-hye"."""
    case, gap = tags.words.case, tags.words.gap
    out: list[NameSpan] = []
    for name in tagged:
        first = name.first
        while (
            name.kind in ("person", "organization")
            and first > 1
            and first > (out[-1].last if out else 0)
            and case[first - 1] == TITLE
            and gap[first] == 1
            and _own_word(tags, lower, first - 1, name.kind)
        ):
            first -= 1
        out.append(replace(name, first=first))
    return out


def _own_word(tags: Tags, lower: tuple[str, ...], k: int, kind: NameKind) -> bool:
    """Whether the capitalised word k is part of the name behind it: not the first of its sentence, no title, place or body, no word of a headline."""
    word, before = lower[k], lower[k - 1]
    if word in FUNCTION or (kind == "person" and word not in genders() and word not in FAMILY_FIRST):
        return False
    case = tags.words.case
    starts = tags.words.gap[k] >= 2 or before in ENDS or before in OPENING
    if kind == "organization" and word in LEADING:
        return not (starts and case[k + 1] != TITLE)
    headline = case[k - 1] == TITLE and (before,) not in titles()
    known = (word,) in titles() or (word,) in places() or (word,) in bodies() or (word,) in groups() or word in ADJECTIVES
    return not starts and not headline and not known and word.isalpha()


def _of_places(names: list[NameSpan], words: Words) -> list[NameSpan]:
    """A place right before a body is part of its name: "Iowa Electronic Markets", "Florida Department of State"."""
    out: list[NameSpan] = []
    for name in names:
        before = out[-1] if out else None
        if (
            before
            and before.place
            and before.place.sort in ("country", "region")
            and before.last == name.first
            and words.gap[name.first] == 1
            and name.kind == "organization"
            and (name.body is None or (before.place.region and name.body.kind == "government"))
            and words.case[name.first] != PLAIN
            and (name.last - name.first > 1 or (name.body is None and not _is_noun(words, name.first)))
        ):
            out[-1] = replace(name, first=before.first, body=None)
        else:
            out.append(name)
    return out


def _is_noun(words: Words, k: int) -> bool:
    word = (words.text[words.start[k] : words.end[k]].lower(),)
    return word in groups() or word in titles()


def _sites(tags: Tags, lower: tuple[str, ...]) -> list[NameSpan]:
    """Addresses that are names: "example.com", in a dump "example . com" too."""
    return [
        NameSpan(k - 1, k + 2, "organization", 0.8)
        for k in range(1, len(lower) - 1)
        if lower[k] == "." and lower[k + 1] in DOMAINS and lower[k - 1].isalnum() and len(lower[k - 1]) > 2 and tags.words.gap[k + 1] <= tags.words.gap[k]
    ]


def _tagged(tags: Tags, lower: tuple[str, ...]) -> list[NameSpan]:
    """Stretches that the tagger marks, without titles in front and possessives behind."""
    out: list[NameSpan] = []
    k = 0
    labels = tags.names
    while k < len(lower):
        if not labels[k]:
            k += 1
            continue
        kind = (int(labels[k]) - 1) // 2
        last = k + 1
        # A dump may break the line behind an initial.
        while last < len(lower) and labels[last] == 2 + 2 * kind and (tags.words.gap[last] < 2 or (lower[last - 1] == "." and len(lower[last - 2]) == 1)):
            last += 1
        # "John F. Kerry": the stop behind an initial parts no name.
        while len(lower[last - 1]) == 1 and last + 1 < len(lower) and lower[last] == "." and (labels[last + 1] or tags.words.case[last + 1] == TITLE):
            last += 2
            while last < len(lower) and labels[last] == 2 + 2 * kind:
                last += 1
        first, end = _trimmed(lower, k, last, NAME_KINDS[kind] == "person")
        if end - first == 1 and NAME_KINDS[kind] != "person" and lower[first] in ADJECTIVES:
            first = end
        if end - first == 1 and NAME_KINDS[kind] == "person" and tags.words.case[first] == UPPER and len(lower[first]) > 2:
            kind = NAME_KINDS.index("organization")  # "IFPTE"
        sure = float(tags.name_probability[first:end].mean()) if first < end else 0.0
        if sure >= LEAST:
            out.append(NameSpan(first, end, NAME_KINDS[kind], sure))  # pyright: ignore[reportArgumentType]
        k = last
    return out


def _trimmed(lower: tuple[str, ...], first: int, last: int, person: bool) -> tuple[int, int]:
    while last > first and lower[last - 1] in ("'s", "'", "s", ",", '"', "”", "(", ")", "the", "of"):
        last -= 1
    while first < last and lower[first] in ("the", '"', "“", "(", "'s", ","):
        first += 1
    # "White House Chief of Staff Denis Orr": the name is what stands behind the last title.
    ends = [
        k + n for k in range(first, last - 1) for n in range(1, min(LONGEST, last - k - 1) + 1) if lower[k : k + n] in titles() and lower[k] not in genders()
    ]
    if ends and (person or lower[max(ends)] in genders()):
        first = max(ends)
    return first, last


def _known(tags: Tags, lower: tuple[str, ...], tagged_at: NDArray[np.bool_], k: int) -> NameSpan | None:
    """The longest phrase of the tables that begins at word k and may be a name here."""
    for size in range(min(LONGEST, len(lower) - k), 0, -1):
        words = lower[k : k + size]
        place, body = places().get(words), bodies().get(words)
        if (place or body) and _may_be_name(tags, words, tagged_at, k, size, body):
            if body and (place is None or size > 1 or place.sort == "seat"):
                kind: NameKind = "organization"
                return NameSpan(k, k + size, kind, 1.0, None, body)
            if place:
                return NameSpan(k, k + size, "other" if place.sort.endswith("demonym") else "place", 1.0, place)
    return None


def _may_be_name(tags: Tags, words: tuple[str, ...], tagged_at: NDArray[np.bool_], k: int, size: int, body: Body | None) -> bool:
    case = tags.words.case[k : k + size]
    cased = bool(tags.words.case.max(initial=0) and np.any((tags.words.case == TITLE) | (tags.words.case == UPPER)))
    if cased:
        if size == 1 and len(words[0]) <= SHORT and words[0].isalpha() and words[0] in COMMON and case[0] != UPPER and not tagged_at[k]:
            return False
        if not any(c != PLAIN for c in case):
            return False
        if size == 1 and words[0] in COMMON and not tagged_at[k]:
            return case[0] != PLAIN and body is None
        return not (size == 1 and words[0] in LEADING)
    return bool(tagged_at[k : k + size].any()) or not (size == 1 and (words[0] in COMMON or len(words[0]) <= 2))


def _merged(tagged: list[NameSpan], known: list[NameSpan]) -> list[NameSpan]:
    """Both readings in text order: a known phrase wins over the tagged name that it equals or holds, and loses to a longer one."""
    out: list[NameSpan] = []
    for name in known:
        around = [t for t in tagged if t.first < name.last and name.first < t.last]
        longer = [t for t in around if t.last - t.first > name.last - name.first and t.first <= name.first and name.last <= t.last and t.kind != "other"]
        if not longer:
            tagged = [t for t in tagged if t not in around] + [
                piece
                for t in around
                for piece in (replace(t, last=name.first), replace(t, first=name.last))
                if t.kind == "person" and piece.first < piece.last and piece.last - piece.first >= 2
            ]
            out.append(name)
    return sorted([*tagged, *out], key=lambda name: name.first)


def gender_of(words: Sequence[str]) -> str:
    """Gender (m, f or "") that a person's given name tells; a name alone may be a last name, and hardly any of those is a woman's given name."""
    gender = genders().get(words[0], "") if words else ""
    return gender if gender == "f" or (gender == "m" and len(words) > 1) else ""
