"""What the service answers, what it refuses, and how it says so."""

import json

import pytest
from first_word import PASSAGES, FirstWord, FirstWordOfFolder

from qa_lesson.serving import ServiceLimits
from qa_lesson.serving.service_log import ServiceLog, read_log

POLICY = "Content-Security-Policy"


def test_one_question_with_a_context(client):
    reply = client.ask("Who keeps it?", "Bram keeps it.")
    assert reply.status == 200
    (answer,) = reply.content["answers"]
    assert (answer["text"], answer["start"], answer["end"], answer["probability"]) == ("Bram", 0, 4, 0.75)
    assert answer["source"] is None
    assert answer["id"] is None


def test_several_questions_with_one_context_or_one_each(client):
    shared = client.ask(["Who?", "What?"], "Bram keeps it.").content["answers"]
    assert [(one["question"], one["text"]) for one in shared] == [("Who?", "Bram"), ("What?", "Bram")]
    each = client.ask(["Who?", "What?"], ["Bram keeps it.", "Fog came."]).content["answers"]
    assert [one["text"] for one in each] == ["Bram", "Fog"]


def test_a_question_without_a_context_is_answered_from_the_index(client):
    (answer,) = client.ask("Who sails the boat?").content["answers"]
    assert answer["text"] == "Ada"
    source = answer["source"]
    assert (source["document"], source["page"], source["headings"]) == ("boat.pdf", 3, [])
    assert source["text"][source["start"] : source["end"]] == "Ada"
    assert answer["runners_up"] == [{"text": "Bram", "probability": 0.125, "document": "light.md"}]


def test_not_in_these_documents(client):
    (answer,) = client.ask("Who owns the moon?").content["answers"]
    assert answer["text"] is None
    assert answer["source"] is None
    assert answer["probability"] == answer["runners_up"][0]["probability"] == 0.875


def test_without_an_index_a_context_is_needed(start):
    reply = start().ask("Who sails the boat?")
    assert reply.status == 422
    assert reply.content["error"]["where"] == "context"
    assert "--index" in reply.content["error"]["to_do"]


@pytest.mark.parametrize(
    ("body", "status", "where", "says"),
    [
        (b"", 422, "body", "Field required"),
        (b"{", 400, "character 1", "not JSON"),
        (b"\xff\xfe", 400, "character 0", "not JSON"),
        (b"\xc3", 400, "/answer", "can't be read"),
        (b"[" * 4_000, 400, "/answer", "can't be read"),
        (b"[]", 422, "body", "valid dictionary"),
        (b"{}", 422, "question", "required"),
        (b'{"question": 3}', 422, "question", "a text, or a list of texts"),
        (b'{"question": ["a", 3]}', 422, "question", "a text, or a list of texts"),
        (b'{"question": NaN}', 422, "question", "a text, or a list of texts"),
        (b'{"question": "a", "contex": "b"}', 422, "contex", "Extra"),
        (b'{"question": []}', 422, "question", "between 1 and 4"),
        (b'{"question": ["a", "a", "a", "a", "a"]}', 422, "question", "between 1 and 4"),
        (b'{"question": ["a", " "]}', 422, "question[1]", "blank"),
        (b'{"question": "a", "context": "\\n"}', 422, "context", "blank"),
        (b'{"question": ["a", "b"], "context": ["c"]}', 422, "context", "each question needs its context"),
        (b'{"question": "' + b"a" * 51 + b'"}', 422, "question", "longer than 50"),
        (b'{"question": "a", "context": "' + b"a" * 201 + b'"}', 422, "context", "longer than 200"),
        (b'{"question": ["a", "b", "c"], "context": "' + b"a" * 190 + b'"}', 422, "context", "may have 500"),
        (b'{"question": "a", "context": "\\ud800"}', 422, None, "half of a character"),
        (b'{"question": "refuse", "context": "b"}', 422, "question 0", "no legal span"),
        (b" " * 5_001, 413, "body", "more than 5,000 bytes"),
    ],
)
def test_every_bad_request_is_explained(client, body, status, where, says):
    reply = client.post("/answer", body)
    error = reply.content["error"]
    assert (reply.status, list(error)) == (status, ["what", "where", "received", "to_do"])
    assert says in error["what"]
    assert where is None or where in error["where"]
    assert error["to_do"]


def test_a_body_larger_than_the_connection_holds_is_refused_with_an_answer(client):
    assert client.post("/answer", b"x" * 90_000).status == 413


def test_other_addresses_and_methods(client):
    assert client.get("/nothing").status == 404
    assert client.get("/answer").status == 405
    assert client.get("/answer").headers["allow"] == "POST"
    assert "/answer" in client.get("/nothing").content["error"]["to_do"]


def test_a_fault_in_the_model_is_an_error_for_that_request_alone(client):
    reply = client.ask("crash", "Bram keeps it.")
    assert reply.status == 500
    assert "ZeroDivisionError" not in json.dumps(reply.content)
    assert client.ask("Who?", "Bram keeps it.").status == 200


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "LOCALHOST.", "127.0.0.1:1", "[::1]:8000", "192.168.1.7"]
)
def test_hosts_that_are_ours(start, host):
    assert start().get("/health", Host=host).status == (421 if host.endswith(".") else 200)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "", "[", "a@localhost"]
)
def test_other_hosts_get_nothing(client, host):
    assert client.get("/health", Host=host).status == 421


