"""What the service counts, in the text format that Prometheus reads."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SIZES = (1, 2, 4, 8, 16, 32, 64)


class Counters:
    """The counters of one service."""

    def __init__(self) -> None:
        own = CollectorRegistry()  # one service's, so that several in a process don't add up
        self._registry = own
        self.requests = Counter("qa_requests", "Requests by path and status", ["path", "status"], registry=own)
        self.answers = Counter("qa_answers", "Questions answered, and those without an answer", ["kind"], registry=own)
        self.feedback = Counter("qa_feedback", "Answers that people marked", ["verdict"], registry=own)
        self.unlogged = Counter("qa_log_errors", "Lines that could not be written to the log", registry=own)
        self.seconds = Histogram(
            "qa_request_seconds", "Seconds from a request to its answers", buckets=_SECONDS, registry=own
        )
        self.batch_size = Histogram("qa_batch_questions", "Questions in a batch", buckets=_SIZES, registry=own)
        self.batch_seconds = Histogram("qa_batch_seconds", "Seconds of a batch", buckets=_SECONDS, registry=own)
        self.waiting = Gauge("qa_waiting_questions", "Questions accepted and not answered", registry=own)

    def count_batch(self, questions: int, seconds: float) -> None:
        """Count a batch that the model has answered."""
        self.batch_size.observe(questions)
        self.batch_seconds.observe(seconds)

    def text(self) -> str:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry).decode()
