"""Exact match and F1 of many answers: `score_answers` against the steps of the official script, answer by answer.

python benchmarks/metrics.py
"""

from __future__ import annotations

import random
import re
import string
from collections import Counter

from _report import report, seconds

from qa_lesson.metrics import score_answers

N_QUESTIONS, N_REFERENCES = 50_000, 3

EXPECTED_SECONDS = 25


def made_up_answers(seed: int = 0) -> tuple[list[str], list[list[str]]]:
    """Predictions and references of one to six words: half of them right, the others too long or unrelated."""
    rng = random.Random(seed)
    words = ["".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 9))) for _ in range(5_000)]
    words += ["the", "a", "an"] * 300

    def phrase() -> str:
        return " ".join(rng.choices(words, k=rng.randint(1, 6))).capitalize() + rng.choice(["", ".", ",", "'s"])

    references = [[phrase() for _ in range(N_REFERENCES)] for _ in range(N_QUESTIONS)]
    predictions = [
        rng.choice([rng.choice(texts), rng.choice(texts), f"{rng.choice(texts)} {phrase()}", phrase()])
        for texts in references
    ]
    return predictions, references


def normalized(text: str) -> str:
    """The four steps that evaluate-v1.1.py describes, one after another."""
    excluded = set(string.punctuation)
    plain = "".join(char for char in text.lower() if char not in excluded)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", plain).split())


def f1(prediction: str, reference: str) -> float:
    """Token F1 of one pair, normalized again for each pair."""
    predicted, expected = normalized(prediction).split(), normalized(reference).split()
    common = sum((Counter(predicted) & Counter(expected)).values())
    if common == 0:
        return 0.0
    precision, recall = common / len(predicted), common / len(expected)
    return 2 * precision * recall / (precision + recall)


def main() -> None:
    """Compare both on the same answers, and check that they agree exactly."""
    predictions, references = made_up_answers()

    def one_by_one() -> list[tuple[float, float]]:
        return [
            (
                max(float(normalized(answer) == normalized(text)) for text in texts),
                max(f1(answer, text) for text in texts),
            )
            for answer, texts in zip(predictions, references, strict=True)
        ]

    together = [(score.exact_match, score.f1) for score in score_answers(predictions, references, rules="v1.1")]
    assert together == one_by_one(), "the two must agree exactly"
    report(
        "metrics",
        ("score_answers", seconds(lambda: score_answers(predictions, references, rules="v1.1"))),
        ("one by one, as the official script", seconds(one_by_one, repeats=3)),
        what=f"EM and F1 of {N_QUESTIONS:,} answers with {N_REFERENCES} references",
        target=10,
        questions=N_QUESTIONS,
        references=N_REFERENCES,
    )


if __name__ == "__main__":
    main()
