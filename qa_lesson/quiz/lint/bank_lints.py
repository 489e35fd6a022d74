"""Lints of the quiz bank: everything that would mislead a learner or make a question worthless."""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_lesson.errors import BankError, QuizFault
from qa_lesson.quiz.bank.files import parse_quiz, quizzes_dir, read_content
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.bank.yaml_text import QuizText
from qa_lesson.quiz.kinds.registry import CLASSES, Question
from qa_lesson.quiz.kinds.shared.fields import Difficulty
from qa_lesson.quiz.kinds.shared.wording import Lint
from qa_lesson.quiz.lint.question_lints import question_lints

SMALLEST_QUIZ = 8
SMALLEST_POOL = 30
FEWEST: dict[Difficulty, int] = {"easy": 2, "medium": 3, "hard": 2}
"""Questions of each difficulty that a lesson's quiz has at least."""
FEWEST_KINDS = 4
SHORT_QUIZZES = {"express": 3}
"""The number of questions of a quiz for which eight minutes must be enough."""
PREFIXES = {"placement": "pl-", "mastery": "ma-", "express": "ex-"}


@dataclass(frozen=True)
class _File:
    """A quiz file that was read: what YAML made of it, and the quiz unless it cannot be used."""

    path: Path
    text: QuizText
    quiz: Quiz | None
    findings: tuple[QuizFault, ...]

    def finding(self, what: str, fix: str, question: str | None = None, *, key: bool = False) -> QuizFault:
        """A finding about a question of this file, or about all of it.

        Args:
            what, fix: what is wrong and what to do.
            question: its id.
            key: it would mark answers wrongly; anything else only warns in a graded quiz.
        """
        names = [entry.id for entry in self.quiz.questions] if self.quiz else []
        line = self.text.line_of(("questions", names.index(question))) if question in names else None
        warning = self.quiz is not None and self.quiz.graded and not key
        return QuizFault(self.path.name, question, what, fix, line, warning)


def lint_bank(
    folder: str | Path | None = None, *, files: Sequence[str | Path] = (), notebooks: str | Path | None = None
) -> list[QuizFault]:
    """What is wrong with the quiz files of a folder.

    Runs the code of code questions and evaluates the ``recompute`` expressions, so lint banks you trust.

    Args:
        folder: of the files; the course's own if not given, or that of the first of `files`.
        files: report on these alone, a folder being all its YAML files; the others in the folder of the first still
            count for what must be unique.
        notebooks: folder of the lessons that sections are links into; ``notebooks`` next to `folder` if not given
            and there is one, the course's own otherwise.

    Returns:
        The findings, file by file; empty if all is well.

    Raises:
        BankError: one of `files` does not exist, or the folder holds no quiz at all. A file that cannot be read is a
            finding.
    """
    only = [path for file in files for path in _files_of(Path(file))]
    for path in only:
        if not path.exists():
            read_content(path)
    place = Path(folder) if folder is not None else only[0].parent if only else quizzes_dir()
    paths = sorted({path.resolve() for path in [*place.glob("*.yaml"), *only]})
    if not paths:
        raise BankError("there is no quiz to check", where=str(place), fix="name the folder of the YAML files")
    lessons = Path(notebooks) if notebooks is not None else place.parent / "notebooks"
    if notebooks is None and not lessons.is_dir():
        lessons = quizzes_dir().parent / "notebooks"
    read = [_read(path) for path in paths]
    headings = functools.cache(lambda name: notebook_headings(lessons / name))
    wanted = {path.resolve() for path in only} or set(paths)
    findings: list[QuizFault] = []
    for position, file in enumerate(read):
        if file.path in wanted:
            others = [*read[:position], *read[position + 1 :]] if only else read[:position]
            findings += _lint_file(file, others, headings)
    return findings


def _files_of(path: Path) -> list[Path]:
    """A file alone, and the YAML files of a folder.

    Raises:
        BankError: the folder has none.
    """
    if not path.is_dir():
        return [path]
    if not (found := sorted(path.glob("*.yaml"))):
        raise BankError("there is no quiz to check", where=str(path), fix="name a folder with YAML files")
    return found


