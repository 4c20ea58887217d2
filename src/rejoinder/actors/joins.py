"""Stage: resolve. What names next to each other, and next to words that are none, make together: "Iowa Electronic Markets", "Park Geun-hye".

The tagger cuts many names of bodies short. What is left then ("University", "Center for") would be one actor for all universities, so that it is either
put together again or is no name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rejoinder.actors.lexicon import bodies, genders, generic, groups, names_actor, places, titles, word_before, works
from rejoinder.actors.spans import ADJECTIVES, DIGITS, LEADING, PLACING, PLAIN, TITLE, UPPER, NameKind, NameSpan
from rejoinder.tagging.words import Words

OPENING = frozenset("\" “ '' `` ‘ ( [ : ; — – -".split())
ENDS = frozenset(".?!")
QUOTES = frozenset(("''", '"', "“", "”", "``", "‘", "’", "'"))
FUNCTION = frozenset("the a an to of for and but while if like yet by about on in at with from as or that this".split())
FAMILY_FIRST = frozenset("park kim ban xi moon lee li wang zhang abe".split())  # family names that stand first
COMPANIES = frozenset(
    "company firm maker manufacturer producer retailer bank insurer airline carrier chain operator supplier publisher startup start-up giant conglomerate "
    "brewer builder developer drugmaker automaker carmaker utility website platform network newspaper nonprofit charity".split()
)
# Nouns that stand before a body's name; not "union leader", "publisher": those are persons too.
MEDIA = frozenset("newspaper paper daily weekly tabloid magazine site website blog broadcaster network channel station".split())
BEFORE_NAMES = (
    COMPANIES | MEDIA | frozenset("agency distributor supplier group charity club party union school festival promoter employer consortium app".split())
)
BODIES = COMPANIES | MEDIA | frozenset("group organization organisation union association coalition alliance committee federation party affiliate".split())
MIN = 2  # words before "of" that are looked at
OF = frozenset(("of", "for", "on"))  # within a body's name
SORTS = frozenset("university convention court department college school district pac pacs bowl press office institute council majority minority".split())
ON = frozenset("committee subcommittee council commission center conference panel".split())
LAWS = frozenset("act amendment treaty accord accords agreement".split())  # what they name is no body
AGAINST = frozenset(("v", "v.", "vs", "vs."))  # between the parties of a lawsuit
STATION = frozenset(("radio",))
STATION_DIGITS = 2  # of a local station's number
ORDINALS = frozenset(("st", "nd", "rd", "th"))  # cut from their numbers: "the 9th Circuit"
CHAMBERS = frozenset(("senate", "house of representatives"))  # of the country, and so called of its regions too
# Behind a chamber's name: who runs for the country's, "the Ohio Senate race".
RACES = frozenset("race races contest contests candidate candidates nominee nominees seat seats hopeful hopefuls primary primaries bid campaign".split())
CITIES = frozenset(("new york",))  # called as their regions are
# Beside a region's name: what a city has not.
POLITICAL = frozenset("primary primaries caucus caucuses delegates delegation voters democrats republicans gop lawmakers legislature state district".split())
SPORTS = frozenset("football basketball baseball quarterback quarterbacks linebacker touchdown touchdowns playoff playoffs ncaa halftime undefeated".split())
PLAYS = frozenset("beat beats defeated plays played won lost faced".split())
SENTENCE = 20  # words on either side that are looked at for a team
LISTED = ((",",), ("and",), (",", "and"), ("or",))
NEAR = 4  # words behind a region's name that are looked at: "New York's April 19 primary"
SEEN = 0.6  # how sure a name is that the tagger overlooked here and knew elsewhere
FARTHEST = 6  # words that a body's name takes in behind "of"


@dataclass(frozen=True, slots=True)
class Text:
    """Words, and whether they have capitals to go by."""

    words: Words
    lower: tuple[str, ...]
    cased: bool

    def adjacent(self, k: int) -> bool:
        """Whether word k stands right behind the one before."""
        return bool(self.words.gap[k] == 1)


def joined(names: Sequence[NameSpan], words: Words, lower: tuple[str, ...], cased: bool) -> list[NameSpan]:
    """`names` put together where they are one; cased: see spans.has_capitals."""
    text = Text(words, lower, cased)
    out = [_numbered(text, _with_force(text, _widened(text, name, names[k - 1].last if k else 0))) for k, name in enumerate(names)]
    for step in (_with_word, _with_owner, _with_before, _with_behind):
        out = step(text, out)
    single = {lower[name.first] for name in out if name.kind == "person" and name.last - name.first == 1}
    companies = {word for k, word in enumerate(lower) if word in single and _makes(text, k + 1)}
    companies |= {lower[n.first] for n in out if n.last - n.first == 1 and n.place is None and _called_body(text, n)}
    # "The company Ada Quill founded" is none of her name.
    longer = [n for n in out if n.kind == "person" and n.last - n.first > 1 and lower[n.first] not in genders()]
    bodies_named = {lower[n.first : n.last] for n in longer if _called_body(text, n)}
    bodies_named |= {(word,) for word in companies | _beginnings(text, out)}
    out = [replace(n, kind="organization") if n.kind == "person" and lower[n.first : n.last] in bodies_named else n for n in out]
    out = sorted([*out, *_repeated(text, out)], key=lambda name: name.first)
    out = [replace(n, kind="person") if _titled_person(text, n) else n for n in out]
    edges = {name.first for name in out} | {name.last for name in out if name.kind == "person"}
    out = _with_cities(text, out)
    no_bodies = _works(text, out) | {n for n in out if _is_team(text, n)} | {n for n in out if n.place and _in_title(text, n)}
    out = [name for name in out if name not in no_bodies]
    return [name for name in out if not _is_generic(text, name) and not _within_another(text, name, edges) and not _shares_region(text, name)]


def _repeated(text: Text, names: Sequence[NameSpan]) -> list[NameSpan]:
    """Names of one word, and last names, where the tagger overlooked them: capitalised, and no part of a longer name."""
    if not text.cased:
        return []
    lower, case = text.lower, text.words.case
    single = [n for n in names if n.kind in ("person", "organization") and not (n.body or n.place) and (n.kind == "person" or n.last - n.first == 1)]
    kinds: dict[str, NameKind] = {lower[n.last - 1]: n.kind for n in single}
    taken = {k for name in names for k in range(name.first, name.last)}
    found = (k for k, word in enumerate(lower) if word in kinds and k not in taken and case[k] != PLAIN and _alone(text, k))
    return [NameSpan(k, k + 1, kinds[lower[k]], SEEN) for k in found]


def _alone(text: Text, k: int) -> bool:
    """Whether a capitalised word has no other beside it, but for titles and the first words of sentences."""
    lower, case = text.lower, text.words.case
    capitals = (TITLE, UPPER)
    before = k > 0 and text.adjacent(k) and case[k - 1] in capitals and (lower[k - 1],) not in titles() and not _opens(text, k - 1)
    return not before and not (k + 1 < len(lower) and text.adjacent(k + 1) and case[k + 1] in capitals)


def _opens(text: Text, k: int) -> bool:
    """Whether word k is the first of its sentence or quotation."""
    return k == 0 or text.words.gap[k] >= 2 or text.lower[k - 1] in ENDS or text.lower[k - 1] in OPENING


def _makes(text: Text, k: int) -> bool:
    """Whether the words behind a name call it a company: "Brightwater, the country's largest maker of filters,"."""
    if k >= len(text.lower) or text.lower[k] not in (",", "inc", "corp", "ltd", "plc", "llc"):
        return False
    if text.lower[k] != ",":
        return True
    stop = next((j for j in range(k + 1, min(len(text.lower), k + 1 + FARTHEST)) if text.lower[j] in (",", "who", "of", "which", "that", "in")), None)
    return stop is not None and stop > k + 2 and text.lower[k + 1] in ("the", "a", "an") and text.lower[stop - 1] in COMPANIES


def _apposed(text: Text, k: int) -> str | None:
    """The last word of an apposition at word k: "group" of ", a labor group,"."""
    if text.lower[k : k + 1] != (",",) or text.lower[k + 1 : k + 2] not in (("a",), ("an",), ("the",)):
        return None
    stop = next((j for j in range(k + 2, min(len(text.lower), k + 2 + FARTHEST)) if text.lower[j] in (",", ".", ";", ")")), None)
    return text.lower[stop - 1] if stop is not None else None


def _with_word(text: Text, names: list[NameSpan]) -> list[NameSpan]:
    """A place with the capitalised word before it, where an apposition calls them a body: "Rising America, a labor group,"; everywhere from then on."""
    if not text.cased:
        return names
    lower = text.lower
    before = [
        n for n in names if n.place and n.place.sort in ("country", "region") and n.first > 0 and _may_begin(text, n.first - 1) and text.adjacent(n.first)
    ]
    called = {lower[n.first - 1 : n.last] for n in before if (_apposed(text, n.last) or "") in BODIES and not _opens(text, n.first - 1)}
    whole = {n.first: n for n in before if lower[n.first - 1 : n.last] in called}
    out = [replace(n, first=n.first - 1, kind="organization", body=None, place=None) if n.first in whole else n for n in names]
    return [n for n in out if not (n.last in whole and n.last - n.first == 1)]


def _may_begin(text: Text, k: int) -> bool:
    """Whether the capitalised word k may begin a body's name: no title, place or direction."""
    word = text.lower[k]
    known = (word,) in titles() or (word,) in places() or (word,) in groups() or word in LEADING or word in ADJECTIVES or word in FUNCTION
    return text.words.case[k] == TITLE and not known and not word.endswith("ern") and word.isalpha()


