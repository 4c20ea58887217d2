"""Stage: resolve. A source, addressee or other noun phrase -> what it says of whom it stands for.

The head is found from the left: what comes before the first "of", "who", comma and so on, names whole. Descriptions around a name become its office;
without a name the head noun says what kind of actor it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from rejoinder.actors.lexicon import LONGEST, OWNS, Place, Title, groups, names_actor, things, titles, word_before
from rejoinder.actors.names import Page
from rejoinder.actors.spans import TITLE, NameSpan
from rejoinder.types import ActorKind

Sort = Literal["name", "pronoun", "noun", "joint", "thing", "none"]
FIRST = frozenset("i me my myself".split())
WE = frozenset("we us our ours ourselves".split())
HE = frozenset("he him his himself".split())
SHE = frozenset("she her hers herself".split())
THEY = frozenset("they them their theirs themselves".split())
IT = frozenset("it its itself".split())
YOU = frozenset("you your yours yourself".split())
AGED = "year-old"
MIN_AGED = 4  # words of "the director, 41"
RELATIVE = frozenset("who whom which that whose".split())
PRONOUNS = FIRST | WE | HE | SHE | THEY | IT | YOU | RELATIVE
SUBJECTS = frozenset("i we he she they it".split())
POSSESSIVE = frozenset("his her their its my our your whose".split())
BREAKS = frozenset(
    "of for from in with at on to by about who whom whose that which where as after before "
    ", ( - — – -- ; : including near inside behind against based close familiar under during through "
    "between among without within outside around over like via per than when while because if whether privy aware knowledgeable able unable".split()
)
ARTICLES = frozenset("a an the".split())
DEFINITE = frozenset("the this that these those such".split())
INDEFINITE = frozenset(
    "a an one another some many several few most two three four five six seven eight nine ten dozens hundreds thousands more other others".split()
)
QUANTIFIERS = frozenset(
    "one some many several few most two three four five six both all each none others another half dozens hundreds thousands people".split()
)
QUANTITIES = frozenset(
    "number majority minority handful flood wave series group bunch crowd pair host slew array dozen hundreds dozens thousands lot lots".split()
)
PARTICIPLES = frozenset("made given seen shown held written sent drawn taken led put kept known".split())
# Ends of nouns that are people even where the tables lack them, singular and plural.
PERSON = ("surgeon", "ist", "ian", "eer", "crat", "woman", "man")
DOERS = ("ers", "ors", "ees")  # "the queuers", "the tellers"
POPULAR = frozenset("widespread popular broad public common general growing deep ordinary everyday average".split())  # before what a people thinks or does
DOER = ("er", "or")  # of whom "from" follows
CALLED = frozenset("named called nicknamed dubbed".split())  # before a name: "an inspector named Tomar"
PEOPLE = ("ists", "ians", "philes", "crats", "mates")
LEADING = frozenset(", - — ( [ and but even only also by to from of for among in at least about".split())
CLOSING = frozenset((",", ".", "-", "—", ")", ":", "]"))
TRAILING = frozenset("there here too alike alone abroad elsewhere".split())  # "teachers there"
ONE = frozenset("one another second third fourth".split())  # "one of the airlines, Great Basin Air,"
BODY_ROLES = frozenset(
    "promoter owner maker organiser organizer landlord developer manufacturer publisher employer insurer lender supplier contractor operator parent label "
    "rival competitor applicant".split()
)  # of bodies as of persons
REFLEXIVE = frozenset("himself herself itself themselves myself ourselves".split())
JOINS = frozenset(("and", "&"))
QUOTES = frozenset("\" “ ” '' `` ‘".split())


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """What a phrase says.

    sort: what its head is. head: word index of the head. name: where the head is one. pronoun: its words where it is one. noun: head noun with the
    longest title that the tables know. kind: of actor, where the noun tells. title: the tables' row of the office. place: a country or region that
    qualifies it ("Russian", "of France"). owner: words [first, last) of whom it belongs to ("his", "Clinton's", "of the committee"). definite: "the";
    indefinite: "a", "two". members: the parts of a joint one. offices: words [first, last) of each office that a name has.
    """

    first: int
    last: int
    sort: Sort
    head: int
    name: NameSpan | None = None
    pronoun: str = ""
    noun: str = ""
    kind: ActorKind | None = None
    title: Title | None = None
    place: Place | None = None
    owner: tuple[int, int] | None = None
    definite: bool = False
    indefinite: bool = False
    members: tuple[NounPhrase, ...] = ()
    offices: tuple[tuple[int, int], ...] = field(default=())


def parse(page: Page, first: int, last: int) -> NounPhrase:
    """The noun phrase that stands in the words [first, last)."""
    first, last = _trimmed(page, first, last)
    if first >= last:
        return NounPhrase(first, last, "none", first)
    lower = page.lower
    end = _region_end(page, first, last)
    if end < last - 1 and lower[end - 1] in QUANTITIES and lower[end] == "of" and (many := parse(page, end + 1, last)).kind is not None:
        return many
    if end > first + 1 and lower[end - 1] in REFLEXIVE:
        end -= 1
    simple = _joint(page, first, end, last) or _without_noun(page, first, end, last) or _called(page, first, end, last)
    if simple:
        return simple
    phrase = _head(page, first, end, last)
    return _with_apposition(page, phrase, end, last)


def _trimmed(page: Page, first: int, last: int) -> tuple[int, int]:
    """The words without what only leads to them or closes them."""
    lower = page.lower
    while first < last - 1 and (lower[first] in QUOTES or lower[first] in LEADING):
        first += 1
    while last > first + 1:
        if lower[last - 1] in REFLEXIVE | TRAILING | QUOTES | OWNS | CLOSING:
            last -= 1
        elif last - first >= MIN_AGED and lower[last - 1].isdigit() and len(lower[last - 1]) <= 2 and lower[last - 2] == ",":
            last -= 2  # "the director, 41"
        else:
            break
    return first, last


def _without_noun(page: Page, first: int, end: int, last: int) -> NounPhrase | None:
    """ "She", "those trailing them", nothing."""
    lower = page.lower
    alone = end == first + 1
    if lower[first] in ("those", "ones") and (alone or lower[first + 1].endswith(("ing", "ed"))):
        return NounPhrase(first, last, "noun", first, noun="those", kind="group")
    if lower[first] in PRONOUNS and (alone or (lower[first] not in POSSESSIVE | DEFINITE and page.name_at[first] < 0)):
        return NounPhrase(first, last, "pronoun", first, pronoun=lower[first])
    return NounPhrase(first, last, "none", first) if end == first else None


def _called(page: Page, first: int, end: int, last: int) -> NounPhrase | None:
    """ "An inspector named Tomar", "a group calling itself Bisons Forever", "a man who gave his name as Elnur": the name, with the office before it."""
    lower = page.lower
    given = next((k + 1 for k in range(end, last - 1) if lower[k] == "as" and "name" in lower[k - 2 : k]), None)
    given = given or next((k + 1 for k in range(end, last - 1) if lower[k] == "only" and lower[k - 1] in CALLED), None)
    start = given or (end + 1 if end < last and lower[end] in CALLED else end + 2 if lower[end : end + 1] == ("calling",) else last)
    name = page.name(start) if start < last and (given or start == end + 1 or lower[end + 1] in REFLEXIVE) else None
    if name is None or name.kind not in ("person", "organization"):
        return None
    named, before = _head(page, start, min(name.last, last), last), _head(page, first, end, end)
    office = {"noun": before.noun, "title": before.title, "place": before.place, "owner": before.owner, "offices": ((first, end),)}
    return replace(named, first=first, **(office if before.title and name.kind == "person" else {}))


def _region_end(page: Page, first: int, last: int) -> int:
    """End of the words that come before whatever qualifies the head."""
    k = first
    while k < last:
        name = page.name(k)
        if name:
            k = min(name.last, last)
            continue
        if page.lower[k] == "-" and k + 1 < last and page.lower[k + 1].startswith("year"):  # "81-year-old"
            k += 2
            continue
        whole = next((n for n in range(min(LONGEST, last - k), 2, -1) if page.lower[k : k + n] in titles()), 0)
        if whole:  # "secretary of state" is one
            k += whole
            continue
        if page.lower[k] == "than" and k > first and page.lower[k - 1] in ("more", "less", "fewer", "rather", "other"):
            k += 1
            continue
        if k > first and page.lower[k] in SUBJECTS:  # "the statement she issued"
            break
        if k > first and (_qualifies(page, k, last) or (page.lower[k] in ARTICLES and _is_person(page, k - 1))):  # "Holm a critic of the port": a dash was lost
            break
        if k + 1 < last and page.lower[k : k + 2] == ("under", "secretary"):
            k += 2
            continue
        if page.lower[k] in BREAKS and not (k == first and page.lower[k] in ("that", "whose")) and not (page.lower[k] == "like" and k == first):
            break
        k += 1
    return k


def _qualifies(page: Page, k: int, last: int) -> bool:
    """Whether word k is a participle behind a noun: "voters looking for", "documents released by", but not "campaign spending report"."""
    word = page.lower[k]
    if not _is_noun(page.lower[k - 1]):
        return False
    return word in PARTICIPLES or (word.endswith(("ed", "ing")) and not (k + 1 < last and _is_noun(page.lower[k + 1])))


def _is_noun(word: str) -> bool:
    return names_actor(word) or (word,) in things()


def _joint(page: Page, first: int, end: int, last: int) -> NounPhrase | None:
    """ "Smith and Jones", "voters and officials": two heads or more, joined; a title of two parts before one name is not."""
    cuts = [k for k in range(first + 1, end - 1) if page.lower[k] in JOINS and page.name_at[k] < 0]
    cuts = cuts or (_cut_behind(page, end, last) if end > first else [])
    if not cuts:
        return None
    parts = [(a, b) for a, b in zip([first, *(k + 1 for k in cuts)], [*cuts, last], strict=True) if a < b]
    members = tuple(parse(page, a, b) for a, b in parts)
    if any(m.sort in ("none", "thing") or (m.sort == "noun" and m.kind is None) for m in members):
        return None
    left, right = members[0], members[-1]
    # "The Florida senator and presidential candidate" is one.
    if all(m.sort == "noun" and m.kind == "person" for m in members) and not any(m.definite or m.indefinite for m in members[1:]):
        return left
    plain = left.sort == "noun" and left.kind == "person" and right.sort == "name" and not left.definite and not left.indefinite
    if plain and right.name and right.name.kind == "person":
        return None
    return NounPhrase(first, last, "joint", first, kind="group", members=members)


def _cut_behind(page: Page, end: int, last: int) -> list[int]:
    """ "Lee Stone of Ohio and Ada Quill", "Lee Stone (D-Ohio) and Ada Quill", and in a headline "Stone, Quill": where the second of two persons begins."""
    if not _is_person(page, end - 1) or RELATIVE & set(page.lower[end:last]):
        return []
    second = page.name(end + 1) if page.lower[end : end + 1] == (",",) and end + 1 < last else None
    if second and second.kind == "person" and second.last == last:
        return [end]
    for k in range(end + 1, last - 1):
        closed = page.lower[k - 1] in (",", ")") or ((name := page.name(k - 1)) is not None and name.place is not None)
        person = next((n for n in range(k + 1, last) if _is_person(page, n)), None)
        if page.lower[k] in JOINS and closed and person is not None and (person == k + 1 or page.lower[k + 1 : person] in titles()):
            return [k]
    return []


def _is_person(page: Page, k: int) -> bool:
    name = page.name(k)
    return name is not None and name.kind == "person"


def _head(page: Page, first: int, end: int, last: int) -> NounPhrase:
    """The phrase of a region without joints."""
    lower = page.lower
    owner: tuple[int, int] | None = None
    start = first
    for k in range(end - 2, first, -1):
        if lower[k] in OWNS and (page.name_at[k - 1] >= 0 or lower[k] != "s"):
            owner, start = (first, k), k + 1
            break
    if owner is None and lower[first] in POSSESSIVE and end > first + 1:
        owner, start = (first, first + 1), first + 1
    definite = lower[start] in DEFINITE or owner is not None
    indefinite = lower[start] in INDEFINITE or lower[start].isdigit()
    while end > start + 1 and lower[end - 1] in OWNS:
        end -= 1
    place = _place(page, start, end, last) or (_place(page, owner[0], owner[1] + 1, owner[1]) if owner else None)  # "Russia's foreign minister"
    name = page.name(end - 1)
    if name:
        plural = name.kind == "other" or (name.kind == "organization" and name.body is None)
        proper = name.last - name.first > 1 and page.words.case[end - 1] == TITLE and page.line[first] > 0  # "Corvane Partners", but "Holm Supporters" on top
        if not (name.place and name.place.sort.endswith("demonym")) and not (plural and not proper and (lower[end - 1],) in groups()):
            title = _title(page, start, name.first)
            found = title if title and name.kind == "person" else None
            return NounPhrase(
                first, last, "name", name.last - 1, name, noun=found[0] if found else "", title=found[1] if found else None, place=place, owner=owner,
                offices=((found[2], name.first),) if found else (),
            )  # fmt: skip
    return _noun(page, NounPhrase(first, last, "noun", end - 1, place=place, owner=owner, definite=definite, indefinite=indefinite), start, end)


def _noun(page: Page, phrase: NounPhrase, start: int, end: int) -> NounPhrase:
    """Fills in what the tables know of the head noun."""
    lower = page.lower
    owner = phrase.owner or _complement(page, end, phrase.last)
    demonym = page.name(end - 1)
    fields = {
        "first": phrase.first,
        "last": phrase.last,
        "head": end - 1,
        "place": phrase.place,
        "owner": owner,
        "definite": phrase.definite,
        "indefinite": phrase.indefinite,
    }
    kind = _kind_of_word(page, start, end, demonym, phrase.indefinite)
    if kind:
        return NounPhrase(sort="noun", noun=lower[end - 1], kind=kind, **fields)  # pyright: ignore[reportArgumentType]
    for size in range(min(LONGEST, end - start), 0, -1):
        words = lower[end - size : end]
        known: dict[str, object] = {"title": titles()[words], "kind": "person"} if words in titles() else {"kind": groups().get(words)}
        if known["kind"] or words in things():
            return NounPhrase(sort="noun" if known["kind"] else "thing", noun=" ".join(words), **known, **fields)  # pyright: ignore[reportArgumentType]
    kind = _kind_by_ending(lower[end - 1], phrase) or _kind_by_clause(page, end, phrase)
    return NounPhrase(sort="noun", noun=lower[end - 1], kind=kind, **fields)  # pyright: ignore[reportArgumentType]


def _kind_by_ending(word: str, phrase: NounPhrase) -> ActorKind | None:
    """Kind of a head that the tables lack: "the neurosurgeon", "technophiles"."""
    if word.endswith(PERSON) and (phrase.definite or phrase.indefinite):
        return "person"
    return "group" if word.endswith((*PEOPLE, *DOERS)) and (word,) not in things() else None


def _kind_by_clause(page: Page, end: int, phrase: NounPhrase) -> ActorKind | None:
    """ "A trash hauler who wore a wire" is a person, whatever the head is."""
    if not (phrase.definite or phrase.indefinite) or end >= phrase.last:
        return None
    behind = page.lower[end + 1 if page.lower[end] == "," and end + 1 < phrase.last else end]
    return "person" if behind == "who" or (behind == "from" and page.lower[end - 1].endswith(DOER)) else None


def _kind_of_word(page: Page, start: int, end: int, demonym: NameSpan | None, indefinite: bool) -> ActorKind | None:
    """Kind of a head that is no noun of the tables: "46 percent", "the Russians", "an American", "some"."""
    lower = page.lower
    word = lower[end - 1]
    if word == "percent" or word.endswith("%") or (word == "cent" and word_before(lower, end - 1) == "per"):
        return "group"
    if demonym and demonym.place and end - start == 1 and not word.endswith("s") and not indefinite and word_before(lower, start) not in ARTICLES:
        # "Azerbaijani accusations": an adjective without an article. "Widespread Tolmarkian anger" is the people's.
        return "group" if word_before(lower, start) in POPULAR else "government"
    if demonym and demonym.place:
        one = not word.endswith(("s", "ese", "men", "women", "sh", "ch")) or (indefinite and lower[start] in ("a", "an", "one"))
        return "person" if one else "group"
    if word.endswith(AGED):  # "the 51-year-old"
        return "person"
    if word in QUANTIFIERS and end - start <= 2:
        return "person" if word in ("one", "another") else "group"
    return None


def _complement(page: Page, end: int, last: int) -> tuple[int, int] | None:
    """Words after "of", "for" and the like: whom a spokesman speaks for, what a minister is minister of."""
    if end < last and page.lower[end] in ("of", "for", "at", "with", "from", "in", "to"):
        stop = _region_end(page, end + 1, last)
        if stop > end + 1:
            return end + 1, stop
    return None


def _place(page: Page, start: int, end: int, last: int) -> Place | None:
    """A country or region that qualifies the head: an adjective before it, or "of X", "from X" behind."""
    for k in range(start, end):
        name = page.name(k)
        if name and name.place and (k < end - 1 or name.place.sort.endswith("demonym")):
            return name.place
    if end < last and page.lower[end] in ("of", "from", "in", "for"):
        for k in range(end + 1, min(last, end + 4)):
            name = page.name(k)
            if name and name.place:
                return name.place
            if page.lower[k] != "the":
                break
    return None


def _title(page: Page, start: int, end: int) -> tuple[str, Title, int] | None:
    """The longest title that ends right before a name, with its first word: ("foreign minister", ..., word index)."""
    for size in range(min(LONGEST, end - start), 0, -1):
        words = page.lower[end - size : end]
        if words in titles():
            found = " ".join(words), titles()[words], end - size
            if found[1].level == "honorific" and (office := _title(page, start, end - size)):
                return office  # "Health Secretary Dr Quill"
            return found
    return None


def _with_apposition(page: Page, phrase: NounPhrase, end: int, last: int) -> NounPhrase:
    """ "his opponent, Hillary Clinton," is Clinton; "Jason Miller, a spokesman for Trump" has an office."""
    lower = page.lower
    comma = next((k for k in range(end, last) if lower[k] in (",", "(") and page.name_at[k] < 0), None)
    if comma is None or comma + 1 >= last or lower[end : end + 2] in (("of", "a"), ("of", "an")):
        return phrase  # "the widow of a trader, Obi Eze,"
    stop = _region_end(page, comma + 1, last)
    if stop <= comma + 1:
        return phrase
    if phrase.sort == "noun" and phrase.kind in ("person", None):
        other = _head(page, comma + 1, stop, stop)
        if other.sort == "name" and other.name and other.name.kind == "person":
            return NounPhrase(
                phrase.first, phrase.last, "name", other.head, other.name, noun=phrase.noun, title=phrase.title, place=phrase.place, owner=phrase.owner,
                offices=((phrase.first, end),) if phrase.title else other.offices,
            )  # fmt: skip
    body = phrase.kind == "organization" or phrase.noun in BODY_ROLES
    if phrase.sort == "noun" and (phrase.noun in ONE or (body and phrase.definite)) and lower[comma] == ",":
        other = _head(page, comma + 1, stop, stop)
        if other.sort == "name" and other.name and other.name.kind == "organization":  # "the bank, Northwell Trust,"
            return replace(other, first=phrase.first, last=phrase.last)
    if phrase.sort == "name" and phrase.name and phrase.name.kind == "person":
        found = _head(page, comma + 1, stop, last)
        if found.sort == "noun" and found.title:
            return NounPhrase(
                phrase.first, phrase.last, "name", phrase.head, phrase.name, noun=phrase.noun or found.noun, title=phrase.title or found.title,
                place=phrase.place or found.place, owner=phrase.owner or found.owner, offices=(*phrase.offices, (comma + 1, stop)),
            )  # fmt: skip
    return phrase