def test_a_name_that_was_allowed(start):
    named = start(hosts=["QA.example.org"])
    assert named.get("/health", Host="qa.example.org:8000").status == 200
    assert named.get("/health", Host="qb.example.org").status == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_other_web_pages_cannot_ask(client, headers):
    reply = client.post("/answer", {"question": "Who?", "context": "Bram."}, **headers)
    assert reply.status == 403


def test_the_own_page_can_ask(client):
    headers = {"Origin": client.service.address, "Sec_Fetch_Site": "same-origin"}
    assert client.post("/answer", {"question": "Who?", "context": "Bram."}, **headers).status == 200


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_only_json_is_read_because_forms_of_other_pages_cannot_send_it(client, content_type):
    assert client.post("/answer", b'{"question": "Who?"}', Content_Type=content_type).status == 415


@pytest.mark.parametrize("path", ["/", "/health", "/nothing", "/ask.js"])
def test_headers_of_every_response(client, path):
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_the_page_asks_nobody_else(client):
    page = client.get("/").content
    assert "2 passages" in page
    assert "http://" not in page
    assert "https://" not in page
    assert client.get("/ask.css").headers["content-type"].startswith("text/css")
    assert client.get("/ask.js").headers["content-type"].startswith("text/javascript")


def test_the_page_escapes_the_name_of_the_model(start):
    assert "&lt;b&gt;" in start(name="<b>").get("/").content


def test_health_and_metrics(start):
    client = start(FirstWord(), FirstWordOfFolder(), name="my_model", n_passages=2)
    client.ask(["Who sails the boat?", "Who owns the moon?"])
    client.get("/nothing/else")
    health = client.get("/health").content
    assert health == {"status": "ok", "model": "my_model", "passages": 2, "waiting": 0, "log": False}
    metrics = client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    lines = metrics.content.splitlines()
    for line in (
        'qa_answers_total{kind="answered"} 1.0',
        'qa_answers_total{kind="abstained"} 1.0',
        'qa_requests_total{path="/answer",status="200"} 1.0',
        'qa_requests_total{path="other",status="404"} 1.0',
        "qa_waiting_questions 0.0",
        "qa_request_seconds_count 1.0",
        "qa_batch_questions_sum 2.0",
    ):
        assert line in lines


def test_openapi_describes_the_answers_and_the_errors(client):
    described = client.get("/openapi.json").content
    assert {"/answer", "/feedback", "/health", "/metrics"} <= described["paths"].keys()
    responses = described["paths"]["/answer"]["post"]["responses"]
    assert responses["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Answers")
    for status in ("400", "413", "422", "429", "503"):
        assert responses[status]["content"]["application/json"]["schema"]["$ref"].endswith("/Faults")


def test_an_answer_that_takes_too_long(start):
    client = start(FirstWord(seconds=1.0), limits=ServiceLimits(seconds=0.2))
    reply = client.ask("Who?", "Bram keeps it.")
    assert reply.status == 503
    assert int(reply.headers["retry-after"]) >= 1


def test_nothing_is_kept_without_a_log(client):
    reply = client.post("/feedback", {"id": "x", "right": True})
    assert reply.status == 409
    assert "no log" in client.get("/").content


def test_a_log_keeps_answers_and_feedback(start, tmp_path):
    path = tmp_path / "log.jsonl"
    client = start(FirstWord(), FirstWordOfFolder(), log=ServiceLog(path))
    found = client.ask(["Who keeps the light?", "Who owns the moon?"]).content["answers"]
    given = client.ask("Who?", "  Zoë keeps it.").content["answers"]
    assert client.post("/feedback", {"id": found[0]["id"], "right": True}).content == {"noted": True}
    assert client.post("/feedback", {"id": given[0]["id"], "right": False}).status == 200
    assert client.post("/feedback", {"id": "0" * 32, "right": False}).status == 404
    assert client.post("/feedback", {"id": found[0]["id"], "right": 1}).status == 422
    assert "keeps a log" in client.get("/").content

    answers, feedback, problems = read_log(path)
    assert problems == []
    assert [one.text for one in answers] == ["Bram", None, "Zoë"]
    assert [one.passage for one in answers] == [PASSAGES[0].text, PASSAGES[0].text, "  Zoë keeps it."]
    assert answers[2].passage[answers[2].start : answers[2].end] == "Zoë"
    assert feedback == {found[0]["id"]: True, given[0]["id"]: False}
    assert path.stat().st_mode & 0o077 == 0


def test_a_log_that_cannot_be_written_stops_no_answer(start, tmp_path, monkeypatch):
    log = ServiceLog(tmp_path / "log.jsonl")
    client = start(log=log)
    kept = client.ask("Who?", "Bram.").content["answers"][0]["id"]

    def full(line):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log, "_write", full)
    reply = client.ask("Who?", "Bram.")
    assert (reply.status, reply.content["answers"][0]["text"], reply.content["answers"][0]["id"]) == (
        200,
        "Bram.",
        None,
    )
    assert client.post("/feedback", {"id": kept, "right": True}).status == 503
    assert "qa_log_errors_total 2.0" in client.get("/metrics").content.splitlines()
