"""Questions to answers from a whole corpus: search, read, weigh, and answer or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import overload

from qa_lesson.errors import DataError, shorten
from qa_lesson.open_corpus.answer_settings import AnswerSettings
from qa_lesson.open_corpus.candidates import PassageSearch, SpanModel, find_candidates, merged
from qa_lesson.open_corpus.corpus_answers import CorpusAnswer, FoundAnswer
from qa_lesson.open_corpus.fingerprints import passages_fingerprint
from qa_lesson.open_corpus.weighing import offered_answers
from qa_lesson.retrieval import Hit


class CorpusAnswerer:
    """Answers questions from all passages of an index, or says that they have no answer there.

    Args:
        index: the passages, as `qa_lesson.retrieval.build_index` or `load_index` gives them.
        answerer: the model. It should have been trained with unanswerable questions, because most passages that a
            search finds don't answer the question.
        settings: as `fit_abstention` gives them. None takes defaults that always answer. Their probabilities were
            fitted on the course's corpus and are only a rough guide elsewhere.

    Raises:
        ConfigError: the settings were fitted with another model or another index.
    """

    def __init__(self, index: PassageSearch, answerer: SpanModel, *, settings: AnswerSettings | None = None) -> None:
        self.settings = AnswerSettings() if settings is None else settings
        if self.settings.is_fitted:
            self.settings.check_fit(model=answerer.fingerprint, index=passages_fingerprint(index.passages))
        self.index, self.answerer = index, answerer

    def changed(self, *, threshold: float | None = None, passages: int | None = None) -> CorpusAnswerer:
        """The same with other settings, which no longer keep the risk that was stated.

        Args:
            threshold: answer if the probability is at least this; 0 always answers, None leaves it as it is.
            passages: how many passages are searched for answers; None leaves it as it is.

        Raises:
            ConfigError: a value out of its range.
        """
        settings = replace(
            self.settings,
            threshold=self.settings.threshold if threshold is None else threshold,
            passages=self.settings.passages if passages is None else passages,
            risk=None,
        )
        return CorpusAnswerer(self.index, self.answerer, settings=settings)

    @overload
    def __call__(self, question: str) -> CorpusAnswer: ...
    @overload
    def __call__(self, question: list[str]) -> list[CorpusAnswer]: ...
    def __call__(self, question: str | list[str]) -> CorpusAnswer | list[CorpusAnswer]:
        """Answer one question, or several.

        Returns:
            One answer for one question, else a list in the order of the questions.

        Raises:
            DataError: a blank question, something that is not text, or a question too long for the model's windows.
        """
        questions = [question] if isinstance(question, str) else question
        for asked in questions:
            if not isinstance(asked, str) or not asked.strip():
                raise DataError("a question is empty or not text", received=shorten(repr(asked)), fix="ask in words")
        if not questions:
            return []
        hits = self.index.search(questions, k=self.settings.passages)
        found = self.from_hits(questions, hits)
        return found[0] if isinstance(question, str) else found

    def from_hits(self, questions: Sequence[str], hits: Sequence[Sequence[Hit]]) -> list[CorpusAnswer]:
        """Answers from passages that were found already, such as by another search engine.

        Args:
            questions: not blank.
            hits: of each question, best first, with scores on the scale that the settings were fitted on.
        """
        settings = self.settings
        answers = []
        for question, found, candidates in zip(
            questions, hits, find_candidates(questions, hits, self.answerer, spans=settings.spans), strict=True
        ):
            joint = offered_answers(candidates).joint(settings.weights)
            probabilities = settings.weights.calibrated(joint)
            kept = tuple(
                FoundAnswer(
                    one.text,
                    one.start,
                    one.end,
                    one.hit.passage,
                    probability,
                    one.model_score,
                    one.hit.score,
                    one.also_in,
                )
                for one, probability in merged(candidates, probabilities.tolist())
            )
            answered = bool(kept) and settings.gives(kept[0].probability)
            answers.append(CorpusAnswer(question, kept, answered, tuple(found)))
        return answers
