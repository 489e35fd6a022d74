"""What an instructor hands out: the folder for learners, the key apart from it, and what to know before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path

from qa_lesson.errors import ConfigError, StorageError, counted
from qa_lesson.grading.formats.records import Bundle, Key
from qa_lesson.grading.handing_out.bundle import FILE_NAME
from qa_lesson.quiz.bank.files import json_schema, load_quiz, quiz_names
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.forms import Choices
from qa_lesson.quiz.lint.bank_lints import plain_prompt
from qa_lesson.storage import storage_error, write_atomically

TEMPLATE = Path(__file__).with_name("template.yaml")
"""The graded quiz that `qa-lesson quiz new` starts from."""

INSTALL = "Install it as your instructor told you."
SCHEMA_FILE = "quiz.schema.json"
_SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA_FILE}"
_README = Path(__file__).with_name("learner_readme.txt")
_TELLING = frozenset("answer correct false incorrect key right true wrong".split())


def write_handout(
    bundle: Bundle,
    key: Key,
    *,
    folder: Path,
    key_file: Path,
    sources: Sequence[Path] = (),
    force: bool = False,
    install: str = INSTALL,
) -> None:
    """Write ``bundle.json``, ``quiz.ipynb`` and ``README.txt`` into `folder`, and the key to `key_file`.

    Other files of the folder stay as they are. The key is readable by its owner alone, where the system knows owners.

    Args:
        bundle: for the learners.
        key: for the instructor.
        folder: made if there is none; all of it is meant for learners.
        key_file: outside of `folder`.
        sources: files with the key in them, which must not be in `folder` either.
        install: a sentence on how learners get the package.
        force: replace what is at `key_file`, or another bundle in `folder`.

    Raises:
        ConfigError: the key or a source would be handed out with the folder, or a file is there already.
        StorageError: a file cannot be written.
    """
    check_apart(folder, (key_file, *sources))
    files = handed_out(bundle, install)
    if not force:
        _check_free(key_file, folder / FILE_NAME, files[FILE_NAME])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        key_file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder) from error
    write_key(key, key_file)
    for name, text in files.items():
        write_atomically(folder / name, text)


def write_key(key: Key, file: Path) -> None:
    """Write a key before all else, as without it the rest is worth nothing; its owner alone may read it."""
    write_atomically(file, key_text(key))
    file.chmod(0o600)


def key_text(key: Key) -> str:
    """What the file of a key holds."""
    return key.model_dump_json(indent=1) + "\n"


def handed_out(bundle: Bundle, install: str = INSTALL, owner: str = "") -> dict[str, str]:
    """The text of each file that a learner gets, by its name.

    Args:
        bundle: that they get.
        install: a sentence on how they get the package.
        owner: whose bundle it is, in words; empty: everybody's.
    """
    record = bundle.model_dump(mode="json", exclude_none=True)
    return {
        FILE_NAME: json.dumps(record, ensure_ascii=False, indent=1) + "\n",
        "quiz.ipynb": notebook(bundle),
        "README.txt": readme(bundle, install, owner),
    }


def check_apart(folder: Path, secret_files: Sequence[Path]) -> None:
    """Make sure that what is secret is not in the folder for learners.

    Raises:
        ConfigError: it is.
    """
    inside = folder.resolve()
    for secret in secret_files:
        if secret.resolve().is_relative_to(inside):
            raise ConfigError(
                "the key would be handed out",
                where=f"{secret}, inside of {folder}",
                fix="choose a folder for learners that holds neither the key nor the quiz files",
            )


def write_template(path: Path, *, force: bool = False) -> Path:
    """Begin a graded quiz: a copy of the template, and next to it the schema that its first line names.

    A schema that is there already is written anew, anything else of that name is left alone.

    Args:
        path: of the quiz.
        force: replace what is there.

    Returns:
        The path of the schema.

    Raises:
        ConfigError: the name does not end in .yaml, there is no such folder, or a file is there already.
        StorageError: the file cannot be written.
    """
    if path.suffix not in (".yaml", ".yml"):
        raise ConfigError("a quiz is a YAML file", received=str(path), fix=f"name it {path.stem or 'quiz'}.yaml")
    if path.exists() and not force:
        raise ConfigError("a file is there already", where=str(path), fix="choose another name; nothing was changed")
    if not path.parent.is_dir():
        raise ConfigError("there is no such folder", where=str(path.parent), fix="make it, or write the quiz elsewhere")
    write_atomically(path, f"{_SCHEMA_LINE}\n{TEMPLATE.read_text(encoding='utf-8')}")
    schema = path.with_name(SCHEMA_FILE)
    if not schema.exists() or '"title": "QuizFile"' in schema.read_text(encoding="utf-8", errors="replace"):
        write_atomically(schema, json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
    return schema


def notebook(bundle: Bundle) -> str:
    """A notebook that shows the bundle next to it, as the text of its file."""
    cells = [
        {
            "cell_type": "markdown",
            "id": "title",
            "metadata": {},
            "source": f"# {bundle.title}\n\nRun the cell below (Shift+Enter) and answer in the notebook. "
            "README.txt says how, and what you hand in.",
        },
        {
            "cell_type": "code",
            "id": "quiz",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": f'from qa_lesson.grading import take_quiz\n\ntake_quiz("{FILE_NAME}")',
        },
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    record = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def readme(bundle: Bundle, install: str = INSTALL, owner: str = "") -> str:
    """What learners read first.

    Args:
        bundle: that they get.
        install: a sentence on how they get the package.
        owner: whose bundle it is, in words; empty: everybody's.
    """
    n = len(bundle.questions)
    rules = [f"{counted(n, 'question')}, {bundle.possible:g} point{'s' if bundle.possible != 1 else ''}."]
    if bundle.deadline is not None:
        at = bundle.deadline.astimezone(UTC)
        rules.append(
            f"Hand in by {at:%Y-%m-%d %H:%M} UTC; the quiz also shows this in your own time. Later than that you can\n"
            "still hand in, and it counts as late."
        )
    if bundle.attempts is not None:
        rules.append(f"You may hand in {'once' if bundle.attempts == 1 else f'{bundle.attempts} times'}.")
    if owner:
        rules.append(
            f"These questions are for {owner} alone.\nOthers have other questions, so their answers don't count here."
        )
    return _README.read_text(encoding="utf-8").format(
        title=bundle.title, underline="=" * len(bundle.title), rules="\n".join(rules), install=install
    )


def warnings(quizzes: Sequence[Quiz]) -> list[str]:
    """What an instructor should know before the bundle of these quizzes is handed out, a sentence or two each."""
    questions = [question for quiz in quizzes for question in quiz.questions]
    return [*_public_keys(questions), *_template_left(questions), *_telling_ids(questions), *_by_hand(questions)]


def _public_keys(questions: Sequence[Question]) -> Iterator[str]:
    bank: dict[str, str] = {}
    for name in quiz_names():
        bank |= dict.fromkeys(map(plain_prompt, load_quiz(name).questions), name)
    if public := [question for question in questions if plain_prompt(question) in bank]:
        names = ", ".join(sorted({bank[plain_prompt(question)] for question in public}))
        yield (
            f"{_count(public, 'question')} of the practice bank ({names}), whose key is public: every copy of the "
            f"course holds it. {_ids(public)}"
        )


def _template_left(questions: Sequence[Question]) -> Iterator[str]:
    samples = set(map(plain_prompt, load_quiz(TEMPLATE).questions))
    if left := [question for question in questions if plain_prompt(question) in samples]:
        yield f"{_count(left, 'question')} of the template, whose key everybody has: write your own. {_ids(left)}"


def _telling_ids(questions: Sequence[Question]) -> Iterator[str]:
    for question in questions:
        if not question.sizes and isinstance(form := question.form(), Choices):
            telling = [option.id for option in form.options if _TELLING & set(option.id.split("-"))]
            if telling:
                yield (
                    f"{question.id}: learners can read the ids of options, and these may tell about being right: "
                    f"{', '.join(telling)}. Let an id say what its option says."
                )


def _by_hand(questions: Sequence[Question]) -> Iterator[str]:
    by_kind: dict[str, list[Question]] = {}
    for question in questions:
        if question.by_hand:
            by_kind.setdefault(question.kind, []).append(question)
    for kind, concerned in by_kind.items():
        yield f"{_count(concerned, f'{kind} question')}: {concerned[0].by_hand} {_ids(concerned)}"


def _check_free(key_file: Path, bundle_file: Path, bundle_text: str) -> None:
    try:
        same = not bundle_file.exists() or bundle_file.read_text(encoding="utf-8") == bundle_text
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError("what is there cannot be read", where=str(bundle_file), received=str(error)) from error
    fix = "choose another place, or replace it with --force (in Python: force=True)"
    if key_file.exists():
        raise ConfigError("a file is there already", where=str(key_file), fix=fix)
    if not same:
        raise ConfigError("another bundle is there already", where=str(bundle_file), fix=fix)


def _count(questions: Sequence[Question], what: str) -> str:
    return counted(len(questions), what)


def _ids(questions: Sequence[Question]) -> str:
    return f"Ids: {', '.join(question.id for question in questions)}."
