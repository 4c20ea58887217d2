"""Stage: resolve. A description of a body, a government or several people -> which it is, known or new."""

from __future__ import annotations

from rejoinder.actors.entities import Entity, shown, title_before
from rejoinder.actors.joins import BEFORE_NAMES, COMPANIES, MEDIA
from rejoinder.actors.lexicon import Place, bodies, country_names, groups, titles, word_before
from rejoinder.actors.persons import HEADS
from rejoinder.actors.phrases import QUANTIFIERS, NounPhrase
from rejoinder.actors.reference import NOBODY, Context, Found
from rejoinder.actors.referring import Referring
from rejoinder.actors.spans import TITLE, UPPER, NameSpan
from rejoinder.types import ActorKind

PAIRS = frozenset(
    ("the two", "the pair", *(f"{two} {who}" for two in ("both", "the two") for who in ("men", "women", "candidates", "leaders", "sides")), "both")
)
DETERMINERS = frozenset("the a an this that its his her their".split())
MEDIA_NOUNS = MEDIA | {"outlet"}
GENERAL = COMPANIES - MEDIA_NOUNS | frozenset(
    "group organization organisation agency party company union committee panel board network department bureau association alliance coalition".split()
)
# Nouns under which one body goes: what a description says against what its name says.
ALSO: dict[str, frozenset[str]] = {
    "federal": frozenset(("us", "u.s.", "national")),
    "panel": frozenset("committee subcommittee commission board".split()),
    "committee": frozenset(("panel", "commission", "subcommittee")),
    "commission": frozenset(("panel", "committee")),
    "company": frozenset("organization bank inc corp corporation co group llc ltd com".split()),
    "firm": frozenset("inc corp co llp llc partners company".split()),
    "agency": frozenset("bureau administration department office service authority".split()),
    "bureau": frozenset(("agency",)),
    "website": frozenset(("com", "org", "net")),
    "site": frozenset(("com", "org", "net")),
    "organization": frozenset("group association alliance federation foundation union society league council institute".split()),
    "group": frozenset("association alliance federation foundation union society league council institute organization coalition".split()),
    "union": frozenset(("federation", "association", "brotherhood", "workers", "teachers")),
}
# Whose holder's title ends so, but for those who head a government.
MINISTRIES = {"ministry": "minister", "department": "secretary"}
SEATS = frozenset("office department ministry".split())
INSTITUTIONS = frozenset("sheriff coroner prosecutor ombudsman comptroller".split())  # whose office is known by the title
# How a story speaks of whoever runs somebody's campaign.
CAMPAIGN = frozenset("team camp operation".split())
BARE = frozenset(("police",))  # definite without an article
BROADCAST = frozenset("network channel broadcaster station".split())
PRINT = frozenset("newspaper paper daily tabloid magazine".split())
PRINTED = frozenset(
    "times post journal herald tribune globe chronicle newspaper gazette guardian telegraph magazine review ledger courier dispatch examiner observer "
    "inquirer sentinel register bulletin star sun mirror mail".split()
)
# News agencies, by which a story is and of which it seldom speaks, as tables/media.csv calls them.
AGENCIES = frozenset(
    (
        "reuters", "associated press", "afp", "united press international", "dpa", "tass", "xinhua", "interfax", "kyodo", "ansa", "efe", "anadolu agency",
        "press trust of india",
    )
)  # fmt: skip
KIND_NOUNS = frozenset("newspaper daily tabloid magazine network channel broadcaster agency service company group party website station corporation".split())
INDICES = frozenset("ftse nasdaq dow nikkei dax fortune".split())  # "the FTSE 250 company"
STATES = frozenset("country nation state".split())
LOCAL = frozenset("county city town village municipality borough parish".split())  # whose government is not the country's
SEVERAL = frozenset("countries nations states governments".split())
MEANT = 0.3  # probability from which "the group" is one that was named: it is hardly ever new
LIKELY = 0.5  # probability from which "the campaign" is somebody's
ALPHA_3 = 3  # letters of a country's code
SOON = 6  # lines in which the name follows a description
NEAR = 3  # sentences before in which "both men" were spoken of