def notebook_headings(path: Path) -> frozenset[str] | None:
    """The headings of a notebook as JupyterLab links to them (spaces are -, no Markdown); None: no such notebook."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        return None
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    lines = [line for source in sources for line in re.sub(r"(?ms)^```.*?^```", "", source).splitlines()]
    found = (re.match(r"#{1,6} +(.+)", line) for line in lines)
    return frozenset(link_target(match.group(1)) for match in found if match)


def link_target(heading: str) -> str:
    """The anchor that JupyterLab gives a heading.

    >>> link_target("3. What does `train()` give you?")
    '3.-What-does-train()-give-you?'
    """
    return re.sub(r"[`*]", "", heading).strip().replace(" ", "-")


def _read(path: Path) -> _File:
    try:
        content = read_content(path)
    except BankError as error:
        fault = QuizFault(path.name, None, error.what, error.fix or "")
        return _File(path, QuizText(path.name), None, (fault,))
    text = QuizText.read(content, path.name)
    try:
        return _File(path, text, parse_quiz(content, path), ())
    except BankError as error:
        return _File(path, text, None, error.findings)


def _lint_file(
    file: _File, others: Sequence[_File], headings: Callable[[str], frozenset[str] | None]
) -> Iterator[QuizFault]:
    yield from file.findings
    if file.quiz is None:
        return
    whole = [*_kinds(file.quiz)]
    if not file.quiz.graded:  # its size is the instructor's affair
        whole += [*_size(file.quiz), *_objectives(file.quiz)]
    yield from (file.finding(what, fix) for what, fix in whole)
    yield from _not_unique(file, () if file.quiz.graded else others)  # it belongs to no bank; bundling checks ids
    for question in file.quiz.questions:
        for what, fix in [*_prefix(file.quiz, question.id), *_section(file.quiz, question.section, headings)]:
            yield file.finding(what, fix, question.id)
        sample = question.sample()
        for what, fix in question_lints(sample) if sample is not None else ():
            yield file.finding(what, fix, question.id)
        for what, fix in question.key_faults():
            yield file.finding(what, fix, question.id, key=True)


def _size(quiz: Quiz) -> Lint:
    n, by_difficulty = len(quiz.questions), Counter(question.difficulty for question in quiz.questions)
    if quiz.name in SHORT_QUIZZES:
        if n != (wanted := SHORT_QUIZZES[quiz.name]):
            yield f"{n} questions are not what its lesson has time for", f"write {wanted}"
        return
    if quiz.draw is None:
        if n < SMALLEST_QUIZ:
            yield f"{n} questions are too few", f"write at least {SMALLEST_QUIZ}"
        fewest = FEWEST
    else:
        if n < SMALLEST_POOL:
            yield f"a pool of {n} questions is too small", f"write at least {SMALLEST_POOL}"
        # with twice as many as are drawn, two learners share half of their test on average
        fewest = {"easy": 2 * quiz.draw.easy, "medium": 2 * quiz.draw.medium, "hard": 2 * quiz.draw.hard}
    for name, wanted in fewest.items():
        if by_difficulty[name] < wanted:
            yield f"{by_difficulty[name]} {name} questions are too few", f"write at least {wanted}"
    kinds = {question.kind for question in quiz.questions}
    if len(kinds) < FEWEST_KINDS:
        yield f"only {len(kinds)} kinds of question: {', '.join(sorted(kinds))}", f"use at least {FEWEST_KINDS}"


def _objectives(quiz: Quiz) -> Lint:
    asked = Counter(question.objective for question in quiz.questions)
    for name in quiz.objectives:
        if asked[name] < 2:
            told = "once" if asked[name] else "never"
            yield f"the objective {name} is asked {told}", "ask it at least twice, or remove it"


def _kinds(quiz: Quiz) -> Lint:
    for kind in CLASSES:
        questions = [question for question in quiz.questions if isinstance(question, kind)]
        yield from kind.quiz_lints(questions, shuffled=quiz.graded)


def _not_unique(file: _File, others: Sequence[_File]) -> Iterator[QuizFault]:
    known = [(question, other) for other in others if other.quiz for question in other.quiz.questions]
    elsewhere = {question.id: other.path.name for question, other in known}
    prompts = {plain_prompt(question): question.id for question, _ in known}
    for question in file.quiz.questions if file.quiz else ():
        if question.id in elsewhere:
            what = f"{elsewhere[question.id]} has a question of this id too"
            yield file.finding(what, "give this one another id", question.id)
        same = prompts.setdefault(plain_prompt(question), question.id)
        if same != question.id:
            fix = "ask something else: a question seen before measures memory"
            yield file.finding(f"its prompt is that of {same}", fix, question.id)


def plain_prompt(question: Question) -> str:
    """The prompt by which questions count as the same: capitals and white space aside."""
    return " ".join(question.prompt.casefold().split())


def _prefix(quiz: Quiz, question_id: str) -> Lint:
    prefix = PREFIXES.get(quiz.name)
    if prefix is not None and not question_id.startswith(prefix):
        yield f"the id does not begin with {prefix}", f"name it {prefix}{question_id.split('-', 1)[-1]}"


def _section(quiz: Quiz, section: str, headings: Callable[[str], frozenset[str] | None]) -> Lint:
    notebook, _, target = section.partition("#")
    if quiz.graded and not notebook.endswith(".ipynb"):  # a slide, a page, an address
        return
    found = headings(notebook)
    if found is None:
        if quiz.graded:  # it may be a notebook of the instructor's own, wherever that is
            return
        yield f"the section's notebook {notebook} does not exist", "link to a lesson that exists"
    elif target not in found:
        plain = link_target(target)
        close = plain if plain in found else _closest(target, found)
        yield f"{notebook} has no heading {target}", f"write {notebook}#{close}" if close else "copy a heading"


def _closest(target: str, found: frozenset[str]) -> str | None:
    return next(iter(difflib.get_close_matches(target, sorted(found), n=1, cutoff=0.5)), None)
