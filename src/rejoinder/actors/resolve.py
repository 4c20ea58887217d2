"""Stage: resolve. Story, Tags, Statements -> Statements with speaker, addressee and target, and the actors of the story.

Statements are taken in the order of their cues, so that who spoke last is known to the pronouns that come after. What cannot be resolved stays None.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rejoinder.actors.descriptions import Descriptions
from rejoinder.actors.entities import Entities, title_before
from rejoinder.actors.finish import Parties, finished
from rejoinder.actors.genders import learn
from rejoinder.actors.issuers import note
from rejoinder.actors.leads import named_below
from rejoinder.actors.lexicon import word_before
from rejoinder.actors.names import Page, page_of
from rejoinder.actors.narrators import Narrators
from rejoinder.actors.phrases import FIRST, HE, SHE, WE, YOU, NounPhrase, parse
from rejoinder.actors.reference import Context
from rejoinder.actors.spans import NameSpan
from rejoinder.actors.targets import target_of
from rejoinder.statements.mode import has_marks
from rejoinder.tagging.tagger import Tags
from rejoinder.tagging.words import QUOTES
from rejoinder.types import Actor, Spans, Statement

Runs = tuple[tuple[int, int], ...]
AGAIN = frozenset("and but or then also yet , ;".split())  # before a cue that shares the subject of the one before
SURE = 0.4  # probability from which a pronoun that nobody's statement hangs on is a mention: best F1 on GAP's development file
PERSONAL = {
    **dict.fromkeys(("he", "him", "his", "himself"), "he"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "she"),
    **dict.fromkeys(("they", "them", "their", "theirs", "themselves"), "they"),
}
INSIDE = QUOTES.index("inside")
BE = frozenset("been being was were is are be".split())
TOLD = frozenset("told asked informed warned urged advised ordered assured instructed".split())  # what is done to somebody, in the passive
FARTHEST = 500  # words between a cue and the ends of what it holds
APPOSITION = 10  # words of an apposition
OPENERS = frozenset(", ; ( - — . and but by with of to as while that said".split())  # what stands before a description
LEAST = 0.3  # probability under which a pronoun or description stays unresolved


@dataclass(frozen=True, slots=True)
class Said:
    """A statement in words, and who it belongs to."""

    source: Runs
    cue: Runs
    content: Runs
    addressee: Runs
    speaker: int | None = None
    sure: float = 0.0


def resolve(tags: Tags, statements: Sequence[Statement]) -> tuple[tuple[Actor, ...], tuple[Statement, ...]]:
    """Actors of a story, and its statements with `speaker`, `to`, `target` and `named` filled where they are known."""
    resolver = Resolver(page_of(tags), statements)
    return finished(resolver.entities, statements, resolver.run())


class Resolver:
    """Resolves the statements of one story; `run` does it once."""

    def __init__(self, page: Page, statements: Sequence[Statement]) -> None:
        self.page, self.statements = page, statements
        self.said = [Said(self._runs(s.source), self._runs(s.cue), self._runs(s.content), self._runs(s.addressee)) for s in statements]
        self.phrases = [parse(page, said.source[0][0], said.source[-1][1]) if said.source else None for said in self.said]  # the sources
        self.spoken = frozenset(phrase.head for phrase in self.phrases if phrase)
        self.entities = Entities(page, self.spoken)
        self.descriptions = Descriptions(page, self.entities)
        self.narrators = Narrators(page, self.entities)
        self.by_cue = sorted((said.cue[0][0], k) for k, said in enumerate(self.said) if said.cue)
        self.cues: dict[int, list[int]] = defaultdict(list)  # statements by the sentence of their cue
        for k, said in enumerate(self.said):
            if said.cue:
                self.cues[int(page.sentence[said.cue[0][0]])].append(k)
        self.number = {s.id: k for k, s in enumerate(statements)}
        self.spoke: dict[str | None, list[tuple[int, int]]] = defaultdict(list)  # cues with a speaker, by the statement they are in, in order
        self.united: dict[int, int] = {}  # entities that turned out to be others
        self.marked = has_marks(page.words)
        self.direct = sorted(run for s, said in zip(statements, self.said, strict=True) if s.mode != "indirect" and s.inside is None for run in said.content)

    def _runs(self, spans: Spans) -> Runs:
        runs = tuple(self.page.word_range(*span) for span in spans)
        return tuple(run for run in runs if run[0] < run[1])

    def run(self) -> list[Parties]:
        """Speaker, addressee and target of each statement."""
        for name in self.page.names:
            if name.kind == "person":
                self._offices_around(name)
        # Sources with names first: a description or a pronoun may mean somebody who is named later only.
        spoke: list[tuple[int, int]] = []
        for phrase, said in zip(self.phrases, self.said, strict=True):
            if phrase and phrase.sort == "name" and (named := self.descriptions.name(phrase)[0]) is not None and said.cue:
                spoke.append((said.cue[0][0], named))
        learn(self.page, self.entities, sorted(spoke))
        order = sorted(range(len(self.said)), key=lambda k: self.said[k].cue[0][0] if self.said[k].cue else 0)
        results: dict[int, Parties] = {}
        pending = list(order)
        # A statement inside another waits for its holder, whose cue may come after it.
        while pending:
            later: list[int] = []
            waiting = set(pending)
            for k in pending:
                holder = self._holder(k)
                if holder is not None and holder not in results and holder in waiting and holder != k:
                    later.append(k)
                    continue
                results[k] = self._statement(k, self.phrases[k])
            if len(later) == len(pending):
                for k in later:
                    results[k] = self._statement(k, self.phrases[k])
                break
            pending = later
        self._other_pronouns()
        return self._named([results[k] for k in range(len(self.said))])

    def _named(self, results: list[Parties]) -> list[Parties]:
        """With those whom the top only describes as the persons whom the story names below."""
        speakers = ((phrase, found[0]) for phrase, found in zip(self.phrases, results, strict=True) if phrase)
        self.united = named_below(self.page, self.entities, sorted(((p, k) for p, k in speakers if k is not None), key=lambda source: source[0].head))
        for who, person in self.united.items():
            self.entities.unite(who, person)

        def known(k: int | None) -> int | None:
            return self.united.get(k, k) if k is not None else None

        return [(known(speaker), known(to), known(target)) for speaker, to, target in results]

    def _offices_around(self, name: NameSpan) -> None:
        """ "Ivan Orsk, the Russian foreign minister,", "Russia's foreign minister, Ivan Orsk," outside of any source."""
        lower, here = self.page.lower, self.page.sentence[name.first]
        end = min(len(lower), name.last + APPOSITION)
        if name.last < end and lower[name.last] == ",":
            stop = next((k for k in range(name.last + 1, end) if lower[k] in (",", ".", ";", ")") or self.page.sentence[k] != here), end)
            phrase = parse(self.page, name.first, stop)
            if phrase.sort == "name" and phrase.offices:
                self.descriptions.name(phrase)
            before = name.first - 1
            if before > 0 and lower[before] == "," and title_before(self.page, before):
                back = range(before - 1, max(0, before - APPOSITION) - 1, -1)
                start = next((k for k in back if k == 0 or lower[k - 1] in OPENERS or self.page.sentence[k - 1] != here), before)
                self.descriptions.name(parse(self.page, start, name.last))

    def _other_pronouns(self) -> None:
        """Third-person pronouns that are no sources: mentions of whom they surely mean."""
        taken = {m.head for entity in self.entities.all for m in entity.mentions}
        ends = sorted((said.cue[0][0], said.speaker) for said in self.said if said.cue and said.speaker is not None)
        cues = [cue for cue, _ in ends]
        spoken = self.spoken
        for word, lower in enumerate(self.page.lower):
            if lower in PERSONAL and word not in taken:
                last = bisect_left(cues, word)
                context = Context(word, (), ends[last - 1][1] if last else None, spoken, self._quoted)
                found, sure = self.descriptions.refer(NounPhrase(word, word + 1, "pronoun", word, pronoun=PERSONAL[lower]), context)
                if found is not None and sure >= SURE:
                    self.entities.mention(found, word, word + 1, word, sure)

    def _holder(self, k: int) -> int | None:
        inside = self.statements[k].inside
        return self.number[inside] if inside is not None else None

    def _statement(self, k: int, phrase: NounPhrase | None) -> Parties:
        said = self.said[k]
        context = self._context(k, said)
        speaker, sure = self._speaker(k, phrase, context)
        self.said[k] = said = replace(said, speaker=speaker, sure=sure)
        if speaker is not None and said.cue:
            insort(self.spoke[self.statements[k].inside], (said.cue[0][0], k))
        if speaker is not None and phrase is not None:
            self.entities.mention(speaker, phrase.first, phrase.last, phrase.head, sure)
            self.entities.all[speaker].spoke = True
        if speaker is not None and said.cue:
            note(self.descriptions, (said.cue[0][0], max(b for _, b in said.cue)), speaker)
        to = self._addressee(said, context, speaker)
        target = target_of(self.page, self.descriptions, said.cue, said.content, speaker, to, context, self.statements[k].act)
        for found in (to, target):
            if found is not None:
                self.entities.all[found].spoke = True
        return speaker, to, target

    def _context(self, k: int, said: Said) -> Context:
        at = said.source[-1][1] - 1 if said.source else (said.cue[0][0] if said.cue else 0)
        holder = self._holder(k)
        # Inside what somebody said, those count who speak there.
        within = self.spoke[self.statements[k].inside]
        before = bisect_left(within, (at,))
        last = self.said[within[before - 1][1]] if before else None
        speaker = self.said[holder].speaker if holder is not None else None
        return Context(at, said.content, last.speaker if last else speaker, self.spoken, self._quoted, speaker, self._quoted(at))

    def _quoted(self, word: int) -> bool:
        """Whether a word stands in somebody's own words: by the quotation marks where there are any, else by the modes."""
        if self.marked:
            return bool(self.page.words.quote[word] == INSIDE)
        k = bisect_right(self.direct, (word, len(self.page)))
        return k > 0 and word < self.direct[k - 1][1]

    def _speaker(self, k: int, phrase: NounPhrase | None, context: Context) -> tuple[int | None, float]:
        holder = self._holder(k)
        if phrase is not None and (marked := self.narrators.marked(phrase.first))[0] is not None:
            return marked
        if phrase is None or phrase.sort == "none":
            return self._understood(k, holder)
        if phrase.sort == "pronoun" and phrase.pronoun in FIRST | WE:
            while holder is not None and self.said[holder].speaker is None:
                holder = self._holder(holder)
            if holder is not None:
                return self.said[holder].speaker, 0.9 * self.said[holder].sure
            return self._quotation_around(k)
        if phrase.sort == "pronoun" and phrase.pronoun in YOU:
            return self.narrators.asked(phrase.first)
        third = phrase.sort == "noun" or (phrase.sort == "pronoun" and phrase.pronoun in HE | SHE)
        found, sure = self.descriptions.refer(phrase, context, besides=self._talks(k) if third and context.direct else None)
        return (found, sure) if sure >= LEAST else (None, 0.0)

    def _talks(self, k: int) -> int | None:
        """Whose own words the statement stands in: "he" in them is somebody else."""
        holder = self._holder(k)
        own = ("direct", "mixed") if self.marked else ("direct",)
        while holder is not None and self.statements[holder].mode not in own:
            holder = self._holder(holder)
        return self.said[holder].speaker if holder is not None else None

    def _understood(self, k: int, holder: int | None) -> tuple[int | None, float]:
        """The subject of the cue before, where this one goes on without one: "... and added that", ", saying that"."""
        cue = self.said[k].cue
        if not cue:
            return None, 0.0
        first = cue[0][0]
        word, before = self.page.lower[first], word_before(self.page.lower, first)
        said = self.page.lower[first : cue[-1][1]]
        if not BE.isdisjoint(said) and not TOLD.isdisjoint(said):
            return None, 0.0  # "... and been told to stay": by others
        if not (word.endswith("ing") or before in AGAIN):
            return None, 0.0
        same = [j for j in self.cues[int(self.page.sentence[first])] if j != k and self.said[j].cue[0][0] < first and self.said[j].speaker is not None]
        same = [j for j in same if self._holder(j) == holder or j == holder] or same
        if not same:
            return self._subject(first) if word.endswith("ing") and before in (",", ";", "after", "before", "while", "by", "") else (None, 0.0)
        nearest = max(same, key=lambda j: self.said[j].cue[0][0])
        return self.said[nearest].speaker, 0.8 * self.said[nearest].sure

    def _subject(self, word: int) -> tuple[int | None, float]:
        """ "..., denouncing them": the first person or body of the sentence, where it stands before the participle."""
        start = self.page.sentence_start(word)
        fits = ("person", "organization", "media", "government")
        found = [(head, k) for head, k, last in self.entities.spoken_of(start, word) if last <= word and self.entities.all[k].kind in fits]
        return (min(found)[1], 0.4) if found else (None, 0.0)

    def _quotation_around(self, k: int) -> tuple[int | None, float]:
        """ "I think ..." whose holder was not found: the speaker of the statement whose words surround or come right before it."""
        first = self.said[k].cue[0][0] if self.said[k].cue else 0
        near = (self.said[j] for _, j in self.by_cue[bisect_left(self.by_cue, (first - FARTHEST,)) : bisect_left(self.by_cue, (first + FARTHEST,))] if j != k)
        around = [other for other in near if other.speaker is not None and any(a <= first < b for a, b in other.content)]
        if around:
            best = min(around, key=lambda other: sum(b - a for a, b in other.content))
            return best.speaker, 0.8 * best.sure
        return self.narrators.of(first)

    def _addressee(self, said: Said, context: Context, speaker: int | None) -> int | None:
        if not said.addressee:
            return None
        phrase = parse(self.page, said.addressee[0][0], said.addressee[-1][1])
        if phrase.sort == "pronoun" and phrase.pronoun in FIRST | WE:
            return None
        found, sure = self.descriptions.refer(phrase, replace(context, at=phrase.head, own=()), besides=speaker)
        if found is None or sure < LEAST:
            return None
        self.entities.mention(found, phrase.first, phrase.last, phrase.head, sure)
        return found
