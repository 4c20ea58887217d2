"""Stage: resolve. Whose "I" it is outside of any quotation: the writer of a letter or column, the one who answers in an interview.

Only what the page says counts: "By Ana Reed" at the top, a name alone on the line below ("Ana Reed." under a letter), a last line that begins with the name
("Ana Reed is the mayor of ..."), answers marked "A:" after an introduction that names somebody. Dumps keep lines, so that this holds for them too.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from rejoinder.actors.entities import Entities
from rejoinder.actors.names import Page
from rejoinder.actors.reference import NOBODY, Found

ANSWERS, MARKED = 2, 3  # marked answers, and these with the marked questions, that make an interview
TOP = 4  # lines in which a byline stands
SIGNS = frozenset(". , - – — @ ( )".split())
ADDRESSED = frozenset("mr mrs ms miss dr".split())
CLOSE, PLACE = 2, 5  # lines at the end of a letter, words behind the name of which the first is a comma and the others a place
CLOSING = frozenset("is was serves served teaches writes ,".split())
SURE = 0.6


class Narrators:
    """Finds the narrator of the words of one story."""

    def __init__(self, page: Page, entities: Entities) -> None:
        self.page, self.entities = page, entities
        self.lines = list(pairwise([*np.flatnonzero(np.diff(page.line, prepend=-1)).tolist(), len(page)]))  # as words [first, last)
        self.signed = [(first, k) for first, last in self.lines if (k := self._alone(first, last)) is not None]
        self.writer = self._writer()
        self.answers = [n for n, (first, last) in enumerate(self.lines) if last - first > 2 and page.lower[first] == "a" and self._stands_apart(first)]
        marked = len(self.answers) + sum(self._asks(n) for n in range(len(self.lines))) if len(self.answers) >= ANSWERS else 0
        self.guest = self._guest() if marked >= MARKED else None

    def marked(self, word: int) -> Found:
        """Whom the letter before a question or an answer stands for: "Q.", "A:"."""
        line = int(self.page.line[word])
        if self.guest is None or word != self.lines[line][0]:
            return NOBODY
        found = self.guest if line in self.answers else self.writer if self._asks(line) else None
        return (found, SURE) if found is not None else NOBODY

    def asked(self, word: int) -> Found:
        """Who is "you" at this word: in an interview's question, the guest."""
        return (self.guest, SURE) if self.guest is not None and self._asks(int(self.page.line[word])) else NOBODY

    def of(self, word: int) -> Found:
        """Who says "I" at this word."""
        if self.guest is not None:
            # An answer may run over several lines, up to the next question; a question is the interviewer's.
            asked = next((n for n in range(int(self.page.line[word]), -1, -1) if n in self.answers or self._asks(n)), None)
            return (self.guest, SURE) if asked in self.answers else NOBODY
        below = next((k for first, k in self.signed if first > word), None)
        found = below if below is not None else self.writer
        return (found, SURE) if found is not None else NOBODY

    def _asks(self, line: int) -> bool:
        first, _ = self.lines[line]
        letter = self.page.lower[first] == "q" or (self.page.lower[first].startswith("q") and self.page.text(first, first + 1)[1:2].isupper())
        return letter and self._stands_apart(first)

    def _stands_apart(self, word: int) -> bool:
        """Whether a colon or a stop follows, as after the letter of a question or an answer."""
        return self.page.lower[word + 1 : word + 2] in ((":",), (".",))

    def _person(self, first: int) -> tuple[int, int] | None:
        """The person whose name begins at a word, and where the name ends."""
        index = int(self.page.name_at[first]) if first < len(self.page) else -1
        found = self.entities.of_name.get(index)
        if found is None or self.entities.all[found].kind != "person" or self.page.names[index].first != first:
            return None
        return found, self.page.names[index].last

    def _alone(self, first: int, last: int) -> int | None:
        """The person whose name is all that stands on a line."""
        while first < last and self.page.lower[first] in SIGNS:
            first += 1
        while first < last and self.page.lower[last - 1] in SIGNS | ADDRESSED:
            last -= 1
        found = self._person(first) if first < last else None
        return found[0] if found and found[1] == last and last - first >= 2 else None

    def _signature(self) -> int | None:
        """The person whose name stands with a place on one of the last lines, which is no sentence: "Joan Tillotson, Thornley"."""
        for first, last in self.lines[1:][-CLOSE:]:  # the first line is no signature
            found = self._person(first)
            if found is None:
                continue
            person, ends = found
            short = ends - first >= 2 and ends < last <= ends + PLACE and self.page.lower[ends] == ","
            if short and self.page.lower[last - 1] not in (".", "?", "!", ":"):
                return person
        return None

    def _writer(self) -> int | None:
        for first, last in self.lines[:TOP]:
            if self.page.lower[first] == "by" and (found := self._person(first + 1)) and found[1] <= last:
                return found[0]
        for first, last in self.lines[:1]:
            found = self._person(first)  # "Ana Reed: Why the tides turn"
            if found and found[1] < last and self.page.lower[found[1]] == ":":
                return found[0]
        for first, last in self.lines[-1:]:
            found = self._person(first)
            if found and found[1] < last and self.page.lower[found[1]] in CLOSING:
                return found[0]
        return self._signature()

    def _guest(self) -> int | None:
        """The person that the introduction speaks of most, not the writer."""
        intro = self.lines[self.answers[0] - 1][0] if self.answers[0] else 0
        counts = {k: sum(m.first < intro for m in self.entities.all[k].mentions) for k in self.entities.of_kind("person") if k != self.writer}
        best = max(counts, key=lambda k: counts[k], default=None)
        return best if best is not None and counts[best] else None