def body(d: Referring, phrase: NounPhrase, context: Context) -> Found:
    """ "The Clinton campaign", "its government", "the newspaper"."""
    kind: ActorKind = phrase.kind or "organization"
    if phrase.noun in SEVERAL and not phrase.place:
        return d.new(phrase, "group", context)
    found = _government(d, phrase, context) if kind == "government" else NOBODY
    same = _by_words(d, phrase) if found[0] is None else None
    if same is not None:
        return same, 0.7
    if found[0] is None:
        found = _of_somebody(d, phrase, kind, context)
    if found[0] is None and (phrase.definite or phrase.noun in BARE):
        found = _known_body(d, phrase, kind, context)
    return found if found[0] is not None else d.new(phrase, kind, context)


def _names(d: Referring, phrase: NounPhrase) -> list[tuple[NameSpan, int | None]]:
    """Names in front of the head, each with its entity."""
    inside = dict.fromkeys(int(d.page.name_at[w]) for w in range(phrase.first, phrase.head) if d.page.name_at[w] >= 0)
    return [(d.page.names[k], d.entities.of_name.get(k)) for k in inside if d.page.lower[d.page.names[k].first] not in INDICES]


def _government(d: Referring, phrase: NounPhrase, context: Context) -> Found:
    if phrase.place:
        return d.entities.country(phrase.place, government=True), 0.9
    if phrase.noun in LOCAL:
        return NOBODY
    names, home = _names(d, phrase), d.entities.main_country
    if phrase.noun == "administration":
        home = home if home == "USA" else None  # elsewhere it is the "government"
        if not names and not phrase.owner:
            return (d.entities.country(Place("country", home, home), government=True), 0.6) if home else NOBODY
    if not names and not phrase.owner and phrase.definite:
        # "The government", "the country": that of the country that was spoken of.
        region = {k: len(d.entities.all[k].key) != ALPHA_3 for k in d.entities.of_kind("country", "government")}
        fitting = [k for k, is_region in region.items() if phrase.noun not in STATES or is_region == (phrase.noun == "state")]
        found = d.likeliest(fitting, context)[0]
        if found is not None:
            state = d.entities.all[found]
            return (found if phrase.noun in STATES else d.entities.get("government", state.key, name=state.name, country=state.country)), 0.7
    whose = names[-1][1] if names else d.owner(phrase, context)[0]
    country = d.entities.all[whose].country if whose is not None else None
    if country is None:
        if phrase.noun != "state":
            country = home
        elif home == "USA" and phrase.last == phrase.first + 1 and d.page.words.case[phrase.head] == TITLE:  # "State told lawmakers"
            return d.entities.body(bodies()["state", "department"], phrase.first, phrase.last), 0.6
    return (d.entities.country(Place("country", country, country), government=phrase.noun not in STATES), 0.6) if country else NOBODY


def _of_somebody(d: Referring, phrase: NounPhrase, kind: ActorKind, context: Context) -> Found:
    """ "The Clinton campaign", "his campaign", "the Sunday Times newspaper"."""
    names = _names(d, phrase)
    if phrase.noun.split(" ")[-1] in MINISTRIES:
        found = _ministry(d, phrase, names[-1][1] if names else d.owner(phrase, context)[0])
        if found is not None:
            return found, 0.8
    if names and names[-1][0].place is None:
        name, known = names[-1]
        lead = d.entities.all[known] if known is not None else None
        if lead and lead.kind in ("media", "organization") and phrase.noun.split(" ")[-1] in KIND_NOUNS:
            return known, 0.8
        whose = lead.key.split(" ")[-1] if lead and lead.kind == "person" else " ".join(d.page.lower[name.first : name.last])
        whose = whose.removesuffix(f" {phrase.noun}")  # "the council's Housing Committee" is no "Housing Committee committee"
        label = " ".join(part[:1].upper() + part[1:] for part in whose.split(" "))
        noun = _run_by(d, lead, phrase.noun).removeprefix(f"{whose.split(' ')[-1]} ")  # "Norden Police" Department
        return d.entities.get(kind, f"{whose} {noun}", name=f"{label} {noun}", country=lead.country if lead else None), 0.85
    owner = d.owner(phrase, context)[0] if not names else None
    if phrase.owner and phrase.noun in SEATS and phrase.owner[1] <= phrase.head:  # "the attorney general's office" is a body whoever holds it
        words = " ".join(w for w in d.page.lower[phrase.owner[0] : phrase.owner[1]] if w not in DETERMINERS)
        if _is_title(words) and (len(words.split(" ")) > 1 or words in INSTITUTIONS):
            return d.entities.get(kind, f"{words} {phrase.noun}", name=f"{words} {phrase.noun}"), 0.85
    if owner is None or d.entities.all[owner].kind in ("country", "government", "group"):
        return NOBODY
    return _theirs(d, owner, kind, _run_by(d, d.entities.all[owner], phrase.noun)), 0.7