def _beginnings(text: Text, names: Sequence[NameSpan]) -> set[str]:
    """Words that begin a longer name of a body and are in no person's: "Hanbit" of "Hanbit Tire"."""
    longer = [n for n in names if n.last - n.first > 1]
    people = {text.lower[k] for n in longer if n.kind == "person" for k in range(n.first, n.last)}
    single = (n for n in names if n.kind == "person" and n.last - n.first == 1)
    people |= {text.lower[n.first] for n in single if any(text.lower[max(n.first - k, 0) : n.first] in titles() for k in (1, 2))}  # "Mrs. Clinton"
    words = {text.lower[n.first] for n in longer if n.kind == "organization" and n.body is None}
    return {word for word in words - people - genders().keys() if word not in FUNCTION and word.isalpha()}


def _called_body(text: Text, name: NameSpan) -> bool:
    """Whether what stands around a name says that it is a body's: "the newspaper Hanmaru Ilbo", "the operator, Fjordlink,", "Fjordlink, which"."""
    lower, first, last = text.lower, name.first, name.last
    if lower[last : last + 2] == (",", "which"):
        return True
    behind_plain = text.cased and first > 1 and text.words.case[first - 1] == PLAIN  # an article and the noun
    if behind_plain and text.adjacent(first) and lower[first - 1] in BEFORE_NAMES:
        return True
    apposed = first > 2 and lower[first - 1] == "," and lower[last : last + 1] in ((",",), (".",)) and text.words.case[first - 2] == PLAIN
    return apposed and (lower[first - 2] in MEDIA or (last - first == 1 and lower[first - 2] in BEFORE_NAMES))


