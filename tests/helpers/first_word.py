"""Stand-ins for a model, quick and predictable: the answer is the first word of the text."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from qa_lesson.documents import Passage
from qa_lesson.errors import PredictionError
from qa_lesson.open_corpus import CorpusAnswer, FoundAnswer
from qa_lesson.retrieval import Hit
from qa_lesson.schema import Example, Prediction, Span

PASSAGES = [
    Passage("light.md:0", "light.md", "Bram 💡 keeps the light.", 0, 23, 6, ("Staff",), None),
    Passage("boat.pdf:0", "boat.pdf", "Ada sails the boat.", 0, 19, 5, (), 3),
]


class FirstWord:
    """Answers from a context.

    Args:
        seconds: that a batch takes.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.batches: list[int] = []
        self.threads: set[str] = set()
        self.started = threading.Event()

    def predict(self, examples: Sequence[Example], *, n_best: int = 5) -> list[Prediction]:
        self.started.set()
        self.batches.append(len(examples))
        self.threads.add(threading.current_thread().name)
        time.sleep(self.seconds)
        return [self._one(example) for example in examples]

    def _one(self, example: Example) -> Prediction:
        if "crash" in example.question:
            raise ZeroDivisionError("a fault in the model")
        if "refuse" in example.question:
            raise PredictionError("no legal span", where=f"question {example.id}", fix="ask something else")
        word = example.context.split()[0]
        start = example.context.index(word)
        span = Span(word, start, start + len(word), 1.0, 0.75)
        return Prediction(example.id, word, span.start, span.end, 0.75, -1.0, (span,))


class FirstWordOfFolder:
    """Answers from `PASSAGES`: the first word of the passage that ends with the question's last word, or nothing."""

    def __call__(self, questions: list[str]) -> list[CorpusAnswer]:
        return [self._one(question) for question in questions]

    def _one(self, question: str) -> CorpusAnswer:
        topic = question.rstrip("?").split()[-1]
        ranked = sorted(PASSAGES, key=lambda passage: f" {topic}." not in passage.text)
        words = [passage.text.split()[0] for passage in ranked]
        found = [
            FoundAnswer(word, 0, len(word), passage, probability, 1.0, 1.0)
            for word, passage, probability in zip(words, ranked, (0.875, 0.125), strict=True)
        ]
        hits = tuple(Hit(passage, 1.0, rank) for rank, passage in enumerate(ranked, start=1))
        return CorpusAnswer(question, tuple(found), f" {topic}." in ranked[0].text, hits)
