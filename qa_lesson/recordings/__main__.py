"""``python -m qa_lesson.recordings NAME...`` trains recipes of the catalogue and writes their recordings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from qa_lesson.errors import QALessonError
from qa_lesson.recordings.recipes import CATALOGUE
from qa_lesson.recordings.recording import record
from qa_lesson.runs import EpochResult


def main(arguments: Sequence[str] | None = None) -> int:
    """Record each named recipe; 0 if all were written, 2 if one could not be."""
    parser = argparse.ArgumentParser(prog="python -m qa_lesson.recordings", description="Train and record recipes.")
    parser.add_argument("names", nargs="+", metavar="NAME", help=f"one or more of {', '.join(CATALOGUE)}")
    for name in parser.parse_args(arguments).names:
        try:
            path = record(name, on_epoch=_report(name))
        except QALessonError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        sys.stdout.write(f"{path.name} written\n")
    return 0


def _report(name: str) -> Callable[[EpochResult], None]:
    def report(point: EpochResult) -> None:
        trained = "" if point.train_f1 is None else f"training F1 {point.train_f1:.3f}, "
        sys.stderr.write(f"{name}: epoch {point.epoch}, {trained}validation F1 {point.f1:.3f}\n")

    return report


if __name__ == "__main__":
    sys.exit(main())
