"""Stage: resolve. Entities while a story is being read: what the names of the text stand for before anybody has spoken.

Names are put together over the whole story (so that a full name that comes late serves the short one before it): people by first and last name,
organisations by the tables, by their words or initials, countries by the tables. A bare last name goes to the person of that name who was spoken of most
and last.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rejoinder.actors.labels import bare, initials_of, key_of, label, same_first, same_middle, shown, spelled_out
from rejoinder.actors.lexicon import LONGEST, Body, Place, Title, bodies, country_names, titles, word_before
from rejoinder.actors.names import Page, gender_of, middle_initial, plain
from rejoinder.actors.spans import NameSpan
from rejoinder.tagging.labels import distance_class
from rejoinder.types import ActorKind

SMALL = frozenset("of the and for on in to a".split())
# Weights of how often and how lately a person was named, of the tagger's vectors, and of speaking where a speaker is looked for.
OFTEN, LATELY, ALIKE, SPEAKS = 1.5, 0.2, 0.3, 1.0
SPELLED = (3, 5)  # letters of initials that a story may spell out
# Initials of committees that are conventions' too, and the words before these.
CONVENTIONS = {"dnc": "Democratic National Convention", "rnc": "Republican National Convention"}
MEETING = frozenset("attend attends attended attending during through".split())
PARTICLES = frozenset("van von de der den del della di da la le el bin ibn abu st. mc o'".split())


@dataclass(frozen=True, slots=True)
class At:
    """A mention as words [first, last) with its head word and how sure it is that it is this entity's."""

    first: int
    last: int
    head: int
    sure: float


Heard = tuple[int, int, int]  # head of a mention, its entity, its end


@dataclass(frozen=True, slots=True)
class Held:
    """An office in words [first, last): its title, of which country (alpha-3), and the tables' row."""

    title: str
    of: str | None
    first: int
    last: int
    row: Title | None = None
    region: str | None = None  # "the Florida senator"
    whose: int | None = None  # the entity that a relation is to: whose lawyer, whose spokesman


@dataclass(slots=True)
class Entity:
    """Somebody or something that the story speaks of; see types.Actor."""

    kind: ActorKind
    name: str
    key: str
    named: bool = True
    gender: str = ""
    country: str | None = None
    noun: str = ""
    mentions: list[At] = field(default_factory=list[At])
    offices: dict[int, Held] = field(default_factory=dict[int, Held])  # by first word
    held: dict[tuple[object, ...], Held] = field(default_factory=dict[tuple[object, ...], Held])  # each office once
    members: tuple[int, ...] = ()
    spoke: bool = False  # it is needed as a speaker, addressee or target, named or not
    speaks: bool = False  # a source names it
    introduced: int | None = None  # first word of its first full name

    def before(self, word: int) -> int:
        """How many of its mentions have their head before that word; mentions are in the order of their heads."""
        return bisect_left(self.mentions, word, key=lambda m: m.head)


