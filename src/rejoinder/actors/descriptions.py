"""Stage: resolve. A noun phrase -> the entity that it stands for, old or new, with how sure that is."""

from __future__ import annotations

from rejoinder.actors.entities import Entities, Held, qualifier
from rejoinder.actors.lexicon import Place, bodies
from rejoinder.actors.names import UPPER, Page
from rejoinder.actors.phrases import BREAKS, DEFINITE, HE, IT, POSSESSIVE, QUANTIFIERS, RELATIVE, SHE, THEY, YOU, NounPhrase, parse
from rejoinder.actors.reference import Context, candidates, probabilities
from rejoinder.types import ActorKind

Found = tuple[int | None, float]
NOBODY: Found = (None, 0.0)
BODIES: tuple[ActorKind, ...] = ("organization", "government", "media", "country")
PAIRS = frozenset(
    (
        "both men",
        "both women",
        "the two men",
        "the two women",
        "the two",
        "both",
        "the pair",
        "both candidates",
        "the two candidates",
        "the two leaders",
        "both leaders",
    )
)
NEGATIVE = frozenset("nobody none no neither nothing anyone anybody someone somebody everyone everybody".split())
GENERAL = frozenset(
    "group organization organisation agency party company union committee panel board campaign team network department bureau firm association alliance coalition".split()
)
KIND_NOUNS = frozenset("newspaper daily tabloid magazine network channel broadcaster agency service company group party website station corporation".split())
STATES = frozenset("country nation state".split())
SYNONYMS = (("attorney", "lawyer", "counsel"), ("spokesman", "spokeswoman", "spokesperson"), ("aide", "adviser", "advisor"), ("wife", "husband", "spouse"))
QUALIFIES = frozenset("of from for in".split())  # may stand inside the phrase before a relative pronoun
LONGEST_BEFORE = 8  # words of a phrase before a relative pronoun
MEANT = 0.3  # the same for "the group", which is hardly ever new
POINTED = 0.5  # probability from which a description without a known office is taken for somebody
STEM = 4  # words of a group's description that tell it from others
NEW = 0.75  # how sure a description is that finds nobody it could mean


