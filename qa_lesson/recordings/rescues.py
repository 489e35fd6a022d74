"""Attempts at rescuing an overfitted run, side by side: the gap, the validation score and what the test set says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_lesson.errors import DataError
from qa_lesson.evaluation import Interval, PairedComparison, paired_comparison, score_interval
from qa_lesson.recordings.recording import Recording, Scored


@dataclass(frozen=True)
class RescueAttempt:
    """One run beside the one it wants to improve; scores are fractions.

    Args:
        name, about: of its recipe.
        epochs: trained.
        kept: the epoch whose weights were kept.
        train_f1: of the kept epoch, on the scored training questions.
        validation_f1: of the kept epoch, from the curve.
        test: F1 on the test set with its interval.
        validation_change, test_change: F1 of this run minus that of the start on the same questions; None for the
            start itself.
    """

    name: str
    about: str
    epochs: int
    kept: int
    train_f1: float
    validation_f1: float
    test: Interval
    validation_change: PairedComparison | None
    test_change: PairedComparison | None

    @property
    def gap(self) -> float:
        """Training F1 minus validation F1, a fraction."""
        return self.train_f1 - self.validation_f1


def compare_attempts(recordings: Sequence[Recording]) -> list[RescueAttempt]:
    """One `RescueAttempt` a recording, each compared with the first.

    Raises:
        DataError: no recordings, or one of a run that scored no training questions.
    """
    if not recordings:
        raise DataError("there are no attempts to compare", received="0 recordings", fix="pass at least the start")
    start = recordings[0]
    return [_attempt(start, None), *(_attempt(recording, start) for recording in recordings[1:])]


def _attempt(recording: Recording, start: Recording | None) -> RescueAttempt:
    kept = recording.kept
    if kept.train_f1 is None:
        raise DataError(
            f"the run {recording.name} scored no training questions, so its gap is unknown",
            received="scored_training=0",
            fix="train it with scored_training=252",
        )
    return RescueAttempt(
        name=recording.name,
        about=recording.about,
        epochs=len(recording.curve),
        kept=kept.epoch,
        train_f1=kept.train_f1,
        validation_f1=kept.f1,
        test=score_interval(recording.evaluation("test")),
        validation_change=_change(recording, start, "validation"),
        test_change=_change(recording, start, "test"),
    )


def _change(recording: Recording, start: Recording | None, split: Scored) -> PairedComparison | None:
    return None if start is None else paired_comparison(recording.evaluation(split), start.evaluation(split))