def _titled_person(text: Text, name: NameSpan) -> bool:
    """Whether what was taken for a body is a given and a family name behind a title: "Chief Darlene Apsassin"."""
    words, first = text.lower[name.first : name.last], name.first
    plain = name.kind == "organization" and name.body is None and len(words) == 2 and words[0] in genders()
    return plain and first > 0 and (text.lower[first - 1 : first] in titles())


def _within_another(text: Text, name: NameSpan, edges: set[int]) -> bool:
    """Whether a place is only part of a name that is no place's: "Workers of America", "Carolina Panthers"."""
    if not text.cased or name.place is None or name.place.sort not in ("country", "region"):
        return False
    lower, case, first = text.lower, text.words.case, name.first
    the = word_before(lower, first) == "the"
    of = first - 1 - the
    if (
        of > 0
        and of not in edges  # "Lee Stone of Ohio"
        and lower[of] == "of"
        and case[of - 1] == TITLE
        and not names_actor(lower[of - 1])
        and (of < MIN or case[of - 2] != PLAIN or lower[of - 2] == "the")
    ):
        return True
    k = name.last
    if k >= len(lower) or case[k] != TITLE or text.words.gap[k] != 1 or k in edges or not lower[k].isalpha():
        return False
    after = k + 1 < len(lower) and case[k + 1] == TITLE  # a headline
    return lower[k].endswith("s") and not after and not names_actor(lower[k]) and lower[k] not in generic()


