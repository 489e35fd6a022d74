"""The audit: is there anything of the test data in the training data?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from qa_lesson.errors import DataError
from qa_lesson.leakage.passages import PassageMatch, match_passages
from qa_lesson.leakage.questions import QuestionMatch, QuestionPairs, gives_answer_away
from qa_lesson.leakage.report import LEVELS, AuditReport, Leak
from qa_lesson.leakage.text import key
from qa_lesson.loading.reading import as_examples
from qa_lesson.schema import Example
from qa_lesson.text.segmentation import is_unspaced

SHARED_DOCUMENT = 0.5
"""From this share of its passages on, a test document under another title is in a training document."""


def audit(train: Sequence[Example], test: Sequence[Example], *, embeddings: bool = True) -> AuditReport:
    """Compare the questions, passages and documents of two parts of a data set.

    Equal texts are found by hashes, copied parts by n-grams, near-copies of passages by MinHash, of questions by their
    rarest words, and paraphrases by embeddings. Whatever these propose is verified: exact Jaccard index, word edits,
    equal answers, and the same names and numbers. So a question of the same pattern about another thing ("Who keeps the
    light on Skelm?", "... on Orra?") is no finding. Word lists and the encoder of paraphrases are English. In scripts
    without spaces the other searches compare characters, and paraphrases are not looked for.

    Args:
        train: the questions that a model learns from.
        test: the questions that it is to be scored on.
        embeddings: also look for paraphrases, which embeds the questions whose answer or passage is in both parts
            (about 200 a second on one CPU core).

    Raises:
        DataError: a part is empty.
        ModelError: the embedded encoder is missing or damaged (only with `embeddings`).

    >>> train = [Example("a", "Who keeps the light?", "Bram keeps the light.")]
    >>> audit(train, [Example("b", "who keeps the LIGHT", "Bram keeps it lit.")], embeddings=False).touched()
    frozenset({'b'})
    """
    train, test = as_examples(train), as_examples(test)
    for name, part in (("training", train), ("test", test)):
        if not part:
            raise DataError(f"there are no {name} examples to audit", received="0 examples", fix="pass at least one")
    passages = _Passages(train, test)
    matches = match_passages(passages.train, passages.test)
    pairs = QuestionPairs(train, test, passages.shared_examples(matches))
    found = [*_question_findings(pairs, embeddings), *passages.findings(matches), *passages.documents(matches)]
    position = {example.id: j for j, example in enumerate(test)}
    found.sort(key=lambda finding: (LEVELS.index(finding.level), position[finding.test_id]))
    given_away = tuple(example.id for example in test if gives_answer_away(example))
    n_unspaced = sum(is_unspaced(example.question) for example in test) if embeddings else 0
    return AuditReport(tuple(found), given_away, len(train), len(test), embeddings, n_unspaced)


def _question_findings(pairs: QuestionPairs, embeddings: bool) -> Iterator[Leak]:
    """Of each pair of questions the first level that holds."""
    from qa_lesson.semantic import embed

    matches: dict[tuple[int, int], QuestionMatch] = {}
    for match in (*pairs.copies(), *pairs.near_duplicates(), *(pairs.paraphrases(embed) if embeddings else ())):
        matches.setdefault((match.train, match.test), match)
    for match in matches.values():
        left, right = pairs.train[match.train], pairs.test[match.test]
        yield Leak(
            match.level, match.method, match.score, (left.id,), (right.id,), left.question, right.question,
            _documents(left, right),
        )  # fmt: skip


class SharedExamples(Collection[tuple[int, int]]):
    """The pairs (training, test) of examples on matching passages, without a list of them all.

    Args:
        groups: for each pair of matching passages the positions of the examples on either.
    """

    def __init__(self, groups: Sequence[tuple[list[int], list[int]]]) -> None:
        self._groups = groups
        self._train_groups: defaultdict[int, set[int]] = defaultdict(set)
        self._test_groups: defaultdict[int, set[int]] = defaultdict(set)
        for number, (learned, asked) in enumerate(groups):
            for i in learned:
                self._train_groups[i].add(number)
            for j in asked:
                self._test_groups[j].add(number)

    def __contains__(self, pair: object) -> bool:
        if not isinstance(pair, tuple) or pair[0] not in self._train_groups or pair[1] not in self._test_groups:
            return False
        return not self._train_groups[pair[0]].isdisjoint(self._test_groups[pair[1]])

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((i, j) for learned, asked in self._groups for i in learned for j in asked)

    def __len__(self) -> int:
        return sum(len(learned) * len(asked) for learned, asked in self._groups)


class _Passages:
    """The distinct passages and documents of both parts, and the examples on each."""

    def __init__(self, train: Sequence[Example], test: Sequence[Example]) -> None:
        self._train, self._test = train, test
        self._on_train, self._on_test = _by_passage(train), _by_passage(test)
        self.train, self.test = list(self._on_train), list(self._on_test)

    def shared_examples(self, matches: Sequence[PassageMatch]) -> SharedExamples:
        """Pairs of positions (training, test) of examples on matching passages."""
        return SharedExamples(
            [(self._on_train[self.train[m.train]], self._on_test[self.test[m.test]]) for m in matches]
        )

    def findings(self, matches: Sequence[PassageMatch]) -> Iterator[Leak]:
        """One finding a pair of matching passages."""
        for match in matches:
            left = [self._train[i] for i in self._on_train[self.train[match.train]]]
            right = [self._test[j] for j in self._on_test[self.test[match.test]]]
            yield Leak(
                match.level,
                match.method,
                match.score,
                _ids(left),
                _ids(right),
                left[0].context,
                right[0].context,
                _documents(left[0], right[0]),
                match.evidence,
            )

    def documents(self, matches: Sequence[PassageMatch]) -> Iterator[Leak]:
        """One finding a pair of documents with the same title, or with half of the test document's passages."""
        common: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for match in matches:
            learned_in = dict.fromkeys(self._train[i].document for i in self._on_train[self.train[match.train]])
            asked_in = dict.fromkeys(self._test[j].document for j in self._on_test[self.test[match.test]])
            for left in learned_in:
                for right in asked_in:
                    if left.strip() and right.strip():
                        common[left, right].add(match.test)
        train_titles, test_titles = _by_title(self._train), _by_title(self._test)
        of_key: defaultdict[str, list[str]] = defaultdict(list)
        for other in train_titles:
            of_key[key(other)].append(other)
        for title in test_titles:
            for other in of_key.get(key(title), ()):
                common.setdefault((other, title), set())
        for (other, title), shared in common.items():
            learned, asked = train_titles[other], test_titles[title]
            share = len(shared) / len({example.context for example in asked})
            if key(other) == key(title):
                method, score, where = "title", 1.0, f"{title!r} in both"
            elif share >= SHARED_DOCUMENT:
                method, score, where = "shared passages", share, f"{other!r} / {title!r}"
            else:
                continue
            yield Leak("shared document", method, score, _ids(learned), _ids(asked), other, title, where)


def _by_passage(examples: Sequence[Example]) -> dict[str, list[int]]:
    owners: dict[str, list[int]] = {}
    for position, example in enumerate(examples):
        owners.setdefault(example.context, []).append(position)
    return owners


def _by_title(examples: Sequence[Example]) -> dict[str, list[Example]]:
    owners: dict[str, list[Example]] = {}
    for example in examples:
        if example.document.strip():
            owners.setdefault(example.document, []).append(example)
    return owners


def _ids(examples: Sequence[Example]) -> tuple[str, ...]:
    return tuple(example.id for example in examples)


def _documents(left: Example, right: Example) -> str:
    return " / ".join(dict.fromkeys(name for name in (left.document, right.document) if name))
