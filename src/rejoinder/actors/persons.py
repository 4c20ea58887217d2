"""Stage: resolve. A description of one person -> who it is: by office, by relation, as a counterpart, by the tagger's vectors, or somebody new."""

from __future__ import annotations

from rejoinder.actors.entities import Held
from rejoinder.actors.lexicon import usual_title, word_before
from rejoinder.actors.phrases import AGED, POSSESSIVE, NounPhrase
from rejoinder.actors.reference import FAR, NOBODY, Context, Found
from rejoinder.actors.referring import Referring

# Roles that are one under two names.
SYNONYMS = (("attorney", "lawyer", "counsel"), ("spokesman", "spokeswoman", "spokesperson"), ("aide", "adviser", "advisor"), ("wife", "husband", "spouse"))
# Roles of people whom stories keep unnamed, and roles of many.
ANONYMOUS = frozenset("official officer source aide staffer employee".split())
OF_MANY = frozenset("worker voter supporter clerk reporter member resident witness client".split())
HANDS = ANONYMOUS | OF_MANY
FORMER = "former"
HEADS = frozenset("prime chief first".split())  # of a government: "the chief minister" is no "minister", and has no ministry
POINTED, FIRM = 0.5, 0.8  # probabilities from which a description without a known office is taken for somebody, a bare one and a longer one,
ALIKE = 3.0  # where the tagger's vectors say so as well: log-odds against meaning nobody before


def person(d: Referring, phrase: NounPhrase, context: Context, besides: int | None) -> Found:
    """ "The minister", "his attorney", "her Russian counterpart", "a spokesman for Smith"; `besides` is somebody that it cannot be."""
    flags = phrase.title.flags if phrase.title else frozenset[str]()
    if phrase.noun.endswith("counterpart"):
        return _counterpart(d, phrase, context)
    related = _related(d, phrase, context)
    if related is not None:
        return related, 0.8
    if not phrase.indefinite and "spokes" not in flags:
        same = [k for k in d.entities.of_kind("person") if k != besides and _holds(d, k, phrase)]
        if same:
            same = _of_then(d, same, phrase)
            return d.likeliest(same, context)[0] or same[0], 0.8
        found = _pointed_at(d, phrase, context, besides)
        if found[0] is not None:
            return found
    if "spokes" in flags and not phrase.indefinite and not phrase.owner:
        spokes = [
            k
            for k in d.entities.of_kind("person")
            if d.entities.all[k].noun == phrase.noun or any(usual_title(o.title) == usual_title(phrase.noun) for o in d.entities.all[k].held.values())
        ]
        if spokes:
            return d.likeliest(spokes, context)[0] or spokes[0], 0.8
    return d.new(phrase, "person", context)


def _pointed_at(d: Referring, phrase: NounPhrase, context: Context, besides: int | None) -> Found:
    """ "The billionaire", of whom no such office is known: whom the context and the vectors point at, if they point. Else it is somebody new: "the auditor"."""
    theirs = phrase.owner is not None and d.page.lower[phrase.owner[0]] in POSSESSIVE
    if not phrase.definite or theirs or phrase.noun in HANDS or (phrase.title and "relation" in phrase.title.flags):
        return NOBODY
    entity, sure = d.likeliest_of(("person",), context, lambda k: k != besides and d.entities.all[k].named and not _clashes(d, k, phrase))
    if entity is None:
        return NOBODY
    # "The hacker who ...", "the Platte River clerk" are somebody new more often.
    named = phrase.place is None and any(d.page.name_at[w] >= 0 for w in range(phrase.first, phrase.head))
    aged = phrase.noun.endswith(AGED) and d.page.lower[phrase.head + 1 : phrase.head + 2] == (",",)  # "the 34-year-old, dressed in black,"
    plain = (phrase.last <= phrase.head + 1 or aged) and not named
    epithet = plain and (phrase.title is None or phrase.noun.endswith(AGED))
    meant = sure > (POINTED if plain else FIRM) and (epithet or d.vectors(entity, context) > ALIKE)
    return (entity, 0.8 * sure) if meant else NOBODY


