"""The page's server: who may ask, what a strange request gets, and that an answer stays a text."""

import http.client
import json
import threading
from urllib.parse import urlsplit

import pytest
from review_samples import ARABIC, CODE_ITEMS, LONG, MARKUP, PROSE_ITEMS, REVIEW_ITEMS, review_session

from qa_lesson.grading.formats.marks_journal import read_marks
from qa_lesson.grading.reviewing.review_server import ReviewService
from qa_lesson.serving.lifetime import BackgroundService

CODE = CODE_ITEMS[0].review
DECISION = {"review": CODE, "levels": None, "credit": 0.5, "comment": "Half."}


class Client:
    """Asks as a browser does: with its Host, and an Origin when it posts."""

    def __init__(self, address, path):
        self.host, self.path = urlsplit(address).netloc, path

    def __call__(self, name="", body=None, *, path=None, host=None, origin=None, kind="application/json", **headers):
        connection = http.client.HTTPConnection(self.host, timeout=20)
        sent = {"Host": host or self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if content is not None:
            sent |= {"Content-Type": kind, "Origin": origin or f"http://{self.host}"}
        target = (self.path if path is None else path) + name
        connection.request("GET" if content is None else "POST", target, content, sent)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, dict(response.getheaders()), text


@pytest.fixture
def session(tmp_path):
    return review_session(tmp_path)


@pytest.fixture
def ask(session):
    service = ReviewService(session)
    with BackgroundService(service.app) as running:
        assert running.address.startswith("http://127.0.0.1:")
        yield Client(running.address, service.path)


def kept(session):
    return read_marks(session.journal.path).decisions


def test_the_page_and_its_files(ask):
    status, headers, text = ask()
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert "Metrics, graded" in text
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert ask("review_page.js")[1]["content-type"].startswith("text/javascript")
    status, headers, style = ask("review.css")
    assert headers["content-type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in style
    assert "&#" not in style
    assert all(not address.startswith(("http", "//")) for address in text.split('"')[1::2])


def test_a_decision_is_kept_and_undone(ask, session):
    status, _, text = ask("decide", DECISION)
    assert (status, json.loads(text)["mark"]["credit"]) == (200, 0.5)
    assert [one.comment for one in kept(session)] == ["Half."]
    assert json.loads(ask("undo", {})[2])["review"] == CODE
    assert kept(session)[-1].credit is None
    assert json.loads(ask("agreement", {"look": True})[2])["open"]


@pytest.mark.parametrize("path", ["/", "/items", "/wrong/items", "/wrong/", "//items", "/%00/", "/../", "/wrong"])
def test_without_the_secret_there_is_nothing(ask, session, path):
    assert ask("", path=path)[0] == 404
    status, _, text = ask("", DECISION, path=path)
    assert status == 404
    assert "Metrics" not in text
    assert kept(session) == ()


def test_the_secret_alone_without_its_slash_is_nothing(ask):
    assert ask("", path=ask.path.rstrip("/"))[0] == 404
    assert ask("", path=ask.path[:-2] + "/")[0] == 404


def test_two_services_have_two_secrets(session):
    assert ReviewService(session).path != ReviewService(session).path
    assert len(ReviewService(session).path) > 30


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_another_name_is_refused(ask, session, host):
    assert ask("items", host=host or " ")[0] in (400, 421)
    assert ask("decide", DECISION, host=host or " ", origin="http://evil.example")[0] in (400, 403, 421)
    assert kept(session) == ()


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"])
def test_another_page_is_refused(ask, session, origin):
    assert ask("decide", DECISION, origin=origin)[0] == 403
    assert ask("undo", {}, origin=origin)[0] == 403
    assert kept(session) == ()


def test_a_cross_site_request_without_an_origin_is_refused(ask, session):
    assert ask("decide", DECISION, Sec_Fetch_Site="cross-site")[0] == 403
    assert kept(session) == ()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_form_can_send_is_refused(ask, session, kind):
    assert ask("decide", DECISION, kind=kind)[0] == 415
    assert kept(session) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", {}, {**DECISION, "credit": 2}, {**DECISION, "credit": "1"},
        {**DECISION, "credit": -0.1}, {**DECISION, "comment": 1}, {**DECISION, "comment": "x" * 20_001},
        {**DECISION, "more": 1}, {**DECISION, "review": "0" * 16}, {**DECISION, "levels": {"what": 0}},
        {**DECISION, "levels": {"what": -1}}, {**DECISION, "marker": "Bo"}, {**DECISION, "agreed": True},
        json.dumps(DECISION).replace("0.5", "NaN").encode(), b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_strange_message_is_refused_with_a_reason(ask, session, body):
    status, _, text = ask("decide", body)
    assert status == 422
    assert json.loads(text)["error"]["what"]
    assert kept(session) == ()


def test_a_message_that_is_too_large_is_refused(ask, session):
    assert ask("decide", b"x" * 300_000)[0] == 413
    assert kept(session) == ()


def test_wrong_methods_and_addresses(ask):
    assert ask("decide")[0] == 405
    assert ask("items", {})[0] == 405
    assert ask("nothing")[0] == 404


def test_answers_are_the_same_text_in_json_and_on_no_page(ask):
    _, headers, text = ask("items")
    assert headers["content-type"] == "application/json"
    found = [one["response"] for question in json.loads(text)["questions"] for one in question["answers"]]
    assert {MARKUP, ARABIC, LONG} <= set(found)
    assert "secret" not in text
    page = ask()[2]
    assert all(item.response[:20] not in page for item in REVIEW_ITEMS)


def test_a_full_disk_is_told(ask, session, monkeypatch):
    monkeypatch.setattr(type(session.journal._journal), "append", full_disk)
    status, _, text = ask("decide", DECISION)
    assert status == 507
    assert "cannot write" in json.loads(text)["error"]["what"]
    assert kept(session) == ()


def full_disk(journal, content):
    raise OSError(28, "No space left on device")


def test_decisions_that_arrive_together_are_all_kept(ask, session):
    def send(item):
        levels = {"what": 0, "why": 0} if item in PROSE_ITEMS else None
        ask("decide", {"review": item.review, "levels": levels, "credit": 0.0, "comment": item.review})

    threads = [threading.Thread(target=send, args=(item,)) for item in REVIEW_ITEMS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.comment for one in kept(session)} == {item.review for item in REVIEW_ITEMS}
    assert session.counts() == (len(REVIEW_ITEMS), len(REVIEW_ITEMS))
