"""Answers that read alike, brought together so that a person marks them alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from qa_lesson.grading.formats.review_items import ReviewItem
from qa_lesson.leakage.text import words

NEAR_SHARE = 0.65
"""From this share of common words and pairs of neighboring words on, two answers are near. One changed word in ten
gives about 0.7."""

_SIGNS = re.compile(r"[+*/%<>=&|^~@]|(?<!\w)-")  # in code and formulas; other punctuation says little


def answer_groups(items: Sequence[ReviewItem]) -> tuple[tuple[ReviewItem, ...], ...]:
    """The answers in groups that read alike; the same items give the same groups.

    Answers with the same words in the same order are always together; case, punctuation, articles and accents don't
    count. An answer is put with the most frequent one that it is near to (see `NEAR_SHARE`). How near two answers are
    is computed exactly, in time that grows with the words they have in common: 5,000 answers of 60 words take seconds.

    Args:
        items: of one question.

    Returns:
        the group with the most submissions first. In a group, the most frequent wording comes first, then those with
        the same words, then the near ones.
    """
    same: defaultdict[tuple[str, ...], list[ReviewItem]] = defaultdict(list)
    for item in items:
        same[_tokens(item)].append(item)
    # `sorted` is stable, so the order of `items` decides between equals
    wordings = sorted(same, key=lambda tokens: -_submissions(same[tokens]))
    groups = [
        tuple(item for place in places for item in sorted(same[wordings[place]], key=lambda one: -one.n_submissions))
        for places in _near_ones([_units(tokens) for tokens in wordings])
    ]
    return tuple(sorted(groups, key=lambda group: -_submissions(group)))


def _near_ones(units: Sequence[frozenset[tuple[str, ...]]]) -> list[list[int]]:
    """Places of sets: each first one that is not taken yet, with those near it that are not taken either."""
    postings: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(units):
        for unit in one:
            postings[unit].append(place)
    having = {unit: np.array(places) for unit, places in postings.items()}
    sizes = np.array([len(one) for one in units])
    free = np.ones(len(units), dtype=bool)
    found = []
    for first, one in enumerate(units):
        if not free[first]:
            continue
        free[first] = False
        near = _near(one, having, sizes, free)
        free[near] = False
        found.append([first, *near.tolist()])
    return found


def _near(
    one: frozenset[tuple[str, ...]],
    having: dict[tuple[str, ...], npt.NDArray[np.int64]],
    sizes: npt.NDArray[np.int64],
    free: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Places of the free sets near a set."""
    if not one:
        return np.array([], dtype=np.int64)
    common = np.bincount(np.concatenate([having[unit] for unit in one]), minlength=len(sizes))
    return np.flatnonzero(free & (common >= NEAR_SHARE * (sizes + len(one) - common)))


def _tokens(item: ReviewItem) -> tuple[str, ...]:
    text = " ".join(item.response) if isinstance(item.response, list) else str(item.response)
    return (*words(text), *_SIGNS.findall(text))


def _units(tokens: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset((*((token,) for token in tokens), *pairwise(tokens)))


def _submissions(items: Sequence[ReviewItem]) -> int:
    return sum(item.n_submissions for item in items)