def _is_generic(text: Text, name: NameSpan) -> bool:
    """Whether what is left of a body's name says no more than what it is: "University", "State University", "Center for"; or is an office."""
    words = text.lower[name.first : name.last]
    if name.kind != "organization" or name.body is not None:
        return False
    if words in titles():
        return True
    cut = words[-1] in FUNCTION
    words = tuple(w for w in words if w not in FUNCTION)
    if words[-1:] == ("court",):  # "U.S. District Court" is many
        words = words[next((n for n in (2, 1) if (place := places().get(words[:n])) is not None and not place.region), 0) :]
    few = len(words) <= 1 or (len(words) == 2 and words[-1] in SORTS)
    return all(w in generic() or (w,) in titles() for w in words) and (cut or few)


def _works(text: Text, names: Sequence[NameSpan]) -> set[NameSpan]:
    """Names that are taken for bodies and are laws, lawsuits, books or slogans, also cut short or by their initials: "Norden Ports [Act]", "the NPA"."""
    able = [n for n in names if n.kind == "organization" and n.body is None]
    whole = {n: text.lower[n.first : _end_of_law(text, n)] for n in able}
    found = {words for words in whole.values() if words in works() or words[-1] in LAWS or AGAINST & set(words)}
    short = {"".join(w[0] for w in words) for words in found if len(words) > MIN} | {words[0] for words in found if words[-1] in LAWS and "-" in words[0]}
    return {n for n, words in whole.items() if words in found or (len(words) == 1 and words[0] in short)}


def _in_title(text: Text, name: NameSpan) -> bool:
    """Whether a place only begins the title of a work: the words in quotation marks from its name on are few, and none is plain: ''Norden Nine''."""
    first, last = name.first, name.last
    if not text.cased or word_before(text.lower, first) not in QUOTES:
        return False
    end = next((k for k in range(last, min(last + FARTHEST, len(text.lower))) if text.lower[k] in QUOTES | ENDS or text.lower[k] == ","), last)
    return end > last and all(text.words.case[k] != PLAIN or text.lower[k] in FUNCTION for k in range(last, end)) and text.lower[last] not in ("'s", "s")


def _end_of_law(text: Text, name: NameSpan) -> int:
    """The word behind a law's name of which the tagger left out the end: "Quiet Ports [and Harbours Act]"; else the name's own end."""
    for k in range(name.last, min(name.last + FARTHEST, len(text.lower))):
        if not text.cased or not text.adjacent(k) or (text.words.case[k] != TITLE and text.lower[k] not in FUNCTION):
            break
        if text.lower[k] in LAWS:
            return k + 1
    return name.last


