"""Stage: keep. The record: one SQLite file, and a named method for everything that is done with it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rejoinder.errors import NotOnRecordError, RecordError
from rejoinder.record import claims, corrections, find, identities, keep, profiles, relations
from rejoinder.record import stories as changes
from rejoinder.record.answers import Answers, Between, Dispute, Matrix, OnDay, Person, Profile, Saying, Seen, Stats, StoryLine, Thread, Wording
from rejoinder.record.corrections import Correction
from rejoinder.record.file import connect, plainly, transaction
from rejoinder.record.find import Filters
from rejoinder.record.stories import Kept
from rejoinder.types import ActorKind, Reading, Run, Story

ANYBODY = "somebody"  # who set something right, where nobody says


class Record:
    """A record, open for reading or also for writing; close it, or use it in a `with` block.

    Many may read while one writes. Everything that is written is there, whole, when the method returns.

    Args:
        file: the SQLite file; made by the first writer.
        writing: whether anything shall be written.

    Raises:
        RecordError: no such record, none of ours, a newer one, or one that may not be written; so may every method, in one sentence.
    """

    def __init__(self, file: str | Path, *, writing: bool = False) -> None:
        self.file = Path(file)
        self._connection = connect(self.file, writing=writing)
        self._stats: tuple[tuple[int, int], Stats] | None = None

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; what was written stays."""
        with plainly(self.file):
            self._connection.close()

    # Keeping

    def knows(self, story: Story) -> bool:
        """Whether a story with this text and these facts is kept already."""
        return self.key(story) is not None

    def keep(self, reading: Reading, run: Run) -> Kept:
        """Keeps a reading, or nothing of it where the story is known; another text under the URL of a known one is its new version.

        Args:
            reading: of one story.
            run: by what it was read (`Reader.run`).
        """
        with self._writing() as connection:
            return changes.keep_story(connection, reading, run)

    def renew(self, reading: Reading, run: Run) -> None:
        """Puts another reading of a kept story in the place of the old one; what people set right stays set right.

        Args:
            reading: of the story of this key, same text.
            run: by what it was read.
        """
        with self._writing() as connection:
            changes.renew_story(connection, self._story(reading.story.id)["id"], reading, run)

    def settle(self) -> None:
        """Brings identities and claims over all stories up to date with what was kept, forgotten and set right; takes what has changed, not the whole."""
        self.settle_identities()
        with plainly(self.file):
            claims.settle_claims(self._connection)

    def settle_identities(self) -> None:
        """Only the identities: between the stories of a long addition."""
        with plainly(self.file):
            identities.settle_identities(self._connection, corrections.decisions(self._connection))

    @property
    def stale(self) -> bool:
        """Whether something has changed since the claims were gathered."""
        with plainly(self.file):
            return claims.are_stale(self._connection)

    def forget(self, story: str) -> None:
        """Removes a story and all that hangs on it; the version before it, if there is one, counts again."""
        with self._writing() as connection:
            changes.forget_story(connection, self._story(story)["id"])
        self.settle()

    # Answers

    def story(self, story: str) -> Reading:
        """A story with everything that is kept of it, corrections laid over; actors as the story has them."""
        with self._reading():
            return keep.load_reading(self._connection, self._story(story))

    def key(self, story: Story) -> str | None:
        """Key of a story with this text and these facts, None where it is not kept."""
        with self._reading():
            row = self._connection.execute("SELECT key FROM story WHERE digest = ?", (keep.digest(story),)).fetchone()
            return row and row[0]

    def identities(self, story: str) -> dict[str, str]:
        """Of a story's named actors: id in the story -> id over all stories."""
        with self._reading():
            rows = self._connection.execute("SELECT key, identity FROM actor WHERE story = ? AND identity IS NOT NULL", (self._story(story)["id"],))
            return dict(map(tuple, rows))

    def readings(self, *, older: bool = False) -> Iterator[Reading]:
        """All stories in the order in which they came; older: also versions that a newer one replaced."""
        with self._reading():
            which = "" if older else "WHERE newer IS NULL"
            numbers = [row[0] for row in self._connection.execute(f"SELECT id FROM story {which} ORDER BY id")]
        for number in numbers:
            with self._reading():
                row = self._connection.execute("SELECT * FROM story WHERE id = ?", (number,)).fetchone()
                reading = row and keep.load_reading(self._connection, row)
            if reading is not None:
                yield reading

    def outdated(self, run: Run) -> list[str]:
        """Keys of the stories that were read by something else than this run."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT key FROM story JOIN run ON run.id = run WHERE (package, model, weights, tables) IS NOT (?, ?, ?, ?) ORDER BY story.id", run
            )
            return [row[0] for row in rows]

    def search(self, words: str | None = None, *, limit: int = 50, offset: int = 0, **filters: Any) -> Answers[Saying]:
        """Statements, the latest published first.

        Args:
            words: all of these, in source, cue, content or addressee; "a phrase" in quotation marks; begin* for the beginning of a word.
            limit: how many at most; offset: how many to pass over.
            offset: see limit.
            **filters: the other fields of find.Filters: speaker, to, about, act, mode, since, until, publisher, named, story.
        """
        with self._reading():
            return find.find_statements(self._connection, str(self.file), Filters(words, **filters), limit, offset)

    def least_certain(self, *, limit: int = 50, offset: int = 0) -> Answers[Saying]:
        """The statements of which the program is least certain and that nobody has set right."""
        with self._reading():
            return find.find_least_certain(self._connection, limit, offset)

    def saying(self, story: str, statement: str) -> Saying:
        """One statement."""
        with self._reading():
            return find.sayings(self._connection, [self._statement(story, statement)])[0]

    def who(self, name: str, *, limit: int = 5) -> Answers[Profile]:
        """Everybody who is called so, those who say most first: names, offices, what they said, to whom, whom they accuse, who answers them."""
        with self._reading():
            return profiles.profiles(self._connection, name, limit)

    def disputes(self, words: str | None = None, *, repeats: bool = False, limit: int = 50, offset: int = 0) -> Answers[Dispute]:
        """Claims with what answers them, the most answered first, as they were when last settled; repeats: also claims that nobody answered."""
        with self._reading():
            return profiles.disputes(self._connection, words, repeats, limit, offset)

    def stories(
        self, words: str | None = None, *, since: str | None = None, until: str | None = None, publisher: str | None = None, limit: int = 50, offset: int = 0
    ) -> Answers[StoryLine]:
        """Stories with these words in text or title, the latest first."""
        with self._reading():
            return find.find_stories(self._connection, str(self.file), words, since, until, publisher, limit, offset)

    def story_line(self, story: str) -> StoryLine:
        """One story as a line of `stories`."""
        with self._reading():
            return find.story_lines(self._connection, "FROM story WHERE id = ?", (self._story(story)["id"],))[0]

    def stats(self) -> Stats:
        """How much there is of what; counted anew only when something has been written since, here or by another program."""
        with self._reading():
            state = self._connection.execute("PRAGMA data_version").fetchone()[0], self._connection.total_changes
            if self._stats is None or self._stats[0] != state:
                self._stats = state, profiles.stats(self._connection)
            return self._stats[1]

    def people(self, name: str | None = None, kind: ActorKind | None = None, *, limit: int = 50, offset: int = 0) -> Answers[Person]:
        """Who is on record, those who say most first; name: who is called so, or has this id."""
        with self._reading():
            return relations.people(self._connection, name, kind, limit, offset)

    def person(self, id: str) -> Profile:
        """Somebody by id."""
        with self._reading():
            found = profiles.profiles(self._connection, id, 1)
            if not found or found[0].id != id:
                raise NotOnRecordError(str(self.file), f"nobody has the id {id!r}", "look for the name")
            return found[0]

    def days(self, id: str) -> tuple[OnDay, ...]:
        """How many statements somebody makes, and how many speak of them, by day of publication."""
        with self._reading():
            return relations.days(self._connection, id)

    def wordings(self, id: str) -> tuple[Wording, ...]:
        """The verbatim words that stand for somebody, the most frequent first."""
        with self._reading():
            return relations.wordings(self._connection, id)

    def seen(self, id: str, *, limit: int = 50, offset: int = 0) -> Answers[Seen]:
        """The stories in which somebody was recognised, and why."""
        with self._reading():
            return relations.seen(self._connection, id, limit, offset)

    def claims(self, words: str | None = None, *, repeats: bool = False, limit: int = 50, offset: int = 0) -> Answers[Thread]:
        """What `disputes` finds, of each claim only who said it first and a few answers; days are left out."""
        with self._reading():
            return relations.claims(self._connection, words, repeats, limit, offset)

    def thread(self, claim: int, *, limit: int = 60, offset: int = 0) -> Thread:
        """A claim with its thread by time; its number holds until claims are gathered anew."""
        with self._reading():
            found = relations.thread(self._connection, claim, limit, offset)
            if found is None:
                raise NotOnRecordError(str(self.file), f"no claim {claim}, or it was gathered anew since", "look for its words among the disputes")
            return found

    def between(self, a: str, b: str, *, limit: int = 20) -> Between:
        """What two (ids or names) said of each other; limit: of the latest statements each way, and of the answers."""
        with self._reading():
            return relations.between(self._connection, self._identity(a), self._identity(b), limit)

    def matrix(self, *, limit: int = 12, harsh: bool = False) -> Matrix:
        """Who speaks of whom, the most talkative pairs; harsh: only accusations and criticisms, by whom they target."""
        with self._reading():
            return relations.matrix(self._connection, limit, harsh)

    # Corrections

    def correct(self, story: str, statement: str, kind: str, value: str | None = None, *, by: str = ANYBODY) -> int:
        """Sets right what a statement's speaker, to, target, act or mode is, or drops the statement; returns the correction's number.

        Args:
            story: key.
            statement: id in the story.
            kind: "speaker", "to", "target", "act", "mode" or "drop".
            value: an actor (id or name, of this story or of the record; of somebody new with the kind in front, "person:Ana Reed"), an act or a mode;
                None for nobody, or for not known.
            by: who says so.
        """
        if kind not in corrections.COLUMNS:
            raise RecordError(str(self.file), f"{kind!r} cannot be set right", f"choose one of {', '.join(corrections.COLUMNS)}")
        with self._writing() as connection:
            number = corrections.correct_statement(connection, str(self.file), self._statement(story, statement), kind, value, by)
        self.settle()
        return number

    def correct_link(self, story: str, answering: str, answered: str, relation: str | None, *, by: str = ANYBODY) -> int:
        """Says how one statement of a story answers another; relation None: it does not."""
        with self._writing() as connection:
            rows = self._statement(story, answering), self._statement(story, answered)
            number = corrections.correct_link(connection, str(self.file), *rows, relation, by)
        self.settle()
        return number

    def merge(self, first: str, second: str, *, by: str = ANYBODY) -> int:
        """Says that two identities (ids or names) are one."""
        with self._writing() as connection:
            one, other = self._identity(first), self._identity(second)
            if one == other:
                raise RecordError(str(self.file), f"{first!r} and {second!r} are one already", "name two")
            number = corrections.correct_identity(connection, "merge", self._member(one), self._member(other), by)
        self.settle()
        return number

    def split(self, identity: str, story: str, *, by: str = ANYBODY) -> int:
        """Says that the actor of this story is somebody else than the identity that it was taken for."""
        with self._writing() as connection:
            one = self._identity(identity)
            gone = connection.execute("SELECT id FROM actor WHERE identity = ? AND story = ? ORDER BY id", (one, self._story(story)["id"])).fetchone()
            stays = connection.execute("SELECT id FROM actor WHERE identity = ? AND id IS NOT ? ORDER BY id", (one, gone and gone[0])).fetchone()
            if gone is None or stays is None:
                raise RecordError(str(self.file), f"{identity!r} has no other member than that of {story!r}, or none there", "see `rejoinder who`")
            number = corrections.correct_identity(connection, "split", stays[0], gone[0], by)
        self.settle()
        return number

    def undo(self, correction: int) -> None:
        """Takes a correction back."""
        with self._writing() as connection:
            corrections.undo(connection, str(self.file), correction)
        self.settle()

    def corrections(self, story: str | None = None) -> list[Correction]:
        """All corrections, or those of one story, the oldest first; those that were taken back too."""
        with self._reading():
            return corrections.corrections(self._connection, None if story is None else self._story(story)["id"])

    def gold(self) -> Iterator[dict[str, Any]]:
        """Corrections that hold as stand-off gold: one object a story, offsets and the text's SHA-256, no text.

        Every statement that was set right stands as it is now; {"cue", "content": spans, "nested", "dropped", "speaker", "to", "target", "act", "mode",
        "negated", "hypothetical"}; "links" with the cues of both ends, relation None: there is none.
        """
        held = [c for c in self.corrections() if c.applied and not c.undone and c.kind not in ("merge", "split")]
        for story in dict.fromkeys(c.story for c in held):
            with self._reading():
                gold = self._gold(story, [c for c in held if c.story == story])
            yield gold

    def _gold(self, story: str, mine: Sequence[Correction]) -> dict[str, Any]:
        row = self._story(story)
        places = dict.fromkeys(json.dumps(c.place) for c in mine if c.kind != "link")
        return {
            "id": story,
            "sha256": hashlib.sha256(row["text"].encode()).hexdigest(),
            "complete": False,
            "statements": [{**json.loads(p), **corrections.as_it_is(self._connection, row["id"], json.loads(p))} for p in places],
            "links": [{"from": c.place["answering"]["cue"], "to": c.place["answered"]["cue"], "relation": c.value} for c in mine if c.kind == "link"],
            "by": sorted({c.by for c in mine}),
        }

    # Rows

    @contextmanager
    def _reading(self) -> Generator[None]:
        """All questions within see the record as it is at the first of them, whatever a writer does meanwhile."""
        with plainly(self.file):
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("COMMIT")

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        with plainly(self.file), transaction(self._connection):
            yield self._connection

    def _story(self, key: str) -> sqlite3.Row:
        row = self._connection.execute("SELECT * FROM story WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise NotOnRecordError(str(self.file), f"no story {key!r}", "see `rejoinder stories`")
        return row

    def _statement(self, story: str, statement: str) -> int:
        row = self._connection.execute("SELECT id FROM statement WHERE story = ? AND key = ?", (self._story(story)["id"], statement)).fetchone()
        if row is None:
            raise NotOnRecordError(str(self.file), f"no statement {statement!r} in story {story!r}", "see `rejoinder search --story`")
        return row[0]

    def _identity(self, name: str) -> str:
        found = find.identities_called(self._connection, name)
        if len(found) != 1:
            several = f"{len(found)} are called {name!r} ({', '.join(found[:5])})" if found else f"nobody is called {name!r}"
            raise NotOnRecordError(str(self.file), several, "give an id, as `rejoinder who` prints it")
        return found[0]

    def _member(self, identity: str) -> int:
        return self._connection.execute("SELECT min(id) FROM actor WHERE identity = ?", (identity,)).fetchone()[0]
