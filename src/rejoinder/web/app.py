"""Stage: show. The web application, put together: pages, /api, static files, safety, and what errors look like."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from rejoinder.errors import NotOnRecordError, RecordError, RejoinderError
from rejoinder.web import api, pages
from rejoinder.web.safety import Safety
from rejoinder.web.store import BusyError, Store
from rejoinder.web.templating import templates

HERE = Path(__file__).parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def create_app(file: Path, *, hosts: Sequence[str] = LOOPBACK, token: str | None = None, model: Path | None = None) -> FastAPI:
    """The application over a record.

    Args:
        file: of the record; made where there is none.
        hosts: names under which it may be asked for; () for any.
        token: access token that everything needs; None: none is needed.
        model: folder of another model than the packaged one.

    Raises:
        RecordError: there is no record, and none can be made.
    """
    app = FastAPI(
        title="Rejoinder",
        summary="Who said what, to whom, and who answered it.",
        description=api.ABOUT,
        version=version("rejoinder"),
        openapi_url="/api/openapi.json",
        docs_url=None,  # these pages would load scripts from elsewhere
        redoc_url=None,
    )
    app.state.store = Store(file, model)
    app.state.form_token = secrets.token_urlsafe()
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(api.router)
    app.include_router(pages.router)
    app.add_middleware(Safety, hosts=hosts, token=token)
    app.add_exception_handler(RejoinderError, _refused)  # pyright: ignore[reportArgumentType]
    app.add_exception_handler(HTTPException, _http_error)  # pyright: ignore[reportArgumentType]
    app.add_exception_handler(RequestValidationError, _not_valid)  # pyright: ignore[reportArgumentType]
    return app


async def _refused(request: Request, error: RejoinderError) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(error, NotOnRecordError):
        status = HTTPStatus.NOT_FOUND
    elif isinstance(error, BusyError):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    # Where the file of the record lies is nobody's business on the page.
    return _said(request, status, f"{error.found}; {error.advice}." if isinstance(error, RecordError) else str(error))


async def _http_error(request: Request, error: HTTPException) -> Response:
    answer = _said(request, HTTPStatus(error.status_code), str(error.detail))
    answer.headers.update(error.headers or {})  # which methods are allowed
    return answer


async def _not_valid(request: Request, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    where = ".".join(part for part in first["loc"][1:] if isinstance(part, str))
    return _said(request, HTTPStatus.UNPROCESSABLE_ENTITY, f"{where or 'the request'}: {first['msg']}")


def _said(request: Request, status: HTTPStatus, sentence: str) -> Response:
    """An error as JSON under /api, else as a page."""
    if request.url.path.startswith("/api"):
        return JSONResponse({"error": sentence}, status)
    return templates.TemplateResponse(request, "error.html", {"status": status, "sentence": sentence}, status_code=status)
