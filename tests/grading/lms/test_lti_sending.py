"""Scores go to an LTI platform once each, whatever it answers in between, and no secret is ever told."""

import json
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from mock_platform import PEM, mock_platform, write_access
from typer.testing import CliRunner

import qa_lesson.cli  # noqa: F401  the commands
from qa_lesson.cli._app import app
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.lms import lti_sending
from qa_lesson.grading.lms.lti_platform import load_access, scores_address
from qa_lesson.grading.lms.lti_sending import journal_path, read_scores, send_scores


@pytest.fixture
def platform():
    with mock_platform() as one:
        yield one


def write_scores(folder, n=3, points=4.0):
    lines = [
        {
            "userId": f"user-{place}", "timestamp": "2026-03-01T09:00:00.000Z", "activityProgress": "Completed",
            "gradingProgress": "FullyGraded", "scoreGiven": points, "scoreMaximum": 5.0, "comment": "Größe ✓",
        }
        for place in range(n)
    ]  # fmt: skip
    path = folder / "scores.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def send(folder, platform, waits=None, **settings):
    scores = folder / "scores.jsonl"
    access = load_access(write_access(folder, platform, **settings))
    sleep = (waits if waits is not None else []).append
    return [one.outcome for one in send_scores(read_scores(scores), access, journal_path(scores), sleep=sleep)]


def test_every_score_arrives_as_it_was_written(tmp_path, platform):
    path = write_scores(tmp_path)
    assert send(tmp_path, platform) == ["sent"] * 3
    assert platform.scores == list(read_scores(path))
    assert platform.paths == ["/2/lineitems/7/lineitem/scores?type_id=3"] * 3
    assert len(platform.tokens) == 1  # one token does for all
    assert platform.faults == []


def test_a_second_run_sends_only_what_is_missing(tmp_path, platform):
    write_scores(tmp_path)
    platform.answers = [(400, {}, '{"message": "no such user"}')]
    assert send(tmp_path, platform) == ["refused", "sent", "sent"]
    assert send(tmp_path, platform) == ["sent", "already sent", "already sent"]
    assert send(tmp_path, platform) == ["already sent"] * 3
    assert [score["userId"] for score in platform.scores] == ["user-1", "user-2", "user-0"]
    write_scores(tmp_path, points=5.0)  # regraded
    assert send(tmp_path, platform) == ["sent"] * 3


def test_another_line_item_gets_all_of_them(tmp_path, platform):
    write_scores(tmp_path)
    send(tmp_path, platform)
    assert send(tmp_path, platform, line_item=f"{platform.base}/2/lineitems/8") == ["sent"] * 3
    assert platform.paths[-1] == "/2/lineitems/8/scores"


def test_a_journal_that_was_cut_off_costs_one_score_at_most(tmp_path, platform):
    journal = journal_path(write_scores(tmp_path))
    send(tmp_path, platform)
    journal.write_bytes(journal.read_bytes()[:-30])
    assert send(tmp_path, platform) == ["already sent", "already sent", "sent"]
    assert send(tmp_path, platform) == ["already sent"] * 3


def test_the_platform_is_asked_again_after_it_was_busy(tmp_path, platform):
    write_scores(tmp_path, n=1)
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    platform.answers = [
        (429, {"Retry-After": "7"}, ""),
        (503, {"Retry-After": later}, ""),
        (500, {}, ""),
        (502, {}, ""),
    ]
    waits: list[float] = []
    assert send(tmp_path, platform, waits) == ["sent"]
    assert waits[0] == 7
    assert 30 < waits[1] <= 40
    assert waits[2:] == [4, 8]  # backing off


@pytest.mark.parametrize("header", ["1e9", "-5", "nan", "soon", "", "Fri, 99 Zzz 2026"])
def test_a_strange_retry_after_does_no_harm(tmp_path, platform, header):
    write_scores(tmp_path, n=1)
    platform.answers = [(429, {"Retry-After": header}, "")]
    waits: list[float] = []
    assert send(tmp_path, platform, waits) == ["sent"]
    assert 0 <= waits[0] <= 120


def test_a_platform_that_stays_busy_is_given_up(tmp_path, platform):
    write_scores(tmp_path, n=1)
    platform.answers = [(503, {}, "")] * 20
    waits: list[float] = []
    assert send(tmp_path, platform, waits) == ["refused"]
    assert len(waits) == lti_sending.MOST_TRIES - 1


def test_a_token_that_ends_or_is_revoked_is_replaced(tmp_path, platform):
    write_scores(tmp_path)
    platform.expires_in = 1
    assert send(tmp_path, platform) == ["sent"] * 3
    assert len(platform.tokens) == 3
    write_scores(tmp_path, points=3.0)
    platform.expires_in = 3600
    platform.answers = [(401, {}, '{"error": "expired"}')]
    assert send(tmp_path, platform) == ["sent"] * 3
    assert len(platform.tokens) == 5
    assert len(platform.nonces) == 5  # each assertion is used once


