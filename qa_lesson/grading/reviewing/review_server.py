"""The page on 127.0.0.1: its files, and what it asks for, under an address that holds a secret.

Another page in the same browser doesn't know the address, and `qa_lesson.serving.guard.Guard` refuses requests that
come from another page or name another host. Every text of a learner is JSON that the page shows as text. Prompts,
solutions and rubrics are the instructor's Markdown, made safe by `qa_lesson.quiz.pages.markdown`.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from qa_lesson.errors import DataError, QALessonError, StorageError
from qa_lesson.grading.reviewing.review_session import Decided, ReviewSession
from qa_lesson.json_files import first_fault
from qa_lesson.look.built_widgets import built_widget
from qa_lesson.look.templating import render
from qa_lesson.serving.guard import Guard, as_response
from qa_lesson.serving.limits import RefusalError, ServiceLimits

_TEMPLATES: Final = "grading/reviewing/templates"
_LIMITS: Final = ServiceLimits(body_bytes=200_000)
_LONGEST_COMMENT = 20_000  # characters
_AGAIN = "reload the page"


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, hide_input_in_errors=True)


class MarkMessage(_Message):
    """A decision as the page sends it; see `qa_lesson.grading.reviewing.review_session.Decided`."""

    review: str
    levels: dict[str, NonNegativeInt] | None
    credit: Annotated[float, Field(ge=0, le=1)] | None
    comment: Annotated[str, Field(max_length=_LONGEST_COMMENT)]
    typing: bool = False
    agreed: bool = False


class CompareMessage(_Message):
    """Whether to compare the markers before all are done."""

    look: bool


class UndoMessage(_Message):
    """The last change is to be taken back."""


class ReviewService:
    """The page of a session as an ASGI application.

    Args:
        session: what it works on.

    Attributes:
        app: for an ASGI server.
        path: of the page, with the secret.
    """

    def __init__(self, session: ReviewSession) -> None:
        self._session = session
        secret = secrets.token_urlsafe(24)
        self.path = f"/{secret}/"
        routes = [
            Route("/", self._page),
            Route("/review.css", self._style),
            Route("/review_page.js", self._script),
            Route("/items", self._items),
            Route(
                "/decide",
                self._answer(MarkMessage, lambda told: session.decide(Decided(**dict(told)))),
                methods=["POST"],
            ),
            Route("/undo", self._answer(UndoMessage, lambda _: session.undo()), methods=["POST"]),
            Route(
                "/agreement",
                self._answer(CompareMessage, lambda told: session.compare(look=told.look)),
                methods=["POST"],
            ),
        ]
        middleware = [Middleware(Guard, limits=_LIMITS), Middleware(_Secret, secret=secret)]
        handlers = {RefusalError: _refused, QALessonError: _unusable, HTTPException: _no_such, Exception: _failed}
        self.app = Starlette(routes=routes, middleware=middleware, exception_handlers=handlers)

    async def _page(self, request: Request) -> Response:
        return HTMLResponse(render(f"{_TEMPLATES}/review.html.jinja", title=self._session.title))

    async def _style(self, request: Request) -> Response:
        return Response(render(f"{_TEMPLATES}/review.css.jinja"), media_type="text/css")

    async def _script(self, request: Request) -> Response:
        return Response(built_widget("review_page").read_bytes(), media_type="text/javascript")

    async def _items(self, request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self._session.page))

    @staticmethod
    def _answer(kind: type[Any], respond: Callable[[Any], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                message = kind.model_validate_json(await request.body())
            except ValidationError as error:
                raise RefusalError(
                    422, "the message can't be read", where="body", received=first_fault(error), fix=_AGAIN
                ) from error
            return JSONResponse(await run_in_threadpool(respond, message))

        return answer


class _Secret:
    """ASGI middleware that takes the secret off a path, or answers that there is nothing."""

    def __init__(self, app: ASGIApp, secret: str) -> None:
        self._app, self._secret = app, secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose path begins with the secret."""
        if scope["type"] == "http":
            given, slash, rest = scope["path"].removeprefix("/").partition("/")
            if not (slash and hmac.compare_digest(given.encode("utf-8", "replace"), self._secret)):
                refusal = RefusalError(404, "there is no such address", fix="use the address that was printed")
                return await as_response(refusal, 404)(scope, receive, send)
            scope = {**scope, "path": f"/{rest}"}
        await self._app(scope, receive, send)


def _refused(request: Request, error: Any) -> Response:
    return as_response(error, error.status)


def _unusable(request: Request, error: Any) -> Response:
    return as_response(error, 507 if isinstance(error, StorageError) else 422 if isinstance(error, DataError) else 500)


def _no_such(request: Request, error: Any) -> Response:
    return as_response(RefusalError(error.status_code, str(error.detail), fix=_AGAIN), error.status_code)


def _failed(request: Request, error: Any) -> Response:
    return as_response(RefusalError(500, "the program failed; its own output says why", fix=_AGAIN), 500)
