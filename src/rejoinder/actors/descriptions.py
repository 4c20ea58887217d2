"""Stage: resolve. A noun phrase -> the entity that it stands for, old or new, with how sure that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rejoinder.actors.collectives import body, body_named, group
from rejoinder.actors.entities import Entities, Held, qualifier
from rejoinder.actors.issuers import BODIES, issuer
from rejoinder.actors.names import Page
from rejoinder.actors.persons import person
from rejoinder.actors.phrases import BREAKS, HE, IT, POSSESSIVE, RELATIVE, SHE, THEY, YOU, NounPhrase, parse
from rejoinder.actors.reference import FAR, FEATURES, NOBODY, Context, Found, alone, candidates, probabilities
from rejoinder.types import ActorKind

NEGATIVE = frozenset("nobody none no neither nothing anyone anybody someone somebody everyone everybody".split())
COPULAS = frozenset("is was are were be been has have had".split())
QUALIFIES = frozenset("of from for in".split())  # may stand inside the phrase before a relative pronoun
TOWARDS = frozenset("to on at with".split())  # too, where what stands behind them is none that "who" goes with: "an envoy to Norway who"
LONGEST_BEFORE = 8  # words of a phrase before a relative pronoun
LONGEST_MENTION = 40  # words from the head of a mention to its end
UNTOLD = frozenset(("the", "a", "an", "these", "those", "'s", "s", "'", '"', "“", "”", ","))  # words that a description does not need
BRUSSELS = "brussels"
STEM = 4  # words of a group's description that tell it from others
NEW = 0.75  # how sure a description is that finds nobody it could mean


class Descriptions:
    """Resolves phrases against the entities of one story, and adds to them."""

    def __init__(self, page: Page, entities: Entities) -> None:
        self.page, self.entities = page, entities
        self.issuers: dict[str, int] = {}  # kind of document -> who issued the last one of it
        # Anaphors and their candidates, where the weights are to be fitted.
        self.trace: list[tuple[int, list[tuple[int, tuple[float, ...]]]]] | None = None

    def refer(self, phrase: NounPhrase, context: Context, besides: int | None = None) -> Found:
        """The entity that `phrase` stands for; `besides` is one that it cannot be."""
        if phrase.sort == "name":
            return self.name(phrase)
        if phrase.sort == "pronoun":
            return self._pronoun(phrase, context, besides)
        if phrase.sort == "joint":
            return self._joint(phrase, context)
        if phrase.sort == "thing":
            return issuer(self, phrase, context)
        return self._noun(phrase, context, besides)

    def name(self, phrase: NounPhrase) -> Found:
        """The entity of a name, with the office that the phrase gives it."""
        # A region is kept too: two senators differ by their states.
        page, name = self.page, phrase.name
        if name is None:
            return NOBODY
        index = int(page.name_at[name.first])
        found = self.entities.of_name.get(index)
        if found is None and name.place and page.lower[name.first] == BRUSSELS and (union := self._union()) is not None:
            self.entities.of_name[index] = found = union
        if found is None and name.place:
            found = self.entities.country(name.place, government=name.place.sort in ("capital", "seat"))
            self.entities.of_name[index] = found
        if found is None:
            return NOBODY
        entity = self.entities.all[found]
        if entity.kind == "person":
            of = phrase.place.country if phrase.place else None
            if phrase.title and phrase.title.level != "honorific":
                region = phrase.place.name if phrase.place and phrase.place.region else None
                relation = bool(phrase.title.flags & {"relation", "spokes"}) or phrase.title.level == "trade"
                whose = self.owner(phrase, alone(phrase.head))[0] if phrase.owner and relation else None
                for first, last in phrase.offices:
                    self.entities.hold(found, Held(phrase.noun, of or qualifier(page, first), first, last, phrase.title, region, whose))
            if of and entity.country is None:
                entity.country = of
        return found, max(0.6, name.sure)

    def _union(self) -> int | None:
        """The European Commission, or else the Union, where the story names it: "Brussels" is then seldom Belgium."""
        found = (self.entities.find("organization", key) for key in ("european commission", "european union"))
        return next((k for k in found if k is not None), None)

    def _pronoun(self, phrase: NounPhrase, context: Context, besides: int | None) -> Found:
        word = phrase.pronoun
        if word in RELATIVE:
            return self._before(phrase)
        if word in YOU:
            return NOBODY
        if word in HE | SHE:
            gender = "m" if word in HE else "f"
            return self.likeliest_of(("person",), context, lambda k: k != besides and self.entities.all[k].gender in ("", gender))
        if word in IT:
            return self.likeliest_of(BODIES, context, lambda k: k != besides)
        if word in THEY:
            found = self.likeliest_of(("group", "organization", "government", "media"), context, lambda k: k != besides)
            # One person, unnamed, only where nothing else was spoken of.
            return found if found[0] is not None else self.likeliest_of(("person",), context, lambda k: k != besides and not self.entities.all[k].named)
        return NOBODY

    def likeliest_of(self, kinds: Sequence[ActorKind], context: Context, fits: Callable[[int], bool]) -> Found:
        """Whom of those kinds that fit the context points at: of those spoken of lately, else of all."""
        near = sorted({k for _, k, _ in self.entities.spoken_of(context.at - FAR, context.at) if self.entities.all[k].kind in kinds and fits(k)})
        return self.likeliest(near or [k for k in self.entities.of_kind(*kinds) if fits(k)], context)

    def likeliest(self, allowed: list[int], context: Context) -> Found:
        """Whom of `allowed` the context points at."""
        found = candidates(self.page, self.entities.all, allowed, context)
        if self.trace is not None:
            self.trace.append((context.at, found))
        ranked = probabilities(found)
        return ranked[0] if ranked else NOBODY

    def vectors(self, entity: int, context: Context) -> float:
        """How far the tagger's vectors prefer that entity to nobody, as log-odds."""
        found = candidates(self.page, self.entities.all, [entity], context)
        return found[0][1][FEATURES.index("vectors")] if found else -math.inf

    def _before(self, phrase: NounPhrase) -> Found:
        """What a relative pronoun goes with: the mention that ends right before it."""
        ends = phrase.first
        while ends and self.page.lower[ends - 1] in (",", ")", "-", "—", "and", "but"):
            ends -= 1
        fits = ("person", "group") if phrase.pronoun in ("who", "whom", "whose") else ("person", "group", *BODIES)
        heard = self.entities.spoken_of(ends - LONGEST_MENTION, ends)
        near = [(last, k) for _, k, last in heard if ends - 1 <= last <= ends and self.entities.all[k].kind in fits]
        if near:
            return max(near)[1], 0.8
        for inside in (QUALIFIES, QUALIFIES | TOWARDS):
            start = self._phrase_start(ends, phrase.first, inside)
            if start and self.page.lower[start - 1] in COPULAS:  # "Ada Quill is the attorney who"
                subject = [(last, k) for _, k, last in heard if last == start - 1 and self.entities.all[k].kind in fits]
                if subject:
                    return max(subject)[1], 0.8
            before = parse(self.page, start, ends) if start < ends else phrase
            issued = before.sort == "thing" and phrase.pronoun in ("which", "that")  # "a report by the auditor, which found"
            found = self.refer(before, alone(before.head)) if issued or before.sort in ("name", "noun", "joint") else NOBODY
            if found[0] is None or self.entities.all[found[0]].kind in fits:
                return found
        return NOBODY

    def _phrase_start(self, ends: int, at: int, inside: frozenset[str]) -> int:
        """Where the phrase that ends before word `ends` begins, in the sentence of word `at`; `inside`: prepositions that may stand in it."""
        start, stops = ends, (BREAKS | COPULAS) - inside
        while start and ends - start < LONGEST_BEFORE and self.page.lower[start - 1] not in stops and self.page.sentence[start - 1] == self.page.sentence[at]:
            start -= 1
        return start

    def _joint(self, phrase: NounPhrase, context: Context) -> Found:
        members = [self.refer(member, context)[0] for member in phrase.members]
        known = [m for m in members if m is not None]
        if len(known) == len(members) and len(set(known)) == 1:
            return known[0], 0.6
        name = " and ".join(self.entities.all[m].name for m in known) if len(known) == len(members) else self.page.text(phrase.first, phrase.last)
        for m in known:
            self.entities.all[m].spoke = True
        return self.entities.get("group", name.lower(), name=name, named=False, members=tuple(known)), 0.7

    def owner(self, phrase: NounPhrase, context: Context) -> Found:
        """Whom "his", "Clinton's" or "of the committee" stands for."""
        if not phrase.owner:
            return NOBODY
        first, last = phrase.owner
        word = self.page.lower[first]
        if last == first + 1 and word in POSSESSIVE:
            if word == "whose":
                return self._before(NounPhrase(first, last, "pronoun", first, pronoun=word))
            pronoun = {"his": "he", "her": "she", "their": "they", "its": "it"}.get(word)
            if pronoun is None:
                return NOBODY
            here = Context(first, context.own, context.last_speaker, context.spoken, context.quoted)
            return self._pronoun(NounPhrase(first, last, "pronoun", first, pronoun=pronoun), here, None)
        return self.refer(parse(self.page, first, last), Context(last - 1, context.own, context.last_speaker, context.spoken, context.quoted))

    def _noun(self, phrase: NounPhrase, context: Context, besides: int | None) -> Found:
        words = self.page.lower[phrase.first : phrase.last]
        if not phrase.noun or words[0] in NEGATIVE:
            return NOBODY
        # A name that the tagger overlooked; "sanders" and "walker" are nouns for people too.
        known = self.entities.person_named(self.page.lower[phrase.head]) if phrase.kind is None or phrase.last == phrase.first + 1 else None
        if known is not None and known != besides:
            return known, 0.7
        if phrase.kind is None:
            known = self.entities.labelled(phrase.head)
            known = known if known is not None else self.entities.find("organization", self.page.lower[phrase.head])
            return (known, 0.7) if known is not None else body_named(self, phrase)
        if phrase.kind == "person":
            return person(self, phrase, context, besides)
        if phrase.kind in ("organization", "government", "media"):
            return body(self, phrase, context)
        return group(self, phrase, context) if phrase.kind == "group" else NOBODY

    def _called(self, phrase: NounPhrase) -> str:
        """A description as it is shown: the text's words without article, up to the end of "of the committee", without a clause behind."""
        first = phrase.first
        while first < phrase.head and self.page.lower[first] in UNTOLD:
            first += 1
        behind = phrase.owner is not None and phrase.owner[0] > phrase.head
        return self.page.text(first, phrase.owner[1] if behind and phrase.owner else phrase.head + 1)

    def new(self, phrase: NounPhrase, kind: ActorKind, context: Context) -> Found:
        """An actor without a name, known by the words of its description."""
        start, lead, name = phrase.first, "", self._called(phrase)
        if phrase.owner and phrase.owner[1] <= phrase.head:
            owner = self.owner(phrase, context)[0]
            if owner is not None:  # "Smith's advisers", "his advisers"
                start, lead = phrase.owner[1], f"{self.entities.label(owner)} "
                if self.page.lower[phrase.owner[0]] in POSSESSIVE:
                    name = f"{self.entities.all[owner].name}'s {self.page.text(phrase.owner[1], phrase.head + 1)}"
        words = [w for w in self.page.lower[start : phrase.head + 1] if w not in UNTOLD or w == phrase.noun]
        words = words[-STEM:]
        tail = [w for w in self.page.lower[phrase.head + 1 : phrase.last][:5] if any(c.isalnum() for c in w)]
        key = lead + " ".join([*words, *tail])
        country = phrase.place.country if phrase.place else None
        fields = {"name": name, "named": False, "noun": phrase.noun, "gender": phrase.title.gender if phrase.title else "", "country": country}
        entity = self.entities.get(kind, key, **fields)
        if kind == "person" and phrase.title and phrase.title.level != "honorific":
            start = phrase.head + 1 - len(phrase.noun.split(" "))
            whose = self.owner(phrase, context)[0] if phrase.owner else None
            region = phrase.place.name if phrase.place and phrase.place.region else None
            self.entities.hold(entity, Held(phrase.noun, country, start, phrase.head + 1, phrase.title, region, whose))
        return entity, NEW
