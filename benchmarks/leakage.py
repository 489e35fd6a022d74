"""The leakage audit on 100,000 training and 10,000 test questions, and against comparing every pair on a part of them.

python benchmarks/leakage.py
"""

from __future__ import annotations

import random
import resource
import sys
import time

from _report import report

from qa_lesson.corpus import load_corpus, load_training
from qa_lesson.leakage import audit, jaccard, ngrams, plant, word_edits, words
from qa_lesson.leakage.passages import NEAR_JACCARD
from qa_lesson.leakage.questions import MOST_EDITS
from qa_lesson.schema import Answer, Example

KINDS = ("copy", "spelling", "words", "passage")
CHANGED = 3  # words

EXPECTED_SECONDS = 50


def made_up(n_passages: int, n_questions: int, rng: random.Random, prefix: str) -> list[Example]:
    """Questions in the corpus's sentence patterns and words: each with 3 content words replaced.

    A passage is put together from runs of 3 to 7 words, so it reads like the corpus and copies no 8 words of it.
    """
    honest = load_training() + load_corpus("test")
    patterns = [p for p in (example.question.split() for example in honest) if len(_long(p)) >= CHANGED]
    texts = sorted({example.context for example in honest})
    vocabulary = sorted({word for text in texts for word in text.split() if len(word) > 4 and word.isalpha()})
    examples = []
    for number in range(n_passages):
        pieces: list[str] = []
        while len(pieces) < 70:
            source = rng.choice(texts).split()
            start = rng.randrange(len(source) - 7)
            pieces += source[start : start + rng.randint(3, 7)]
        context = " ".join(pieces)
        for place in range(n_questions):
            question = list(rng.choice(patterns))
            for i in rng.sample(_long(question), CHANGED):
                question[i] = rng.choice(vocabulary) + ("?" if question[i].endswith("?") else "")
            start = rng.choice(_long(pieces))
            answer = Answer(" ".join(pieces[start : start + 2]), len(" ".join([*pieces[:start], ""])))
            name = f"{prefix}{number}-{place}"
            examples.append(Example(name, " ".join(question), context, (answer,), f"{prefix} document {number}"))
    return examples


def _long(pieces: list[str]) -> list[int]:
    """Positions of the words that are replaced or asked for: not the first, and long enough to be content words."""
    return [i for i, word in enumerate(pieces) if i and len(word) > 4]


def every_pair(train: list[Example], test: list[Example]) -> set[tuple[str, str]]:
    """The same comparisons without an index: equal keys or few word edits, Jaccard of all pairs of passages."""
    left = [(example.id, words(example.question)) for example in train]
    right = [(example.id, words(example.question)) for example in test]
    found = {
        (i, j)
        for j, theirs in right
        for i, ours in left
        if ours == theirs or word_edits(ours, theirs, MOST_EDITS) <= MOST_EDITS
    }
    grams = [[ngrams(words(text), 3) for text in {example.context for example in part}] for part in (train, test)]
    near = sum(jaccard(ours, theirs) >= NEAR_JACCARD for ours in grams[0] for theirs in grams[1])
    print(f"every pair: {len(found)} pairs of questions, {near} of passages")
    return found


def main() -> None:
    """Plant 2% of the test questions, time the audit on everything and both ways on a part of it."""
    rng = random.Random(0)
    test = made_up(2_000, 5, rng, "test")
    planted = plant(made_up(20_000, 5, rng, "train"), test, kinds=KINDS, share=0.02)
    train = list(planted.train)
    print(f"{len(train)} training and {len(test)} test questions")
    started = time.perf_counter()
    result = audit(train, test, embeddings=False)
    whole = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)

    pairs = {(a, b) for finding in result.findings for a in finding.train_ids for b in finding.test_ids}
    wanted = {kind: set(planted.sources[kind].items()) for kind in KINDS}
    recall = {kind: len(wanted[kind] & pairs) / len(wanted[kind]) for kind in KINDS}
    alarms = [finding for finding in result.findings if finding.level.endswith("question")]
    right = set().union(*wanted.values())
    precision = sum((finding.train_id, finding.test_id) in right for finding in alarms) / len(alarms)
    print(f"{whole:.1f} s, {peak:.2f} GiB at most, recall {recall}, precision of question alarms {precision:.4f}")

    leaks = [example for example in train if example.id.startswith("planted-")]
    part, few = train[:5_000] + leaks, test[:500]
    started = time.perf_counter()
    audit(part, few, embeddings=False)
    ours = time.perf_counter() - started
    started = time.perf_counter()
    every_pair(part, few)
    theirs = time.perf_counter() - started
    report(
        "leakage",
        ("audit", ours),
        ("every pair", theirs),
        what=f"audit of {len(part):,} training against {len(few):,} test questions",
        compared_on={"train": len(part), "test": len(few)},
        full={
            "train": len(train),
            "test": len(test),
            "seconds": whole,
            "peak_gib": peak,
            "recall": recall,
            "precision_of_questions": precision,
        },
    )


if __name__ == "__main__":
    main()
