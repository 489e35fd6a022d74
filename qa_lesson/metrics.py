"""Exact match and token precision, recall and F1, identical to the official SQuAD scripts.

Sources: ``evaluate-v1.1.py`` (Rajpurkar et al. 2016) and ``evaluate-v2.0.py`` (Rajpurkar et al. 2018). The two differ
in one place: when an answer has no token left after normalisation, v2.0 gives F1 1 if both are empty and 0
otherwise, while v1.1 always gives 0. Everything here and in the package follows v2.0 unless you pass other rules.
They also cover unanswerable questions, and one answer scores the same alone and in any data set. All scores are
fractions in [0, 1]; the official scripts print percentages.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.schema import Score
from qa_lesson.text.segmentation import split_units

Rules = Literal["v1.1", "v2.0"]
"""Which official script decides on answers that are empty after normalisation."""

_ARTICLES = re.compile(r"\b(a|an|the)\b", re.UNICODE)
_REDUNDANT = re.compile(" (?:an? |the | )+")  # a space, and articles or more spaces after it
_PRINTABLE = bytes(range(0x20, 0x7F))
_BETWEEN = " \n "
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)
_COUNTED_IN_A_LIST = 24  # tokens; longer answers are counted in a dictionary, which then is quicker


_PERFECT = Score(1.0, 1.0, 1.0, 1.0)
_EMPTY = Score(1.0, 0.0, 0.0, 0.0)
_NOTHING = Score(0.0, 0.0, 0.0, 0.0)


def normalize_answer(text: str) -> str:
    """`text` in lower case without ASCII punctuation, English articles and extra white space.

    The steps run in this order, as in both official scripts. Curly quotes, dashes and currency signs are not ASCII
    punctuation and stay.

    >>> normalize_answer("The U.S. lighthouse,  in the 1990's")
    'us lighthouse in 1990s'
    """
    lowered = text.lower().translate(_WITHOUT_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", lowered).split())


def answer_tokens(text: str) -> list[str]:
    """The white-space tokens that precision, recall and F1 compare: those of the normalised text.

    >>> answer_tokens("a big city in Europe.")
    ['big', 'city', 'in', 'europe']
    """
    return normalize_answer(text).split()


def exact_match(prediction: str, reference: str) -> float:
    """1.0 if both are equal after normalisation, else 0.0.

    >>> exact_match("the Eiffel Tower", "Eiffel tower.")
    1.0
    """
    return float(normalize_answer(prediction) == normalize_answer(reference))


def token_overlap(prediction: str, reference: str, *, rules: Rules = "v2.0") -> Score:
    """Exact match, precision, recall and F1 of `prediction` against one reference.

    Precision is the share of predicted tokens that the reference has, recall the share of reference tokens that
    were predicted, each token counted as often as both have it; order does not count.

    >>> token_overlap("Paris", "Paris is the capital of France")
    Score(exact_match=0.0, precision=1.0, recall=0.2, f1=0.33333333333333337)
    >>> token_overlap("The capital of France is Paris", "Paris is the capital of France").f1
    1.0
    >>> token_overlap("the", "a", rules="v1.1").f1, token_overlap("the", "a", rules="v2.0").f1
    (0.0, 1.0)
    """
    return score_answer(prediction, [reference], rules=rules)


def score_answer(prediction: str, references: Sequence[str], *, rules: Rules = "v2.0") -> Score:
    """The scores against the best of several acceptable references.

    Exact match and F1 are each the best over the references, as in the official scripts; precision and recall are
    those of the reference with the best F1 (the first of equals). No references means that the question is
    unanswerable: then only the empty prediction scores 1.

    Args:
        prediction: the answer text, empty for "no answer".
        references: acceptable answers.
        rules: whose rule holds for answers that are empty after normalisation. Under v2.0 such references are
            left out, unless none is left.

    Raises:
        DataError: `references` is one string, which would be taken apart letter by letter.

    >>> score_answer("at dusk", ["dusk", "nightfall"])
    Score(exact_match=0.0, precision=0.5, recall=1.0, f1=0.6666666666666666)
    >>> score_answer("", []).f1
    1.0
    """
    return score_answers([prediction], [references], rules=rules)[0]


def score_answers(
    predictions: Sequence[str], references: Sequence[Sequence[str]], *, rules: Rules = "v2.0"
) -> list[Score]:
    """`score_answer` for many questions, several times as fast as one call after another.

    Args:
        predictions: one answer text a question.
        references: the acceptable answers of each question, in the same order.
        rules: as in `score_answer`.

    Raises:
        DataError: as in `score_answer`, or the two differ in length.

    >>> [score.f1 for score in score_answers(["Paris", ""], [["Paris", "Paris, France"], ["Rome"]])]
    [1.0, 0.0]
    """
    _check_rules(rules)
    if len(predictions) != len(references):
        raise DataError(
            "each prediction needs the references of its question",
            received=f"{len(predictions)} predictions, {len(references)} lists of references",
            fix="pass both in the order of the questions",
        )
    for texts in references:
        if isinstance(texts, str):
            raise DataError("the references must be a list of answers", received=repr(texts), fix=f"pass [{texts!r}]")
        if not texts and rules == "v1.1":
            raise DataError(
                "the v1.1 rules have no unanswerable questions", received="no references", fix='use rules="v2.0"'
            )
    normalized = _normalize_all([*predictions, *(text for texts in references for text in texts)])
    scores, end = [], len(predictions)
    for answer, texts in zip(normalized, references, strict=False):
        start, end = end, end + len(texts)
        scores.append(_best_score(answer, normalized[start:end], rules))
    return scores


def _best_score(predicted: str, references: list[str], rules: Rules) -> Score:
    """As `score_answer`, of normalized texts."""
    if rules == "v2.0":
        references = [text for text in references if text] or [""]
    if predicted in references:
        return _PERFECT if predicted or rules == "v2.0" else _EMPTY
    tokens, best = predicted.split(), _NOTHING
    for text in references:
        expected = text.split()
        if common := _n_common(tokens, expected):
            score = _partial_score(common, len(tokens), len(expected))
            if score.f1 > best.f1:
                best = score
    return best


@lru_cache(maxsize=4096)
def _partial_score(common: int, n_predicted: int, n_expected: int) -> Score:
    """Of an answer that is not exact, from three numbers of tokens; few combinations occur."""
    precision, recall = common / n_predicted, common / n_expected
    return Score(0.0, precision, recall, 2 * precision * recall / (precision + recall))


def _n_common(left: list[str], right: list[str]) -> int:
    """How many tokens both have, each counted as often as both have it."""
    if len(left) > _COUNTED_IN_A_LIST and len(right) > _COUNTED_IN_A_LIST:
        return sum((Counter(left) & Counter(right)).values())
    rest, common = right.copy(), 0
    for token in left:
        if token in rest:
            rest.remove(token)
            common += 1
    return common


def _normalize_all(texts: Sequence[str]) -> list[str]:
    """`normalize_answer` of each text.

    In printable ASCII only a space separates words once the punctuation is gone. So all such texts are normalized
    together, one a line, with a space at each end of the line.
    """
    together = f" {_BETWEEN.join(texts)} "
    if texts and together.isascii() and together.encode().translate(None, _PRINTABLE) == b"\n" * (len(texts) - 1):
        return _normalize_lines(together)
    plain = [text.isascii() and text.isprintable() for text in texts]
    chosen = [text for text, is_plain in zip(texts, plain, strict=True) if is_plain]
    rest = iter(_normalize_lines(f" {_BETWEEN.join(chosen)} "))
    return [next(rest) if is_plain else normalize_answer(text) for text, is_plain in zip(texts, plain, strict=True)]


def _normalize_lines(text: str) -> list[str]:
    """`normalize_answer` of each line of printable ASCII between two spaces."""
    lines = _REDUNDANT.sub(" ", text.lower().translate(_WITHOUT_PUNCTUATION)).split("\n")
    return [line[1:-1] for line in lines]


def character_f1(prediction: str, references: Sequence[str]) -> float:
    """F1 that also works without spaces between words: the best over the references, a fraction in [0, 1].

    The official F1 splits at white space, so a Chinese, Japanese or Thai answer is a single token and its F1 equals its
    exact match. Here every character (grapheme cluster) of a script without spaces is a token, every other word is one
    too, and Unicode punctuation is removed, not just that of ASCII. In ASCII text the result equals the official F1 of
    SQuAD v2.0.

    This is the mixed segmentation that MLQA's evaluation applies to Chinese (Lewis et al. 2020), extended to all
    scripts without spaces. It counts common tokens in any order, like SQuAD's F1. The F1 of CMRC 2018 (Cui et al. 2019)
    segments alike, but counts the longest common run of tokens, so the two figures should not be compared.

    Args:
        prediction: the answer text, empty for "no answer".
        references: acceptable answers; none for an unanswerable question.

    >>> character_f1("灯塔的看守人", ["灯塔看守人"])
    0.9090909090909091
    >>> token_overlap("灯塔的看守人", "灯塔看守人").f1
    0.0
    """
    if isinstance(references, str):
        raise DataError(
            "the references must be a list of answers", received=repr(references), fix=f"pass [{references!r}]"
        )
    predicted = _mixed_tokens(prediction)
    expected = [tokens for tokens in map(_mixed_tokens, references) if tokens] or [[]]
    return max(_token_f1(predicted, tokens) for tokens in expected)


def _mixed_tokens(text: str) -> list[str]:
    plain = "".join(c for c in text if c.isascii() or not unicodedata.category(c).startswith("P"))
    return split_units(answer_tokens(plain))


def _token_f1(predicted: list[str], expected: list[str]) -> float:
    if not predicted or not expected:
        return float(predicted == expected)
    common = _n_common(predicted, expected)
    if not common:
        return 0.0
    precision, recall = common / len(predicted), common / len(expected)
    return 2 * precision * recall / (precision + recall)


def mean_score(scores: Iterable[Score]) -> Score:
    """The plain mean over questions, which is what the official totals are.

    Raises:
        DataError: there is nothing to average.

    >>> mean_score([Score(1, 1, 1, 1), Score(0, 0.5, 0.25, 0.5)]).f1
    0.75
    """
    rows = list(scores)
    if not rows:
        raise DataError("there are no scores to average", received="0 questions", fix="score at least one question")

    def mean(name: str) -> float:
        total: float = sum(getattr(row, name) for row in rows)
        return total / len(rows)

    return Score(mean("exact_match"), mean("precision"), mean("recall"), mean("f1"))


def _check_rules(rules: str) -> None:
    if rules not in ("v1.1", "v2.0"):
        raise ConfigError("unknown scoring rules", received=repr(rules), fix='use "v1.1" or "v2.0"')