class Entities:
    """All entities of one story, and which of them each name of the page stands for; `speaking`: heads of sources."""

    def __init__(self, page: Page, speaking: frozenset[int] = frozenset()) -> None:
        self.page, self.speaking = page, speaking
        self.all: list[Entity] = []
        self.called: set[int] = set()  # persons whom the story calls by the first name alone, mostly
        self.of_name: dict[int, int] = {}  # index into page.names -> index into all
        self._keys: dict[tuple[str, str], int] = {}
        self._kinds: dict[str, list[int]] = defaultdict(list)
        self._noted: set[tuple[int, int, int]] = set()
        self._spoken_of: list[Heard] = []
        self._papers = _papers(page)
        self._spelled: dict[str, str] = {}  # initials -> what they stand for
        # What the tagger takes for a place, but speaks: "Meridian Lakes Health said".
        self._speaking_places = {page.lower[n.first : n.last] for n in page.names if n.kind == "place" and not n.place and n.last - 1 in speaking}
        self._people()
        for k, name in enumerate(page.names):
            if k not in self.of_name:
                found = self._other(name)
                if found is not None:
                    self.of_name[k] = found
                    self.mention(found, name.first, name.last, name.last - 1, name.sure)

    def get(self, kind: ActorKind, key: str, **fields: object) -> int:
        """The entity of that kind and key, made with `fields` where there is none."""
        if (kind, key) not in self._keys:
            self._keys[kind, key] = len(self.all)
            self._kinds[kind].append(len(self.all))
            self.all.append(Entity(kind, **{"name": key, "key": key, **fields}))  # pyright: ignore[reportArgumentType]
        return self._keys[kind, key]

    def find(self, kind: ActorKind, key: str) -> int | None:
        """The entity of that kind and key, if there is one."""
        return self._keys.get((kind, key))

    def mention(self, entity: int, first: int, last: int, head: int, sure: float) -> None:
        """Notes a mention once."""
        if (entity, first, last) in self._noted:
            return
        self._noted.add((entity, first, last))
        known = self.all[entity]
        insort(known.mentions, At(first, last, head, sure), key=lambda m: m.head)
        insort(self._spoken_of, (head, entity, last))
        known.speaks = known.speaks or head in self.speaking
        if last - first > 1:
            known.introduced = first if known.introduced is None else min(first, known.introduced)

    def unite(self, one: int, other: int) -> None:
        """Gives `other` what is known of `one`, which is nobody from then on."""
        if one == other:
            return
        gone, known = self.all[one], self.all[other]
        for m in gone.mentions:
            self.mention(other, m.first, m.last, m.head, m.sure)
        for office in gone.offices.values():
            self.hold(other, office)
        known.country, known.gender = known.country or gone.country, known.gender or gone.gender
        for k in self.of_kind("group"):
            if one in self.all[k].members:
                self.all[k].members = tuple(dict.fromkeys(other if m == one else m for m in self.all[k].members))
        gone.mentions, gone.spoke = [], False
        known.spoke = True

    def label(self, k: int) -> str:
        """An entity's key, or where that is a code the country's name, in lower case."""
        known = self.all[k]
        return known.name.lower() if known.kind in ("country", "government") else known.key

    def spoken_of(self, first: int, last: int) -> list[Heard]:
        """Mentions whose heads are among the words [first, last), in their order."""
        return self._spoken_of[bisect_left(self._spoken_of, (first,)) : bisect_left(self._spoken_of, (last,))]

    def hold(self, entity: int, office: Held) -> None:
        """Notes an office once a stretch; what it tells of gender and country the entity has from then on."""
        known = self.all[entity]
        if office.first not in known.offices:
            known.offices[office.first] = office
            known.held.setdefault((office.title, office.of, office.region, office.whose), office)
        if office.row and not known.gender:
            known.gender = office.row.gender
        if office.of and known.country is None:
            known.country = office.of

    def country(self, place: Place, government: bool = False) -> int:
        """The country or region of a place name, or its government."""
        code = place.name if place.region else place.country
        kind: ActorKind = "government" if government else "country"
        name = place.name if place.region else country_names().get(place.country, place.name)
        return self.get(kind, code.lower(), name=name, country=place.country)

    def body(self, body: Body, first: int, last: int) -> int:
        """The medium or organisation of the tables that the words [first, last) name; "the Times" is the Tampa Bay Times where that was named."""
        words = [w for w in self.page.lower[first:last] if w != "the"]
        if body.kind == "media" and len(words) == 1 and words[0] in self._papers:
            body, first, last = self._papers[words[0]]
        elif words == ["house"] and body.country == "USA" and "commons" in self.page.lower:
            body = bodies()["house", "of", "commons"]
        elif len(words) == 1 and (spelled := self._spelled_out(words[0])) and set(spelled.lower().split(" ")) - set(key_of(body.name).split(" ")):
            return self.get("organization", spelled.lower(), name=spelled)
        elif words[0] in CONVENTIONS and word_before(self.page.lower, first - (word_before(self.page.lower, first) == "the")) in MEETING:
            return self.get("organization", CONVENTIONS[words[0]].lower(), name=CONVENTIONS[words[0]], country=body.country)
        return self.get(body.kind, key_of(body.name), name=label(self.page, first, last, body.name), country=body.country)

    def _spelled_out(self, short: str) -> str:
        """What initials stand for in this story, "" where it does not tell: "the RSF" is no table's where the "Rapid Support Forces" were named."""
        if short not in self._spelled:
            fits = SPELLED[0] <= len(short) <= SPELLED[1] and short.isalpha()
            self._spelled[short] = spelled_out(self.page, short) if fits else ""
        return self._spelled[short]

    @cached_property
    def main_country(self) -> str | None:
        """The country that most of the story's places and bodies belong to, if half of them do."""
        seen = Counter(c for n in self.page.names if (c := n.place.country if n.place else n.body.country if n.body else None))
        if not seen:
            return None
        country, count = seen.most_common(1)[0]
        return country if 2 * count > sum(seen.values()) else None

    def person_named(self, word: str) -> int | None:
        """The person of that last name, if there is just one, else of that first name."""
        key = plain(word) or word  # as in the keys of people
        for part in (-1, 0):
            found = [k for k in self.of_kind("person") if self.all[k].named and self.all[k].key.split(" ")[part] == key]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def of_kind(self, *kinds: str) -> list[int]:
        """Indices of the entities of these kinds."""
        return sorted(k for kind in set(kinds) for k in self._kinds[kind])

    def _people(self) -> None:
        page = self.page
        people = [(k, name) for k, name in enumerate(page.names) if name.kind == "person" and not name.body and not name.place]
        full: dict[str, list[int]] = {}  # last name -> entities
        for k, name in people:
            words = bare(page, name)
            if len(words) < 2 or words[0] in PARTICLES:
                continue  # "De Blasio" is a last name alone
            last, here = words[-1], shown(page, name.first, name.last)
            alike = [e for e in full.get(last, []) if same_first(self.all[e].key.split(" ")[0], words[0])]
            entity = next((e for e in alike if same_middle(self.all[e].name, here)), None)
            if entity is None:
                key = " ".join(words)
                if self.find("person", key) is not None:  # "Ada B. Quill" beside "Ada C. Quill"
                    key = " ".join([words[0], *middle_initial(here), *words[1:]])
                entity = self.get("person", key, name=here, gender=gender_of(words))
                full.setdefault(last, []).append(entity)
            else:
                self.all[entity].name = max(self.all[entity].name, here, key=lambda n: (len(n.split()) <= 2, len(n)))
            self._note(k, name, entity)
        short = [(k, name, words) for k, name in people if k not in self.of_name and (words := bare(page, name))]
        # First names before last names: whom the story calls by the first name is seldom meant by the last. Last names that come before any full name
        # wait for the others.
        first_names: Counter[int] = Counter()
        for k, name, words in short:
            if words[-1] not in full and self._by_first_name(words[-1]):
                entity = self._by_short_name(page, name, words, full)
                first_names[entity] += 1
                self._note(k, name, entity)
        self.called = {e for e, count in first_names.items() if count > len(self.all[e].mentions) - count}
        for waiting in (False, True):
            for k, name, words in short:
                if k not in self.of_name and (waiting or self._introduced(full.get(words[-1], []), name.first) or words[-1] not in full):
                    self._note(k, name, self._by_short_name(page, name, words, full))

    def _by_first_name(self, word: str) -> list[int]:
        return [e for e in self.of_kind("person") if self.all[e].key.split(" ")[0] == word and " " in self.all[e].key]

    def _introduced(self, found: Sequence[int], at: int) -> list[int]:
        """Those of `found` whose full name came before word `at`."""
        return [e for e in found if (first := self.all[e].introduced) is not None and first < at]

    def _by_short_name(self, page: Page, name: NameSpan, words: Sequence[str], full: dict[str, list[int]]) -> int:
        word = words[-1]
        title = title_before(page, name.first)
        gender = title[1].gender if title else ""
        named = full.get(word) or self._by_first_name(word)
        fitting = [e for e in named if not gender or not self.all[e].gender or self.all[e].gender == gender]
        fitting = self._introduced(fitting, name.first) or fitting
        fitting = [e for e in fitting if e not in self.called] or fitting
        if fitting:
            return max(fitting, key=lambda e: self._weight(e, name.first))
        if named and not gender:
            return named[0]
        body = self._body_of_initials(words)
        if body is not None and not named:
            return body
        key = f"{' '.join(words)} {gender}" if named else " ".join(words)  # another person of that name than the one named in full
        return self.get("person", key, name=shown(page, name.first, name.last), gender=gender or gender_of(words))

    def _weight(self, entity: int, at: int) -> float:
        """How much a bare name at word `at` is likely this entity's: often named, and lately."""
        known = self.all[entity]
        count = known.before(at)
        near = math.log2(1 + at - known.mentions[count - 1].head) if count else math.log2(1 + len(self.page))
        alike = self._alike(known.mentions[count - 1].head, at) if count else 0.0
        speaks = at in self.speaking and known.speaks
        often = math.log2(1 + len(known.mentions))
        return OFTEN * often - LATELY * near + ALIKE * alike + SPEAKS * speaks

    def _alike(self, head: int, at: int) -> float:
        """How well the tagger thinks that word `at` refers to what word `head` does."""
        refs = self.page.references
        key = refs.antecedent[head].astype(np.float32) + refs.apart[distance_class(at - head)]
        return float(key @ refs.anaphor[at].astype(np.float32))

    def _note(self, k: int, name: NameSpan, entity: int) -> None:
        self.of_name[k] = entity
        self.mention(entity, name.first, name.last, name.last - 1, name.sure)
        title = title_before(self.page, name.first)
        if title and title[1].level == "honorific":
            self.all[entity].gender = self.all[entity].gender or title[1].gender
            title = title_before(self.page, title[2])  # "Health Secretary Dr Quill"
        if name.last - name.first > 1 and (medium := self._medium_of(name)) is not None:
            self.hold(entity, Held("reporter", None, medium, name.first, titles()[("reporter",)]))
        elif title:
            self.hold(entity, Held(title[0], qualifier(self.page, title[2]), title[2], name.first, title[1]))

    def _medium_of(self, name: NameSpan) -> int | None:
        """First word of the medium whose reporter somebody is: "the Norden Post's Ada Quill"."""
        owner = self.page.name(name.first - 2) if name.first > 1 and self.page.lower[name.first - 1] in ("'s", "'") else None
        return owner.first if owner and owner.body and owner.body.kind == "media" else None

    def _other(self, name: NameSpan) -> int | None:
        page = self.page
        if name.body:
            return self.body(name.body, name.first, name.last)
        if name.place:
            if name.place.sort in ("country", "region"):
                return self.country(name.place)
            return self.country(name.place, government=True) if name.place.sort == "seat" else None
        words = tuple(w for w in page.lower[name.first : name.last] if w != "the")
        if not words or not (name.kind == "organization" or self._speaks_elsewhere(name)):
            return None
        known = self._known_body(words, name.first)
        return known if known is not None else self.get("organization", " ".join(words), name=shown(page, name.first, name.last))

    def _speaks_elsewhere(self, name: NameSpan) -> bool:
        """Whether a place that the tables lack speaks somewhere in the story, under this name or a longer one that begins so."""
        words = self.page.lower[name.first : name.last]
        return name.kind == "place" and any(words == longer[: len(words)] for longer in self._speaking_places)

    def _known_body(self, words: tuple[str, ...], at: int) -> int | None:
        """Somebody named already whom `words` stand for: "TAPPER" in a transcript, "AROS", "the Post" where one longer name ends or begins so."""
        last = plain(words[0]) or words[0]  # as in the keys of people
        named = [(k, self.all[k].key.split(" ")) for k in self.of_kind("person")] if len(words) == 1 else []
        people = [k for k, parts in named if parts[-1] == last] or [k for k, parts in named if len(parts) > 1 and parts[0] == last]
        if not people and len(words) == 1 and (labelled := self.labelled(at)) is not None:
            people = [labelled]
        if people:
            return max(people, key=lambda k: self._weight(k, at))
        initials = self._body_of_initials(words)
        if initials is not None:
            return initials
        longer = [
            k
            for k in self.of_kind("organization", "media", "government")
            if (words[-1] in ((key := self.all[k].key.split(" "))[-1], key[0]) or list(words) == key[: len(words)]) and set(words) < set(key)
        ]
        return longer[0] if len(longer) == 1 else None

    def labelled(self, at: int) -> int | None:
        """The person whose initials word `at` is, where it stands before what they say in an interview: "AQ:"."""
        word = self.page.lower[at]
        if len(word) < 2 or self.page.lower[at + 1 : at + 2] != (":",):  # "A:" is an answer
            return None
        return next((k for k in self.of_kind("person") if self.all[k].named and initials_of(self.all[k].key.split(" ")) == word), None)

    def _body_of_initials(self, words: Sequence[str]) -> int | None:
        """The body whose initials the word is: "AROS", "R.N.C."."""
        short = words[0].replace(".", "")
        if len(words) != 1 or len(short) < 2:
            return None
        for k in self.of_kind("organization", "media", "government"):
            parts = self.all[k].key.split(" ")
            if len(parts) > 1 and short in (initials_of([w for w in parts if w not in SMALL]), initials_of(parts)):
                return k
        return None


