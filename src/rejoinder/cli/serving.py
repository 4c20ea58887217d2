"""The command that serves the page."""

from __future__ import annotations

import ipaddress
import secrets
from pathlib import Path
from typing import Annotated

import typer

from rejoinder.cli.common import DEFAULT, Model, plainly

KEPT_OPEN = 60  # seconds that an idle connection stays open; uvicorn's five would cut off slow readers who ask again


def serve(
    record: Annotated[Path, typer.Argument(metavar="[RECORD]", envvar="REJOINDER_RECORD", help="The record; made where there is none.")] = DEFAULT,
    host: Annotated[str, typer.Option(help="Address to listen on; any but this machine's own needs the token that is printed.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: any that is free.")] = 8765,
    model: Model = None,
) -> None:
    """Open the record as a page on this machine: look, follow, set right; the same as JSON under /api."""
    with plainly():
        from rejoinder.errors import RejoinderError

        try:
            import uvicorn

            from rejoinder.web.app import LOOPBACK, create_app
        except ImportError as error:
            raise RejoinderError(f"{error.name} is missing; install it with `pip install 'rejoinder[web]'`.") from error
        here = host == "localhost" or _is_loopback(host)
        token = None if here else secrets.token_urlsafe(16)
        # Under which names another machine is asked for nobody can know here; there the token decides.
        app = create_app(record, hosts=LOOPBACK if here else (), token=token, model=model)
        server = uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning", server_header=False, timeout_keep_alive=KEPT_OPEN))
        socket = server.config.bind_socket()
        shown = f"http://{f'[{host}]' if ':' in host else host}:{socket.getsockname()[1]}/"
        typer.echo(f"{record}: {shown}{f'?token={token}' if token else ''} (Ctrl-C ends it)", err=True)
        server.run(sockets=[socket])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