def _with_before(text: Text, names: list[NameSpan]) -> list[NameSpan]:
    out: list[NameSpan] = []
    for name in names:
        before = out[-1] if out else None
        if before and before.last == name.first and text.adjacent(name.first) and (kind := _together(text, before, name)):
            out[-1] = replace(name, first=before.first, kind=kind, body=None, place=None)
        else:
            out.append(name)
    return out


def _together(text: Text, before: NameSpan, name: NameSpan) -> NameKind | None:
    """What two names that stand next to each other are together, if they are one."""
    if name.kind == "organization":
        station = before.last - before.first == 1 and text.lower[before.first] in STATION
        return "organization" if station or _of_place(text, before, name) or _of_person(text, before, name) else None
    given = before.kind == "person" and before.last - before.first == 1 and text.lower[before.first] in genders()
    if name.place and name.place.sort == "country" and given:
        return "person"  # "Steve Israel"
    region = name.place is not None and name.place.sort == "region"
    return "organization" if before.body and before.body.kind == "media" and region and text.cased else None  # "Breitbart Texas"


def _of_place(text: Text, place: NameSpan, name: NameSpan) -> bool:
    """ "Iowa Electronic Markets", "Florida Department of State", "Montclair State University"."""
    if place.place is None:
        return place.kind == "place" and text.cased and name.body is None and _rest_generic(text, name)
    if place.place.sort not in ("country", "region") or (text.cased and text.words.case[name.first] == PLAIN):
        return False
    if _is_chamber(name):
        return place.place.region and text.lower[name.last : name.last + 1] not in {(word,) for word in RACES}
    if name.body:  # a region's own, not the country's
        return place.place.region and (name.body.kind == "government" or _rest_generic(text, name))
    return name.last - name.first > 1 or not names_actor(text.lower[name.first])


def _is_chamber(name: NameSpan) -> bool:
    return name.body is not None and name.body.name in CHAMBERS


def _shares_region(text: Text, name: NameSpan) -> bool:
    """Whether a chamber is a region's that stands before the other one: "the Ohio Senate and House of Representatives"."""
    end = name.first - 2
    if not _is_chamber(name) or end < 1 or text.lower[end + 1] not in ("and", "or") or (text.lower[end],) not in bodies():
        return False
    before = (places().get(text.lower[max(end - n, 0) : end]) for n in (1, 2))
    return bodies()[(text.lower[end],)].name in CHAMBERS and any(place is not None and place.region for place in before)


def _is_team(text: Text, name: NameSpan) -> bool:
    """Whether a region's name is its university's team's: "Ohio beat Iowa in a football game"; not "in Ohio", "Norden, Ohio"."""
    ahead = word_before(text.lower, name.first)
    if name.place is None or name.place.sort != "region" or ahead in PLACING or ahead == ",":
        return False
    if not (PLAYS | SPORTS) & {ahead, *text.lower[name.last : name.last + 1]}:
        return False  # "his Ohio high school"
    words = text.lower[max(name.first - SENTENCE, 0) : name.first], text.lower[name.last : name.last + SENTENCE]
    before = next((words[0][len(words[0]) - k :] for k, word in enumerate(reversed(words[0])) if word in ENDS), words[0])
    behind = next((words[1][:k] for k, word in enumerate(words[1]) if word in ENDS), words[1])
    return bool(SPORTS & {*before, *behind})


def _with_cities(text: Text, names: list[NameSpan]) -> list[NameSpan]:
    """`names`, those of regions that are their cities' too as cities, which are no actors: all of them in a text that nowhere shows the region."""
    shared = [k for k, n in enumerate(names) if n.place and n.place.region and n.place.name.lower() in CITIES]
    around = {names[k].first: (names[k], names[k - 1] if k else None, names[k + 1] if k + 1 < len(names) else None) for k in shared}
    cities = {first for first, (name, before, _) in around.items() if _is_city(text, name, before)}
    if not any(first not in cities and _shows_region(text, *found) for first, found in around.items()):
        cities = set(around)
    return [replace(n, place=replace(n.place, sort="region capital")) if n.place and n.first in cities else n for n in names]


