"""What an instructor should look at in a question, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa_lesson.errors import counted, shorten
from qa_lesson.grading.analysis.item_analysis import FEWEST, AnswerStats, ItemStats
from qa_lesson.grading.formats.results import LearnerResult, Results
from qa_lesson.look.templating import percent
from qa_lesson.quiz.kinds.registry import kind_class

_MOST = 0.5
_MOST_NAMED = 20
_BURST = 10
_POOR_DISCRIMINATION = 0.1
_EASY, _HARD = 0.95, 0.2
_OFTEN_LEFT_OUT = 0.2
_ATTRACTIVE = 0.1
_CHANCE = 1.645  # a correlation above this over the root of n comes by chance once in twenty times


def flags(item: ItemStats) -> tuple[str, ...]:
    """Everything that looks odd about a question, the gravest first; nothing but open reviews under 20 answers.

    Each starts with the question's number: "Q7: most strong learners chose B ...; check the key".
    """
    found = _reviews(item)
    if item.n_answered + item.n_unanswered >= FEWEST:
        found += [*_key_doubts(item), *_discrimination(item), *_difficulty(item), *_options(item), *_variants(item)]
    return tuple(f"Q{item.question.number}: {text}" for text in found)


def class_flags(results: Results) -> tuple[str, ...]:
    """What looks odd about submissions rather than questions: identical clocks, bursts, and too much time.

    Identical times on every answer of two files do not happen to two people; many answers in one second come from a
    program, which may be the learner's own. Neither changes a grade.
    """
    found = []
    same: dict[str, list[LearnerResult]] = {}
    for one in results.submitters:
        if one.clock:
            same.setdefault(one.clock, []).append(one)
    for several in same.values():
        if len(several) > 1:
            found.append(f"every answer has the same time in the files of {_named(several)}; ask who wrote them")
    if fast := [one for one in results.submitters if one.burst >= _BURST]:
        found.append(f"{_BURST} or more answers within one second, the way a program writes them: {_named(fast)}")
    if over := [one for one in results.handed_in if one.over_time]:
        told = _named(over, lambda one: f" ({one.minutes:.1f} minutes)".replace(".0 ", " "))
        found.append(f"over the time limit by their own clock: {told}; they lost nothing for it")
    return tuple(found)


def _named(results: Sequence[LearnerResult], note: Callable[[LearnerResult], str] = lambda _: "") -> str:
    named = [f"{one.learner.name or one.learner.id}{note(one)}" for one in results[:_MOST_NAMED]]
    return ", ".join(named) + (f" and {len(results) - _MOST_NAMED} more" if len(results) > _MOST_NAMED else "")


def _reviews(item: ItemStats) -> list[str]:
    if not item.n_open:
        return []
    need = "needs" if item.n_open == 1 else "need"
    return [f"{counted(item.n_open, 'answer')} {need} review; it is left out of the analysis until then"]


def _key_doubts(item: ItemStats) -> list[str]:
    if item.n_open or not kind_class(item.question.kind).has_key:
        return []
    right = [one.strong_share or 0 for one in item.answers if one.correct]
    several = kind_class(item.question.kind).several_right
    keyed = max(right, default=0.0) if several else sum(right)  # spellings of one typed answer
    noise = _CHANCE / item.n_answered**0.5 if item.n_answered else 0.0
    found = []
    for one in item.answers:
        strong = one.strong_share
        if strong is None:
            continue
        if not one.correct and strong > _MOST:
            found.append(f"most strong learners ({percent(strong)}) chose {_name(one)}; check the key")
        elif not one.correct and strong > keyed:
            found.append(f"more strong learners chose {_name(one)} than the right answer; check the key")
        elif one.correct and several and strong < 1 - _MOST:
            found.append(f"most strong learners left out {_name(one)}, which is right by the key; check the key")
        elif one.label and not one.correct and (one.point_biserial or 0) > max(_ATTRACTIVE, noise):
            found.append(f"{_name(one)} is wrong, but those who chose it do better elsewhere; check its wording")
    return found


def _discrimination(item: ItemStats) -> list[str]:
    value = item.discrimination
    if value is None or value >= _POOR_DISCRIMINATION:
        return []
    if value < 0:
        return [f"those who do well elsewhere do worse on it (discrimination {value:.2f}); check the key and wording"]
    return [f"it hardly tells strong learners from weak ones (discrimination {value:.2f})"]


def _difficulty(item: ItemStats) -> list[str]:
    found = []
    if item.n_answered >= FEWEST and item.facility is not None:
        if item.facility >= _EASY:
            found.append(f"nearly everyone got it right ({percent(item.facility)} of the points)")
        elif item.facility <= _HARD:
            found.append(f"hardly anyone got it right ({percent(item.facility)} of the points)")
    left_out = item.n_unanswered / (item.n_answered + item.n_unanswered)
    if left_out > _OFTEN_LEFT_OUT:
        found.append(f"{percent(left_out)} left it out")
    return found


def _options(item: ItemStats) -> list[str]:
    never = [_name(one) for one in item.answers if one.n == 0]
    return [f"no one chose {_listed(never)}"] if never and item.n_answered >= FEWEST else []


def _variants(item: ItemStats) -> list[str]:
    return [
        f"those with {one.values} did much worse ({percent(one.facility)} of the points, others {percent(one.others)})"
        "; check these values"
        for one in item.variants
        if one.harder
    ]


def _name(answer: AnswerStats) -> str:
    text = shorten(answer.text, 40)
    return f"{answer.label} ({text})" if answer.label else text


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
