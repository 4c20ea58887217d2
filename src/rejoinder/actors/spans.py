"""Stage: resolve. Stretches of words that are names: what the tagger's head marks and what the tables know, put together.

Where both know a stretch, the tables say what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rejoinder.actors.lexicon import COMMON, LONGEST, Body, Place, bodies, genders, groups, places, titles, word_before
from rejoinder.tagging.labels import NAME_KINDS, NAMES
from rejoinder.tagging.tagger import Tags
from rejoinder.tagging.words import CASES, Words

NameKind = Literal["person", "organization", "place", "other"]
SUFFIXES = frozenset("jr jr. sr sr. ii iii iv".split())  # behind a person's name
LEAST = 0.35  # probability under which a stretch is no name
SHORT = 4  # letters up to which a name in capitals must stand in capitals
DOMAINS = frozenset("com org net".split())
ADJECTIVES = frozenset("congressional federal presidential senatorial gubernatorial democratic republican conservative liberal parliamentary judicial".split())
# Capitalised words that begin names of bodies.
LEADING = frozenset("national international american united federal central general global world european african asian royal new north south first".split())
ABBREVIATED = frozenset("mass miss wash".split())  # short for regions, and words
BEHIND = frozenset(", ( - – —".split())  # what stands before a region that is shortened
CAPITOL = ("the", "hill")
ORGANIZATION = tuple(NAMES.index(f"{edge}-organization") for edge in "BI")
PLACING = frozenset("in from to of at near across through into outside around toward towards over for between".split())  # before places
BESIDE = frozenset("the by as on for with and but or a an".split())  # before any name
UPPER, TITLE, PLAIN, MIXED, DIGITS = (CASES.index(case) for case in ("upper", "title", "plain", "mixed", "digits"))


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name as words [first, last): what kind it is, what the tables know of it, how sure it is a name."""

    first: int
    last: int
    kind: NameKind
    sure: float
    place: Place | None = None
    body: Body | None = None


def has_capitals(words: Words) -> bool:
    """Whether the text has capitals to go by."""
    return bool(np.any((words.case == TITLE) | (words.case == UPPER)))


def found(tags: Tags, lower: tuple[str, ...], cased: bool) -> list[NameSpan]:
    """Names of a text in their order, none inside another; cased: see has_capitals."""
    tagged = _tagged(tags, lower)
    tagged_at = np.zeros(len(lower), np.bool_)
    for name in tagged:
        tagged_at[name.first : name.last] = True
    known: list[NameSpan] = []
    k = 0
    while k < len(lower):
        phrase = _known(tags, lower, tagged_at, k, cased)
        if phrase:
            known.append(phrase)
        k = phrase.last if phrase else k + 1
    return _merged(tags, tagged, [*known, *_sites(tags, lower)], lower)


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
        last = k + 1
        # A dump may break the line behind an initial.
        while last < len(lower) and _goes_on(tags, lower, k, last) and (tags.words.gap[last] < 2 or (lower[last - 1] == "." and len(lower[last - 2]) == 1)):
            last += 1
        kind = _likeliest(tags, k, last)
        # "John F. Kerry": the stop behind an initial parts no name.
        while len(lower[last - 1]) == 1 and last + 1 < len(lower) and lower[last] == "." and (labels[last + 1] or tags.words.case[last + 1] == TITLE):
            last += 2
            while last < len(lower) and _goes_on(tags, lower, k, last):
                last += 1
        first, end = _trimmed(lower, k, last, NAME_KINDS[kind] == "person")
        if end - first == 1 and NAME_KINDS[kind] != "person" and lower[first] in ADJECTIVES:
            first = end
        if end - first == 1 and NAME_KINDS[kind] != "place" and (office := titles().get((lower[first],))) and "abbreviation" in office.flags:
            first = end  # "the CM", "PM"
        if end - first == 1 and NAME_KINDS[kind] == "person" and tags.words.case[first] == UPPER and len(lower[first]) > 2 and not _labels(lower, end):
            kind = NAME_KINDS.index("organization")  # "IFPTE"
        if NAME_KINDS[kind] == "person" and first < end < len(lower) and lower[end] in SUFFIXES:
            end += 1  # "Denis Orr Jr."
        sure = float(tags.name_probability[first:end].mean()) if first < end else 0.0
        if sure >= LEAST:
            out.append(NameSpan(first, end, NAME_KINDS[kind], sure))  # pyright: ignore[reportArgumentType]
        k = last
    return out


def _goes_on(tags: Tags, lower: tuple[str, ...], first: int, k: int) -> bool:
    """Whether the name that begins at word `first` goes on with word k.

    The tagger may know that "Dorka Vas" is one name and not whose; but "Obama administration", "Ana Pell South Carolina" are two.
    """
    before, label = int(tags.names[k - 1]), int(tags.names[k])
    if label == 0 or label % 2:
        return False
    if before == 0 or _kind(before) == _kind(label):
        return True
    family = k == first + 1 and NAME_KINDS[_kind(before)] == "person"  # "Teburoro Maine"
    known = (lower[k],) in groups() or any(lower[k : k + n] in table for n in (1, 2) for table in ((bodies(),) if family else (places(), bodies())))
    return not known and (tags.words.case[k] != PLAIN or tags.words.case[first] == PLAIN)


