"""Passages of the training data that are in the test data: as they are, nearly, or in part.

In scripts without spaces, what is said of words here holds for characters.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tqdm import tqdm

from qa_lesson.hardware import progress_wanted
from qa_lesson.leakage.report import Level
from qa_lesson.leakage.text import NGRAM, jaccard, key, ngrams, words
from qa_lesson.text.segmentation import join_units

NEAR_JACCARD = 0.5
"""From this Jaccard index of word trigrams on, two passages are near-duplicates; one changed word in ten gives 0.5."""

CONTAINED_SHARE = 0.1
"""From this share of the shorter passage's 13-grams on, a part of it counts as copied; a mere quotation stays below."""

SHORTEST_PART = 8
"""Words that a passage needs before it can be contained in another: fewer may agree by chance."""

_SHINGLE = 3
_PERMUTATIONS, _BANDS = 126, 42  # 3 rows a band: 99.6% of pairs at Jaccard 0.5 become candidates, 0.03% at 0.02


@dataclass(frozen=True, slots=True)
class PassageMatch:
    """Two passages with something in common.

    Args:
        train, test: positions in the lists of distinct passages.
        level: how much they have in common.
        method: how that was found.
        score: 1 for equal passages; Jaccard index of trigrams, or share of the shorter one's n-grams.
        evidence: a run of words that both have, normalised; empty if they are equal.
    """

    train: int
    test: int
    level: Level
    method: str
    score: float
    evidence: str = ""


def match_passages(train: Sequence[str], test: Sequence[str]) -> list[PassageMatch]:
    """All pairs of a training and a test passage with a copy, a near-copy or a copied part; one match a pair.

    The work grows with the total length of the texts, not with the number of pairs.

    Args:
        train, test: distinct passages.

    >>> [(m.level, m.score) for m in match_passages(["The lamp is lit.", "Boats sail."], ["the lamp is  lit"])]
    [('normalised passage', 1.0)]
    """
    tokens = {"train": [words(text) for text in train], "test": [words(text) for text in test]}
    found: dict[tuple[int, int], PassageMatch] = {}
    for match in _equal(train, test):
        found[match.train, match.test] = match
    for match in (*_near(tokens["train"], tokens["test"]), *_contained(tokens["train"], tokens["test"])):
        found.setdefault((match.train, match.test), match)
    return sorted(found.values(), key=lambda match: (match.test, match.train))


def _equal(train: Sequence[str], test: Sequence[str]) -> Iterator[PassageMatch]:
    of_key: defaultdict[str, list[int]] = defaultdict(list)
    for position, text in enumerate(train):
        of_key[key(text)].append(position)
    for position, text in enumerate(test):
        for other in of_key.get(key(text), ()):
            if train[other] == text:
                yield PassageMatch(other, position, "exact passage", "hash", 1.0)
            else:
                yield PassageMatch(other, position, "normalised passage", "normalised hash", 1.0)


def _near(train: Sequence[list[str]], test: Sequence[list[str]]) -> Iterator[PassageMatch]:
    """MinHash LSH proposes, the exact Jaccard index decides."""
    from rensa import RMinHash, RMinHashLSH

    shingles = [sorted(" ".join(gram) for gram in ngrams(tokens, _SHINGLE)) for tokens in (*train, *test)]
    index = RMinHashLSH(NEAR_JACCARD, _PERMUTATIONS, _BANDS)
    index.insert_matrix(RMinHash.digest_matrix_from_token_sets(shingles[: len(train)], _PERMUTATIONS, 0), 0)
    hashes = RMinHash.from_token_sets(shingles[len(train) :], _PERMUTATIONS, 0)
    for position, candidates in enumerate(index.query_all(hashes)):
        if not test[position]:
            continue
        grams = ngrams(test[position], _SHINGLE)
        for other in candidates:
            score = jaccard(grams, ngrams(train[other], _SHINGLE))
            if score >= NEAR_JACCARD:
                evidence = _longest_run(test[position], train[other], _SHINGLE)
                yield PassageMatch(other, position, "near-duplicate passage", "MinHash, Jaccard", score, evidence)


def _contained(train: Sequence[list[str]], test: Sequence[list[str]]) -> Iterator[PassageMatch]:
    """Shared 13-grams, counted through an index of the test passages' n-grams.

    A passage shorter than 13 words is looked for as a whole, so each length of such passages has its own index.
    """
    for n in range(SHORTEST_PART, NGRAM + 1):
        yield from _sharing(train, test, n)


def _sharing(train: Sequence[list[str]], test: Sequence[list[str]], n: int) -> Iterator[PassageMatch]:
    whole = n == NGRAM  # below that, only pairs whose shorter passage has exactly n words
    indexed = [position for position, tokens in enumerate(test) if len(tokens) >= n]
    short_train = any(len(tokens) == n for tokens in train)
    if not whole and not short_train:
        indexed = [position for position in indexed if len(test[position]) == n]
    if not indexed:
        return
    index: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for position in indexed:
        for gram in ngrams(test[position], n):
            index[gram].append(position)
    bar = tqdm(train, desc=f"passages, {n}-grams", unit=" passages", disable=not (whole and progress_wanted()))
    for other, tokens in enumerate(bar):
        if len(tokens) < n:
            continue
        shared: Counter[int] = Counter()
        for gram in ngrams(tokens, n):
            shared.update(index.get(gram, ()))
        for position, count in shared.items():
            shorter = min(len(tokens), len(test[position])) - n + 1
            if not whole and shorter > 1:
                continue
            score = min(1.0, count / shorter)
            if score >= CONTAINED_SHARE:
                evidence = _longest_run(test[position], tokens, n)
                yield PassageMatch(other, position, "contained passage", f"{n}-grams", score, evidence)


def _longest_run(left: Sequence[str], right: Sequence[str], n: int) -> str:
    """The first of the longest runs of at least `n` words that both texts have."""
    grams = ngrams(right, n)
    best = run = 0
    end = n
    for i in range(len(left) - n + 1):
        run = run + 1 if tuple(left[i : i + n]) in grams else 0
        if run > best:
            best, end = run, i + n
    return join_units(left[end - best - n + 1 : end]) if best else ""
