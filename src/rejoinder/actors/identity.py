"""Stage: resolve. Actors of many stories -> identities: one for each person, body and country, with the evidence for every merge.

Pure and independent of the order in which stories come: members are grouped by what they are called, then groups are split where countries speak
against it, or middle initials, or callings of which one person seldom has two.
A last name alone never merges; it needs an office that the full name holds too. Nor does a body's name that says no more than what every state, city or
chamber has ("Judiciary Committee"). What a person has decided (merge these, keep those apart) comes in as
decisions and wins; every merge and split is undone by taking its decision back.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from rejoinder.actors.lexicon import bodies, callings, common_bodies, short_names, usual_title
from rejoinder.actors.names import middle_initial
from rejoinder.errors import InputError
from rejoinder.types import Actor, ActorKind, Reading

Rule = Literal["only one", "same name", "same country", "same last name and office", "decided"]


class Member(NamedTuple):
    """An actor of one story."""

    story: str
    actor: str


class Decision(NamedTuple):
    """What a person decided of two members: that they are one ("merge") or not ("split": the second leaves the first's identity)."""

    verdict: Literal["merge", "split"]
    first: Member
    second: Member


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a member belongs to an identity: the rule, and the words that it rests on."""

    member: Member
    rule: Rule
    words: str


@dataclass(frozen=True, slots=True)
class Tenure:
    """An office that an identity was seen to hold: title, of which country, in how many stories, published when first and last (None: no date)."""

    title: str
    of: str | None
    stories: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """One actor over many stories. names: every name with the number of stories, most frequent first."""

    id: str
    name: str
    kind: ActorKind
    named: bool
    country: str | None
    names: tuple[tuple[str, int], ...]
    offices: tuple[Tenure, ...]
    evidence: tuple[Evidence, ...]

    @property
    def members(self) -> tuple[Member, ...]:
        """The actors that are this identity, by story."""
        return tuple(e.member for e in self.evidence)


def read_decisions(file: Path) -> tuple[Decision, ...]:
    """Decisions of a file, one JSON object a line: {"verdict": "merge" | "split", "first": [story, actor], "second": [story, actor]}.

    Raises:
        InputError: the file cannot be read, or a line is no decision.
    """
    out: list[Decision] = []
    try:
        lines = file.read_text(encoding="utf8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(file), f"decisions that cannot be read ({error})", "give a file of JSON Lines in UTF-8") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            verdict, first, second = row["verdict"], Member(*map(str, row["first"])), Member(*map(str, row["second"]))
            if verdict not in ("merge", "split"):
                raise ValueError(f"verdict {verdict!r}")
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{file}:{number}", f"no decision ({error})", 'give {"verdict": "merge" or "split", "first": [story, actor], "second": [story, actor]}'
            ) from error
        out.append(Decision(verdict, first, second))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Sighting:
    """An actor of a story; or as many as `count` of several stories that no rule tells apart: same id, name, country and offices, and not a name of many.

    member: the first of them. first, last: published when first and last (None: no date).
    """

    member: Member
    actor: Actor
    first: str | None
    last: str | None
    count: int = 1

    @property
    def slug(self) -> str:
        """The id without its kind."""
        return self.actor.id.split(":", 1)[1]

    @property
    def offices(self) -> frozenset[tuple[str, str | None]]:
        """Offices held, each with its country."""
        return frozenset((office.title, office.of) for office in self.actor.offices)

    @property
    def telling(self) -> frozenset[tuple[str, str | None]]:
        """Offices that tell one holder from another: of a country ("king" alone is many people's)."""
        return frozenset((title, of) for title, of in self.offices if of)


def name_parts(id: str) -> list[str]:
    """Words of a person's name by its id, without the gender that tells a last name from somebody's full name: "quill" of "person:quill-m"."""
    parts = id.split(":", 1)[1].split("-")
    return parts[:-1] if len(parts) == 2 and parts[1] in ("m", "f") else parts


def of_many(kind: ActorKind, id: str) -> bool:
    """Whether a name alone does not tell who it is: a last name; of bodies what every state, city or chamber has."""
    if kind == "person":
        return len(name_parts(id)) == 1
    words = id.split(":", 1)[1].split("-")
    parts = [common_bodies().get(word) for word in words]
    return kind == "organization" and None not in parts and "kind" in parts and tuple(words) not in bodies()


def block_of(actor: Actor) -> str | None:
    """Actors of different blocks are never one by rule: of people the last name, of others kind and name; None for the anonymous."""
    if not actor.named:
        return None
    slug = actor.id.split(":", 1)[1]
    if actor.kind != "person":
        return f"{actor.kind}:{slug}"
    return f"person:{name_parts(actor.id)[-1]}"


def identify(readings: Iterable[Reading], decisions: Sequence[Decision] = ()) -> tuple[Identity, ...]:
    """Identities of all actors of `readings`, by id; story ids must be unique."""
    return identities_of((Sighting(Member(r.story.id, a.id), a, r.story.published, r.story.published) for r in readings for a in r.actors), decisions)


def identities_of(sightings: Iterable[Sighting], decisions: Sequence[Decision] = ()) -> tuple[Identity, ...]:
    """The same of actors that may already be put together; then only the first member of each is in an identity's evidence.

    Args:
        sightings: in any order; members of decisions stand alone.
        decisions: what people merged and split.
    """
    ones = sorted(sightings, key=lambda one: one.member)
    groups = _decided(_grouped(ones), decisions)
    # The anonymous come last, so that a record and a cluster, which leave them out, give the same numbers.
    made = sorted((_identity(group) for group in groups), key=lambda i: (i.id, not i.named, i.evidence[0].member))
    return tuple(_numbered(made))


Group = list[tuple[Sighting, Rule, str]]


def _grouped(ones: Sequence[Sighting]) -> list[Group]:
    """Groups by name, country and office."""
    out: list[Group] = []
    people: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
    short: list[Sighting] = []
    other: dict[tuple[str, str, str], list[Sighting]] = defaultdict(list)
    for one in ones:
        parts = name_parts(one.actor.id)
        if not one.actor.named or (one.actor.kind != "person" and of_many(one.actor.kind, one.actor.id)):
            out.append([(one, "only one", one.actor.name)])
        elif one.actor.kind != "person":
            other[one.actor.kind, one.slug, one.actor.country or ""].append(one)
        elif len(parts) > 1:
            people[short_names().get(parts[0], parts[0]), parts[-1]].append(one)
        else:
            short.append(one)
    for (kind, _, _), members in other.items():
        rule: Rule = "same country" if kind in ("country", "government") else "same name"
        out.append([(one, rule, one.actor.name) for one in members])
    persons: list[Group] = [
        [(one, "same name", one.actor.name) for one in part]
        for group in people.values()
        for known in _by_country(group)
        for initialled in _apart(known, [middle_initial(one.actor.name) for one in known])
        for called in _apart(initialled, [_callings(one) for one in initialled])
        for part in _by_first_name(called)
    ]
    return [*out, *_with_short(persons, short)]


def _by_country(ones: list[Sighting]) -> list[list[Sighting]]:
    """One group where no two countries stand against each other; else one a country, and those without a country by themselves."""
    countries = {one.actor.country for one in ones if one.actor.country}
    if len(countries) <= 1:
        return [ones]
    parts: dict[str | None, list[Sighting]] = defaultdict(list)
    for one in ones:
        parts[one.actor.country].append(one)
    return [parts[country] for country in sorted(parts, key=str)]


def _callings(one: Sighting) -> set[str]:
    """Callings of which one person seldom has two: "pastor", "senator"."""
    return {calling for title, _ in one.offices if (calling := callings().get(usual_title(title)))}


def _apart(ones: list[Sighting], marks: Sequence[set[str]]) -> list[list[Sighting]]:
    """One group where nobody has a mark that goes with none of another's; else one for each mark.

    Marks that one story gives to one person go together. Who has none goes with the mark that more stories give than give all the others, else apart.
    """
    together: list[set[str]] = []
    for mine in marks:
        met = [known for known in together if known & mine]
        together = [known for known in together if not known & mine] + ([mine.union(*met)] if mine else [])
    if len(together) <= 1:
        return [ones]
    parts: dict[tuple[str, ...], list[Sighting]] = defaultdict(list)
    for one, mine in zip(ones, marks, strict=True):
        parts[next((tuple(sorted(known)) for known in together if known & mine), ())].append(one)
    counts = {mark: sum(one.count for one in part) for mark, part in parts.items() if mark}
    most = max(sorted(counts), key=lambda mark: counts[mark])
    if 2 * counts[most] > sum(counts.values()):
        parts[most] += parts.pop((), [])
    return [parts[mark] for mark in sorted(parts)]


def _by_first_name(ones: list[Sighting]) -> list[list[Sighting]]:
    """One group where the short and the full first name (Bob, Robert) held one office in some story; else one a first name."""
    parts: dict[str, list[Sighting]] = defaultdict(list)
    for one in ones:
        parts[one.slug.split("-")[0]].append(one)
    if len(parts) == 1:
        return [ones]
    held = [{office for one in part for office in one.offices} for part in parts.values()]
    shared = any(all(office in other for other in held) for office in held[0])
    return [ones] if shared else [parts[first] for first in sorted(parts)]


def _with_short(persons: list[Group], short: Sequence[Sighting]) -> list[Group]:
    """Bare last names join the one full name that shares an office with them; the others join each other by last name and office, or stay alone."""
    by_last: dict[str, list[Group]] = defaultdict(list)
    for group in persons:
        by_last[group[0][0].slug.split("-")[-1]].append(group)
    held = {id(group): frozenset(office for one, _, _ in group for office in one.telling) for group in persons}
    alone: dict[tuple[str, str, str | None], Group] = {}
    out = list(persons)
    for one in short:
        name = name_parts(one.actor.id)[0]
        fitting = [g for g in by_last[name] if held[id(g)] & one.telling and not _against(g, one)]
        if len(fitting) == 1:
            shared = sorted(held[id(fitting[0])] & one.telling, key=str)[0]
            fitting[0].append((one, "same last name and office", f"{one.actor.name}, {shared[0]}"))
        elif one.telling and not fitting:
            title, of = sorted(one.telling, key=str)[0]
            if (name, title, of) not in alone:
                alone[name, title, of] = []
                out.append(alone[name, title, of])
            alone[name, title, of].append((one, "same last name and office", f"{one.actor.name}, {title}"))
        else:
            out.append([(one, "only one", one.actor.name)])
    return out


def _against(group: Group, one: Sighting) -> bool:
    return any(other.actor.country and one.actor.country and other.actor.country != one.actor.country for other, _, _ in group)


def _decided(groups: list[Group], decisions: Sequence[Decision]) -> list[Group]:
    """Groups after what people decided, splits first."""
    for verdict in ("split", "merge"):
        for decision in sorted(d for d in decisions if d.verdict == verdict):
            where = {one.member: k for k, group in enumerate(groups) for one, _, _ in group}
            if decision.first not in where or decision.second not in where:
                continue
            a, b = where[decision.first], where[decision.second]
            if verdict == "merge" and a != b:
                groups[a].extend((one, "decided", words) for one, _, words in groups[b])
                groups.pop(b)
            elif verdict == "split" and a == b:
                gone = [item for item in groups[a] if item[0].member == decision.second]
                groups[a] = [item for item in groups[a] if item[0].member != decision.second]
                groups.append([(one, "decided", words) for one, _, words in gone])
    return groups


def _identity(group: Group) -> Identity:
    group = sorted(group, key=lambda item: item[0].member)
    ones = [one for one, _, _ in group]
    names, slugs, countries = (Counter[str]() for _ in range(3))
    held: dict[tuple[str, str | None], list[Sighting]] = defaultdict(list)
    for one in ones:
        names[one.actor.name] += one.count
        slugs[one.slug] += one.count
        if one.actor.country:
            countries[one.actor.country] += one.count
        for office in one.offices:
            held[office].append(one)
    ordered = sorted(names.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))
    slug = min(slugs, key=lambda s: (-slugs[s], -len(s), s))
    lead = ones[0].actor
    offices = (
        Tenure(
            title, of, sum(o.count for o in seen), min((o.first for o in seen if o.first), default=None), max((o.last for o in seen if o.last), default=None)
        )
        for (title, of), seen in held.items()
    )
    single = len(ones) == ones[0].count == 1
    return Identity(
        id=f"{lead.kind}:{slug}",
        name=ordered[0][0],
        kind=lead.kind,
        named=lead.named,
        country=min(countries, key=lambda c: (-countries[c], c)) if countries else None,
        names=tuple(ordered),
        offices=tuple(sorted(offices, key=lambda o: (-o.stories, str((o.title, o.of))))),
        evidence=tuple(Evidence(one.member, "only one" if single and rule != "decided" else rule, words) for one, rule, words in group),
    )


def _numbered(identities: Sequence[Identity]) -> Iterable[Identity]:
    """Ids made unique: of several that would be one, each after the first gets a number (no name has a tilde)."""
    seen: Counter[str] = Counter()
    for identity in identities:
        seen[identity.id] += 1
        yield identity if seen[identity.id] == 1 else replace(identity, id=f"{identity.id}~{seen[identity.id]}")
