"""The HTTP application: its addresses, and how each request becomes questions, answers or a clear error."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse
from starlette.exceptions import HTTPException

from qa_lesson.errors import QALessonError, shorten
from qa_lesson.look.templating import render
from qa_lesson.serving.answer_queue import AnswerJob, AnswerQueue
from qa_lesson.serving.conversions import Given, asked_of, from_context, from_corpus
from qa_lesson.serving.counters import Counters
from qa_lesson.serving.guard import Guard, as_response
from qa_lesson.serving.limits import RefusalError, ServiceLimits
from qa_lesson.serving.messages import FAULTS, Answers, Feedback, Health, Noted, Question
from qa_lesson.serving.service_log import STORED, ServiceLog

if TYPE_CHECKING:
    from qa_lesson.answering import QuestionAnswerer
    from qa_lesson.open_corpus import CorpusAnswerer

_HERE = Path(__file__).parent
_EXAMPLE = 'for instance {"question": "Who keeps it?", "context": "Bram keeps it."}'
_STATIC = {"ask.js": "text/javascript", "ask.css": "text/css"}


def build_app(
    answerer: QuestionAnswerer,
    corpus: CorpusAnswerer | None = None,
    *,
    name: str = "model",
    n_passages: int | None = None,
    limits: ServiceLimits | None = None,
    log: ServiceLog | None = None,
    hosts: Collection[str] = (),
) -> FastAPI:
    """The application, for `run_service` or any other ASGI server (one worker process: it holds the model).

    Args:
        answerer: answers questions that come with a context. The service's own thread uses it; nothing else should.
        corpus: answers questions that come without one; None refuses them.
        name: of the model, shown on the page and by ``/health``.
        n_passages: in the index, shown there too.
        limits: of requests and of what waits.
        log: where questions, answers and feedback are kept; None keeps nothing.
        hosts: names of the service in addresses; localhost and IP addresses always work.
    """
    limits = limits or ServiceLimits()
    counters = Counters()
    queue = AnswerQueue(answerer, corpus, limits=limits, on_batch=counters.count_batch)
    counters.waiting.set_function(lambda: queue.n_waiting)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(queue.close)
        if log is not None:
            log.close()

    app = FastAPI(
        title="qa-lesson", summary="Answers questions, with their source.", docs_url=None, redoc_url=None,
        lifespan=lifespan, responses=FAULTS,
    )  # fmt: skip
    app.add_middleware(Guard, limits=limits, hosts=hosts)
    _explain_errors(app)

    @app.middleware("http")
    async def count(request: Request, respond: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await respond(request)
        route = request.scope.get("route")  # not the path: anyone may ask for any
        counters.requests.labels(getattr(route, "path", "other"), str(response.status_code)).inc()
        return response

    @app.post("/answer")
    async def answer(question: Question) -> Answers:
        """Answer one question or several."""
        started = time.perf_counter()
        asked = asked_of(question, limits, has_index=corpus is not None)
        found = await _wait(queue, asked, limits.seconds)
        results = from_corpus(found) if asked.contexts is None else from_context(asked, found)
        for given in results:
            counters.answers.labels("answered" if given.answer.text is not None else "abstained").inc()
            _note(given, log, counters)
        counters.seconds.observe(time.perf_counter() - started)
        return Answers(answers=[given.answer for given in results])

    @app.post("/feedback")
    async def feedback(said: Feedback) -> Noted:
        """Say whether an answer was right; only if the service keeps a log."""
        if log is None:
            raise RefusalError(
                409, "this service keeps no log, so feedback has no place", fix="start it with --log FILE"
            )
        try:
            known = log.note_feedback(said.id, right=said.right)
        except OSError as error:
            counters.unlogged.inc()
            raise RefusalError(503, "the log cannot be written", fix="make room on the disk", retry_after=60) from error
        if not known:
            raise RefusalError(
                404, "there is no recent answer with this id", where="id", received=shorten(said.id),
                fix="use the id of an answer that this service gave since it started",
            )  # fmt: skip
        counters.feedback.labels("right" if said.right else "wrong").inc()
        return Noted()

    @app.get("/health")
    async def health() -> Health:
        """Whether the service is up, and what it is made of."""
        return Health(model=name, passages=n_passages, waiting=queue.n_waiting, log=log is not None)

    @app.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> str:
        """Counters for Prometheus."""
        return counters.text()

    page = render(
        "serving/templates/ask.html.jinja", name=name, n_passages=n_passages, has_index=corpus is not None,
        stored=STORED if log is not None else None, limits=limits,
    )  # fmt: skip

    @app.get("/", include_in_schema=False)
    async def ask_page() -> HTMLResponse:
        return HTMLResponse(page)

    def static(content: str, media_type: str) -> Response:
        return Response(content, media_type=media_type)

    for file, media_type in _STATIC.items():
        content = (_HERE / file).read_text(encoding="utf-8")
        app.add_api_route(f"/{file}", functools.partial(static, content, media_type), include_in_schema=False)
    return app


async def _wait(queue: AnswerQueue, asked: AnswerJob, seconds: float) -> list[Any]:
    try:
        return await asyncio.wait_for(asyncio.wrap_future(queue.submit(asked)), seconds)
    except TimeoutError as error:
        raise RefusalError(
            503,
            f"no answer within {seconds:g} s",
            received=f"{len(asked.questions)} questions, {asked.characters:,} characters to read",
            fix="ask again later, or send fewer questions or shorter contexts",
            retry_after=max(1, round(seconds)),
        ) from error


def _note(given: Given, log: ServiceLog | None, counters: Counters) -> None:
    """Keep an answer in the log; one that cannot be kept is given all the same."""
    if log is None:
        return
    answer = given.answer
    start, end = (answer.source.start, answer.source.end) if answer.source else (answer.start, answer.end)
    place = None if start is None or end is None else (start, end)
    try:
        answer.id = log.note_answer(
            answer.question, answer.text, place, answer.probability, given.passage, given.document
        )
    except OSError:
        counters.unlogged.inc()


def _explain_errors(app: FastAPI) -> None:
    """Make every error the JSON of `Faults`."""

    def refused(request: Request, error: Any) -> Response:
        return as_response(error, error.status)

    def unusable(request: Request, error: Any) -> Response:
        return as_response(error, 422)

    def unreadable(request: Request, error: Any) -> Response:
        fault = error.errors()[0]
        if fault["type"] == "json_invalid":
            what = f"the body is not JSON: {fault.get('ctx', {}).get('error', fault['msg'])}"
            place = f"character {fault['loc'][-1]} of the body"
            return as_response(RefusalError(400, what, where=place, fix=_EXAMPLE), 400)
        parts = [str(part) for part in fault["loc"][1:] if part not in ("str", "list[str]")]
        what = fault["msg"] if len(parts) == len(fault["loc"][1:]) or fault["type"] == "missing" else _TEXTS
        found = None if fault["type"] == "missing" else shorten(ascii(fault.get("input")))
        place = ".".join(parts) or "body"
        return as_response(RefusalError(422, what, where=place, received=found, fix=_EXAMPLE), 422)

    def refused_by_framework(request: Request, error: Any) -> Response:
        what, fix = _BY_STATUS.get(error.status_code, (str(error.detail), _EXAMPLE))
        refusal = RefusalError(error.status_code, what, where=ascii(request.url.path)[:80], fix=fix)
        response = as_response(refusal, error.status_code)
        response.headers.update(error.headers or {})
        return response

    def failed(request: Request, error: Any) -> Response:
        what, fix = "the service failed; its own output says why", "ask its operator"
        return as_response(RefusalError(500, what, fix=fix), 500)

    app.add_exception_handler(RefusalError, refused)
    app.add_exception_handler(QALessonError, unusable)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, refused_by_framework)
    app.add_exception_handler(Exception, failed)


_TEXTS = "this is a text, or a list of texts"
_BY_STATUS = {
    400: ("the body can't be read", _EXAMPLE),
    404: ("there is no such address", "use /, /answer, /feedback, /health, /metrics or /openapi.json"),
    405: ("this address doesn't take this method", "use POST for /answer and /feedback, GET for the others"),
}
