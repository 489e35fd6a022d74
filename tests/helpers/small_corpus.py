"""A corpus whose search results and model scores are written down by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa_lesson.documents import Passage
from qa_lesson.retrieval import Hit
from qa_lesson.schema import Answer, Example, Prediction, Span

LIGHT = Passage("keepers.pdf#1", "keepers.pdf", "It rained. Bram keeps the light.", 40, 72, 8, ("Light", "Keepers"), 3)
FERRY = Passage("boats.md#1", "boats.md", "The ferry sails at noon. Bram steers it.", 0, 40, 9)
LOG = Passage("log.txt#1", "log.txt", "In May the light was kept by bram.", 10, 44, 9)
PASSAGES = (LIGHT, FERRY, LOG)

WHO = Example("who", "Who keeps the light?", LIGHT.text, (Answer("Bram", 11),), document="keepers.pdf")
WHEN = Example("when", "When does it sail?", FERRY.text, (Answer("noon", 19), Answer("at noon", 16)), "boats.md")
PRICE = Example("price", "What does it cost?", FERRY.text, (), document="boats.md")


@dataclass
class GivenSearch:
    """Finds what it is told to, and every passage of the corpus by default.

    Args:
        passages: of the corpus.
        scores: for a question, the retrieval score of the passages that are found, by passage id.
    """

    passages: Sequence[Passage] = PASSAGES
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def search(self, questions: Sequence[str], *, k: int = 10) -> list[list[Hit]]:
        return [self._hits(question)[:k] for question in questions]

    def _hits(self, question: str) -> list[Hit]:
        scores = self.scores.get(question, {passage.id: 0.0 for passage in self.passages})
        known = {passage.id: passage for passage in self.passages}
        ordered = sorted(scores.items(), key=lambda item: -item[1])
        return [Hit(known[name], score, rank) for rank, (name, score) in enumerate(ordered, start=1)]


@dataclass
class GivenModel:
    """Gives the spans that it is told to.

    Args:
        leads: for a question and a passage id, each span's text and its lead over the no-answer score, best first. If
            there are none, the first word leads by -5. The spans have the probabilities 1/2, 1/4, 1/8 ...
        passages: of the corpus.
    """

    leads: Mapping[tuple[str, str], Sequence[tuple[str, float]]]
    passages: Sequence[Passage] = PASSAGES
    fingerprint: str = "given model"
    no_answer_threshold: float | None = None

    def predict(self, examples: Sequence[Example], *, n_best: int = 5) -> list[Prediction]:
        names = {passage.text: passage.id for passage in self.passages}
        return [self._prediction(example, names[example.context], n_best) for example in examples]

    def _prediction(self, example: Example, name: str, n_best: int) -> Prediction:
        leads = self.leads.get((example.question, name), [(example.context.split()[0], -5.0)])[:n_best]
        null_score = float(len(name))  # must not matter, so each passage has another
        spans = []
        for place, (text, lead) in enumerate(leads, start=1):
            start = example.context.index(text)
            spans.append(Span(text, start, start + len(text), null_score + lead, 0.5**place))
        best = spans[0]
        return Prediction(example.id, best.text, best.start, best.end, 0.5, null_score - best.score, tuple(spans))
