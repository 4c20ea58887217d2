"""`python -m rejoinder.cli`."""

from rejoinder.cli import app

app()
