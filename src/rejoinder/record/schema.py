"""Stage: keep. The tables, as named migrations that are applied in order, each in one transaction.

A migration is never changed once it is released; what changes comes as a new one at the end. The file says that it is a record (application_id) and
how many migrations it has had (user_version), so that an older program knows that it does not know it.

Rows of a story hang on it by foreign keys: forgetting it forgets all. Spans are JSON lists of [start, end] in code points of `story.text`; the words of the
spans stand beside them, for people and for the full-text index.
"""

from __future__ import annotations

from typing import NamedTuple

APPLICATION = 0x526A6472  # "Rjdr"


class Migration(NamedTuple):
    """One step of the schema; names are never used twice."""

    name: str
    sql: str


FIRST = """
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  package TEXT NOT NULL, model TEXT NOT NULL, weights TEXT NOT NULL, tables TEXT NOT NULL,  -- versions; SHA-256 of the weights and of the packaged tables
  UNIQUE (package, model, weights, tables)
) STRICT;

CREATE TABLE story (                -- long columns stand last: those before them are read without them
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,         -- the id that people use; the story's own where it is free
  digest TEXT NOT NULL UNIQUE,      -- SHA-256 of text and what is known about it: the same story twice is one
  newer INTEGER REFERENCES story (id) ON DELETE SET NULL,  -- the version that came after this one under the same URL
  run INTEGER NOT NULL REFERENCES run (id),
  added TEXT NOT NULL,
  published TEXT, day TEXT,         -- as given (ISO 8601); its date
  url TEXT, title TEXT, publisher TEXT, author TEXT,
  condition TEXT, dateline_place TEXT, dateline_agency TEXT, dateline_span TEXT,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX story_url ON story (url);
CREATE INDEX story_day ON story (day, id);
CREATE INDEX story_newer ON story (newer) WHERE newer IS NOT NULL;
CREATE INDEX story_run ON story (run);
CREATE INDEX story_publisher ON story (publisher);

CREATE TABLE identity (             -- one person, body or country over all stories
  id TEXT PRIMARY KEY,
  block TEXT NOT NULL,              -- of its first actor
  name TEXT NOT NULL, kind TEXT NOT NULL, country TEXT, stories INTEGER NOT NULL
) STRICT;
CREATE INDEX identity_block ON identity (block);
CREATE TABLE identity_name (
  identity TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
  name TEXT NOT NULL, stories INTEGER NOT NULL,
  PRIMARY KEY (identity, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE tenure (               -- an office that an identity was seen to hold
  identity TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  title TEXT NOT NULL, "of" TEXT, stories INTEGER NOT NULL, first TEXT, last TEXT,
  PRIMARY KEY (identity, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE actor (                -- somebody in one story
  id INTEGER PRIMARY KEY,
  story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
  key TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, country TEXT, named INTEGER NOT NULL,
  block TEXT,                       -- identities are sought among actors of one block; NULL for the anonymous
  identity TEXT REFERENCES identity (id) ON DELETE SET NULL,
  rule TEXT, evidence TEXT,         -- why it is this identity
  correction INTEGER REFERENCES correction (id) ON DELETE CASCADE,  -- that brought it in
  UNIQUE (story, key)
) STRICT;
CREATE INDEX actor_identity ON actor (identity);
CREATE INDEX actor_block ON actor (block) WHERE block IS NOT NULL;
CREATE INDEX actor_correction ON actor (correction);
CREATE TABLE unsettled (block TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;  -- blocks whose identities are to be sought again
CREATE TABLE member (               -- of a joint source
  whole INTEGER NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  part INTEGER NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  PRIMARY KEY (whole, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_part ON member (part);
CREATE TABLE mention (
  actor INTEGER NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, confidence REAL,
  PRIMARY KEY (actor, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE office (               -- as one story gives it
  actor INTEGER NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  title TEXT NOT NULL, "of" TEXT, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  PRIMARY KEY (actor, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
  id INTEGER PRIMARY KEY,
  story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
  key TEXT NOT NULL, place INTEGER NOT NULL,  -- id and place in its story
  dropped INTEGER NOT NULL DEFAULT 0,         -- a person said that it is none
  inside INTEGER REFERENCES statement (id) ON DELETE SET NULL,
  speaker INTEGER REFERENCES actor (id) ON DELETE SET NULL,
  addressed INTEGER REFERENCES actor (id) ON DELETE SET NULL,
  target INTEGER REFERENCES actor (id) ON DELETE SET NULL,
  named INTEGER, mode TEXT NOT NULL, act TEXT, negated INTEGER, hypothetical INTEGER,
  confidence REAL NOT NULL,
  said_on TEXT, said_span TEXT,     -- when it was said, ISO 8601, and the words that say so
  machine TEXT,                     -- JSON: what the machine had said, of the columns that a person set
  source TEXT NOT NULL, cue TEXT NOT NULL, content TEXT NOT NULL, addressee TEXT NOT NULL,  -- spans
  source_words TEXT NOT NULL, cue_words TEXT NOT NULL, addressee_words TEXT NOT NULL, content_words TEXT NOT NULL,
  stems TEXT NOT NULL, meaning BLOB NOT NULL,  -- by which it is compared with others
  UNIQUE (story, key)
) STRICT;
CREATE INDEX statement_story ON statement (story, place, dropped);
CREATE INDEX statement_inside ON statement (inside);
CREATE INDEX statement_speaker ON statement (speaker, dropped, story, act, target, addressed);
CREATE INDEX statement_addressed ON statement (addressed);
CREATE INDEX statement_target ON statement (target, act, dropped, story, speaker);
CREATE INDEX statement_act ON statement (act, dropped);
CREATE INDEX statement_confidence ON statement (confidence);
CREATE TABLE about (                -- the named actors of whom a content speaks, or who are its target
  statement INTEGER NOT NULL REFERENCES statement (id) ON DELETE CASCADE,
  actor INTEGER NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  PRIMARY KEY (statement, actor)
) STRICT, WITHOUT ROWID;
CREATE INDEX about_actor ON about (actor);
CREATE TABLE link (                 -- from an answering statement to the one it answers, within a story
  id INTEGER PRIMARY KEY,
  answering INTEGER NOT NULL REFERENCES statement (id) ON DELETE CASCADE,
  answered INTEGER NOT NULL REFERENCES statement (id) ON DELETE CASCADE,
  relation TEXT NOT NULL, confidence REAL NOT NULL, evidence TEXT NOT NULL, evidence_words TEXT NOT NULL,
  dropped INTEGER NOT NULL DEFAULT 0,
  correction INTEGER REFERENCES correction (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX link_answering ON link (answering);
CREATE INDEX link_answered ON link (answered);
CREATE INDEX link_correction ON link (correction);

CREATE TABLE lookup (               -- the rare words by which a statement is compared with those of other stories, by the time of its story
  stem TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  statement INTEGER NOT NULL REFERENCES statement (id) ON DELETE CASCADE,
  PRIMARY KEY (stem, bucket, statement)
) STRICT, WITHOUT ROWID;
CREATE INDEX lookup_statement ON lookup (statement);
CREATE TABLE alike (                -- statements of different stories that say nearly the same; bucket: of the later one
  stem TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  first INTEGER NOT NULL REFERENCES statement (id) ON DELETE CASCADE,
  second INTEGER NOT NULL REFERENCES statement (id) ON DELETE CASCADE,
  likeness REAL NOT NULL,
  PRIMARY KEY (stem, bucket, first, second)
) STRICT, WITHOUT ROWID;
CREATE INDEX alike_first ON alike (first);
CREATE INDEX alike_second ON alike (second);
CREATE TABLE touched (              -- lists that are to be compared again
  stem TEXT NOT NULL, bucket INTEGER NOT NULL,
  PRIMARY KEY (stem, bucket)
) STRICT, WITHOUT ROWID;
CREATE TABLE changed (              -- statements whose claims are to be gathered again
  statement INTEGER PRIMARY KEY REFERENCES statement (id) ON DELETE CASCADE
) STRICT;
CREATE TABLE claim (                -- id: that of its first statement
  id INTEGER PRIMARY KEY REFERENCES statement (id) ON DELETE CASCADE,
  answers INTEGER NOT NULL, members INTEGER NOT NULL, stories INTEGER NOT NULL,
  published TEXT, story TEXT NOT NULL, place INTEGER NOT NULL  -- of the first statement; by these claims are put in order
) STRICT;
CREATE INDEX claim_order ON claim (answers DESC, members DESC, published, story, place);
CREATE TABLE claim_member (
  claim INTEGER NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  statement INTEGER NOT NULL REFERENCES statement (id) ON DELETE CASCADE,
  PRIMARY KEY (claim, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_member_statement ON claim_member (statement);
CREATE TABLE answer (
  claim INTEGER NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  statement INTEGER NOT NULL REFERENCES statement (id) ON DELETE CASCADE,
  relation TEXT NOT NULL, confidence REAL NOT NULL, evidence TEXT NOT NULL, evidence_words TEXT NOT NULL, across INTEGER NOT NULL,
  PRIMARY KEY (claim, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_statement ON answer (statement);

CREATE TABLE correction (           -- what a person set right; rows are never changed but to be undone
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL, "by" TEXT NOT NULL,
  kind TEXT NOT NULL,
  story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
  place TEXT NOT NULL,              -- JSON: what in the story it is about, in offsets, so that it survives another reading
  other_story INTEGER REFERENCES story (id) ON DELETE CASCADE,
  other_place TEXT,
  value TEXT NOT NULL,              -- JSON
  was TEXT NOT NULL,                -- JSON: what stood there
  applied INTEGER NOT NULL DEFAULT 1,  -- 0: a later reading has no such statement or actor
  undone TEXT                       -- when it was taken back
) STRICT;
CREATE INDEX correction_story ON correction (story);
CREATE INDEX correction_other_story ON correction (other_story);

CREATE VIRTUAL TABLE statement_text USING fts5 (
  source_words, cue_words, content_words, addressee_words, content="statement", content_rowid = 'id', tokenize = "porter unicode61 remove_diacritics 2"
);
CREATE TRIGGER statement_text_insert AFTER INSERT ON statement BEGIN
  INSERT INTO statement_text (rowid, source_words, cue_words, content_words, addressee_words)
  VALUES (new.id, new.source_words, new.cue_words, new.content_words, new.addressee_words);
END;
CREATE TRIGGER statement_text_delete AFTER DELETE ON statement BEGIN
  INSERT INTO statement_text (statement_text, rowid, source_words, cue_words, content_words, addressee_words)
  VALUES ('delete', old.id, old.source_words, old.cue_words, old.content_words, old.addressee_words);
END;
CREATE VIRTUAL TABLE story_text USING fts5 (title, text, content="story", content_rowid = 'id', tokenize = "porter unicode61 remove_diacritics 2");
CREATE TRIGGER story_text_insert AFTER INSERT ON story BEGIN
  INSERT INTO story_text (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
CREATE TRIGGER story_text_delete AFTER DELETE ON story BEGIN
  INSERT INTO story_text (story_text, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
END;
"""

