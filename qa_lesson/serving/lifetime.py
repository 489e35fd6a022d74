"""Start and stop a service: in a terminal until it is told to stop, or from a notebook."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from qa_lesson.errors import ConfigError, QALessonError

if TYPE_CHECKING:
    from types import TracebackType

    from starlette.applications import Starlette
    from uvicorn import Server

_BACKLOG = 512
_START_SECONDS = 20
_STOP_SECONDS = 60  # for what was accepted; each answer has a time limit of its own


def open_socket(host: str = "127.0.0.1", port: int = 8000) -> socket.socket:
    """A socket that listens.

    Args:
        host: an address of this machine; "127.0.0.1" can be reached from this machine alone, "0.0.0.0" from everywhere.
        port: 0 takes a free one.

    Raises:
        ConfigError: the address is not this machine's, or the port is taken or reserved.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # with the protocol named, asyncio sends without delay; else a client waits 40 ms for all but the headers
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)  # from now on a client waits until the service has started
    except (OSError, OverflowError, UnicodeError) as error:
        raise ConfigError(
            "the service cannot listen there",
            where=f"{host}:{port}",
            received=str(error),
            fix="choose another --port (0 takes a free one), or another --host",
        ) from error
    return listening


def address_of(listening: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{port}"


def is_local(listening: socket.socket) -> bool:
    """Whether only this machine can reach it."""
    return ipaddress.ip_address(listening.getsockname()[0]).is_loopback


def run_service(app: Starlette, listening: socket.socket) -> None:
    """Serve until Ctrl+C or SIGTERM, then answer what was accepted and return."""
    _server(app).run(sockets=[listening])


class BackgroundService:
    """A service in a thread of its own, for notebooks and tests.

    Args:
        app: from `build_app`, or another one.
        port: 0 takes a free one.

    Raises:
        ConfigError: the port is taken.
        QALessonError: it does not start.
    """

    def __init__(self, app: Starlette, port: int = 0) -> None:
        listening = open_socket(port=port)
        self.address = address_of(listening)
        self._server = _server(app)
        options: dict[str, Any] = {"sockets": [listening]}
        self._thread = threading.Thread(target=self._server.run, kwargs=options, name="service", daemon=True)
        self._thread.start()
        until = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > until:
                raise QALessonError("the service did not start", fix="its output above says why")
            time.sleep(0.01)

    def stop(self) -> None:
        """Answer what was accepted, then stop; does nothing the second time."""
        self._server.should_exit = True
        self._thread.join(_STOP_SECONDS)

    def __enter__(self) -> BackgroundService:
        """The running service."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _server(app: Starlette) -> Server:
    import uvicorn

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, date_header=True, backlog=_BACKLOG,
        timeout_keep_alive=15, timeout_graceful_shutdown=_STOP_SECONDS, limit_concurrency=1_000, ws="none",
    )  # fmt: skip
    return uvicorn.Server(config)
