"""Run the server until Ctrl-C."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

from pipelines.serve.door.address import Address

MOST_AT_ONCE: Final = 200
"""Connections beyond which one is told to come again."""
IDLE_S: Final = 5


def serve(root: Path, at: Address, taken: socket.socket) -> None:
    """Answer browsers on a socket that listens, until the process is interrupted."""
    try:
        import uvicorn

        from pipelines.serve.app import application
    except ModuleNotFoundError as error:
        raise ValueError(
            f"the pages need {error.name}, which is not installed; run pip install "
            '"midstance[serve]"'
        ) from None
    config = uvicorn.Config(
        application(root, at),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody may say who they are by a header
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=IDLE_S,
        ws="none",
    )
    uvicorn.Server(config).run(sockets=[taken])


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; OSError with one sentence where the address is not free."""
    try:
        family, kind, proto, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        taken = socket.socket(family, kind, proto)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(where)
    except OSError as error:
        raise OSError(f"{host}, port {port}: {error.strerror}; name another --port") from error
    taken.listen(MOST_AT_ONCE)
    return taken