# A list is kept by days, no longer by sixty of them together, so that a new story costs no more where there are many; 1721424.5: Julian day of the day
# before 0001-01-01, from which Python counts; 1073741824: alike.NEVER.
DAYS = """
ALTER TABLE lookup RENAME COLUMN bucket TO day;
ALTER TABLE alike RENAME COLUMN bucket TO day;
ALTER TABLE touched RENAME COLUMN bucket TO day;
UPDATE lookup SET day = (
  SELECT coalesce(CAST(julianday(story.day) - 1721424.5 AS INTEGER), 1073741824)
  FROM statement JOIN story ON story.id = story WHERE statement.id = lookup.statement
);
UPDATE alike SET day = (
  SELECT coalesce(CAST(julianday(story.day) - 1721424.5 AS INTEGER), 1073741824)
  FROM statement JOIN story ON story.id = story WHERE statement.id = second
);
CREATE TEMP TABLE waiting AS SELECT DISTINCT stem FROM touched;
DELETE FROM touched;
INSERT INTO touched SELECT DISTINCT stem, day FROM lookup WHERE stem IN (SELECT stem FROM waiting);
DROP TABLE waiting;
"""

# By what they held, actors of a block are put together that no rule tells apart.
HELD = """
ALTER TABLE actor ADD COLUMN held TEXT NOT NULL DEFAULT '[]';  -- JSON: [title, of] of its offices, each once, in order
UPDATE actor SET held = (
  SELECT json_group_array(json_array(title, "of")) FROM (SELECT DISTINCT title, "of" FROM office WHERE office.actor = actor.id ORDER BY title, "of")
);
DROP INDEX actor_identity;
CREATE INDEX actor_identity ON actor (identity, story);
"""

