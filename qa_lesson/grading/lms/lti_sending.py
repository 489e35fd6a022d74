"""Scores sent to a platform, one request each, so that a second run sends only what is missing."""

from __future__ import annotations

import contextlib
import email.utils
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import httpx

from qa_lesson.errors import ConfigError, DataError, shorten
from qa_lesson.grading.lms.lti_platform import Access, Tokens, reason_of, scores_address
from qa_lesson.storage import storage_error

MEDIA_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
MOST_TRIES: Final = 5
_LONGEST_WAIT: Final = 120.0
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_NEEDED: Final = frozenset({"userId", "timestamp", "activityProgress", "gradingProgress"})

Outcome = Literal["sent", "already sent", "refused", "would be sent"]


@dataclass(frozen=True)
class Sent:
    """What became of one score.

    Args:
        user: id at the platform.
        score: points and the most there are; empty: it carries none yet.
        outcome: in a word.
        reason: of the platform, if it refused.
    """

    user: str
    score: str
    outcome: Outcome
    reason: str = ""


def read_scores(path: str | Path) -> tuple[dict[str, Any], ...]:
    """The scores in a file that ``qa-lesson grades lti`` wrote.

    Raises:
        DataError: it cannot be read, a line is no score, or a user has two.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise DataError(f"the scores cannot be read: {told}", where=str(path), fix="check the path") from error
    scores: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or not record.keys() >= _NEEDED or not isinstance(record["userId"], str):
            fix = "write the file again with: qa-lesson grades lti"
            raise DataError("this is no score", where=place, received=shorten(line), fix=fix)
        if record["userId"] in scores:
            raise DataError("a user has two scores", where=place, received=record["userId"], fix="remove one of them")
        scores[record["userId"]] = record
    if not scores:
        raise DataError("there is no score to send", where=str(path), fix="write it with: qa-lesson grades lti")
    return tuple(scores.values())


def journal_path(scores: str | Path) -> Path:
    """The journal of what a platform has accepted, next to the scores.

    >>> journal_path("graded/scores.jsonl").name
    'scores.jsonl.sent.jsonl'
    """
    path = Path(scores)
    return path.with_name(f"{path.name}.sent.jsonl")


def send_scores(
    scores: Sequence[dict[str, Any]],
    access: Access,
    journal: Path,
    *,
    dry_run: bool = False,
    client: httpx.Client | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Sent]:
    """Send what the journal does not have yet, in order, and note each score as soon as it is accepted.

    A score counts as sent if the same line was accepted for the same line item; a changed one is sent again. Answers
    408, 425, 429 and 5xx and broken connections are tried again, up to `MOST_TRIES` times.

    Args:
        scores: as `read_scores` gives them.
        access: the platform and the key.
        journal: what was accepted, one line each; made if there is none.
        dry_run: send nothing, and ask for no token.
        client: another one, for tests.
        sleep: waits, in seconds.

    Raises:
        ConfigError: the platform gives no token, or cannot be reached; what was sent before is in the journal.
        DataError: the journal cannot be read.
        StorageError: the journal cannot be written.
    """
    address = scores_address(access.platform.line_item)
    accepted = _accepted(journal)
    with contextlib.ExitStack() as stack:
        # redirects could carry the token to another host
        used = client or stack.enter_context(httpx.Client(timeout=30, follow_redirects=False))
        sender = _Sender(access, used, sleep)
        for score in scores:
            mark = _fingerprint(address, score)
            points = f"{score['scoreGiven']:g} of {score['scoreMaximum']:g}" if "scoreGiven" in score else ""
            if mark in accepted:
                yield Sent(score["userId"], points, "already sent")
            elif dry_run:
                yield Sent(score["userId"], points, "would be sent")
            else:
                response = sender.post(address, score)
                if response.is_success:
                    _note(journal, mark, score["userId"])
                    yield Sent(score["userId"], points, "sent")
                else:
                    reason = f"{response.status_code}: {reason_of(response)}"
                    yield Sent(score["userId"], points, "refused", reason)


class _Sender:
    def __init__(self, access: Access, client: httpx.Client, sleep: Callable[[float], None]) -> None:
        self._access, self._client, self._sleep = access, client, sleep
        self._tokens = Tokens(access, client)

    def post(self, address: str, score: dict[str, Any]) -> httpx.Response:
        """The answer to a score, after as many tries as it takes; with a new token if the old one is not taken."""
        content = json.dumps(score, ensure_ascii=False, allow_nan=False).encode()

        def request() -> httpx.Request:
            headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": MEDIA_TYPE}
            return self._client.build_request("POST", address, content=content, headers=headers)

        response = self._tried(request)
        if response.status_code == 401:
            self._tokens.forget()
            response = self._tried(request)
        return response

    def _token(self) -> str:
        return self._tokens.valid() or self._tokens.take(self._tried(self._tokens.request))

    def _tried(self, request: Callable[[], httpx.Request]) -> httpx.Response:
        told = ""
        for number in range(MOST_TRIES):
            one = request()
            wait = 2.0**number
            try:
                response = self._client.send(one)
            except httpx.HTTPError as error:
                told = type(error).__name__
            else:
                if response.status_code not in _AGAIN or number == MOST_TRIES - 1:
                    return response
                wait = _asked_wait(response, wait)
            if number < MOST_TRIES - 1:
                self._sleep(wait)
        raise ConfigError(
            f"the platform cannot be reached: {told}",
            where=f"{one.url.scheme}://{one.url.host}",
            fix="check its addresses and the network, then run the command again: what was sent is not sent twice",
        )


def _asked_wait(response: httpx.Response, otherwise: float) -> float:
    """Seconds that the platform asks to wait, with a number or a date; at most two minutes."""
    text = response.headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (email.utils.parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            seconds = otherwise
    return min(max(seconds, 0.0), _LONGEST_WAIT) if seconds == seconds else otherwise


def _fingerprint(address: str, score: dict[str, Any]) -> str:
    content = json.dumps([address, score], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _accepted(journal: Path) -> set[str]:
    if not journal.exists():
        return set()
    found = set()
    try:
        lines = journal.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            "the journal of sent scores cannot be read", where=str(journal), fix="check the file"
        ) from error
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError):  # cut off when the machine went down: sent again
            found.add(str(json.loads(line)["sha256"]))
    return found


def _note(journal: Path, mark: str, user: str) -> None:
    line = json.dumps({"userId": user, "sha256": mark, "at": datetime.now(UTC).isoformat(timespec="seconds")})
    try:
        whole = not journal.exists() or journal.read_bytes()[-1:] in (b"", b"\n")
        with journal.open("a", encoding="utf-8") as file:
            file.write(f"{'' if whole else chr(10)}{line}\n")
    except OSError as error:
        raise storage_error(error, journal) from error
