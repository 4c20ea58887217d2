"""Stage: export. Names (IRIs) for stories, statements and actors in linked data.

A story is named by its own web address where it has one, everything else by a urn below the story's id: nothing is claimed about addresses that are not ours.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from rejoinder.types import Story

PREFIX = "urn:rejoinder:"
WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


def story_urn(story: Story) -> str:
    """The story by its id."""
    return f"{PREFIX}story:{quote(story.id, safe='')}"


def story_iri(story: Story) -> str:
    """The story by its address, or by its id where it has none."""
    return story.url if story.url and WEB.fullmatch(story.url) else story_urn(story)


def part_iri(story: Story, kind: str, id: str) -> str:
    """A part of a story: kind is "statement", "actor" or "link"."""
    return f"{story_urn(story)}:{kind}:{quote(id, safe=':')}"