def _related(d: Referring, phrase: NounPhrase, context: Context) -> int | None:
    """ "His attorney", "Smith's lawyer": who was said to be that to them; "her client": to whom she was said to be that."""
    if not phrase.owner:
        return None
    owner = d.owner(phrase, context)[0]
    if owner is None:
        return None
    if phrase.noun == "client":
        return next((o.whose for o in d.entities.all[owner].held.values() if o.whose is not None), None)
    same = {phrase.noun, *next((s for s in SYNONYMS if phrase.noun.split(" ")[-1] in s), ())}
    return next((k for k in d.entities.of_kind("person") for o in d.entities.all[k].held.values() if o.whose == owner and o.title.split(" ")[-1] in same), None)


def _holds(d: Referring, k: int, phrase: NounPhrase) -> bool:
    """Whether the entity is known under the phrase's title: as an office, or as the same description."""
    entity = d.entities.all[k]
    if not entity.named:
        return entity.noun == phrase.noun and (phrase.place is None or entity.country == phrase.place.country)
    if phrase.owner and phrase.title and "relation" in phrase.title.flags:
        return False
    home = d.entities.main_country
    return any(_titled(office, phrase) and not _elsewhere(office, phrase, entity.country or home) for office in entity.held.values())


def _elsewhere(office: Held, phrase: NounPhrase, home: str | None) -> bool:
    """Whether the phrase places the office where it is not held: "the French minister", "the Florida senator"; home: where it is, if nothing tells."""
    place = phrase.place
    return place is not None and ((office.of or home or place.country) != place.country or (place.region and office.region not in (None, place.name)))


def _titled(office: Held, phrase: NounPhrase) -> bool:
    """Whether the office goes by the phrase's title: "the minister", "the foreign minister"."""
    noun, title = usual_title(phrase.noun), usual_title(office.title)
    return title == noun or _head(title) == noun or (" " not in title and noun.endswith(f" {title}") and noun.split(" ")[0] not in HEADS)


def _of_then(d: Referring, same: list[int], phrase: NounPhrase) -> list[int]:
    """Of those that hold an office the ones that held it before where the phrase says "former", and not where it does not."""
    former = FORMER in d.page.lower[phrase.first : phrase.head]

    def fits(office: Held) -> bool:
        return _titled(office, phrase) and former == (word_before(d.page.lower, office.first) == FORMER)

    return [k for k in same if any(fits(office) for office in d.entities.all[k].offices.values())] or same


def _head(title: str) -> str:
    """ "Secretary" of "secretary of state", "minister" of "foreign minister"."""
    return title.split(" of ", maxsplit=1)[0].split(" for ", maxsplit=1)[0].rsplit(" ", maxsplit=1)[-1]


def _clashes(d: Referring, k: int, phrase: NounPhrase) -> bool:
    entity = d.entities.all[k]
    gender = phrase.title.gender if phrase.title else ""
    return bool((gender and entity.gender and gender != entity.gender) or (phrase.place and entity.country and phrase.place.country != entity.country))


def _counterpart(d: Referring, phrase: NounPhrase, context: Context) -> Found:
    """ "His Russian counterpart": who holds the same office for that country, here or further down."""
    owner = d.owner(phrase, context)[0]
    if owner is None and context.spoken:
        heard = d.entities.spoken_of(phrase.first - FAR, phrase.first)
        owner = next((k for head, k, _ in reversed(heard) if head in context.spoken and d.entities.all[k].kind == "person"), None)
    held = {usual_title(o.title) for o in d.entities.all[owner].held.values()} if owner is not None else set[str]()
    if phrase.place:
        country = phrase.place.country
        same = [
            k
            for k in d.entities.of_kind("person")
            if k != owner and any(o.of == country and (usual_title(o.title) in held or not held) for o in d.entities.all[k].held.values())
        ]
        if same:
            return same[0], 0.8
    return d.new(phrase, "person", context)