# What was seen of the actors of a large block is kept: a new one is added to it, and costs the same however many there are.
SIGHTED = """
CREATE TABLE sighted (              -- actors of a block that no rule tells apart; all that were settled, where they are many
  id INTEGER PRIMARY KEY,
  block TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, country TEXT, held TEXT NOT NULL,
  alone INTEGER NOT NULL,           -- the row of one that stands for itself, else 0
  count INTEGER NOT NULL, story TEXT NOT NULL, first TEXT, last TEXT,  -- how many; the first story by key; published when first and last
  upto INTEGER NOT NULL,            -- the last of their rows
  identity TEXT NOT NULL, rule TEXT NOT NULL, evidence TEXT NOT NULL
) STRICT;
CREATE INDEX sighted_block ON sighted (block);
CREATE TRIGGER sighted_delete AFTER DELETE ON actor BEGIN
  DELETE FROM sighted WHERE block = old.block;
END;
CREATE TRIGGER sighted_update AFTER UPDATE OF identity ON actor WHEN new.identity IS NULL BEGIN
  DELETE FROM sighted WHERE block = old.block;
END;
"""

MIGRATIONS = (
    Migration("stories, actors, statements, links, claims, corrections", FIRST),
    Migration("lists of rare words by days", DAYS),
    Migration("offices beside their actor", HELD),
    Migration("actors of large blocks together", SIGHTED),
)
