"""Personal bundles: each learner's own, the same each time, and the secret in the key alone."""

import json
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from personal_quiz import SECRET, TEXT, personal_key, personal_quiz
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.errors import BankError, ConfigError, DataError
from qa_lesson.grading import build_bundle, load_bundle
from qa_lesson.grading.formats.records import Key, bundle_id, load_key
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.handing_out.bundle import build_personal_key, learner_bundle
from qa_lesson.grading.handing_out.handout import warnings
from qa_lesson.grading.handing_out.personal_bundles import folder_name, secret_for, write_personal_bundles
from qa_lesson.grading.lms.canvas_qti import canvas_zip
from qa_lesson.grading.lms.moodle_xml import moodle_xml
from qa_lesson.quiz import show

KEY = personal_key()
DUE = datetime(2026, 12, 1, 17, tzinfo=UTC)
PEOPLE = [Learner("ann@uni.edu", "Ann Abel", "ann@uni.edu"), Learner("4711", "Ben Bode"), Learner("Zoë/1")]
POOL = [f"w-{name}" for name in ("one", "two", "three", "four")]


def asked(key: Key, learner: str) -> list[tuple[str, str]]:
    return [(question.id, question.prompt) for question in key.for_learner(learner).questions]


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20).filter(str.strip)


@given(learner=names, secret=st.binary(min_size=32, max_size=32))
@settings(max_examples=40, deadline=None)
def test_a_draw_is_stable_and_of_the_right_size(learner, secret):
    key = personal_key(secret=secret.hex())
    again = Key.model_validate_json(key.model_dump_json())
    assert again == key
    assert asked(key, learner) == asked(again, learner) == asked(key, f" {learner} ")
    ids = [name for name, _ in asked(key, learner)]
    assert len({*ids}) == len(ids) == 4
    assert len({*ids} & {*POOL}) == 2
    assert ids == [question.id for question in key.questions if question.id in ids]
    bundle = learner_bundle(key, learner)
    assert bundle.id == key.for_learner(learner).bundle == key.for_learner(learner).bundle
    fields = bundle.model_dump(mode="json", include={"title", "deadline", "attempts", "nonce", "questions"})
    assert bundle.id == bundle_id(fields)
    assert bundle.possible == key.possible == 5


def test_draws_are_uniform_over_learners():
    learners = [f"learner{number}" for number in range(4000)]
    keys = [KEY.for_learner(name) for name in learners]
    drawn = Counter(question.id for key in keys for question in key.questions if question.id in POOL)
    pairs = Counter(tuple(one.id for one in key.questions if one.id in POOL) for key in keys)
    values = Counter(next(one.version for one in key.questions if one.version) for key in keys)
    assert (len(drawn), len(pairs), len(values)) == (4, 6, 18)
    for counts in (pairs, values):  # chi-square, 5 and 17 degrees of freedom, 1 in 1,000: 20.5 and 40.8
        expected = 4000 / len(counts)
        assert sum((n - expected) ** 2 / expected for n in counts.values()) < {6: 20.5, 18: 40.8}[len(counts)]
    assert len({key.bundle for key in keys}) == 4000


def test_the_id_of_all_bundles_depends_on_what_is_drawn_and_not_on_the_key():
    assert personal_key().bundle == KEY.bundle
    assert personal_key(TEXT.replace("right: It is", "right: That is")).bundle == KEY.bundle
    assert personal_key(TEXT.replace("answer: 10 * n + m", "answer: 10 * n - m")).bundle == KEY.bundle
    assert personal_key(secret="00" * 32).bundle != KEY.bundle
    for old, new in (("[3, 7]", "[3, 8]"), ("take: 2", "take: 1"), ("step: 5", "step: 10"), ("Which one?", "Which?")):
        assert personal_key(TEXT.replace(old, new)).bundle != KEY.bundle, new
    assert personal_key(deadline=DUE).bundle != KEY.bundle


def test_a_corrected_key_keeps_the_bundles():
    corrected = personal_key(TEXT.replace("accept: [one]", "accept: [one, first]").replace("10 * n + m", "10 * n - m"))
    for learner in ("ann", "ben", "cem"):
        assert corrected.for_learner(learner).bundle == KEY.for_learner(learner).bundle
        assert asked(corrected, learner) == asked(KEY, learner)


def test_another_deadline_in_grading_changes_no_bundle():
    key = personal_key(deadline=DUE, attempts=2)
    assert (
        key.model_copy(update={"deadline": None, "attempts": None}).for_learner("ann").bundle
        == key.for_learner("ann").bundle
    )
    assert personal_key().for_learner("ann").bundle != key.for_learner("ann").bundle


def test_a_quiz_without_any_stays_as_it_is():
    plain = personal_quiz(
        TEXT.split("pools:")[0] + "questions:\n" + TEXT.split("questions:\n")[1].split("  - id: q-pages")[0]
    )
    bundle, key = build_bundle([plain])
    assert key.for_learner("ann") is key
    assert not {"personal", "parameters"} & {*key.model_dump(), *key.questions[0].model_dump()}
    assert "nonce" not in bundle.model_dump_json()
    assert bundle.id == bundle_id(
        bundle.model_dump(mode="json", include={"title", "deadline", "attempts", "questions"})
    )
    with pytest.raises(ConfigError, match="neither pools nor parameters"):
        build_personal_key([plain])


def test_one_bundle_for_all_is_refused():
    with pytest.raises(ConfigError, match="a bundle for each learner"):
        build_bundle([personal_quiz()])