def _kind(label: int) -> int:
    """The index in NAME_KINDS of a label that begins a name or goes on with one."""
    return (label - 1) // 2


def _likeliest(tags: Tags, first: int, last: int) -> int:
    """The kind that the words of a name have most of."""
    sure: dict[int, float] = {}
    for label, probability in zip(tags.names[first:last].tolist(), tags.name_probability[first:last].tolist(), strict=True):
        sure[_kind(label)] = sure.get(_kind(label), 0.0) + probability
    return max(sure, key=lambda kind: sure[kind])


def _labels(lower: tuple[str, ...], k: int) -> bool:
    """Whether the name before word k labels who speaks in a transcript: "QUILL:"."""
    return k < len(lower) and lower[k] == ":"


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


def _known(tags: Tags, lower: tuple[str, ...], tagged_at: NDArray[np.bool_], k: int, cased: bool) -> NameSpan | None:
    """The longest phrase of the tables that begins at word k and may be a name here."""
    for size in range(min(LONGEST, len(lower) - k), 0, -1):
        words = lower[k : k + size]
        place, body = places().get(words), bodies().get(words)
        if words == CAPITOL and cased and tags.words.case[k] == PLAIN:
            body = bodies()["capitol", "hill"]  # "on the Hill"; the paper is The Hill
        if words[1:] == (".",) and words[0] in ABBREVIATED and word_before(lower, k) not in BEHIND:
            continue  # "a requiem Mass."
        if body and word_before(lower, k) == "state" and words[-1] in ("senate", "house", "court"):
            continue  # "the state Senate"
        if (place or body) and _may_be_name(tags, words, tagged_at, k, body, cased):
            if body and (place is None or size > 1 or place.sort == "seat"):
                kind: NameKind = "organization"
                return NameSpan(k, k + size, kind, 1.0, None, body)
            if place:
                return NameSpan(k, k + size, "other" if place.sort.endswith("demonym") else "place", 1.0, place)
    return None


def _may_be_name(tags: Tags, words: tuple[str, ...], tagged_at: NDArray[np.bool_], k: int, body: Body | None, cased: bool) -> bool:
    article = len(words) == 2 and words[0] == "the"
    if body and article:  # "The National": the word itself must stand as a name
        words, k = words[1:], k + 1
    size = len(words)
    case = tags.words.case[k : k + size]
    if cased:
        short = size == 1 and len(words[0]) <= SHORT and words[0].isalpha() and words[0] in COMMON and case[0] != UPPER and not tagged_at[k]
        if short or not any(c in (TITLE, UPPER, MIXED) for c in case):
            return False
        if size == 1 and words[0] in COMMON:
            return case[0] != PLAIN and (body is None or _stands_alone(tags, k, body))
        # "Foreign policy was" opens a sentence and is no magazine.
        if body and body.kind == "media" and size > 1 and case[0] == TITLE and all(c == PLAIN for c in case[1:]):
            return bool(tagged_at[k : k + size].any())
        return not (size == 1 and words[0] in LEADING)
    if size == 1 and body and body.kind == "media" and words[0] in COMMON | LEADING:
        return article and bool(tagged_at[k]) and not tagged_at[k + 1 : k + 2].any()  # not "his national party", "the hill farm payments"
    return bool(tagged_at[k : k + size].any()) or not (words[-1] == "." or (size == 1 and (words[0] in COMMON or len(words[0]) <= 2)))


def _stands_alone(tags: Tags, k: int, body: Body | None) -> bool:
    """Whether a common word that may be a body's name is one here: marked as a body, and no part of a longer name ("Chapel Hill", "Vice President")."""
    labels = [int(tags.names[j]) if 0 <= j < len(tags.names) else 0 for j in (k - 1, k, k + 1)]
    after = k + 1 < len(tags.words.case) and tags.words.case[k + 1] in (TITLE, UPPER) and tags.words.gap[k + 1] == 1
    if body and body.kind == "media" and _in_longer(tags, k):
        return False
    return labels[1] in ORGANIZATION and (labels[0] == 0 or labels[1] == ORGANIZATION[0]) and labels[2] != ORGANIZATION[1] and not after


def _in_longer(tags: Tags, k: int) -> bool:
    """Whether the capitalised word before word k is part of a longer name with it: "HBO's Real Time"; not a sentence's first, a title or a preposition."""
    words = tags.words
    if k > 2 and words.case[k - 1] == PLAIN and words.text[words.start[k - 1] : words.end[k - 1]] == "the" and max(words.gap[k - 1], words.gap[k]) == 1:
        return _in_longer(tags, k - 1)  # "Face the Nation"
    if k < 1 or words.case[k - 1] != TITLE or words.gap[k] != 1 or words.gap[k - 1] > 1:
        return False
    before = [words.text[words.start[j] : words.end[j]].lower() for j in (max(k - 2, 0), k - 1)]
    return before[0] not in (".", "?", "!") and before[1] not in PLACING | BESIDE and (before[1],) not in titles()


