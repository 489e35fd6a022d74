"""What learners get holds what is asked and nothing of the key, and its id depends on that alone."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from qa_lesson.errors import BankError, ConfigError, DataError
from qa_lesson.grading import build_bundle, load_bundle
from qa_lesson.grading.formats.records import Key, bundle_id, parse_deadline
from qa_lesson.grading.handing_out.handout import TEMPLATE, notebook, readme, warnings, write_handout, write_template
from qa_lesson.quiz.bank.files import load_quiz, parse_quiz
from qa_lesson.quiz.lint.bank_lints import lint_bank

DEADLINE = datetime(2026, 12, 1, 18, tzinfo=timezone(timedelta(hours=1)))
TEXT = TEMPLATE.read_text(encoding="utf-8")


def quiz(text: str = TEXT, name: str = "midterm.yaml"):
    return parse_quiz(text, Path(name))


def changed(*pairs: tuple[str, str]):
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return quiz(text)


def secrets(key: Key) -> list[str]:
    """Every text of the key that is not asked."""
    found = []
    for question in key.questions:
        found += [*question.hints, *question.steps, question.quick_check, *question.mistakes, question.section]
        found += [question.objective] if len(question.objective) > 5 else []
        for name in ("right", "otherwise", "check", "recompute"):
            found += [getattr(question, name)] if getattr(question, name, None) else []
        for part in (
            *getattr(question, "options", ()),
            *getattr(question, "items", ()),
            *getattr(question, "wrong", ()),
        ):
            found.append(part.feedback)
    found += ["4 if age < 16 else 8", "4 if age <= 16 else 8", "port side", '20 kilograms at most"']
    return found


KEY_FIELDS = "answer answers accept correct feedback hints steps quick_check mistakes tolerance credit right".split()


def say_nothing(text: str, key: Key) -> None:
    for secret in secrets(key):
        assert secret not in text, secret
        assert json.dumps(secret)[1:-1] not in text, secret
    for name in KEY_FIELDS:
        assert f'"{name}"' not in text, name


def test_the_template_loads_lints_clean_and_has_a_question_of_each_kind(tmp_path):
    path = tmp_path / "midterm.yaml"
    write_template(path)
    assert sorted(question.kind for question in load_quiz(path).questions) == [
        "code", "multi", "numeric", "ordering", "single", "span", "text",
    ]  # fmt: skip
    assert lint_bank(files=[path]) == []
    start = TEXT.index("  # - id: ferry-missed")
    example = TEXT[start : TEXT.index("\n\n", start)]
    path.write_text(TEXT[:start] + re.sub("(?m)^  # ?", "  ", example) + "\n", encoding="utf-8")
    assert [question.kind for question in load_quiz(path).questions[7:]] == ["free_text"], "its example is a comment"
    assert lint_bank(files=[path]) == []
    path.unlink()
    write_template(path)
    with pytest.raises(ConfigError, match="there already"):
        write_template(path)
    with pytest.raises(ConfigError, match=r"midterm\.yaml"):
        write_template(tmp_path / "midterm.json")


def test_lints_of_a_graded_quiz_leave_out_what_only_practice_needs(tmp_path):
    path = tmp_path / "short.yaml"
    path.write_text(TEXT[: TEXT.index("  # ------", TEXT.index("kind: multi"))], encoding="utf-8")
    assert lint_bank(files=[path]) == []
    shutil.copy(path, tmp_path / "last_year.yaml")  # a variant beside it is no mistake
    assert lint_bank(files=[path]) == []
    wrong = TEXT.replace("answer: 54", "answer: 55")
    path.write_text(wrong, encoding="utf-8")
    assert [finding.question for finding in lint_bank(files=[path])] == ["ferry-minutes"]


def test_a_file_is_of_a_lesson_or_a_pool_or_graded():
    for text in (TEXT.replace("graded: true\n", ""), TEXT.replace("graded: true", "graded: true\nlesson: midterm")):
        with pytest.raises(BankError):
            quiz(text)


def test_the_bundle_has_the_listed_fields_and_no_others():
    bundle, key = build_bundle([quiz()], deadline=DEADLINE, attempts=2)
    record = json.loads(bundle.model_dump_json(exclude_none=True))
    assert set(record) == {"format", "version", "id", "title", "deadline", "attempts", "questions"}
    allowed = {
        "single": {"options"}, "multi": {"options"}, "ordering": {"items"}, "numeric": {"unit"}, "text": set(),
        "span": {"context"}, "code": {"template"},
    }  # fmt: skip
    for question in record["questions"]:
        assert set(question) == {"id", "kind", "points", "prompt"} | allowed[question["kind"]]
        for choice in question.get("options", question.get("items", [])):
            assert set(choice) == {"id", "text"}
        ids = [choice["id"] for choice in question.get("options", question.get("items", []))]
        assert ids == sorted(ids)
    assert (key.bundle, key.questions) == (bundle.id, quiz().questions)
    assert (key.title, key.deadline, key.attempts) == (bundle.title, bundle.deadline, bundle.attempts)
    assert bundle.possible == key.possible == 8
    say_nothing(bundle.model_dump_json(), key)


def test_the_id_is_that_of_the_public_fields():
    bundle, _ = build_bundle([quiz()], deadline=DEADLINE)
    fields = bundle.model_dump(mode="json", include={"title", "deadline", "attempts", "questions"})
    assert bundle.id == bundle_id(fields)
    assert bundle.id == build_bundle([quiz()], deadline=DEADLINE.astimezone(UTC))[0].id  # the same moment


@pytest.mark.parametrize(
    "pairs",
    [
        [  # another option is right
            ('        text: "08:50"\n        correct: true\n', '        text: "08:50"\n'),
            ('        text: "08:00"\n', '        text: "08:00"\n        correct: true\n'),
        ],
        [("answer: 54", "answer: 55")],
        [("      - id: cars\n        text: cars", "      - id: x\n        text: y"),
         ("      - id: walkers\n        text: foot passengers", "      - id: cars\n        text: cars"),
         ("      - id: x\n        text: y", "      - id: walkers\n        text: foot passengers")],
        [("{abs: 0}", "{rel: 0.01}"), ("Add 50 minutes again and again", "Count on"), ("port, port side", "port")],
    ],
)  # fmt: skip
def test_a_corrected_key_belongs_to_the_same_bundle(pairs):
    before, after = build_bundle([quiz()]), build_bundle([changed(*pairs)])
    assert after[0] == before[0]
    assert after[1].bundle == before[1].bundle
    assert after[1].questions != before[1].questions


@pytest.mark.parametrize(
    "pair",
    [
        ("at 08:04", "at 08:05"), ("points: 2", "points: 3"), ("unit: minutes", "unit: hours"),
        ("id: at-0820", "id: at-0821"), ("text: A visiting student", "text: A student"), ("title: The", "title: A"),
        ("stowed on the car deck", "left behind"), ("return ___", "return (___)"),
    ],
)  # fmt: skip
def test_another_question_makes_another_bundle(pair):
    assert build_bundle([changed(pair)])[0].id != build_bundle([quiz()])[0].id


def test_other_rules_make_another_bundle():
    ids = {
        build_bundle([quiz()], **rules)[0].id for rules in ({}, {"deadline": DEADLINE}, {"attempts": 1}, {"title": "x"})
    }
    assert len(ids) == 4


def test_several_quizzes_need_a_title_and_ids_of_their_own():
    other = quiz(TEXT.replace("- id: ferry-", "- id: boat-"), "final.yaml")
    with pytest.raises(ConfigError, match="several quizzes"):
        build_bundle([quiz(), other])
    bundle, key = build_bundle([quiz(), other], title="All")
    assert len(bundle.questions) == len(key.questions) == 14
    with pytest.raises(DataError, match=r"(?s)two of the quizzes.*midterm, midterm.*ferry-boarding, ferry-fare"):
        build_bundle([quiz(), quiz()], title="All")
    for title in ("", " ", "two\nlines"):
        with pytest.raises(ConfigError, match="title is empty or not one line"):
            build_bundle([quiz()], title=title)
    with pytest.raises(ConfigError, match="no quiz"):
        build_bundle([])
    with pytest.raises(ConfigError, match="from 1"):
        build_bundle([quiz()], attempts=0)


def test_a_deadline_has_a_zone():
    assert parse_deadline("2026-12-01T18:00+01:00") == parse_deadline(" 2026-12-01 17:00Z") == DEADLINE
    with pytest.raises(ConfigError, match=r"(?s)no time zone.*add it: 2026-12-01T18:00[+-]\d\d:\d\d"):
        parse_deadline("2026-12-01T18:00")
    with pytest.raises(ConfigError, match="no deadline"):
        parse_deadline("next Tuesday")
    with pytest.raises(ConfigError, match="no time zone"):
        build_bundle([quiz()], deadline=datetime(2026, 12, 1, 18))


def test_the_handout_reads_back_and_says_nothing_of_the_key(tmp_path):
    bundle, key = build_bundle([quiz()], deadline=DEADLINE, attempts=1)
    write_handout(bundle, key, folder=tmp_path / "out", key_file=tmp_path / "keys" / "key.json")
    assert load_bundle(tmp_path / "out") == load_bundle(tmp_path / "out" / "bundle.json") == bundle
    assert Key.model_validate_json((tmp_path / "keys" / "key.json").read_bytes()) == key
    assert (tmp_path / "keys" / "key.json").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["README.txt", "bundle.json", "quiz.ipynb"]
    for path in (tmp_path / "out").iterdir():
        say_nothing(path.read_bytes().decode(), key)
    told = readme(bundle)
    assert "7 questions, 8 points." in told
    assert "Hand in by 2026-12-01 17:00 UTC" in told
    assert "hand in once" in told
    assert "cannot show who typed" in told


def test_the_notebook_is_valid_and_its_cell_shows_the_bundle(tmp_path, monkeypatch):
    import nbformat

    bundle, key = build_bundle([quiz()])
    read = nbformat.reads(notebook(bundle), as_version=4)
    nbformat.validate(read)
    write_handout(bundle, key, folder=tmp_path / "out", key_file=tmp_path / "key.json")
    monkeypatch.chdir(tmp_path / "out")
    *lines, shown = read.cells[1].source.splitlines()
    names: dict = {}
    exec("\n".join(lines), names)
    assert repr(eval(shown, names)) == "<graded quiz The ferry to Skelm: 7 questions>"


def test_the_key_is_never_handed_out_and_nothing_is_overwritten(tmp_path):
    bundle, key = build_bundle([quiz()])
    out, key_file = tmp_path / "out", tmp_path / "key.json"
    for inside in (out / "key.json", out / "deep" / "key.json", out / ".." / "out" / "key.json"):
        with pytest.raises(ConfigError, match="handed out"):
            write_handout(bundle, key, folder=out, key_file=inside, force=True)
    with pytest.raises(ConfigError, match="handed out"):
        write_handout(bundle, key, folder=out, key_file=key_file, sources=[out / "midterm.yaml"])
    assert not out.exists()
    write_handout(bundle, key, folder=out, key_file=key_file)
    (out / "submission-ann.jsonl").write_text("work", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"(?s)key\.json.*--force"):
        write_handout(bundle, key, folder=out, key_file=key_file)
    write_handout(bundle, key, folder=out, key_file=tmp_path / "second.json")  # the same bundle once more
    other, other_key = build_bundle([quiz()], attempts=3)
    with pytest.raises(ConfigError, match="another bundle"):
        write_handout(other, other_key, folder=out, key_file=tmp_path / "third.json")
    assert not (tmp_path / "third.json").exists()
    write_handout(other, other_key, folder=out, key_file=key_file, force=True)
    assert load_bundle(out) == other
    assert (out / "submission-ann.jsonl").read_text(encoding="utf-8") == "work"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda record: record.update(title="Another"), "changed since it was built"),
        (lambda record: record.update(deadline="2030-01-01T00:00:00Z"), "changed since it was built"),
        (lambda record: record["questions"].pop(), "changed since it was built"),
        (lambda record: record.update(deadline="soon"), "damaged"),
        (lambda record: record["questions"][0].update(correct=True), "damaged"),
        (lambda record: record["questions"][0].update(points=float("nan")), "damaged"),
        (lambda record: record["questions"].clear(), "damaged"),
        (lambda record: record.update(version=2), "later version"),
        (lambda record: record.update(format="qa-lesson key"), "no bundle"),
    ],
)
def test_a_bundle_that_was_changed_is_refused(tmp_path, change, what):
    record = json.loads(build_bundle([quiz()])[0].model_dump_json())
    change(record)
    (tmp_path / "bundle.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(DataError, match=what):
        load_bundle(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_other_files_are_no_bundle(tmp_path, content):
    (tmp_path / "bundle.json").write_bytes(content)
    with pytest.raises(DataError):
        load_bundle(tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        load_bundle(tmp_path / "none")


def test_the_instructor_is_warned_of_public_keys_telling_ids_and_code():
    template = warnings([quiz()])
    assert "7 questions of the template" in template[0]
    assert "1 code question: code of learners is never run." in template[1]
    own = TEXT.replace("prompt: ", "prompt: New ").replace("prompt: New |\n", "prompt: |\n      New\n")
    own = own.replace('prompt: New "', 'prompt: "New ').replace("id: at-0820", "id: wrong-time")
    (telling, code) = warnings([quiz(own)])
    assert telling.startswith("ferry-first: ")
    assert "being right: wrong-time." in telling
    assert "Ids: ferry-fare." in code
    public = warnings([load_quiz("metrics")])
    assert "10 questions of the practice bank (metrics), whose key is public" in public[0]
    copied = own.replace("prompt: New Which word do sailors", "prompt: |\n      " + _prompt("05_metrics") + "\n    # ")
    assert any("1 question of the practice bank (metrics)" in warning for warning in warnings([quiz(copied)]))


def _prompt(name: str) -> str:
    return " ".join(load_quiz(name).questions[0].prompt.split())
