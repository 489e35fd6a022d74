"""What a corpus answers to a question: the best answer with its place, the other candidates, and where they were found.

Positions are code points, starts inclusive and ends exclusive. A place in a passage and the same place in the cleaned
text of its document differ by `Passage.start`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qa_lesson.documents import Passage
from qa_lesson.retrieval import Hit
from qa_lesson.text.segmentation import sentence_ranges

SNIPPET_CHARACTERS = 240
"""About how long a snippet is, at most; an answer that is longer is shown whole."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a passage with an answer in it.

    Args:
        text: the part, without the passage's other text.
        start: first character of the answer in `text` (inclusive).
        end: the character after its last (exclusive).
        cut_before: whether the passage has more text before the part.
        cut_after: whether it has more text after the part.
    """

    text: str
    start: int
    end: int
    cut_before: bool
    cut_after: bool

    def marked(self, before: str = "[", after: str = "]") -> str:
        """The snippet in one line with the answer between two marks, and an ellipsis where text was left out.

        >>> Snippet("Bram keeps it.", 0, 4, False, True).marked()
        '[Bram] keeps it. …'
        """
        parts = self.text[: self.start], before, self.text[self.start : self.end], after, self.text[self.end :]
        line = " ".join("".join(parts).split())
        return ("… " if self.cut_before else "") + line + (" …" if self.cut_after else "")


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """A candidate answer and its place.

    Args:
        text: the characters ``passage.text[start:end]``.
        start, end: in the text of the passage.
        passage: where it was found. If several passages give the same answer, the one where the model is surest.
        probability: that it is right, a fraction.
        model_score: span score minus no-answer score in its passage (logits).
        retrieval_score: of its passage.
        also_in: ids of the other passages that gave the same answer, in the order of the search.
    """

    text: str
    start: int
    end: int
    passage: Passage
    probability: float
    model_score: float
    retrieval_score: float
    also_in: tuple[str, ...] = ()

    @property
    def document_start(self) -> int:
        """Its first character in the cleaned text of the document (inclusive)."""
        return self.passage.start + self.start

    @property
    def document_end(self) -> int:
        """The character after its last in the cleaned text of the document (exclusive)."""
        return self.passage.start + self.end

    @property
    def snippet(self) -> Snippet:
        """The sentence around it, and as much of the neighboring sentences as there is room for."""
        return snippet_around(self.passage.text, self.start, self.end)

    @property
    def source(self) -> str:
        """Document, page and headings in one line.

        >>> passage = Passage("a.pdf#1", "a.pdf", "Bram keeps it.", 0, 14, 4, ("Light", "Keepers"), 3)
        >>> FoundAnswer("Bram", 0, 4, passage, 0.9, 5.0, 1.0).source
        'a.pdf, page 3, Light > Keepers'
        """
        return place_of(self.passage)

    def as_dict(self) -> dict[str, Any]:
        """For JSON, with its source and its snippet."""
        snippet = self.snippet
        return {
            "text": self.text,
            "probability": self.probability,
            "document": self.passage.document,
            "page": self.passage.page,
            "headings": list(self.passage.headings),
            "passage": self.passage.id,
            "start": self.start,
            "end": self.end,
            "document_start": self.document_start,
            "document_end": self.document_end,
            "snippet": snippet.text,
            "snippet_start": snippet.start,
            "snippet_end": snippet.end,
            "also_in": list(self.also_in),
        }


@dataclass(frozen=True, slots=True)
class CorpusAnswer:
    """The answer to one question, or none.

    Args:
        question: as it was asked.
        candidates: distinct answers, the most probable first.
        answered: whether the first candidate is given as the answer. If not, the question has no answer in these
            documents, as far as the model can tell.
        hits: the passages that were searched for answers, best first.
    """

    question: str
    candidates: tuple[FoundAnswer, ...]
    answered: bool
    hits: tuple[Hit, ...]

    @property
    def best(self) -> FoundAnswer | None:
        """The answer that is given; None for "not in these documents"."""
        return self.candidates[0] if self.answered else None

    @property
    def text(self) -> str | None:
        """The answer; None for "not in these documents"."""
        return self.best.text if self.best else None

    @property
    def start(self) -> int | None:
        """First character of the answer in its passage (inclusive)."""
        return self.best.start if self.best else None

    @property
    def end(self) -> int | None:
        """The character after its last in its passage (exclusive)."""
        return self.best.end if self.best else None

    @property
    def passage(self) -> Passage | None:
        """Where the answer was found."""
        return self.best.passage if self.best else None

    @property
    def snippet(self) -> Snippet | None:
        """The answer with the text around it."""
        return self.best.snippet if self.best else None

    @property
    def probability(self) -> float:
        """That the first candidate is right, a fraction, whether it is given as the answer or not."""
        return self.candidates[0].probability if self.candidates else 0.0

    @property
    def runners_up(self) -> tuple[FoundAnswer, ...]:
        """The candidates that are not given as the answer, the most probable first."""
        return self.candidates[1:] if self.answered else self.candidates

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the answer's fields (null without an answer), the runners-up and the nearest passages."""
        return {
            "question": self.question,
            "answer": self.best.as_dict() if self.best else None,
            "probability": self.probability,
            "runners_up": [one.as_dict() for one in self.runners_up],
            "nearest": [
                {"passage": hit.passage.id, "document": hit.passage.document, "page": hit.passage.page,
                 "headings": list(hit.passage.headings), "score": hit.score}
                for hit in self.hits
            ],
        }  # fmt: skip


