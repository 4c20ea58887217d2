"""Stage: show. The templates, with what they share: everything is escaped, and no page carries a script."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from rejoinder.record.answers import Saying
from rejoinder.show.view import GAP, as_said, clean


def _shared(request: Request) -> dict[str, Any]:
    return {"form_token": request.app.state.form_token, "read_only": request.app.state.store.read_only, "version": version("rejoinder")}


def _address(*parts: str, **query: object) -> str:
    """An address on this page: parts of the path, then what is asked (None and "" are left out)."""
    asked = urlencode({name: str(value) for name, value in query.items() if value not in (None, "")})
    return "/" + "/".join(quote(part, safe="") for part in parts) + (f"?{asked}" if asked else "")


def _asked_with(asked: Mapping[str, object], **changes: object) -> str:
    """A query string: what was asked, with changes; "" where nothing is left of it."""
    query = _address("", **{**asked, **changes}).partition("?")[2]
    return f"?{query}" if query else ""


def words_of(saying: Saying) -> str:
    """What was said, as a sentence shows it."""
    return as_said(saying.content.split(GAP), saying.mode)


templates = Jinja2Templates(directory=Path(__file__).parent / "templates", context_processors=[_shared])
_env: Any = templates.env  # Jinja's own types leave its tables unknown
_env.trim_blocks = _env.lstrip_blocks = True
_env.globals.update(address=_address, asked_with=_asked_with)
_env.filters.update(clean=clean, words_of=words_of)


def page(request: Request, name: str, **values: Any) -> Response:
    """A page of a template."""
    return templates.TemplateResponse(request, name, values)
