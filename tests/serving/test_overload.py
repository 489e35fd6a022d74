"""Many clients, too many clients, and a stop in the middle of the work: nothing that was accepted is lost."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from first_word import FirstWord
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.errors import ConfigError
from qa_lesson.serving import AnswerQueue, BackgroundService, RefusalError, ServiceLimits, build_app, open_socket
from qa_lesson.serving.answer_queue import AnswerJob


def test_what_arrives_together_is_answered_together_by_one_thread(start):
    model = FirstWord(seconds=0.05)
    client = start(model)
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda i: client.ask("Who?", f"Name{i} keeps it."), range(48)))
    assert [reply.content["answers"][0]["text"] for reply in replies] == [f"Name{i}" for i in range(48)]
    assert max(model.batches) > 4
    assert len(model.threads) == 1


def test_overload_is_refused_and_everything_accepted_is_answered(start):
    client = start(FirstWord(seconds=0.1), limits=ServiceLimits(waiting_questions=8, batch_questions=4))
    with ThreadPoolExecutor(40) as pool:
        replies = list(pool.map(lambda i: client.ask("Who?", f"Name{i} keeps it."), range(120)))
    statuses = [reply.status for reply in replies]
    assert set(statuses) == {200, 429}
    for i, reply in enumerate(replies):
        if reply.status == 200:
            assert reply.content["answers"][0]["text"] == f"Name{i}"
        else:
            assert int(reply.headers["retry-after"]) >= 1
            assert "waiting" in reply.content["error"]["what"]
    assert client.ask("Who?", "Bram keeps it.").status == 200
    assert client.get("/health").content["waiting"] == 0


def test_long_contexts_fill_the_queue_too():
    model = FirstWord(seconds=0.3)
    queue = AnswerQueue(model, limits=ServiceLimits(waiting_characters=100))
    first = queue.submit(AnswerJob(["Who?"], ["a" * 60]))
    model.started.wait(5)
    second = queue.submit(AnswerJob(["Who?"], ["b" * 90]))
    with pytest.raises(RefusalError, match="too many questions"):
        queue.submit(AnswerJob(["Who?"], ["c" * 20]))
    queue.close()
    assert [first.result()[0].text[0], second.result()[0].text[0]] == ["a", "b"]


def test_a_batch_ends_where_there_is_too_much_to_read():
    model = FirstWord(seconds=0.1)
    queue = AnswerQueue(model, limits=ServiceLimits(batch_characters=100, gather_seconds=0))
    answers = [queue.submit(AnswerJob(["Who?"], ["a" * 20]))]
    model.started.wait(5)
    answers += [queue.submit(AnswerJob(["Who?"], ["b" * size])) for size in (40, 60, 300, 10)]
    queue.close()
    assert [len(one.result()) for one in answers] == [1] * 5
    assert model.batches == [1, 2, 1, 1]


def test_a_request_that_would_wait_too_long_is_refused_when_it_arrives():
    model = FirstWord(seconds=0.4)
    queue = AnswerQueue(model, limits=ServiceLimits(seconds=0.3, batch_questions=1))
    queue.submit(AnswerJob(["Who?"], ["a" * 10])).result()  # the queue learns how long an answer takes
    accepted = []

    def ask_on() -> None:
        for _ in range(4):
            accepted.append(queue.submit(AnswerJob(["Who?"], ["b" * 10])))

    with pytest.raises(RefusalError) as refused:
        ask_on()
    assert refused.value.status == 429
    assert accepted
    queue.close()
    assert all(one.result() for one in accepted)


def test_one_bad_question_spoils_no_other_in_its_batch():
    model = FirstWord(seconds=0.1)
    queue = AnswerQueue(model)
    blocking = queue.submit(AnswerJob(["Who?"], ["Bram"]))
    model.started.wait(5)
    together = [queue.submit(AnswerJob([question], ["Ada"])) for question in ("Who?", "crash", "refuse", "Who?")]
    queue.close()
    assert blocking.result()[0].text == "Bram"
    assert [type(one.exception()).__name__ for one in together] == [
        "NoneType", "ZeroDivisionError", "PredictionError", "NoneType",
    ]  # fmt: skip


def test_a_question_that_nobody_waits_for_is_not_answered():
    model = FirstWord(seconds=0.2)
    queue = AnswerQueue(model)
    queue.submit(AnswerJob(["Who?"], ["Bram"]))
    model.started.wait(5)
    given_up = queue.submit(AnswerJob(["Who?"], ["Ada"]))
    assert given_up.cancel()
    queue.close()
    assert model.batches == [1]
    assert queue.n_waiting == 0


def test_a_closed_queue_accepts_nothing():
    queue = AnswerQueue(FirstWord())
    queue.close()
    with pytest.raises(RefusalError) as refused:
        queue.submit(AnswerJob(["Who?"], ["Bram"]))
    assert refused.value.status == 503


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells no protocol of an accepted connection")
def test_answers_are_sent_without_delay():
    """asyncio turns Nagle's algorithm off where a connection says that it is TCP, as it has from its socket."""
    with open_socket(port=0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP


def test_a_port_that_is_taken():
    taken = open_socket(port=0)
    taken.listen()
    with pytest.raises(ConfigError, match="cannot listen there"):
        open_socket(port=taken.getsockname()[1])
    taken.close()


def test_a_slow_sender_is_cut_off(start):
    client = start(limits=ServiceLimits(seconds=0.3))
    host, port = client.netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as sender:
        head = f"POST /answer HTTP/1.1\r\nHost: {client.netloc}\r\nContent-Type: application/json\r\n"
        sender.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        assert sender.recv(100).startswith(b"HTTP/1.1 408")


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
ANY_CHARACTER = st.characters(blacklist_categories=())  # halves of characters too
NEARLY = st.fixed_dictionaries(
    {"question": st.text(ANY_CHARACTER) | st.lists(st.text(ANY_CHARACTER), max_size=3) | ANY_JSON},
    optional={"context": st.text(ANY_CHARACTER) | st.lists(st.text(ANY_CHARACTER), max_size=3) | ANY_JSON},
)
BODIES = st.binary(max_size=200) | (ANY_JSON | NEARLY).map(lambda value: json.dumps(value).encode())


@pytest.fixture(scope="module")
def real_service(tiny_model_dir):
    """A service with a real tokenizer and a real, if small and untrained, model."""
    answerer = QuestionAnswerer(tiny_model_dir, precision="fp32")
    with BackgroundService(build_app(answerer)) as service:
        yield service.address


@given(body=BODIES, path=st.sampled_from(["/answer", "/answer", "/feedback"]))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_input_brings_the_service_down(real_service, body, path):
    request = urllib.request.Request(real_service + path, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            status, content = response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            status, content = error.code, error.read()
    assert status < 500
    record = json.loads(content)
    assert "answers" in record if status == 200 else record["error"]["what"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_sigterm_answers_what_was_accepted(tmp_path):
    script = tmp_path / "service.py"
    script.write_text(
        "from first_word import FirstWord\n"
        "from qa_lesson.serving import build_app, open_socket, run_service\n"
        "from qa_lesson.serving.lifetime import address_of\n"
        "listening = open_socket(port=0)\n"
        "print(address_of(listening), flush=True)\n"
        "run_service(build_app(FirstWord(seconds=0.5)), listening)\n"
    )
    paths = [str(Path(__file__).parents[1] / "helpers"), str(Path(__file__).parents[2])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as running:
        try:
            answers = asked_while_stopping(running)
        finally:
            running.kill()
    assert answers == ["Bram"] * 6
    assert running.returncode in (0, -signal.SIGTERM)


def asked_while_stopping(running: subprocess.Popen[str]) -> list[str]:
    """The answers to six questions that the service has when it is told to stop."""
    assert running.stdout is not None
    address = running.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    with urllib.request.urlopen(f"{address}/health", timeout=20) as response:
        assert response.status == 200
    body = json.dumps({"question": "Who?", "context": "Bram keeps it."}).encode()

    def ask(_: int) -> str:
        request = urllib.request.Request(f"{address}/answer", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as response:
            text: str = json.load(response)["answers"][0]["text"]
            return text

    with ThreadPoolExecutor(6) as pool:
        replies = [pool.submit(ask, i) for i in range(6)]
        time.sleep(0.25)  # they are accepted, and the first half second of work is not done
        running.send_signal(signal.SIGTERM)
        answers = [reply.result() for reply in replies]
    running.wait(timeout=30)
    return answers
