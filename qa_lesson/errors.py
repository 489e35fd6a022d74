"""The error types of the package.

Every message says *what* went wrong, *where*, what was *received* and what to *do*. The command line prints the
message and exits with 2; a notebook shows it as the last line of the traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def shorten(text: str, width: int = 60) -> str:
    """`text` on one line and in quotes, cut to about `width` characters, for error messages.

    >>> shorten("a rather long sentence about tides", 16)
    "'a rather long...'"
    """
    line = " ".join(text.split())
    return repr(line if len(line) <= width else line[: width - 2].rstrip() + "...")


def counted(n: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "file"), counted(2, "file")
    ('1 file', '2 files')
    """
    return f"{n} {noun}{'s' if n != 1 else ''}"


class QALessonError(Exception):
    """Base of all errors that the package raises on purpose.

    Args:
        what: one sentence, the problem itself.
        where: file, record, option or function concerned.
        received: the offending value, shortened by the caller if it is long.
        fix: what the reader can do about it, ideally a working call.

    >>> print(QALessonError("the stride is too large", received="stride=64", fix="use stride=32"))
    the stride is too large
      received: stride=64
      to do: use stride=32
    """

    def __init__(
        self, what: str, *, where: str | None = None, received: str | None = None, fix: str | None = None
    ) -> None:
        self.what, self.where, self.received, self.fix = what, where, received, fix
        lines = [what]
        lines += [f"  where: {where}"] if where else []
        lines += [f"  received: {received}"] if received else []
        lines += [f"  to do: {fix}"] if fix else []
        super().__init__("\n".join(lines))


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad record of a data file: its place, what is wrong and what to do."""

    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.fix}"


class DataError(QALessonError, ValueError):
    """Questions, contexts, answers or a file of them cannot be used as they are.

    `problems` lists every bad record when the error is about a whole file.
    """

    problems: tuple[Problem, ...] = ()

    @classmethod
    def from_problems(cls, problems: Sequence[Problem], *, source: str, n_records: int, shown: int = 20) -> DataError:
        """One error for all the bad records of `source`, of which the first `shown` are printed."""
        listed = "".join(f"\n    {problem}" for problem in problems[:shown])
        more = f"\n    ... and {len(problems) - shown} more" if len(problems) > shown else ""
        error = cls(
            f"{counted(len(problems), 'bad record')} among {n_records}:{listed}{more}",
            where=source,
            fix="correct them, or leave them out with skip_bad=True (command line: --skip-bad)",
        )
        error.problems = tuple(problems)
        return error


class PredictionError(QALessonError, ValueError):
    """Predictions do not belong to the questions they are scored on."""


class ConfigError(QALessonError, ValueError):
    """A setting is out of its range or does not fit another one."""


class ModelError(QALessonError):
    """A model folder or tokenizer cannot be used."""


class StorageError(QALessonError, OSError):
    """A file could not be written; what was there before is untouched."""


@dataclass(frozen=True, slots=True)
class QuizFault:
    """One thing wrong in a quiz: file, question (None: the file as a whole), line (from 1), and what to do.

    A warning is about style, in a graded quiz whose key is right.
    """

    file: str
    question: str | None
    what: str
    fix: str
    line: int | None = None
    warning: bool = False

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {f'{self.question}: ' if self.question else ''}{self.what}; {self.fix}"


class QuestionFaultError(ValueError):
    """What a quiz's model refuses, with its remedy; becomes a `QuizFault` once its place is known."""

    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix
        super().__init__(f"{what}; {fix}")


class BankError(QALessonError, ValueError):
    """A quiz does not exist or its file cannot be used; `findings` lists everything that is wrong in it."""

    findings: tuple[QuizFault, ...] = ()

    @classmethod
    def from_findings(cls, findings: Sequence[QuizFault], *, source: str, shown: int = 20) -> BankError:
        """One error for everything that is wrong in the file `source`; the first `shown` findings are printed."""
        listed = "".join(f"\n    {finding}" for finding in findings[:shown])
        more = f"\n    ... and {len(findings) - shown} more" if len(findings) > shown else ""
        error = cls(
            f"the quiz cannot be used: {counted(len(findings), 'thing')} to mend:{listed}{more}",
            where=source,
            fix=f"fix them, then check with: qa-lesson quiz lint {source}",
        )
        error.findings = tuple(findings)
        return error


class ResponseError(QALessonError, ValueError):
    """A response cannot be marked (empty, no number, an option that is not offered); it counts as no attempt."""
