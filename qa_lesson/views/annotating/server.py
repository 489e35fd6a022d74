"""The annotation widget in a browser without Jupyter: a page that this machine alone can open.

The page runs the widget's own JavaScript, and a widget without a kernel answers it. So what is saved, checked and
kept as a draft is the same as in a notebook.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qa_lesson.errors import ConfigError
from qa_lesson.look.built_widgets import built_widget
from qa_lesson.views.annotation import AnnotationWidget

LARGEST_MESSAGE = 5_000_000
"""Bytes of a message from the page; the largest ones hold a pasted passage."""

_HERE = Path(__file__).parent
_FILES = {
    "": (_HERE / "page.html", "text/html; charset=utf-8"),
    "page.js": (built_widget("annotation_page"), "text/javascript; charset=utf-8"),
    "page.css": (_HERE / "page.css", "text/css; charset=utf-8"),
    "annotation.css": (_HERE.parent / "annotation.css", "text/css; charset=utf-8"),
}
_SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class AnnotationServer(ThreadingHTTPServer):
    """Serves one annotation widget on 127.0.0.1, under an address that holds a secret.

    Requests that name another host, come from another page, or lack the secret are refused, so neither another website
    in the same browser nor another user of the machine who doesn't know the address can read or write questions.

    Args:
        widget: what the page shows.
        port: to listen on; 0 takes a free one.

    Raises:
        ConfigError: the port is taken.
    """

    daemon_threads = True

    def __init__(self, widget: AnnotationWidget, *, port: int = 0) -> None:
        self.widget = widget
        self.one_at_a_time = threading.Lock()
        self._secret = secrets.token_urlsafe(24)
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise ConfigError(
                f"the page cannot be served on port {port}: {error.strerror}", fix="choose another port, or 0"
            ) from error

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://127.0.0.1:{self.server_port}/{self._secret}/"

    def path_inside(self, path: str) -> str | None:
        """What comes after the secret in the path of a request; None if the secret is wrong."""
        _, given, *rest = [*urlsplit(path).path.split("/", 2), ""]
        return rest[0] if hmac.compare_digest(given.encode(), self._secret.encode()) and rest[:-1] else None

    def state(self) -> dict[str, Any]:
        """Every trait that the page reads."""
        names = AnnotationWidget.class_own_traits(sync=True)
        return {name: getattr(self.widget, name) for name in names if not name.startswith("_")}

    def receive(self, message: Any) -> dict[str, Any]:
        """Do what a message of the page asks for, as a kernel would, and give the state after it."""
        with self.one_at_a_time:
            self.widget._handle_custom_msg(message, [])
            return self.state()


class _Handler(BaseHTTPRequestHandler):
    server: AnnotationServer
    server_version = "qa_lesson"
    sys_version = ""
    timeout = 30  # seconds that a request may take to arrive

    def do_GET(self) -> None:
        """A file of the page, or the state."""
        name = self._allowed()
        if name == "state":
            with self.server.one_at_a_time:
                self._send_json(self.server.state())
        elif name in _FILES:
            path, kind = _FILES[name]
            self._send(path.read_bytes(), kind)
        elif name is not None:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """A message of the page."""
        name = self._allowed()
        if name is None:
            return
        length = self.headers.get("Content-Length", "")
        if name != "message":
            self._refuse(HTTPStatus.NOT_FOUND)
        elif self.headers.get("Origin") != self._origin():
            self._refuse(HTTPStatus.FORBIDDEN)
        elif self.headers.get_content_type() != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        elif not (length.isascii() and length.isdigit()):
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > 10 or int(length) > LARGEST_MESSAGE:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            try:
                message = json.loads(self.rfile.read(int(length)))
            except (ValueError, RecursionError):
                self._refuse(HTTPStatus.BAD_REQUEST)
            else:
                self._send_json(self.server.receive(message))

    def _allowed(self) -> str | None:
        """What is asked for, or None after the request has been refused."""
        is_ours = self.headers.get("Host") == urlsplit(self.server.url).netloc
        is_same_site = self.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        if not (is_ours and is_same_site):
            self._refuse(HTTPStatus.FORBIDDEN)
            return None
        if (name := self.server.path_inside(self.path)) is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        return name

    def _origin(self) -> str:
        return f"http://{urlsplit(self.server.url).netloc}"

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._send(status.phrase.encode(), "text/plain; charset=utf-8", status)

    def _send_json(self, content: Any) -> None:
        self._send(json.dumps(content).encode(), "application/json")

    def _send(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in _SAFE_HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  as the base class names it
        """Say nothing: the address holds the secret."""