def place_of(passage: Passage) -> str:
    """Document, page and headings in one line."""
    page = [] if passage.page is None else [f"page {passage.page}"]
    headings = [" > ".join(passage.headings)] if passage.headings else []
    return ", ".join([passage.document, *page, *headings])


def snippet_around(text: str, start: int, end: int, *, longest: int = SNIPPET_CHARACTERS) -> Snippet:
    """Whole sentences around the characters `start` to `end` of a text, or words if a sentence is too long.

    Args:
        text: of a passage.
        start, end: the answer in it.
        longest: characters, at most, unless the answer itself is longer.

    >>> snippet_around("It rained. Bram keeps the light. We left.", 11, 15, longest=24)
    Snippet(text='Bram keeps the light.', start=0, end=4, cut_before=True, cut_after=True)
    """
    touched = [(a, b) for a, b in sentence_ranges(text) if a < end and b > start]
    low = min([start, *(a for a, _ in touched)])
    high = max([end, *(b for _, b in touched)])
    if high - low > longest:
        room = max(0, longest - (end - start))
        low = _word_start(text, max(low, start - room // 2), start)
        high = _word_end(text, min(high, end + room // 2), end)
    else:
        low, high = _widened(text, low, high, longest)
    return Snippet(text[low:high], start - low, end - low, bool(text[:low].strip()), bool(text[high:].strip()))


def _widened(text: str, low: int, high: int, longest: int) -> tuple[int, int]:
    """The range with the sentence before and the one after, each if it fits."""
    ranges: Sequence[tuple[int, int]] = sentence_ranges(text)
    before = [a for a, b in ranges if b <= low]
    if before and high - before[-1] <= longest:
        low = before[-1]
    after = [b for a, b in ranges if a >= high]
    if after and after[0] - low <= longest:
        high = after[0]
    return low, high


def _word_start(text: str, position: int, limit: int) -> int:
    """The first place from `position` on where a word begins, and `limit` if there is none before it."""
    for place in range(position, limit):
        if place == 0 or (text[place - 1].isspace() and not text[place].isspace()):
            return place
    return limit


def _word_end(text: str, position: int, limit: int) -> int:
    """The last place up to `position` where a word ends, and `limit` if there is none after it."""
    for place in range(position, limit, -1):
        if place == len(text) or (text[place].isspace() and not text[place - 1].isspace()):
            return place
    return limit
