"""Stage: read. Bytes -> Story."""

from rejoinder.reading.columns import Columns
from rejoinder.reading.files import read_stories
from rejoinder.reading.story import make_story

__all__ = ["Columns", "make_story", "read_stories"]