def _papers(page: Page) -> dict[str, tuple[Body, int, int]]:
    """Media of three words or more by their last words, where just one medium has that word, each with the words where it stands first."""
    found: dict[str, dict[str, tuple[Body, int, int]]] = defaultdict(dict)
    for name in page.names:
        if name.body and name.body.kind == "media" and name.last - name.first > 2:
            found[page.lower[name.last - 1]].setdefault(name.body.name, (name.body, name.first, name.last))
    return {word: next(iter(papers.values())) for word, papers in found.items() if len(papers) == 1}


def title_before(page: Page, at: int) -> tuple[str, Title, int] | None:
    """The longest title that ends right before word `at`, with its row and its first word."""
    for size in range(min(LONGEST, at), 0, -1):
        words = page.lower[at - size : at]
        if words in titles() and page.sentence[at - size] == page.sentence[at]:
            return " ".join(words), titles()[words], at - size
    return None


def qualifier(page: Page, first: int) -> str | None:
    """Country of the adjective or name right before a title: "British foreign minister", "Russia's president"."""
    for k in (first - 1, first - 2):
        name = page.name(k) if k >= 0 else None
        if name:
            return name.place.country if name.place else None
        if k >= 0 and page.lower[k] not in ("'s", "s", "former", "then", "new", "deputy", "acting"):
            return None
    return None
