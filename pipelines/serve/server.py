"""Run the server until Ctrl-C."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pipelines.errors import not_installed
from pipelines.serve.door.address import Address

MOST_AT_ONCE: Final = 200
"""Connections beyond which one is told to come again."""
IDLE_S: Final = 5
LEAVE_S: Final = 2.0


def need_server() -> None:
    """Raise ValueError where what answers browsers is not installed."""
    for name in ("starlette", "uvicorn"):
        if find_spec(name) is None:
            raise ValueError(not_installed(f"the pages need {name}, which", "serve"))


def serve(
    roots: Sequence[Path], at: Address, taken: socket.socket, opened: Mapping[Path, str]
) -> None:
    """Answer browsers on a socket that listens, until the process is interrupted.

    `opened` has the addresses of those stores that are copies.
    """
    import uvicorn

    from pipelines.serve.app import application, application_of_many
    from pipelines.serve.door.punctual import Punctual

    def ending() -> bool:
        return server.should_exit

    alone = application(roots[0], at, ending=ending) if len(roots) == 1 and not opened else None
    config = uvicorn.Config(
        alone or application_of_many(roots, at, opened=opened, ending=ending),
        http=Punctual,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody may say who they are by a header
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=IDLE_S,
        ws="none",
    )
    server = uvicorn.Server(config)
    try:
        server.run(sockets=[taken])
    except KeyboardInterrupt:
        leave()
        raise
    leave()


def leave() -> None:
    """End, also where a drive does not answer: Python would wait for the thread that asked it."""
    until = time.monotonic() + LEAVE_S
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                sys.stdout.flush()
                os._exit(0)


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; OSError with one sentence where the address is not free."""
    try:
        family, kind, proto, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with ExitStack() as unless_it_listens:
            taken = unless_it_listens.enter_context(socket.socket(family, kind, proto))
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(where)
            taken.listen(MOST_AT_ONCE)
            unless_it_listens.pop_all()
    except OSError as error:
        other = "--port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "--host"
        raise OSError(f"{host}, port {port}: {error.strerror}; name another {other}") from error
    return taken