def _ministry(d: Referring, phrase: NounPhrase, owner: int | None) -> int | None:
    """ "His ministry" is the one whose minister he is; "Norway's fisheries ministry" is that of the country."""
    noun = phrase.noun.split(" ")[-1]
    head = MINISTRIES[noun]
    if owner is not None and d.entities.all[owner].kind == "person":
        titles_held = [o for o in d.entities.all[owner].held.values() if o.title.endswith(f" {head}") and o.title.split(" ")[-2] not in HEADS]
        if not titles_held:
            return None
        what = titles_held[0].title.removeprefix("deputy ").removesuffix(head)
        return _ministry_of(d, f"{what}{noun}", titles_held[0].of, country_names().get(titles_held[0].of or "", ""))
    start = phrase.owner[1] if phrase.owner and phrase.owner[1] <= phrase.head else phrase.first
    what = [w for k, w in enumerate(d.page.lower[start : phrase.head + 1], start) if w not in DETERMINERS | {"'s"} and d.page.name_at[k] < 0]
    place = phrase.place
    if place is None or len(what) < 2 or (noun == "department" and place.sort in ("capital", "region capital")):  # a city's own
        return None
    return _ministry_of(d, " ".join(what), place.country, place.name if place.region else country_names().get(place.country, place.name))


def _ministry_of(d: Referring, words: str, country: str | None, where: str) -> int:
    """The ministry of that country or region, also where its name is these words alone."""
    known = d.entities.find("organization", words)
    if known is not None and d.entities.all[known].country in (None, country):
        return known
    label = f"{where} {words}".strip()
    return d.entities.get("organization", label.lower(), name=label, country=country)


def _is_title(words: str) -> bool:
    return tuple(words.split(" ")) in titles()


def _theirs(d: Referring, owner: int, kind: ActorKind, noun: str) -> int:
    """The body of somebody: "his campaign"."""
    lead = d.entities.all[owner]
    own = " " if noun in CAMPAIGN | {"campaign"} or lead.kind != "person" else "'s "  # "the Holm campaign", "Holm's office"
    fields = {"name": f"{lead.name.split(' ')[-1]}{own}{noun}", "named": lead.named, "country": lead.country}
    return d.entities.get(kind, f"{lead.key.split(' ')[-1]} {noun}", **fields)


def _run_by(d: Referring, lead: Entity | None, noun: str) -> str:
    """ "The Trump team", where there is a campaign, is the Trump campaign."""
    return "campaign" if lead and lead.kind == "person" and noun in CAMPAIGN and "campaign" in d.page.lower else noun