def _merged(tags: Tags, tagged: list[NameSpan], known: list[NameSpan], lower: tuple[str, ...]) -> list[NameSpan]:
    """Both readings in text order: a known phrase wins over the tagged name that it equals or holds, and loses to a longer one."""
    out: list[NameSpan] = []
    families = {lower[t.last - 1] for t in tagged if t.kind == "person" and t.last - t.first > 1}
    given = _given(tags, tagged, known, lower)
    # "Michael R." and "Bloomberg": the stop parts no name.
    initialled = {t.last for t in tagged if t.kind == "person" and lower[t.last - 1] == "." and len(lower[t.last - 2]) == 1}
    tagged = [replace(t, last=t.last + 1) if t.last in initialled and any((n.first, n.last) == (t.last, t.last + 1) for n in known) else t for t in tagged]
    families |= {lower[t.last - 1] for t in tagged if t.last - 1 in initialled}
    covered = _Covered(tagged)
    longer_bodies = {lower[n.first] for n in known if n.body and n.last - n.first > 1}
    schools = {lower[k - 1 : k + 1] for k in range(1, len(lower)) if lower[k] == "university"}
    for name in known:
        around = covered.by(name)
        alone = name.last - name.first == 1
        if alone and lower[name.first] in families and any(t.kind == "person" and (t.first, t.last) == (name.first, name.last) for t in around):
            continue  # "Cuban" where Mark Cuban was named, "Bloomberg" where Michael Bloomberg was
        if name.body and alone and lower[name.first] in families - longer_bodies:  # where its newspaper was not
            inside = any(t.last - t.first > 1 for t in around)
            covered.exchange([t for t in around if t.last - t.first == 1], [] if inside else [NameSpan(name.first, name.last, "person", name.sure)])
            continue
        if name.place and name.place.sort == "region capital" and name.kind == "place" and (*lower[name.first : name.last], "university") in schools:
            continue  # "Columbia" where its university was named
        longer = [t for t in around if t.last - t.first > name.last - name.first and t.first <= name.first and name.last <= t.last and t.kind != "other"]
        if not longer:
            left = (piece for t in around for piece in (replace(t, last=name.first), replace(t, first=name.last)) if t.kind == "person")
            covered.exchange(around, [piece for piece in left if piece.last - piece.first >= 2])
            own = lower[name.first] in families and lower[name.last : name.last + 1] in (("himself",), ("herself",))  # "Maine himself"
            person = alone and (lower[name.first] in given or own)
            out.append(NameSpan(name.first, name.last, "person", name.sure) if person else name)
    return sorted([*covered.spans(), *out], key=lambda name: name.first)


class _Covered:
    """Names by the words that they cover, so that looking for those around another takes no longer in a long text."""

    def __init__(self, names: Iterable[NameSpan]):
        self._at: defaultdict[int, list[NameSpan]] = defaultdict(list)
        self.exchange([], names)

    def by(self, name: NameSpan) -> list[NameSpan]:
        """Those with a word of `name`, each once, in the order of the text."""
        return list(dict.fromkeys(t for k in range(name.first, name.last) for t in self._at.get(k, ())))

    def exchange(self, old: Iterable[NameSpan], new: Iterable[NameSpan]) -> None:
        for t in old:
            for k in range(t.first, t.last):
                self._at[k].remove(t)
        for t in new:
            for k in range(t.first, t.last):
                self._at[k].append(t)

    def spans(self) -> list[NameSpan]:
        return list(dict.fromkeys(t for k in sorted(self._at) for t in self._at[k]))


def _given(tags: Tags, tagged: list[NameSpan], known: list[NameSpan], lower: tuple[str, ...]) -> set[str]:
    """Places' names that are given names in this text: a person was named so in full before, and nothing shows the place: "Chad Quill came. Chad's boat"."""
    people = [t for t in tagged if t.kind == "person" and t.last - t.first > 1]
    full = {lower[t.first]: t.last for t in reversed(people)}
    inside = {k for t in people for k in range(t.first, t.last)}
    here = [(n, n.place) for n in known if n.place and n.first not in inside]
    called = {lower[n.first]: place for n, place in here if n.last - n.first == 1 and lower[n.first] in full}
    shown = {place.name for n, place in here if lower[n.first] not in called or n.first < full[lower[n.first]] or _shows_place(tags, lower, n)}
    return {word for word, place in called.items() if place.name not in shown}


def _shows_place(tags: Tags, lower: tuple[str, ...], name: NameSpan) -> bool:
    """Whether the words around a name show that it is a place's: "in Chad", "Chad voters", "Chad Avenue"."""
    after = lower[name.last : name.last + 1]
    capital = bool(after) and tags.words.case[name.last] in (TITLE, UPPER)
    return word_before(lower, name.first) in PLACING or capital or after in groups() or after in titles()