def _is_city(text: Text, name: NameSpan, before: NameSpan | None) -> bool:
    """Whether a name is that of a city: in a dateline, before its mayor, behind another city: "Chicago and New York"."""
    lower, first, last = text.lower, name.first, name.last
    if " ".join(lower[first:last]) not in CITIES:
        return False
    opens = text.words.gap[first] > 1 or word_before(lower, first) in ENDS
    comma = lower[last : last + 1] == (",",) and text.words.case[first] == UPPER
    dateline = opens and (comma or lower[last : last + 1] in (("(",), ("-",), ("–",), ("—",)))
    listed = before is not None and before.kind == "place" and before.place is None and lower[before.last : first] in LISTED[1:]
    own = _behind_own(lower, last)
    return dateline or listed or lower[own : own + 1] in (("mayor",), ("mayors",))


def _behind_own(lower: tuple[str, ...], last: int) -> int:
    """The word behind a name that ends before word `last`, and behind its possessive."""
    return last + (lower[last : last + 1] in (("'s",), ("s",)))


def _shows_region(text: Text, name: NameSpan, before: NameSpan | None, after: NameSpan | None) -> bool:
    """Whether a name is the region's: "Senator Quill of New York", "New York voters", "Norden, New York", "Ohio and New York"."""
    lower, first, last = text.lower, name.first, name.last
    if " ".join(lower[first:last]) not in CITIES:
        return True  # "N.Y."
    own = _behind_own(lower, last)
    office = next((t for n in (2, 1) if (t := titles().get(lower[own : own + n]))), None)
    political = bool(POLITICAL & set(lower[own : own + NEAR])) or (office is not None and office.level in ("state", "party"))
    linked = lower[before.last : first] if before else ()
    beside = before is not None and before.kind == "place" and (linked == (",",) or (before.place is not None and before.place.region and linked in LISTED))
    beside = beside or (after is not None and after.place is not None and after.place.region and lower[last : after.first] in LISTED)
    whose = before is not None and before.kind == "person" and linked == ("of",)
    ahead = word_before(lower, first - 1)
    led = word_before(lower, first) in ("of", "from", "in") and (ahead in POLITICAL or (ahead,) in titles())
    return political or beside or whose or led or word_before(lower, first) == "upstate"


def _of_person(text: Text, person: NameSpan, name: NameSpan) -> bool:
    """ "Peterson Institute"."""
    return person.kind == "person" and name.body is None and text.cased and _rest_generic(text, name) and text.lower[name.last - 1] != "campaign"


def _rest_generic(text: Text, name: NameSpan) -> bool:
    """Whether a name says no more than what it is, but for whose it is: "U.S. Court of Appeals for"."""
    whose = next((n for n in (2, 1) if text.lower[name.first : name.first + n] in places()), 0)
    return all(w in generic() or w in FUNCTION for w in text.lower[name.first + whose : name.last])


def _with_owner(text: Text, names: list[NameSpan]) -> list[NameSpan]:
    """ "Norway's Supreme Court", "the Canadian Senate": not that of the country to which the tables give a name that many have."""
    out: list[NameSpan] = []
    for name in names:
        before = out[-1] if out else None
        beside = before is not None and text.lower[before.last : name.first] in ((), ("'s",), ("s",))
        many = name.body is not None and (_is_chamber(name) or _rest_generic(text, name))
        if before and before.place and beside and many and name.body and name.body.country not in (None, before.place.country):
            out[-1] = replace(name, first=before.first, body=None)
        else:
            out.append(name)
    return out


