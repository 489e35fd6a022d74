"""From documents to an answer: a question picks passages, and the model reads those alone."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from qa_lesson.errors import DataError, counted
from qa_lesson.look.colors import css
from qa_lesson.look.controls import OneOf, Range
from qa_lesson.look.explorable import Drawing, Explorable
from qa_lesson.look.html import paragraph, table
from qa_lesson.look.svg import Svg
from qa_lesson.look.templating import percent
from qa_lesson.open_corpus import CorpusAnswer, CorpusAnswerer
from qa_lesson.retrieval import Hit, Index, SearchMethod, passage_of
from qa_lesson.schema import Example

_METHODS: dict[str, SearchMethod] = {"words and meaning": "fused", "words": "words", "meaning": "meaning"}
_MOST_QUESTIONS, _SHOWN = 6, 10
_WIDTH = 520


def retrieval_explorer(
    index: Index, questions: Sequence[Example], answerer: CorpusAnswerer | None = None
) -> RetrievalExplorer:
    """Choose a question and a way to search, and see which passages the model gets to read.

    Args:
        index: the passages, for instance ``build_index(corpus_passages())``.
        questions: up to 6, on passages of the index; the passage with the answer is marked.
        answerer: shows what it answers, too; it takes a few seconds for each question.

    Raises:
        DataError: no questions.
    """
    return RetrievalExplorer(index, questions, answerer)


class RetrievalExplorer(Explorable):
    """See `retrieval_explorer`. `question`, `method` and `k` are its controls, `hits` and `right_rank` what follows."""

    def __init__(self, index: Index, questions: Sequence[Example], answerer: CorpusAnswerer | None) -> None:
        if not questions:
            raise DataError("the picture needs a question", received="0 questions")
        self._index, self._answerer = index, answerer
        self._examples = {example.question: example for example in questions[:_MOST_QUESTIONS]}
        self._answers: dict[str, CorpusAnswer] = {}
        self.question = OneOf("Question", list(self._examples))
        self.method = OneOf("Search by", list(_METHODS))
        self.k = Range("Passages to read", 3, 1, min(_SHOWN, len(index.passages)))
        controls = {"question": self.question, "method": self.method, "k": self.k}
        super().__init__("From documents to an answer", controls)

    @property
    def hits(self) -> list[Hit]:
        """The passages found, the best first, whether the model reads them or not."""
        found = self._index.search([self.question.value], k=_SHOWN, method=_METHODS[self.method.value])
        return found[0]

    @property
    def right_rank(self) -> int | None:
        """Rank of the passage with the answer, from 1; None if it is not among the first 10."""
        right = passage_of(self._examples[self.question.value])
        return next((hit.rank for hit in self.hits if hit.passage.id == right), None)

    def draw(self) -> Drawing:
        """See `Explorable.draw`."""
        k, rank = int(self.k.value), self.right_rank
        if rank is None:
            said = f"The passage with the answer is not among the first {_SHOWN}: the model cannot answer from it."
        elif rank > k:
            said = (
                f"The passage with the answer comes in place {rank}, so the model does not read it. Let it read more."
            )
        else:
            said = f"The passage with the answer comes in place {rank}, and the model reads it."
        answered = self._answered()
        return Drawing(self._flow(k, rank, answered, said) + self._passages(k), said + answered)

    def _answered(self) -> str:
        if self._answerer is None:
            return ""
        question = self.question.value
        if question not in self._answers:
            self._answers[question] = self._answerer(question)
        answer = self._answers[question]
        if answer.text is None:
            return " It answers: not in these documents."
        return f" It answers “{answer.text}” ({percent(answer.probability)} sure), with its own search."

    def _flow(self, k: int, rank: int | None, answered: str, said: str) -> Markup:
        svg = Svg(_WIDTH, 104)
        passages = self._index.passages
        boxes = (
            (counted(len({passage.document for passage in passages}), "document"), "cut into", "blue"),
            (counted(len(passages), "passage"), "searched", "blue"),
            (counted(k, "passage"), "read", "purple"),
            ("answer" if rank is not None and rank <= k else "no answer here", "", "green"),
        )
        wide, gap = 96, 42
        for at, (text, verb, color) in enumerate(boxes):
            x = 6 + at * (wide + gap)
            reached = at < 3 or (rank is not None and rank <= k)
            svg.rect(
                x, 28, wide, 44, f"{color}-soft" if reached else "none", color, dash="" if reached else "4 3", round_=6
            )
            svg.text(x + wide / 2, 55, text, anchor="middle", size=12, bold=True)
            if verb:
                svg.line([(x + wide + 3, 50), (x + wide + gap - 8, 50)], "muted", thick=2)
                svg.line(
                    [(x + wide + gap - 13, 45), (x + wide + gap - 7, 50), (x + wide + gap - 13, 55)], "muted", thick=2
                )
                svg.text(x + wide + gap / 2, 22, verb, "muted", anchor="middle", size=11)
        svg.text(6 + 2 * (wide + gap) + wide / 2, 92, "by the model", "muted", anchor="middle", size=11)
        return svg.markup(said)

    def _passages(self, k: int) -> Markup:
        right = passage_of(self._examples[self.question.value])
        references = self._examples[self.question.value].references
        rows = []
        for hit in self.hits:
            is_right = hit.passage.id == right
            look = css(color="text", background_color="green-soft") if is_right else css(color="text")
            look += "; display: inline-block; min-width: 220px"  # in a narrow window the table scrolls
            look += "" if hit.rank <= k else "; opacity: 0.8"
            text = Markup('<span style="{}">{}{}</span>').format(
                look, self._index.snippet(self.question.value, hit.passage), " ✓ has the answer" if is_right else ""
            )
            rows.append([str(hit.rank), text, f"{hit.score:.2f}", "yes" if hit.rank <= k else "no"])
        found = table(["rank", "passage", "score", "read"], rows)
        return found + paragraph(f"Right answer: {references[0] if references else '(none)'}", muted=True)
