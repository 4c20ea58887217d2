"""Stage: resolve. Whom a headline or lead describes before anybody names them: "A hacker who ... pleaded guilty. Marcel Dobre, 44, said ..."."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from rejoinder.actors.entities import Entities
from rejoinder.actors.lexicon import usual_title
from rejoinder.actors.names import Page, gender_of
from rejoinder.actors.persons import ANONYMOUS, OF_MANY
from rejoinder.actors.phrases import DEFINITE, NounPhrase
from rejoinder.actors.spans import NameSpan

TOP = 4  # last line, from 0, in which a story describes whom it will name
WITHIN = 3  # lines from the description to the name
LONG = 4  # words from which a description is long: "the former head of a fisheries agency" has not been spoken of
AGE = 3  # words in which an age stands
SHARED = 2  # words that the description and the sentence of the name share
TOLD_AGAIN = 0.4  # share of a headline's words that the lead has too
STEM = 4  # letters by which words are the same
COMMON = frozenset(
    "that with from were have been said says told after before whose which their this would could will about when where than them they while into over "
    "asked some more most also just because there what your".split()
)
# Whom a story does not name, roles that do not tell whom it names next, and bodies that it need not name.
UNNAMED = ANONYMOUS | frozenset("spokesman spokeswoman spokesperson insider diplomat person".split())
ROLES_OF_MANY = OF_MANY | frozenset("judge man woman".split())
UNNAMED_BODIES = frozenset("court jury panel party government police committee".split())
KINDS = ("person", "organization", "media")
Source = tuple[NounPhrase, int]  # and the entity that it stands for


def named_below(page: Page, entities: Entities, sources: Sequence[Source]) -> dict[int, int]:
    """Persons and bodies without a name whom the top describes -> who they are by what stands right below; `sources` in the order of the text.

    Somebody introduced by a name and an age alone has been described before; so has one who has no role but what "a former chairman" says, one in whose
    sentence the words of the description are taken up, and whoever says in the lead what the headline says.
    """
    described: dict[int, NounPhrase] = {}
    for phrase, who in sources:
        if phrase.sort == "noun" and entities.all[who].kind in KINDS and not entities.all[who].named and page.line[phrase.head] <= TOP:
            described.setdefault(who, phrase)
    below = sorted([*sources, *_aged(page, entities, {p.head for p, _ in sources})], key=lambda source: source[0].head)
    heads = [phrase.head for phrase, _ in below]
    out: dict[int, int] = {}
    taken: dict[tuple[int, int], int] = {}  # (who is named, line) -> head of the description there that is theirs
    for who, phrase in described.items():
        kind, at = entities.all[who].kind, int(page.line[phrase.head])
        headline = _sentence(page, phrase) if at == 0 and not _needs_no_name(phrase) else set[str]()
        begin, stop = (int(page.line.searchsorted(n, side="right")) for n in (at, at + WITHIN))
        for other, k in below[bisect_left(heads, max(begin, phrase.last)) : bisect_left(heads, stop)]:
            if k == who or entities.all[k].kind != kind or other.sort not in ("name", "noun") or _differ(entities, who, k):
                continue
            if taken.get((k, at), phrase.head) != phrase.head:
                continue
            if k in described and page.line[described[k].head] <= at:  # a line tells the two apart, or k was described before
                continue
            if headline and _told_again(page, headline, other):
                out[who] = k
                taken[k, at] = phrase.head
                break
            if other.sort == "name" and all(m.first >= other.first for m in entities.all[k].mentions if page.name_at[m.head] >= 0):
                if _introduced(page, phrase, other):
                    out[who] = k
                    taken[k, at] = phrase.head
                break
    return {who: _end(out, k) for who, k in out.items()}


def _aged(page: Page, entities: Entities, known: set[int]) -> list[Source]:
    """Persons introduced by name and age who are no sources: "Ada Quill (58) was found ..."."""
    found = ((NounPhrase(n.first, n.last, "name", n.last - 1, n), entities.of_name.get(k)) for k, n in enumerate(page.names) if n.kind == "person")
    return [(p, k) for p, k in found if k is not None and p.head not in known and p.name and _age_behind(page, p.name)]


def _age_behind(page: Page, name: NameSpan) -> bool:
    """ "Ada Quill, 44,", "Ada Quill, a 44-year-old driver," """
    behind = [w for w in page.lower[name.last : name.last + AGE] if w not in ("a", "an", "the")]
    return len(behind) > 1 and behind[0] in (",", "(") and behind[1].split("-")[0].isdigit() and len(behind[1].split("-")[0]) <= 2


def _end(out: dict[int, int], k: int) -> int:
    """Whom a chain ends at: the headline's man is the lead's, and he is the one who is named."""
    for _ in range(len(out)):
        k = out.get(k, k)
    return k


def _differ(entities: Entities, one: int, other: int) -> bool:
    a, b = entities.all[one], entities.all[other]
    told = gender_of(b.key.split(" ")) if b.named else b.gender  # what pronouns told may have been meant for this one
    return bool(a.gender and told and a.gender != told)


def _needs_no_name(described: NounPhrase) -> bool:
    """Whether it is a body that stories speak of without its name: "police"."""
    return described.kind != "person" and described.noun.split(" ")[-1] in UNNAMED_BODIES


def _introduced(page: Page, described: NounPhrase, named: NounPhrase) -> bool:
    """Whether somebody is introduced as one whom we know by description."""
    name, noun = named.name, described.noun.split(" ")[-1]
    if name is None:
        return False
    titled = named.title is not None and usual_title(named.noun) == usual_title(described.noun)
    if noun in UNNAMED:
        return titled and page.lower[named.first] in DEFINITE  # "a spokesman", then "the spokesman, Bo Lind,"
    if described.kind == "person":
        aged = named.title is None and _age_behind(page, name)
        new = described.indefinite or described.last - described.first >= LONG
        role = new and noun not in ROLES_OF_MANY and named.title is None and described.title is not None
        if aged or role or titled:
            return True
    elif not described.indefinite or _needs_no_name(described):
        return False
    return len(_words(page, range(described.first, described.last)) & _sentence(page, named)) >= SHARED


def _told_again(page: Page, headline: set[str], below: NounPhrase) -> bool:
    """Whether the sentence of a source says what the headline says."""
    return len(headline & _sentence(page, below)) >= max(SHARED, TOLD_AGAIN * len(headline))


def _sentence(page: Page, phrase: NounPhrase) -> set[str]:
    """The words of a phrase's sentence but for the name."""
    here = range(page.sentence_start(phrase.head), page.sentence_start(phrase.head, -1))
    return _words(page, [k for k in here if not (phrase.name and phrase.name.first <= k < phrase.name.last)])


def _words(page: Page, places: Sequence[int]) -> set[str]:
    return {word[:STEM] for k in places if len(word := page.lower[k]) >= STEM and word.isalpha() and word not in COMMON}