def test_the_key_alone_has_the_secret(tmp_path):
    write_personal_bundles(KEY, PEOPLE, folder=tmp_path / "out", key_file=tmp_path / "key.json")
    assert load_key(tmp_path / "key.json") == KEY
    assert (tmp_path / "key.json").stat().st_mode & 0o077 == 0
    names = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    folders = ["ann@uni.edu", "4711", folder_name("Zoë/1")]
    assert names == {f"{one}{rest}" for one in folders
                     for rest in ("/bundle.json", "/quiz.ipynb", "/README.txt", ".zip")}  # fmt: skip
    for learner, place in zip(PEOPLE, folders, strict=True):
        bundle = load_bundle(tmp_path / "out" / place)
        assert bundle == learner_bundle(KEY, learner.id)
        with zipfile.ZipFile(tmp_path / "out" / f"{place}.zip") as archive:
            for info in archive.infolist():
                assert info.date_time == (1980, 1, 1, 0, 0, 0)
                assert archive.read(info) == (tmp_path / "out" / info.filename).read_bytes()
    assert "for Ann Abel (ann@uni.edu) alone" in (tmp_path / "out" / "ann@uni.edu" / "README.txt").read_text("utf-8")


def test_a_longer_roster_changes_nothing_for_the_others(tmp_path):
    out, key_file = tmp_path / "out", tmp_path / "key.json"
    write_personal_bundles(KEY, PEOPLE, folder=out, key_file=key_file)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    again = personal_key(secret=secret_for(key_file, None))
    write_personal_bundles(again, [Learner("new"), *reversed(PEOPLE)], folder=out, key_file=key_file)
    assert {path: path.read_bytes() for path in before} == before
    assert load_bundle(out / "new").id == KEY.for_learner("new").bundle
    with pytest.raises(ConfigError, match="something else is there already"):
        write_personal_bundles(personal_key(secret="00" * 32), PEOPLE, folder=out, key_file=key_file)
    with pytest.raises(ConfigError, match="the key would be handed out"):
        write_personal_bundles(KEY, PEOPLE, folder=out, key_file=out / "key.json")


@pytest.mark.parametrize("name", ["con", "COM1.txt", "../up", ".hidden", "a/b", "", "x.", "ä", "a.zip", "x" * 90])
def test_folders_have_names_that_every_system_can_have(name):
    assert folder_name(name) != name
    assert folder_name(name).replace("-", "").isalnum()


@pytest.mark.parametrize("name", ["ann@uni.edu", "4711", "A.B-c_d+e"])
def test_plain_ids_stay(name):
    assert folder_name(name) == name


def test_exports_and_practice_refuse_what_they_cannot_show(tmp_path):
    path = tmp_path / "pages.yaml"
    path.write_text(TEXT, encoding="utf-8")
    for what in (lambda: moodle_xml([personal_quiz()]), lambda: canvas_zip([personal_quiz()]),
                 lambda: show(path)):  # fmt: skip
        with pytest.raises(BankError, match="no place for pools and parameters") as caught:
            what()
        assert "the pool words, the parameters of q-pages" in str(caught.value)
    assert warnings([personal_quiz()]) == []


def test_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pages.yaml").write_text(TEXT, encoding="utf-8")
    Path("roster.csv").write_text("id,name\nann,Ann\nben,Ben\n", encoding="utf-8")

    def run(*words: str, code: int = 0):
        done = CliRunner().invoke(app, ["quiz", "bundle", "pages.yaml", *words])
        assert done.exit_code == code, done.output + repr(done.exception)
        return done

    def refused(*words: str) -> str:
        return str(run(*words, code=1).exception)

    assert "--roster" in refused("--out", "o", "--key", "k.json")
    told = json.loads(run("--out", "o", "--key", "k.json", "--roster", "roster.csv", "--json").stdout)
    assert (told["learners"], told["questions"], told["points"]) == (2, 4, 5)
    secret = load_key("k.json").personal.secret
    assert secret != SECRET
    first = Path("o/ann/bundle.json").read_bytes()
    Path("roster.csv").write_text("id,name\nben,Ben\ncem,Cem\nann,Ann\n", encoding="utf-8")
    assert "don't hand out the whole folder" in run("--out", "o", "--key", "k.json", "--roster", "roster.csv").output
    assert Path("o/ann/bundle.json").read_bytes() == first
    Path("pages.yaml").write_text(TEXT.replace("[one]", "[one, first]"), encoding="utf-8")
    assert "something else is there" in refused("--out", "o", "--key", "k.json", "--roster", "roster.csv")
    run("--out", "o", "--key", "k.json", "--roster", "roster.csv", "--force")
    assert load_key("k.json").personal.secret == secret
    run("--out", "p", "--key", "other.json", "--roster", "roster.csv", "--secret-from", "k.json")
    assert Path("p/ann/bundle.json").read_bytes() == first
    run("--out", "q", "--key", "new.json", "--roster", "roster.csv")
    assert Path("q/ann/bundle.json").read_bytes() != first
    assert "no secret" in refused("--out", "o", "--key", "k.json", "--secret-from", "k.json")


def test_two_quizzes_of_one_bundle_have_no_pool_of_one_name(tmp_path):
    other = TEXT.replace("w-", "v-").replace("q-", "u-")
    with pytest.raises(DataError, match="a pool's id is in two"):
        build_personal_key([personal_quiz(), personal_quiz(other)], title="Both")
