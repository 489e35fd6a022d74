"""The page of the annotation widget: it answers its own page on this machine, and nobody else."""

import http.client
import json
import threading
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from qa_lesson.errors import ConfigError
from qa_lesson.loading import load_examples
from qa_lesson.views.annotating import server as module
from qa_lesson.views.annotating.server import AnnotationServer
from qa_lesson.views.annotation import annotate

FORM = {"pasted": "", "source": "", "question": "Who?", "answer": "", "span": [0, 4], "no_answer": False}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "own.jsonl"


@pytest.fixture
def served(file):
    with AnnotationServer(annotate(file, ["Bram keeps it.", "Two."])) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(served, path="", method="GET", body=None, **headers):
    """Status, headers and body of an answer; the path is inside the page's own folder, or begins with a slash."""
    address = urlsplit(served.url)
    with closing(http.client.HTTPConnection(address.hostname, address.port, timeout=10)) as connection:
        target = path if path.startswith("/") else address.path + path
        connection.request(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def post(served, message, **headers):
    origin = served.url.rsplit("/", 2)[0]
    given = {"Origin": origin, "Content_Type": "application/json", **headers}
    return ask(served, "message", "POST", json.dumps(message), **given)


def test_the_page_and_its_files_come_with_headers_that_keep_other_things_out(served):
    for name, part in [
        ("", b"<main"),
        ("page.js", b"fetch("),
        ("annotation.css", b".qa-annotation"),
        ("page.css", b":root"),
    ]:
        status, headers, content = ask(served, name)
        assert (status, part in content) == (200, True), name
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert headers["Cache-Control"] == "no-store"
    assert b"http" not in ask(served)[2]


def test_a_question_is_saved_and_the_new_state_comes_back(served, file):
    state = json.loads(ask(served, "state")[2])
    assert (state["passage"], state["n_passages"], state["entries"]) == ("Bram keeps it.", 2, [])
    status, _, content = post(served, {"action": "save_and_go", "form": FORM})
    state = json.loads(content)
    assert (status, state["message_kind"], state["index"], len(state["entries"])) == (200, "saved", 1, 1)
    assert [example.references for example in load_examples(file)] == [("Bram",)]
    status, _, content = post(served, ["no message"])
    assert (status, json.loads(content)["message_kind"]) == (200, "error")


def test_without_the_secret_there_is_nothing(served):
    for path in ("/", "/state", "/x/state", served.url.rsplit("/", 2)[1].join("//")[:-2] + "/state", "//", "/%00/"):
        assert ask(served, path)[0] == 404, path
    secret = urlsplit(served.url).path
    assert ask(served, secret.rstrip("/"))[0] == 404, "relative addresses of the page would lose the secret"
    for path in ("other", "../server.py", "..%2fserver.py", "page.html", "message"):
        assert ask(served, path)[0] == 404, path
    assert len(secret) > 30


def test_other_hosts_and_other_pages_are_refused(served, file):
    port = served.server_port
    for host in (f"localhost:{port}", "example.org", f"example.org:{port}", "127.0.0.1"):
        assert ask(served, "state", Host=host)[0] == 403, host
    assert ask(served, "state", Sec_Fetch_Site="cross-site")[0] == 403
    assert ask(served, "state", Sec_Fetch_Site="same-origin")[0] == 200
    message = {"action": "save", "form": FORM}
    for origin in ("null", "http://example.org", f"http://localhost:{port}", f"https://127.0.0.1:{port}"):
        assert post(served, message, Origin=origin)[0] == 403, origin
    assert ask(served, "message", "POST", json.dumps(message), Content_Type="application/json")[0] == 403
    assert not file.exists()


def test_messages_of_another_shape_are_refused(served, file, monkeypatch):
    message = {"action": "save", "form": FORM}
    origin = served.url.rsplit("/", 2)[0]
    assert post(served, message, Content_Type="text/plain")[0] == 415
    assert ask(served, "message", "POST", b"{", Origin=origin, Content_Type="application/json")[0] == 400
    assert ask(served, "message", "POST", b"[" * 100_000, Origin=origin, Content_Type="application/json")[0] == 400
    assert ask(served, "state", "POST", b"{}", Origin=origin, Content_Type="application/json")[0] == 404
    assert ask(served, "message", "PUT", b"{}")[0] == 501
    for length, status in [("-1", 411), ("x", 411), ("9" * 30, 413)]:
        assert post(served, message, Content_Length=length)[0] == status, length
    monkeypatch.setattr(module, "LARGEST_MESSAGE", 10)
    assert post(served, message)[0] == 413
    assert not file.exists()


def test_it_listens_on_this_machine_only_and_a_taken_port_is_told(served, file):
    assert served.server_address[0] == "127.0.0.1"
    with pytest.raises(ConfigError, match="cannot be served on port"):
        AnnotationServer(annotate(file, ["One."]), port=served.server_port)


def test_messages_that_arrive_together_are_done_one_after_the_other(served, file):
    def save(number):
        post(served, {"action": "save", "form": {**FORM, "question": f"Who {number}?"}})

    threads = [threading.Thread(target=save, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(example.question for example in load_examples(file)) == sorted(f"Who {n}?" for n in range(12))
