"""Questions of the training data that are in the test data: copied, nearly copied, or in other words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from qa_lesson.hardware import progress_wanted
from qa_lesson.leakage.report import Level
from qa_lesson.leakage.text import FILLERS, FUNCTION_WORDS, details, is_number, key, word_edits, words
from qa_lesson.schema import Example
from qa_lesson.text.segmentation import is_unspaced, unit_length

MOST_EDITS = 3
"""Words that may be added, removed or replaced in a near-duplicate, and at most half of the question.

In scripts without spaces every limit in words holds for as many characters as make so many words.
"""

GENERIC_WORDS = 6
"""A question of fewer words, such as "When was it built?", may be asked of many things."""

KEPT_WORDS = 5
"""Content words that two questions must keep before one of them may be replaced (same answer, another passage)."""

COSINE = 0.66
"""From this cosine similarity on, two questions with the same answer on different passages are paraphrases."""

COSINE_SAME_PASSAGE = 0.45
"""The same for two questions on one passage: with the answer equal as well, less likeness is needed."""


@dataclass(frozen=True, slots=True)
class QuestionMatch:
    """Two questions that ask for the same thing; `train` and `test` are positions in the lists of examples.

    `score` is 1 for copies, the share of unchanged words for near-duplicates, the cosine for paraphrases.
    """

    train: int
    test: int
    level: Level
    method: str
    score: float


class QuestionPairs:
    """What the three searches have in common: the examples, their words and answers, and which passages they share.

    Args:
        train, test: the examples.
        shared: pairs of positions (training, test) of examples whose passages have something in common.
    """

    def __init__(self, train: Sequence[Example], test: Sequence[Example], shared: Collection[tuple[int, int]]) -> None:
        self.train, self.test, self.shared = train, test, shared
        self.train_words = [words(example.question) for example in train]
        self.test_words = [words(example.question) for example in test]

    def agree(self, i: int, j: int) -> bool | None:
        """Whether training example `i` and test example `j` have an acceptable answer in common.

        None if no one can tell: one of them has no answers. Two unanswerable questions on one passage agree.
        """
        left, right = self.train[i], self.test[j]
        if left.is_answerable and right.is_answerable:
            return any(_same_answer(a, b) for a in left.references for b in right.references)
        if left.is_answerable == right.is_answerable and (i, j) in self.shared:
            return True
        return None

    def copies(self) -> Iterator[QuestionMatch]:
        """Questions that are equal, letter by letter or after normalisation.

        A short question that names nothing ("When was it built?") is no copy where passage and answer differ.
        """
        of_key: defaultdict[str, list[int]] = defaultdict(list)
        for i, tokens in enumerate(self.train_words):
            of_key["".join(tokens)].append(i)
        for j, tokens in enumerate(self.test_words):
            for i in of_key.get("".join(tokens), ()):
                generic = self._is_generic(j)
                if generic and (i, j) not in self.shared and self.agree(i, j) is False:
                    continue
                if self.train[i].question == self.test[j].question:
                    yield QuestionMatch(i, j, "exact question", "hash", 1.0)
                else:
                    yield QuestionMatch(i, j, "normalised question", "normalised hash", 1.0)

    def near_duplicates(self) -> Iterator[QuestionMatch]:
        """Questions of which up to `MOST_EDITS` words were added, removed or replaced, and which still ask the same."""
        for i, j in _few_edits(self.train_words, self.test_words):
            left, right = self.train_words[i], self.test_words[j]
            longer = max(len(left), len(right))
            limit = min(MOST_EDITS * unit_length(right), longer // 2)
            edits = word_edits(left, right, limit)
            if edits > limit or "".join(left) == "".join(right):
                continue
            if self._asks_the_same(i, j):
                yield QuestionMatch(i, j, "near-duplicate question", "word edits", 1 - edits / longer)

    def _is_generic(self, j: int) -> bool:
        """Whether a test question is short and names nothing, so that it may be asked of many things."""
        tokens = self.test_words[j]
        return len(tokens) < GENERIC_WORDS * unit_length(tokens) and not details(self.test[j].question)

    def _asks_the_same(self, i: int, j: int) -> bool:
        """Whether the few words in which two questions differ leave alone what is asked.

        On one passage, the answer decides. Elsewhere another name, number or noun in the place of the first
        ("the light on Skelm", "the light on Orra") makes it another question, even where the answer happens to be
        the same. A noun may have changed only if much else is equal, or the answer is one that no other question
        would have by chance. Where the answers differ, or are not known, only fillers may come and go.
        """
        gone = Counter(self.test_words[j]) - Counter(self.train_words[i])
        new = Counter(self.train_words[i]) - Counter(self.test_words[j])
        agree = self.agree(i, j)
        replaced = bool(set(gone) - FUNCTION_WORDS and set(new) - FUNCTION_WORDS)
        if (i, j) in self.shared:
            return agree is True and (self.test[j].is_answerable or not replaced)
        if agree is True:
            kept = set(self.test_words[j]) & set(self.train_words[i]) - FUNCTION_WORDS
            answers = {key(text) for text in self.train[i].references}
            equal = [text for text in self.test[j].references if key(text) in answers]
            enough = KEPT_WORDS * unit_length(self.test_words[j])
            telling = bool(equal) and (len(kept) >= enough or any(map(_is_distinctive, equal)))
            return not replaced or (telling and not self._swaps_details(i, j))
        changed = set(gone) | set(new)
        return bool(changed) and changed <= FILLERS and not (self._is_generic(j) and agree is False)

    def paraphrases(self, embed: Callable[[list[str]], npt.NDArray[np.float32]]) -> Iterator[QuestionMatch]:
        """Questions that are near in meaning, have the same answer, and swap no name or number.

        Args:
            embed: gives (N, d) rows of length 1, one a text. It is called once, with the few questions that can match.
        """
        candidates = dict(self._same_answer_candidates())
        compared = {int(i) for found in candidates.values() for i in found}
        texts = sorted({self.test[j].question for j in candidates} | {self.train[i].question for i in compared})
        if not texts:
            return
        row, vectors = {text: number for number, text in enumerate(texts)}, embed(texts)
        rows = np.array([row.get(example.question, -1) for example in self.train])
        for j, found in candidates.items():
            cosines = vectors[rows[found]] @ vectors[row[self.test[j].question]]
            for position in np.flatnonzero(cosines >= COSINE_SAME_PASSAGE):
                i, cosine = int(found[position]), float(cosines[position])
                one_fact = (i, j) in self.shared and self.test[j].is_answerable
                if not one_fact and (cosine < COSINE or self._swaps_details(i, j)):
                    continue
                if self.agree(i, j):
                    yield QuestionMatch(i, j, "paraphrased question", "embeddings", min(1.0, cosine))

    def _same_answer_candidates(self) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
        """For each test question, the training questions with an equal answer or a shared passage."""
        of_answer: defaultdict[str, list[int]] = defaultdict(list)
        for i, example in enumerate(self.train):
            for answer in {key(text) for text in example.references}:
                of_answer[answer].append(i)
        of_passage: defaultdict[int, list[int]] = defaultdict(list)
        for i, j in self.shared:
            of_passage[j].append(i)
        bar = tqdm(self.test, desc="paraphrases", unit=" questions", disable=not progress_wanted())
        for j, example in enumerate(bar):
            found = set(of_passage.get(j, ()))
            for answer in {key(text) for text in example.references} - {""}:
                found.update(of_answer.get(answer, ()))
            if found and not is_unspaced(example.question):  # of these the English encoder knows nothing
                yield j, np.array(sorted(found))

    def _swaps_details(self, i: int, j: int) -> bool:
        """Whether each question names something (a name, a number) that the other one does not."""
        ours, theirs = set(self.test_words[j]), set(self.train_words[i])
        named = details(self.test[j].question), details(self.train[i].question)
        return bool(named[0] - theirs) and bool(named[1] - ours)


def gives_answer_away(example: Example) -> bool:
    """Whether the preferred answer is in the question itself, word by word.

    Answers of a single function word are left out.

    >>> from qa_lesson.schema import Answer
    >>> gives_answer_away(Example("1", "Is it lit at dusk or at dawn?", "It is lit at dusk.", (Answer("at dusk", 10),)))
    True
    """
    if not example.is_answerable:
        return False
    answer, question = words(example.references[0]), words(example.question)
    return bool(set(answer) - FUNCTION_WORDS) and _stands_in(answer, question)


def _same_answer(left: str, right: str) -> bool:
    """Equal after normalisation, or one inside the other with the same numbers and at least half as long."""
    if key(left) == key(right):
        return bool(key(left)) or left.strip() == right.strip()
    shorter, longer = sorted((words(left), words(right)), key=len)
    if not set(shorter) - FUNCTION_WORDS or 2 * len(shorter) < len(longer) or not _stands_in(shorter, longer):
        return False
    return {word for word in shorter if is_number(word)} == {word for word in longer if is_number(word)}


def _is_distinctive(answer: str) -> bool:
    """Several content words, none of them a name or number, such as "signing the last page": hardly equal by chance."""
    content = set(words(answer)) - FUNCTION_WORDS
    return len(content) > unit_length(list(content)) and not details(f"- {answer}")


def _stands_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    width = len(part)
    return any(list(whole[i : i + width]) == list(part) for i in range(len(whole) - width + 1))


def _few_edits(train: Sequence[list[str]], test: Sequence[list[str]]) -> Iterator[tuple[int, int]]:
    """Every pair that may be within `MOST_EDITS` edits, and few others.

    Of a test question's words, k edits leave all but k. So of its k + 1 rarest words at least one stands in the
    training question: only the questions with one of these need a look, and none is missed.
    """
    vocabulary: dict[str, int] = {}
    rows = [[vocabulary.setdefault(word, len(vocabulary)) for word in tokens] for tokens in train]
    if not vocabulary:
        return
    lengths = np.array([len(row) for row in rows])
    matrix = np.full((len(rows), int(lengths.max())), len(vocabulary), np.int32)  # one more word than there is: none
    for i, row in enumerate(rows):
        matrix[i, : len(row)] = row
    owners = np.repeat(np.arange(len(rows)), lengths)
    flat = np.concatenate([np.array(row, np.int32) for row in rows])
    order = np.argsort(flat, kind="stable")
    starts = np.searchsorted(flat[order], np.arange(len(vocabulary) + 1))
    postings, frequency = owners[order], np.diff(starts)
    known = np.zeros(len(vocabulary) + 1, bool)
    bar = tqdm(test, desc="questions, word edits", unit=" questions", disable=not progress_wanted())
    for j, tokens in enumerate(bar):
        most = MOST_EDITS * unit_length(tokens)
        limit = min(most, (len(tokens) + most) // 2)
        ids = sorted({vocabulary[word] for word in tokens if word in vocabulary}, key=lambda word: frequency[word])
        n_unknown = len(set(tokens)) - len(ids)  # rarest of all, and in no training question
        rarest = ids[: max(0, limit + 1 - n_unknown)]
        if not rarest:
            continue
        found = np.unique(np.concatenate([postings[starts[word] : starts[word + 1]] for word in rarest]))
        found = found[np.abs(lengths[found] - len(tokens)) <= limit]
        known[ids] = True
        common = known[matrix[found]].sum(axis=1)
        known[ids] = False
        for i in found[common >= np.maximum(lengths[found], len(tokens)) - limit]:
            yield int(i), j
