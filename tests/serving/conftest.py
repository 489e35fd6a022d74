"""A small service: a model that answers with the first word, and a client that speaks HTTP to it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest
from first_word import FirstWord, FirstWordOfFolder

from qa_lesson.serving import BackgroundService, ServiceLimits, build_app


class Reply(NamedTuple):
    status: int
    content: Any
    headers: dict[str, str]


class Client:
    """Sends requests as a program on this machine would."""

    def __init__(self, service: BackgroundService) -> None:
        self.service = service
        self.netloc = service.address.removeprefix("http://")

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection(self.netloc, timeout=20)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        is_json = response.headers.get_content_type() == "application/json"
        return Reply(response.status, json.loads(content) if is_json else content.decode(), dict(response.headers))

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: object, **headers: str) -> Reply:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", path, content, **{"Content_Type": "application/json", **headers})

    def ask(self, question: object, context: object = None) -> Reply:
        return self.post("/answer", {"question": question, "context": context})


@pytest.fixture
def start() -> Iterator[Callable[..., Client]]:
    """Starts services; they stop with the test."""
    with ExitStack() as running:

        def run(answerer: Any = None, corpus: Any = None, **options: Any) -> Client:
            app = build_app(answerer or FirstWord(), corpus, **options)
            return Client(running.enter_context(BackgroundService(app)))

        yield run


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """A service with an index and narrow limits."""
    limits = ServiceLimits(
        body_bytes=5_000, questions=4, question_characters=50, context_characters=200, request_characters=500
    )
    with BackgroundService(build_app(FirstWord(), FirstWordOfFolder(), limits=limits, n_passages=2)) as service:
        yield Client(service)
