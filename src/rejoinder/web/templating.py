"""Stage: show. The templates, with what they share: everything is escaped, and no page carries a script."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.templating import Jinja2Templates

from rejoinder.show.view import clean


def _shared(request: Request) -> dict[str, Any]:
    return {"form_token": request.app.state.form_token, "read_only": request.app.state.store.read_only, "version": version("rejoinder")}


def _address(*parts: str, **query: object) -> str:
    """An address on this page: parts of the path, then what is asked (None and "" are left out)."""
    asked = urlencode({name: str(value) for name, value in query.items() if value not in (None, "")})
    return "/" + "/".join(quote(part, safe="") for part in parts) + (f"?{asked}" if asked else "")


templates = Jinja2Templates(directory=Path(__file__).parent / "templates", context_processors=[_shared])
templates.env.trim_blocks = templates.env.lstrip_blocks = True
templates.env.globals["address"] = _address  # pyright: ignore[reportArgumentType]
templates.env.filters["clean"] = clean