def _by_words(d: Referring, phrase: NounPhrase) -> int | None:
    """The named body that has every word of the description in its name, or a word that stands for it: "the House panel"."""
    start = next((k for k in range(phrase.first, phrase.head) if d.page.lower[k] not in DETERMINERS), phrase.head)
    words = d.page.lower[start : phrase.head + 1]
    if len(words) < 2:
        return None
    found = [
        k
        for k in d.entities.of_kind("organization", "government", "media")
        if d.entities.all[k].named and all({w, *ALSO.get(w, ())} & set(d.entities.all[k].key.split(" ")) for w in words)
    ]
    if phrase.indefinite:  # named further down; after its name "a House panel" is another
        known = {k for name, k in d.entities.of_name.items() if d.page.names[name].first < phrase.first}
        found = [k for k in found if k not in known]
    return max(found, key=lambda k: len(d.entities.all[k].mentions), default=None)


def _known_body(d: Referring, phrase: NounPhrase, kind: ActorKind, context: Context) -> Found:
    """ "The committee", "the newspaper", "the group": one that was named before."""
    *front, last = phrase.noun.split(" ")
    plain = phrase.last <= phrase.head + 1
    again = plain or d.page.lower[phrase.head + 1] in ("which", "that", ",")  # but not "the department of water"
    fits = (k for k in d.entities.of_kind(kind, "organization") if d.entities.all[k].named or (again and d.entities.all[k].noun == phrase.noun))
    known = {k: set(d.entities.all[k].key.split(" ")) for k in fits}
    same = [k for k, words in known.items() if {last, *ALSO.get(last, ())} & words and words.issuperset(front)]  # "the central bank" is no savings bank
    if not same and last in MEDIA_NOUNS:
        printed = {k: bool(PRINTED & set(d.entities.all[k].key.split(" "))) for k in d.entities.of_kind("media", "organization")}
        printed = {k: is_printed for k, is_printed in printed.items() if (is_printed or d.entities.all[k].kind == "media") and not _is_agency(d, k, last)}
        same = [k for k, is_printed in printed.items() if not (is_printed if last in BROADCAST else last in PRINT and not is_printed and any(printed.values()))]
    if phrase.place and phrase.place.region:
        same = [k for k in same if phrase.place.name.lower() in d.entities.all[k].key]
    if same:
        found = d.likeliest(same, context)
        if found[0] is not None:
            return found[0], 0.7
        if len(same) == 1 and (phrase.owner is None or _named_soon(d, same[0], phrase)):
            return same[0], 0.6
    if last == "campaign" and plain:
        found = d.likeliest_of(("person",), context, lambda k: d.entities.all[k].named)
        if found[0] is not None and found[1] > LIKELY:
            return _theirs(d, found[0], kind, last), 0.8 * found[1]
    bare = all(w in DETERMINERS for w in d.page.lower[phrase.first : phrase.head])  # "the disaster agency" is no body of another name
    if last in GENERAL and plain and bare:
        found = d.likeliest([k for k in d.entities.of_kind("organization", "media") if d.entities.all[k].named and not _says_other(d, k, last)], context)
        if found[0] is not None and found[1] > MEANT:
            d.entities.all[found[0]].noun = last  # whoever is "the company" is no union
            return found[0], 0.8 * found[1]
    return NOBODY


def _named_soon(d: Referring, k: int, phrase: NounPhrase) -> bool:
    """Whether a body is named at most SOON lines below: "Norden's oil firm" at the top is not Lind Partners at the end."""
    first = min((m.head for m in d.entities.all[k].mentions), default=0)
    return bool(d.page.line[first] - d.page.line[phrase.head] <= SOON)


def _is_agency(d: Referring, k: int, noun: str) -> bool:
    """Whether a medium is a news agency that is called something else: the one whose story it is stands in the dateline, and is no "company", no "station"."""
    return d.entities.all[k].key in AGENCIES and noun not in ("agency", "outlet", "service", "wire")


def _says_other(d: Referring, k: int, noun: str) -> bool:
    """Whether a body's name, or what it was called before, says that it is something else: no bank is a "Ports Committee"."""
    known = d.entities.all[k]
    word = known.noun or known.key.split(" ")[-1]
    alike = word in {noun, *ALSO.get(noun, ())} or {word, noun} <= COMPANIES
    media = known.kind == "media" and (noun not in COMPANIES | {"group", "organization", "organisation"} or _is_agency(d, k, noun))
    return media or (not alike and (bool(known.noun) or (word,) in groups()))