def _with_behind(text: Text, names: list[NameSpan]) -> list[NameSpan]:
    """ "Center for Responsive Politics", "University of Maryland": a body's name goes on behind "of"."""
    out: list[NameSpan] = []
    starts = {name.first: name for name in names}
    for name in names:
        if out and name.first < out[-1].last:
            continue
        if name.kind == "organization" and name.body is None and _rest_generic(text, name):
            last = _behind(text, name, starts.get)
            out.append(replace(name, last=last) if last > name.last else name)
        else:
            out.append(name)
    return out


def _behind(text: Text, name: NameSpan, starting: Callable[[int], NameSpan | None]) -> int:
    k = name.last
    if text.lower[k - 1] in OF:
        k -= 1
    if k >= len(text.lower) or text.lower[k] not in OF or text.words.gap[k] != 1 or (text.lower[k] == "on" and text.lower[k - 1] not in ON):
        return name.last
    k += 1
    if k < len(text.lower) and text.lower[k] == "the":
        k += 1
    if not text.cased:
        following = starting(k)
        return following.last if following else name.last
    last = name.last
    while k < min(len(text.lower), name.last + FARTHEST) and text.words.gap[k] <= 1:
        if text.words.case[k] in (TITLE, UPPER):
            last = k + 1
        elif text.lower[k] not in ("and", "of", "the", "&", *ORDINALS) and text.words.case[k] != DIGITS:
            break
        k += 1
    return last


def _with_force(text: Text, name: NameSpan) -> NameSpan:
    """ "Norden police" is the name of a body."""
    k = name.last
    town = name.kind == "place" and (name.place is None or name.place.sort.startswith("region"))
    police = town and k < len(text.lower) and text.lower[k] == "police" and text.adjacent(k)
    return NameSpan(name.first, k + 1, "organization", name.sure) if police else name


def _widened(text: Text, name: NameSpan, after: int) -> NameSpan:
    """A name reaches back over words of its own that the tagger left out: the capitalised ones; where there are none, what no station goes without."""
    first = name.first
    if not text.cased and name.kind == "organization" and name.body is None and first > after and text.lower[first - 1] in STATION and text.adjacent(first):
        first -= 1  # "radio norden"
    if text.cased and name.kind in ("person", "organization") and name.body is None:
        while first > max(1, after) and text.words.case[first - 1] == TITLE and text.adjacent(first) and _own_word(text, first - 1, name.kind):
            first -= 1
    return replace(name, first=first) if first < name.first else name


def _numbered(text: Text, name: NameSpan) -> NameSpan:
    """ "Fox 35" is a station of its own, "Air Force One" no air force."""
    lower, case, k = text.lower, text.words.case, name.last
    if name.kind != "organization" or k + 1 >= len(lower) or not text.adjacent(k):
        return name
    one = text.cased and lower[k] == "one" and case[k] == TITLE
    station = name.body is not None and name.body.kind == "media" and case[k] == DIGITS and len(lower[k]) <= STATION_DIGITS
    station = station and (lower[k + 1] in FUNCTION or not lower[k + 1].isalpha())  # no "Fox 20 years ago"
    return replace(name, last=k + 1, body=None) if one or station else name


def _own_word(text: Text, k: int, kind: NameKind) -> bool:
    """Whether the capitalised word k is part of the name behind it: not the first of its sentence, no title, place or body, no word of a headline."""
    word, before = text.lower[k], text.lower[k - 1]
    if word in FUNCTION or (kind == "person" and word not in genders() and word not in FAMILY_FIRST):
        return False
    case = text.words.case
    starts = _opens(text, k)
    if kind == "organization" and word in LEADING:
        return not (starts and case[k + 1] != TITLE)
    headline = case[k - 1] == TITLE and (before,) not in titles() and before not in FUNCTION
    known = (word,) in titles() or (word,) in places() or (word,) in bodies() or (word,) in groups() or word in ADJECTIVES
    return not starts and not headline and not known and word.isalpha()
