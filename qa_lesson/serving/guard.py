"""Checks before every request: who may ask, how large a request may be, and the headers of every response.

The service has no passwords, so a web page that you visit must not be able to use it through your browser. A page of
another address can't send it JSON (its Origin or Sec-Fetch-Site header gives it away), and a name that an attacker
points at this machine (DNS rebinding) isn't among the hosts that it answers to.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_lesson.errors import QALessonError, shorten
from qa_lesson.serving.limits import RefusalError, ServiceLimits
from qa_lesson.serving.messages import Fault, Faults

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_PATIENCE = 20  # times the largest body: so much of a larger one is read and thrown away


def as_response(error: QALessonError, status: int) -> JSONResponse:
    """An error as the JSON that every refused request gets."""
    fault = Fault(what=error.what, where=error.where, received=error.received, to_do=error.fix)
    wait = error.retry_after if isinstance(error, RefusalError) else None
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return JSONResponse(Faults(error=fault).model_dump(), status, headers)


class Guard:
    """ASGI middleware that checks a request and reads its body before the application sees it.

    Args:
        app: the application.
        limits: of the body's size and of the time that it may take to arrive.
        hosts: names of the service in addresses; localhost and IP addresses always work.
    """

    def __init__(self, app: ASGIApp, limits: ServiceLimits, hosts: Collection[str] = ()) -> None:
        self._app, self._limits = app, limits
        self._hosts = {"localhost", *(host.lower().rstrip(".") for host in hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        try:
            self._check_sender(scope["method"], Headers(scope=scope))
            body = await self._body(Headers(scope=scope), receive)
        except RefusalError as refusal:
            response = as_response(refusal, refusal.status)
            response.headers["Connection"] = "close"  # the rest of the body is not read
            return await response(scope, receive, send_with_headers)
        parts = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def replay() -> Message:
            return next(parts, None) or await receive()

        await self._app(scope, replay, send_with_headers)

    def _check_sender(self, method: str, headers: Headers) -> None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            raise RefusalError(
                421,
                "the service doesn't answer to this name",
                where="Host header",
                received=shorten(host),
                fix="use localhost or the machine's IP address; qa-lesson serve has --allow-host for other names",
            )
        if method in ("GET", "HEAD", "OPTIONS"):
            return
        origin = headers.get("origin")
        is_other = origin is not None and urlsplit_host(origin) != host.lower()
        if is_other or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise RefusalError(
                403,
                "another web page sent this request",
                where="Origin header",
                received=shorten(origin or "none"),
                fix="use the service's own page, or a program that is not a web page",
            )
        content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != "application/json":
            raise RefusalError(
                415,
                "the request is not marked as JSON",
                where="Content-Type header",
                received=shorten(content_type),
                fix="send the header Content-Type: application/json",
            )

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
            ipaddress.ip_address(name)
        except ValueError:  # not an address, or not a host at all
            return urlsplit_host(f"//{host}").rpartition(":")[0] in self._hosts or host.lower() in self._hosts
        return True

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        """The whole body. One that is too large is still read to its end, or the sender would not see the answer."""
        body, n_read = b"", 0
        try:
            async with asyncio.timeout(self._limits.seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise RefusalError(400, "the connection was closed before the request was complete")
                    part = message.get("body", b"")
                    n_read += len(part)
                    body = body + part if n_read <= self._limits.body_bytes else b""
                    more = message.get("more_body", False) and n_read < _PATIENCE * self._limits.body_bytes
        except TimeoutError as error:
            raise RefusalError(
                408, f"the request did not arrive within {self._limits.seconds:g} s", fix="send it in one go"
            ) from error
        if n_read > self._limits.body_bytes:
            raise RefusalError(
                413, f"the request has more than {self._limits.body_bytes:,} bytes", where="body",
                received=f"{headers.get('content-length', n_read)} bytes", fix="send fewer or shorter texts",
            )  # fmt: skip
        return body


def urlsplit_host(address: str) -> str:
    """Host and port of an address, in lower case; nothing if it is not an address.

    >>> urlsplit_host("http://LOCALHOST:8000"), urlsplit_host("null"), urlsplit_host("http://[")
    ('localhost:8000', '', '')
    """
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""