class Descriptions:
    """Resolves phrases against the entities of one story, and adds to them."""

    def __init__(self, page: Page, entities: Entities) -> None:
        self.page, self.entities = page, entities
        self.issuers: dict[str, int] = {}  # kind of document -> who issued the last one of it
        self.trace: list[tuple[int, list[tuple[int, tuple[float, ...]]]]] = []  # anaphor and its candidates, for fitting the weights

    def refer(self, phrase: NounPhrase, context: Context, besides: int | None = None) -> Found:
        """The entity that `phrase` stands for; `besides` is one that it cannot be."""
        if phrase.sort == "name":
            return self.name(phrase)
        if phrase.sort == "pronoun":
            return self._pronoun(phrase, context, besides)
        if phrase.sort == "joint":
            return self._joint(phrase, context)
        if phrase.sort == "thing":
            return self._issuer(phrase, context)
        return self._noun(phrase, context, besides)

    def name(self, phrase: NounPhrase) -> Found:
        """The entity of a name, with the office that the phrase gives it."""
        # A region is kept too: two senators differ by their states.
        page, name = self.page, phrase.name
        if name is None:
            return NOBODY
        index = int(page.name_at[name.first])
        found = self.entities.of_name.get(index)
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
                whose = self._owner(phrase, alone(phrase.head))[0] if phrase.owner and relation else None
                for first, last in phrase.offices:
                    self.entities.hold(found, Held(phrase.noun, of or qualifier(page, first), first, last, phrase.title, region, whose))
            if of and entity.country is None:
                entity.country = of
        return found, max(0.6, name.sure)

    def _pronoun(self, phrase: NounPhrase, context: Context, besides: int | None) -> Found:
        word = phrase.pronoun
        if word in RELATIVE:
            return self._before(phrase)
        if word in YOU:
            return NOBODY
        if word in HE | SHE:
            gender = "m" if word in HE else "f"
            allowed = [k for k in self.entities.of_kind("person") if self.entities.all[k].gender in ("", gender)]
        elif word in IT:
            allowed = self.entities.of_kind(*BODIES)
        elif word in THEY:
            allowed = self.entities.of_kind("group", "organization", "government", "media") + [
                k for k in self.entities.of_kind("person") if not self.entities.all[k].named
            ]
        else:
            return NOBODY
        return self._likeliest([k for k in allowed if k != besides], context)

    def _likeliest(self, allowed: list[int], context: Context) -> Found:
        found = candidates(self.page, self.entities.all, allowed, context)
        self.trace.append((context.at, found))
        ranked = probabilities(found)
        return ranked[0] if ranked else NOBODY

    def _before(self, phrase: NounPhrase) -> Found:
        """What a relative pronoun goes with: the mention that ends right before it."""
        ends = phrase.first
        while ends and self.page.lower[ends - 1] in (",", ")", "-", "—", "and", "but"):
            ends -= 1
        fits = ("person", "group") if phrase.pronoun in ("who", "whom", "whose") else ("person", "group", *BODIES)
        near = [(m.last, k) for k, entity in enumerate(self.entities.all) for m in entity.mentions if ends - 1 <= m.last <= ends and entity.kind in fits]
        if near:
            return max(near)[1], 0.8
        start = ends
        while (
            start
            and ends - start < LONGEST_BEFORE
            and self.page.lower[start - 1] not in BREAKS - QUALIFIES
            and self.page.sentence[start - 1] == self.page.sentence[ends - 1]
        ):
            start -= 1
        found = parse(self.page, start, ends) if start < ends else phrase
        return self.refer(found, alone(found.head)) if found.sort in ("name", "noun", "joint") else NOBODY

    def _joint(self, phrase: NounPhrase, context: Context) -> Found:
        members = [self.refer(member, context)[0] for member in phrase.members]
        known = [m for m in members if m is not None]
        if len(known) == len(members) and len(set(known)) == 1:
            return known[0], 0.6
        name = " and ".join(self.entities.all[m].name for m in known) if len(known) == len(members) else self.page.text(phrase.first, phrase.last)
        for m in known:
            self.entities.all[m].spoke = True
        return self.entities.get("group", name.lower(), name=name, named=False, members=tuple(known)), 0.7

    def _issuer(self, phrase: NounPhrase, context: Context) -> Found:
        """Whose report, poll or letter it is, where the phrase says so, or said so when it was first spoken of."""
        found = self._said_issuer(phrase, context)
        if found[0] is not None:
            self.issuers[phrase.noun] = found[0]
        elif phrase.noun in self.issuers and self.page.lower[phrase.first] in DEFINITE:
            return self.issuers[phrase.noun], 0.5
        return found

    def _said_issuer(self, phrase: NounPhrase, context: Context) -> Found:
        if phrase.owner:
            owner = self.refer(parse(self.page, *phrase.owner), context) if self.page.lower[phrase.owner[0]] not in POSSESSIVE else self._owner(phrase, context)
            if owner[0] is not None and self.entities.all[owner[0]].kind != "country":
                return owner[0], 0.6 * owner[1]
        inside = {k for w in range(phrase.first, phrase.head) if (k := int(self.page.name_at[w])) >= 0}
        known = [self.entities.of_name[k] for k in sorted(inside) if k in self.entities.of_name]
        known = [k for k in known if self.entities.all[k].kind != "country"]
        return (known[-1], 0.6) if known else NOBODY

    def _owner(self, phrase: NounPhrase, context: Context) -> Found:
        """Whom "his", "Clinton's" or "of the committee" stands for."""
        if not phrase.owner:
            return NOBODY
        first, last = phrase.owner
        word = self.page.lower[first]
        if last == first + 1 and word in POSSESSIVE:
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
        if phrase.kind is None:  # a name that the tagger overlooked
            known = self.entities.person_named(self.page.lower[phrase.head])
            return (known, 0.7) if known is not None else self._body_named(phrase)
        if phrase.kind == "person":
            return self._person(phrase, context, besides)
        if phrase.kind in ("organization", "government", "media"):
            return self._body(phrase, context)
        if phrase.kind == "group":
            return self._group(phrase, context)
        return NOBODY

    def _body_named(self, phrase: NounPhrase) -> Found:
        """A medium or organisation of the tables that the tagger overlooked, as in a dump: "politico reported"."""
        words = self.page.lower[phrase.first : phrase.head + 1]
        words = words[1:] if words[:1] == ("the",) else words
        body = bodies().get(words)
        if body is None and len(words) == 1 and self.page.words.case[phrase.head] == UPPER:
            return self.entities.get("organization", words[0], name=self.page.text(phrase.head, phrase.head + 1)), 0.5
        if body is None:
            return NOBODY
        return self.entities.body(body, phrase.head + 1 - len(words), phrase.head + 1), 0.6

    def _person(self, phrase: NounPhrase, context: Context, besides: int | None) -> Found:
        flags = phrase.title.flags if phrase.title else frozenset[str]()
        if phrase.noun.endswith("counterpart"):
            return self._counterpart(phrase, context)
        related = self._related(phrase, context)
        if related is not None:
            return related, 0.8
        if not phrase.indefinite and "spokes" not in flags:
            same = [k for k in self.entities.of_kind("person") if k != besides and self._holds(k, phrase)]
            if same:
                return self._likeliest(same, context)[0] or same[0], 0.8
            plain = phrase.last <= phrase.head + 1  # "the hacker who ..." is somebody new
            if phrase.definite and plain and (not phrase.owner or self.page.lower[phrase.owner[0]] not in POSSESSIVE) and "relation" not in flags:
                people = [k for k in self.entities.of_kind("person") if k != besides and self.entities.all[k].named and not self._clashes(k, phrase)]
                found = self._likeliest(people, context)
                # "The billionaire", of whom no such office is known: whom the vectors point at, if they point.
                if found[0] is not None and found[1] > POINTED:
                    return found[0], 0.8 * found[1]
        if "spokes" in flags and not phrase.indefinite and not phrase.owner:
            spokes = [
                k
                for k in self.entities.of_kind("person")
                if self.entities.all[k].noun == phrase.noun or any(o.title == phrase.noun for o in self.entities.all[k].offices)
            ]
            if spokes:
                return self._likeliest(spokes, context)[0] or spokes[0], 0.8
        return self._new(phrase, "person", context)

    def _related(self, phrase: NounPhrase, context: Context) -> int | None:
        """ "His attorney", "Smith's lawyer": who was said to be that to them; "her client": to whom she was said to be that."""
        if not phrase.owner:
            return None
        owner = self._owner(phrase, context)[0]
        if owner is None:
            return None
        if phrase.noun == "client":
            return next((o.whose for o in self.entities.all[owner].offices if o.whose is not None), None)
        same = {phrase.noun, *next((s for s in SYNONYMS if phrase.noun.split(" ")[-1] in s), ())}
        return next(
            (k for k in self.entities.of_kind("person") for o in self.entities.all[k].offices if o.whose == owner and o.title.split(" ")[-1] in same), None
        )

    def _holds(self, k: int, phrase: NounPhrase) -> bool:
        """Whether the entity is known under the phrase's title: as an office, or as the same description."""
        entity = self.entities.all[k]
        if not entity.named:
            return entity.noun == phrase.noun and (phrase.place is None or entity.country == phrase.place.country)
        if phrase.owner and phrase.title and "relation" in phrase.title.flags:
            return False
        for office in entity.offices:
            if (
                office.title == phrase.noun
                or office.title.split(" ")[-1] == phrase.noun
                or (" " not in office.title and phrase.noun.endswith(f" {office.title}"))
            ):
                elsewhere = phrase.place and phrase.place.region and office.region not in (None, phrase.place.name)
                if phrase.place is None or (office.of in (None, phrase.place.country) and not elsewhere):
                    return True
        return False

    def _clashes(self, k: int, phrase: NounPhrase) -> bool:
        entity = self.entities.all[k]
        gender = phrase.title.gender if phrase.title else ""
        return bool((gender and entity.gender and gender != entity.gender) or (phrase.place and entity.country and phrase.place.country != entity.country))

    def _counterpart(self, phrase: NounPhrase, context: Context) -> Found:
        """ "His Russian counterpart": who holds the same office for that country, here or further down."""
        owner = self._owner(phrase, context)[0]
        if owner is None and context.spoken:
            before = [
                k for k in self.entities.of_kind("person") if any(m.head in context.spoken and m.head < phrase.first for m in self.entities.all[k].mentions)
            ]
            owner = max(before, key=lambda k: max(m.head for m in self.entities.all[k].mentions if m.head < phrase.first), default=None)
        held = {o.title for o in self.entities.all[owner].offices} if owner is not None else set[str]()
        if phrase.place:
            country = phrase.place.country
            same = [
                k
                for k in self.entities.of_kind("person")
                if k != owner and any(o.of == country and (o.title in held or not held) for o in self.entities.all[k].offices)
            ]
            if same:
                return same[0], 0.8
        return self._new(phrase, "person", context)

    def _body(self, phrase: NounPhrase, context: Context) -> Found:
        kind: ActorKind = phrase.kind or "organization"
        if kind == "government" and phrase.place:
            return self.entities.country(phrase.place, government=True), 0.9
        inside = [int(self.page.name_at[w]) for w in range(phrase.first, phrase.head) if self.page.name_at[w] >= 0]
        names = [self.page.names[k] for k in dict.fromkeys(inside)]
        owner = self._owner(phrase, context)[0] if not names else None
        if kind == "government" and not names and not phrase.owner and phrase.definite:
            # "The government", "the country": that of the country that was spoken of.
            found = self._likeliest(self.entities.of_kind("country", "government"), context)
            if found[0] is not None:
                state = self.entities.all[found[0]]
                return (found[0] if phrase.noun in STATES else self.entities.get("government", state.key, name=state.name, country=state.country)), 0.7
        if kind == "government":
            whose = owner if owner is not None else self.entities.of_name.get(inside[-1]) if inside else None
            country = (self.entities.all[whose].country if whose is not None else None) or self.entities.main_country()
            if country:
                return self.entities.country(Place("country", country, country), government=True), 0.6
        if names and names[-1].place is None:
            known = self.entities.of_name.get(inside[-1])
            if known is not None and self.entities.all[known].kind in ("media", "organization") and phrase.noun.split(" ")[-1] in KIND_NOUNS:
                return known, 0.8  # "the Sunday Times newspaper" is the Sunday Times
            lead = (
                self.entities.all[known].key.split(" ")[-1]
                if known is not None and self.entities.all[known].kind == "person"
                else " ".join(self.page.lower[names[-1].first : names[-1].last])
            )
            key = f"{lead} {phrase.noun}"
            shown = " ".join(part[:1].upper() + part[1:] for part in lead.split(" ")) + f" {phrase.noun}"
            return self.entities.get(kind, key, name=shown, country=self.entities.all[known].country if known is not None else None), 0.85
        if owner is not None:
            lead = self.entities.all[owner]
            key = f"{lead.key.split(' ')[-1]} {phrase.noun}"
            return self.entities.get(kind, key, name=f"{lead.name.split(' ')[-1]} {phrase.noun}", named=lead.named, country=lead.country), 0.7
        if phrase.definite:
            last = phrase.noun.split(" ")[-1]
            same = [k for k in self.entities.of_kind(kind, "organization") if last in self.entities.all[k].key.split(" ")]
            if not same and last in ("newspaper", "paper", "network", "magazine", "outlet", "site", "agency"):
                same = self.entities.of_kind("media") if last != "agency" else self.entities.of_kind("organization")
            found = self._likeliest(same, context)
            if found[0] is not None:
                return found[0], 0.7
            if last in GENERAL and phrase.last <= phrase.head + 1:
                found = self._likeliest([k for k in self.entities.of_kind("organization", "media") if self.entities.all[k].named], context)
                if found[0] is not None and found[1] > MEANT:
                    return found[0], 0.8 * found[1]
        return self._new(phrase, kind, context)

    def _group(self, phrase: NounPhrase, context: Context) -> Found:
        words = [w for w in self.page.lower[phrase.first : phrase.last] if w not in ("the", "these", "those", ",")]
        pair = " ".join(self.page.lower[phrase.first : phrase.head + 1])
        bare = phrase.noun in self.page.lower[phrase.first : phrase.last] and len(words) == 1
        place = self._people_of(phrase) if bare else None
        if place is not None:
            return place, 0.8
        if pair in PAIRS or (phrase.noun in ("both", "pair") and len(words) == 1):
            joint = [k for k in self.entities.of_kind("group") if len(self.entities.all[k].members) == 2 and self.entities.all[k].mentions]
            if joint:
                return max(joint, key=lambda k: self.entities.all[k].mentions[-1].first), 0.7
            two = self._two(context)
            if two:
                name = " and ".join(self.entities.all[k].name for k in two)
                return self.entities.get("group", name.lower(), name=name, named=False, members=two), 0.7
        if phrase.definite or (phrase.noun in QUANTIFIERS and len(words) == 1):
            same = [k for k in self.entities.of_kind("group") if self.entities.all[k].noun == phrase.noun]
            if same:
                return self._likeliest(same, context)[0] or same[0], 0.8
        return self._new(phrase, "group", context)

    def _people_of(self, phrase: NounPhrase) -> int | None:
        """ "Americans", "the Russians": the people as a whole are the country."""
        index = int(self.page.name_at[phrase.head])
        place = self.page.names[index].place if index >= 0 else None
        return self.entities.country(place) if place and place.sort.endswith("demonym") and phrase.noun.endswith("s") else None

    def _two(self, context: Context) -> tuple[int, ...]:
        """The two persons that were spoken of last, if there are just two in the sentences before."""
        here = int(self.page.sentence[context.at])
        near: list[int] = []
        for k in self.entities.of_kind("person"):
            if any(m.first < context.at and here - int(self.page.sentence[m.head]) <= 3 for m in self.entities.all[k].mentions):
                near.append(k)
        return tuple(near) if len(near) == 2 else ()

    def _new(self, phrase: NounPhrase, kind: ActorKind, context: Context) -> Found:
        """An actor without a name, known by the words of its description."""
        words = [w for w in self.page.lower[phrase.first : phrase.head + 1] if w not in ("the", "a", "an", "these", "those", "'s", '"', "“", "”", ",")]
        words = words[-STEM:]
        lead = ""
        if phrase.owner:
            owner = self._owner(phrase, context)[0]
            if owner is not None and self.page.lower[phrase.owner[0]] in POSSESSIVE:
                words = [w for w in words if w not in POSSESSIVE]
                lead = f"{self.entities.all[owner].key} "
        tail = [w for w in self.page.lower[phrase.head + 1 : phrase.last][:5] if any(c.isalnum() for c in w)]
        key = lead + " ".join([*words, *tail])
        country = phrase.place.country if phrase.place else None
        fields = {"name": key, "named": False, "noun": phrase.noun, "gender": phrase.title.gender if phrase.title else "", "country": country}
        entity = self.entities.get(kind, key, **fields)
        if kind == "person" and phrase.title and phrase.title.level != "honorific":
            start = phrase.head + 1 - len(phrase.noun.split(" "))
            whose = self._owner(phrase, context)[0] if phrase.owner else None
            region = phrase.place.name if phrase.place and phrase.place.region else None
            self.entities.hold(entity, Held(phrase.noun, country, start, phrase.head + 1, phrase.title, region, whose))
        return entity, NEW


def alone(at: int) -> Context:
    """The context of a phrase that is looked at outside of any statement."""
    return Context(at, (), None, frozenset(), lambda _: False)