def group(d: Referring, phrase: NounPhrase, context: Context) -> Found:
    """ "Officials", "the two men from Chechnya", "Americans", "both"."""
    words = [w for w in d.page.lower[phrase.first : phrase.last] if w not in ("the", "these", "those", ",")]
    pair = " ".join(d.page.lower[phrase.first : phrase.head + 1])
    bare = phrase.noun in d.page.lower[phrase.first : phrase.last] and len(words) == 1
    place = _people_of(d, phrase) if bare else None
    if place is not None:
        return place, 0.8
    if pair in PAIRS or (phrase.noun in ("both", "pair") and len(words) == 1):
        joint = [k for k in d.entities.of_kind("group") if len(d.entities.all[k].members) == 2 and d.entities.all[k].mentions]
        if joint:
            return max(joint, key=lambda k: d.entities.all[k].mentions[-1].first), 0.7
        two = _two(d, context)
        if two:
            name = " and ".join(d.entities.all[k].name for k in two)
            return d.entities.get("group", name.lower(), name=name, named=False, members=two), 0.7
    if (phrase.definite and not phrase.owner) or (phrase.noun in QUANTIFIERS and len(words) == 1):
        # "The GOP leaders" are not "Democratic leaders".
        front = {w for w in d.page.lower[phrase.first : phrase.head] if w not in DETERMINERS | {"these", "those", ","}}
        same = [k for k in d.entities.of_kind("group") if d.entities.all[k].noun == phrase.noun and front <= set(d.entities.all[k].key.split(" "))]
        if same:
            return d.likeliest(same, context)[0] or same[0], 0.8
    return d.new(phrase, "group", context)


def _people_of(d: Referring, phrase: NounPhrase) -> int | None:
    """ "Americans", "the Russians": the people as a whole are the country."""
    name = d.page.name(phrase.head)
    place = name.place if name else None
    return d.entities.country(place) if place and place.sort.endswith("demonym") and phrase.noun.endswith("s") else None


def _two(d: Referring, context: Context) -> tuple[int, ...]:
    """The two persons that were spoken of last, if there are just two in the sentences before."""
    start = d.page.sentence_start(context.at, NEAR)
    near = sorted({k for _, k, _ in d.entities.spoken_of(start, context.at) if d.entities.all[k].kind == "person"})
    return tuple(near) if len(near) == 2 else ()


def _overlooked(d: Referring, phrase: NounPhrase) -> Found:
    """A name in capital letters that the tagger overlooked: a person's behind a title, a body's behind a word for one: "the blog Selvedge"."""
    page, first, last = d.page, phrase.head, phrase.head + 1
    if page.words.case[phrase.head] not in (TITLE, UPPER):
        return NOBODY
    while first > phrase.first and page.words.case[first - 1] in (TITLE, UPPER) and (page.lower[first - 1],) not in titles() and page.lower[first - 1] != "the":
        first -= 1
    words = " ".join(page.lower[first:last])
    if title_before(page, first):
        return d.entities.get("person", words, name=shown(page, first, last)), 0.6
    if word_before(page.lower, first) in BEFORE_NAMES:
        return d.entities.get("organization", words, name=shown(page, first, last)), 0.6
    return NOBODY


def body_named(d: Referring, phrase: NounPhrase) -> Found:
    """A medium or organisation of the tables that the tagger overlooked, as in a dump: "politico reported"."""
    words = d.page.lower[phrase.first : phrase.head + 1]
    words = words[1:] if words[:1] == ("the",) else words
    body = bodies().get(words)
    if body is None and len(words) == 1 and d.page.words.case[phrase.head] == UPPER:
        return d.entities.get("organization", words[0], name=d.page.text(phrase.head, phrase.head + 1)), 0.5
    if body is None:
        return _overlooked(d, phrase)
    return d.entities.body(body, phrase.head + 1 - len(words), phrase.head + 1), 0.6