def test_a_token_that_is_never_taken_is_told(tmp_path, platform):
    write_scores(tmp_path, n=1)
    platform.answers = [(401, {}, '{"error": "expired"}')] * 2
    assert send(tmp_path, platform) == ["refused"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"client_id": "someone-else"}, "invalid_client"),
        ({"key_id": "other"}, "invalid_client"),
        ({"audience": "https://elsewhere.example"}, "invalid_client"),
    ],
)
def test_a_wrong_registration_is_told(tmp_path, platform, changes, why):
    write_scores(tmp_path, n=1)
    with pytest.raises(ConfigError, match="gave no token: 401") as caught:
        send(tmp_path, platform, **changes)
    assert why in str(caught.value)
    assert platform.scores == []


@pytest.mark.parametrize(
    "answer",
    [
        (200, "no json"),
        (200, "[]"),
        (200, '{"access_token": 5, "token_type": "bearer"}'),
        (200, '{"token_type": "mac"}'),
    ],
)
def test_an_answer_without_a_token_is_told(tmp_path, platform, answer):
    write_scores(tmp_path, n=1)
    platform.token_answers = [answer]
    with pytest.raises(ConfigError, match="token"):
        send(tmp_path, platform)


def test_a_token_for_something_else_is_told(tmp_path, platform):
    write_scores(tmp_path, n=1)
    platform.granted = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
    with pytest.raises(ConfigError, match="may not send scores"):
        send(tmp_path, platform)


def test_a_platform_that_is_not_there_is_told(tmp_path, platform):
    write_scores(tmp_path, n=1)
    with pytest.raises(ConfigError, match="cannot be reached"):
        send(tmp_path, platform, token_endpoint="http://127.0.0.1:9/token")


def other_key(folder, key):
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    (folder / "other.pem").write_bytes(pem)
    return "other.pem"


def test_files_that_cannot_be_used_are_told(tmp_path, platform):
    for changes, why in (
        ({"token_endpoint": "http://lms.example/token"}, "no https address"),
        ({"line_item": "https://me:secret@lms.example/1"}, "no https address"),
        ({"client_id": ""}, "client_id: Field required"),
        ({"private_key": "missing.pem"}, "cannot be read"),
        ({"private_key": "platform.yaml"}, "no private key"),
        ({"private_key": other_key(tmp_path, ec.generate_private_key(ec.SECP256R1()))}, "no RSA key"),
        ({"secret": "x"}, "secret: Extra inputs"),
    ):
        with pytest.raises(DataError, match=why):
            load_access(write_access(tmp_path, platform, **changes))
    weak = other_key(tmp_path, rsa.generate_private_key(public_exponent=65537, key_size=1024))
    with pytest.raises(DataError, match="2048 bits"):
        load_access(write_access(tmp_path, platform, private_key=weak))


@pytest.mark.parametrize("line", ["no json", "[]", '{"userId": 5}', '{"userId": "a"}'])
def test_scores_that_are_none_are_told(tmp_path, line):
    path = write_scores(tmp_path, n=1)
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="no score"):
        read_scores(path)
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(DataError, match="two scores"):
        read_scores(path)


def test_addresses_keep_what_follows_the_question_mark():
    assert scores_address("https://a.example/i/7/") == "https://a.example/i/7/scores"
    assert scores_address("https://a.example/i?x=1&y=a%2Fb") == "https://a.example/i/scores?x=1&y=a%2Fb"


def run(*arguments):
    return CliRunner().invoke(app, ["grades", "send-lti", *map(str, arguments)])


def test_the_command_tells_what_became_of_each_score(tmp_path, platform):
    path, access = write_scores(tmp_path), write_access(tmp_path, platform)
    dry = run(path, "--platform", access, "--dry-run")
    assert (dry.exit_code, platform.tokens, platform.scores) == (0, [], [])
    assert "3 would be sent" in dry.output
    assert not journal_path(path).exists()
    platform.answers = [(422, {}, '{"errors": {"message": "user is not in the course"}}')]
    told = run(path, "--platform", access)
    assert told.exit_code == 1
    assert "user is not in the course" in " ".join(told.output.replace("│", " ").split())
    assert "1 refused, 2 sent" in told.output
    again = json.loads(run(path, "--platform", access, "--json").stdout)
    assert again["counts"] == {"sent": 1, "already sent": 2}


def test_no_secret_is_ever_told(tmp_path, platform, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    path, access = write_scores(tmp_path), write_access(tmp_path, platform)
    platform.answers = [(400, {}, json.dumps({"error": "bad token secret-token-0, " + "x" * 80}))]
    outputs = [run(path, "--platform", access).output]
    platform.token_answers = [(400, "nothing")]
    outputs.append(str(run(path, "--platform", access).exception))
    outputs += [caplog.text, repr(load_access(access)), journal_path(path).read_text(encoding="utf-8")]
    assert "bad token ..." in " ".join(outputs[0].replace("│", " ").split())
    for secret in ("secret-token-", PEM.decode().splitlines()[1], "eyJ"):
        assert not [text for text in outputs if secret in text]
