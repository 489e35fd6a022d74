"""What a student might try who has the package, their own bundle and a neighbor's: the key, the secret and a third
student's questions stay unknown, and no file made with another's bundle counts."""

import hashlib
import hmac
import itertools
import json
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime

import pytest
from handed_in import as_text, chained, records
from personal_quiz import personal_key, submission

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading import load_bundle
from qa_lesson.grading.formats.canonical_json import canonical
from qa_lesson.grading.formats.records import Bundle, bundle_id
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.handing_out.bundle import learner_bundle
from qa_lesson.grading.handing_out.personal_bundles import write_personal_bundles
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.roster import roster_of
from qa_lesson.grading.pages.output import write_grading
from qa_lesson.grading.sitting.sitting import Sitting

TEXT = """
title: Tolls
graded: true
pools:
  - {id: inner-pool-name, take: 2, questions: [p-a, p-b, p-c, p-d]}
questions:
  - id: q-toll
    kind: numeric
    parameters: {gates: {from: 1010, to: 9090, step: 10}, toll: {choices: [17, 19, 23]}}
    prompt: A road has {gates} gates with a toll of {toll}. What do all of them take? Not {{gates}}.
    answer: gates * toll + 123457
    tolerance: {abs: 0.0625}
    unit: coins
    right: Yes, it is {answer} coins.
    wrong: [{value: gates * toll - 765431, feedback: Somebody subtracted where one adds.}]
    otherwise: Multiply the {gates} gates first.
    hints: [A product comes first.]
    steps: ["Multiply {gates} by {toll}.", "Add the rest to get {answer}."]
    quick_check: A product and a sum.
    mistakes: [Forgetting the sum.]
  - {id: p-a, kind: text, prompt: Name the red one., accept: [carmine]}
  - {id: p-b, kind: text, prompt: Name the green one., accept: [viridian]}
  - {id: p-c, kind: text, prompt: Name the blue one., accept: [cerulean]}
  - {id: p-d, kind: text, prompt: Name the yellow one., accept: [gamboge]}
"""
COLORS = {"p-a": "carmine", "p-b": "viridian", "p-c": "cerulean", "p-d": "gamboge"}
KEY = personal_key(TEXT, secret=None, deadline=datetime(2099, 1, 1, tzinfo=UTC))
MAL, BEN, ANN = (Learner(name, name.title(), f"{name}@uni.edu") for name in ("mal", "ben", "ann"))
CLASS = [MAL, BEN, ANN, *(Learner(f"s{number:03d}") for number in range(60))]


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attack")
    write_personal_bundles(KEY, CLASS, folder=folder / "out", key_file=folder / "key.json")
    return folder


def answers_for(learner: str) -> dict:
    return {one.id: COLORS.get(one.id) or one.target for one in KEY.for_learner(learner).questions}


def graded(folder, texts: dict[str, str]):
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return grade([folder], KEY, roster_of(CLASS)).results


def points_of(results, learner: str):
    return next(one for one in results.learners if one.learner.id == learner).points


# ------------------------------------------------------------------ reading what was handed out


def everything(folder) -> dict[str, bytes]:
    """Every byte that learners get, the members of archives unpacked."""
    found = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path in folder.rglob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            found |= {f"{path}:{name}": archive.read(name) for name in archive.namelist()}
    return found


def test_no_byte_of_any_bundle_holds_the_secret_an_answer_or_an_expression(handed_out):
    secret = bytes.fromhex(KEY.personal.secret)
    raw = [secret, secret.hex().encode(), hashlib.sha256(secret).hexdigest().encode(), KEY.bundle.encode()]
    words = ["carmine", "viridian", "cerulean", "gamboge", "123457", "765431", "0.0625", "inner-pool-name", "step",
             "gates * toll", "Somebody", "Multiply", "product", "Forgetting", "choices", "{toll}"]  # fmt: skip
    right = [f"{KEY.for_learner(one.id).questions[0].target:.0f}" for one in CLASS]
    for name, content in everything(handed_out / "out").items():
        for needle in [*raw, *(word.encode() for word in words), *(value.encode() for value in right)]:
            if needle == b"step" and name.endswith("README.txt"):
                continue
            assert needle not in content, (name, needle)
    assert b"123457" in (handed_out / "key.json").read_bytes()  # so the search can find something


def test_a_bundle_has_only_the_fields_that_show_a_question(handed_out):
    for one in CLASS:
        record = json.loads((handed_out / "out" / one.id / "bundle.json").read_text(encoding="utf-8"))
        assert set(record) == {"format", "version", "id", "title", "deadline", "nonce", "questions"}
        for question in record["questions"]:
            assert set(question) <= {"id", "kind", "points", "prompt", "unit"}
        assert record["questions"][0]["unit"] == "coins"
        shown = re.findall(r"\d+", record["questions"][0]["prompt"])
        assert len(shown) == 2
        assert "Not {gates}." in record["questions"][0]["prompt"]


def test_a_bundle_names_no_other_learner_and_no_other_pool_question(handed_out):
    for one in CLASS[:3]:
        own = json.loads((handed_out / "out" / one.id / "bundle.json").read_text(encoding="utf-8"))
        asked = {question["id"] for question in own["questions"]}
        text = "".join(path.read_text("utf-8") for path in (handed_out / "out" / one.id).iterdir())
        assert not [other.id for other in CLASS if other is not one and re.search(rf"\b{other.id}\b", text)]
        for question in KEY.questions[1:]:
            assert (question.prompt in text) == (question.id in asked)


def test_times_and_places_in_folders_and_archives_say_nothing(handed_out):
    orders = set()
    for one in CLASS:
        with zipfile.ZipFile(handed_out / "out" / f"{one.id}.zip") as archive:
            orders.add(tuple(name.partition("/")[2] for name in archive.namelist()))
            for info in archive.infolist():
                assert (info.date_time, info.extra, info.comment) == ((1980, 1, 1, 0, 0, 0), b"", b"")
            assert archive.comment == b""
    assert len(orders) == 1


def test_the_order_of_questions_is_that_of_the_file_for_everyone(handed_out):
    place = {question.id: number for number, question in enumerate(KEY.questions)}
    for one in CLASS:
        order = [place[question.id] for question in load_bundle(handed_out / "out" / one.id).questions]
        assert order == sorted(order)


# ------------------------------------------------------------------ computing the secret or a third learner's draw


def told(learner: str) -> tuple:
    """What a bundle shows of its learner's draw."""
    bundle = learner_bundle(KEY, learner)
    return tuple(sorted(question.id for question in bundle.questions)), bundle.questions[0].prompt


@pytest.mark.parametrize("weak", [
    b"", bytes(32), b"\xff" * 32, b"qa-lesson".ljust(32, b"\0"), hashlib.sha256(b"").digest(),
    hashlib.sha256(KEY.bundle.encode()).digest(), hashlib.sha256(KEY.title.encode()).digest(),
    hashlib.sha256(learner_bundle(KEY, "mal").id.encode()).digest(),
    hashlib.sha256(learner_bundle(KEY, "mal").nonce.encode()).digest(),
    hashlib.sha256(canonical(learner_bundle(KEY, "mal").model_dump(mode="json")).encode()).digest(),
], ids=[  # short ones, and the same in every process
    "empty", "zeros", "ones", "name", "of nothing", "bundle", "title", "own bundle", "nonce", "whole bundle",
])  # fmt: skip
def test_no_secret_that_can_be_guessed_gives_the_nonces(weak):
    for learner in ("mal", "ben"):
        guess = hmac.digest(weak, json.dumps(["bundle", learner]).encode(), "sha256").hex()[:32]
        assert guess != learner_bundle(KEY, learner).nonce


def test_keys_made_in_a_row_have_unrelated_secrets():
    found = [personal_key(TEXT, secret=None).personal.secret for _ in range(200)]
    assert len({*found}) == 200
    bits = [bin(int(secret, 16)).count("1") for secret in found]
    assert abs(sum(bits) / (200 * 256) - 0.5) < 0.02


def test_the_bundle_id_of_a_third_cannot_be_tried_out():
    """Ann's bundle id is known: papers are tried, the right one among them, with all that Mal and Ben know."""
    ann, mal, ben = (learner_bundle(KEY, one.id) for one in (ANN, MAL, BEN))
    prompt = "A road has {} gates with a toll of {}. What do all of them take? Not {{gates}}."
    by_id = {question.id: question for one in CLASS for question in learner_bundle(KEY, one.id).questions}
    pools = list(itertools.combinations([by_id[name] for name in COLORS], 2))
    toll = ann.questions[0]
    nonces = [None, mal.nonce, ben.nonce, f"{int(mal.nonce, 16) ^ int(ben.nonce, 16):032x}", "0" * 32]
    tried, right = 0, False
    for gates in range(1010, 9091, 1010):  # the right one is among them all the same, if it is put there
        for value, pool in itertools.product((17, 19, 23), pools):
            for shown in (prompt.format(gates, value), toll.prompt):
                asked = (toll.model_copy(update={"prompt": shown}), *pool)
                right |= asked == ann.questions
                for nonce in nonces:
                    fields = {"title": ann.title, "deadline": ann.deadline, "nonce": nonce, "questions": asked}
                    whole = Bundle(id="0" * 32, **fields).model_dump(
                        mode="json", include={"title", "deadline", "attempts", "nonce", "questions"}
                    )
                    assert bundle_id(whole) != ann.id
                    tried += 1
    assert right  # even the paper itself gives another id without its nonce
    assert tried > 1_000


def test_the_draws_of_two_say_nothing_about_a_third():
    """Best guess of a pair from what Mal and Ben got, over many secrets: as good as one of six."""
    hits = Counter()
    for number in range(1500):
        key = personal_key(TEXT, secret=hashlib.sha256(f"class {number}".encode()).hexdigest())
        mal, ben, ann = ({one.id for one in key.for_learner(name).questions[1:]} for name in ("mal", "ben", "ann"))
        hits["as mal"] += ann == mal
        hits["as ben"] += ann == ben
        hits["the complement of mal"] += not ann & mal
        hits["as mal's twin"] += {one.id for one in key.for_learner("mal2").questions[1:]} == mal
    for guess, n in hits.items():
        assert 190 < n < 315, (guess, n)  # 250 expected, 4.5 standard deviations


def test_ids_that_look_alike_have_unrelated_draws():
    names = [f"{'0' * zeros}{number}" for number in range(300) for zeros in (0, 1)]
    prompts = Counter(learner_bundle(KEY, name).questions[0].prompt for name in names)
    assert max(prompts.values()) < 8
    assert told("ann") == told(" Ann ")  # one person, however the roster spells the id
    assert learner_bundle(KEY, "ann").id != learner_bundle(KEY, "ann,mal").id != learner_bundle(KEY, "mal").id


def test_ids_with_separators_do_not_run_into_one_another():
    tricky = ['a", "q-toll', 'a","q-toll', "a", "a\0", "a\nq-toll", "a|q-toll", "a,q-toll", "bundle", "pool", "value"]
    assert len({learner_bundle(KEY, name).nonce for name in tricky if name.strip()}) == len(
        {name.strip() for name in tricky}
    )


def test_answers_are_not_in_what_comes_back(tmp_path):
    """Feedback pages hold what was asked of their learner, and never the secret or another's values."""
    (tmp_path / "in").mkdir()
    for one in CLASS[:3]:
        text = submission(KEY, one.id, dict.fromkeys(answers_for(one.id), "1"))
        (tmp_path / "in" / f"{one.id}.jsonl").write_text(text, encoding="utf-8")
    found = grade([tmp_path / "in"], KEY, roster_of(CLASS[:3]))
    write_grading(found, KEY, tmp_path / "out", inputs={})
    pages = {path.name.split("-")[0]: path.read_text("utf-8") for path in (tmp_path / "out" / "feedback").iterdir()}
    for one in CLASS[:3]:
        page = pages[one.id]
        assert KEY.personal.secret not in page
        assert f"{KEY.for_learner(one.id).questions[0].target:.0f}" not in page
        assert "gates *" not in page
        for other in CLASS[:3]:
            values = re.findall(r"\d+", KEY.for_learner(other.id).questions[0].prompt)
            assert (f"{values[0]} gates" in page) == (other is one)


# ------------------------------------------------------------------ handing in what is not one's own


def test_bundle_files_that_were_swapped_are_noticed(tmp_path):
    """Mal answers Ben's bundle under Mal's own name, right in every point."""
    (tmp_path / "in").mkdir()
    sitting = Sitting(learner_bundle(KEY, "ben"), "mal@uni.edu", tmp_path / "in")
    for name, value in answers_for("ben").items():
        sitting.answer(name, value)
    sitting.submit()
    results = grade([tmp_path / "in"], KEY, roster_of(CLASS)).results
    assert points_of(results, "mal") is None
    (held,) = results.held_back
    assert held.reason == "it was made with the bundle of Ben (ben), but says it is from Mal (mal)"


def test_a_neighbors_file_under_another_name_is_no_file(tmp_path):
    text = submission(KEY, "ben", answers_for("ben")).replace('"ben"', '"mal"')
    (one,) = graded(tmp_path / "in", {"m": text, "b": submission(KEY, "ben", answers_for("ben"))}).not_counted
    assert "line 1 was changed" in one.reason


@pytest.mark.parametrize("bundle", ["ben", "mal"])
def test_a_neighbors_answers_with_hashes_of_ones_own_earn_what_they_are_worth(tmp_path, bundle):
    """The chain is computed anew, with Ben's bundle id (held back) or with Mal's own (marked by Mal's key)."""
    given = answers_for("ben")
    lines = records("mal", given, bundle=KEY.for_learner(bundle).bundle)
    results = graded(tmp_path / "in", {"m.jsonl": as_text(chained(lines))})
    asked = {one.id for one in KEY.for_learner("mal").questions}
    if bundle == "ben":
        assert [one.held_back for one in results.not_counted] == [True]
    elif {*given} <= asked:
        assert points_of(results, "mal") == len({*given} & asked) - 1  # words right, the number wrong
    else:
        assert "a question that is not asked" in results.not_counted[0].reason
    assert points_of(results, "mal") in (None, 2.0)


def test_the_neighbors_number_is_wrong_for_ones_own_values(tmp_path):
    given = {**answers_for("mal"), "q-toll": answers_for("ben")["q-toll"]}
    results = graded(tmp_path / "in", {"m.jsonl": submission(KEY, "mal", given)})
    assert points_of(results, "mal") == 2


def test_a_bundle_that_was_edited_opens_nowhere_and_counts_nowhere(tmp_path):
    own = learner_bundle(KEY, "mal")
    easier = own.questions[0].model_copy(update={"prompt": "A road has 0 gates with a toll of 0. What do they take?"})
    record = own.model_dump(mode="json", exclude_none=True)
    record["questions"][0]["prompt"] = easier.prompt
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(DataError, match="was changed since it was built"):
        load_bundle(path)
    forged = own.model_copy(update={"questions": (easier, *own.questions[1:])})
    fields = forged.model_dump(mode="json", include={"title", "deadline", "attempts", "nonce", "questions"})
    new_id = bundle_id(fields)
    path.write_text(json.dumps({**record, "id": new_id}), encoding="utf-8")
    assert load_bundle(path).id == new_id  # the page opens it, since whoever can edit can also hash
    text = as_text(chained(records("mal", {"q-toll": 0}, bundle=new_id)))
    results = graded(tmp_path / "in", {"m": text, "b": submission(KEY, "ben", answers_for("ben"))})
    assert points_of(results, "mal") is None
    assert results.not_counted[0].reason.startswith("it belongs to another bundle")


def test_a_bundle_without_its_nonce_or_with_the_neighbors_counts_nowhere(tmp_path):
    own, other = learner_bundle(KEY, "mal"), learner_bundle(KEY, "ben")
    texts = {"b": submission(KEY, "ben", answers_for("ben"))}
    for number, nonce in enumerate((None, other.nonce)):
        fields = own.model_copy(update={"nonce": nonce}).model_dump(
            mode="json", include={"title", "deadline", "attempts", "nonce", "questions"}
        )
        texts[f"m{number}"] = as_text(chained(records("mal", answers_for("mal"), bundle=bundle_id(fields))))
    texts["m2"] = as_text(chained(records("mal", answers_for("mal"), bundle=KEY.bundle)))
    results = graded(tmp_path / "in", texts)
    assert points_of(results, "mal") is None
    assert len(results.not_counted) == 3


@pytest.mark.parametrize("guess", ["", "f" * 32, None, 7, ["x"], {"id": 1}])
def test_bundle_ids_that_are_none_are_rejected(tmp_path, guess):
    lines = chained([{**records("mal", {})[0], "bundle": guess}, records("mal", {})[-1]])
    results = graded(tmp_path / "in", {"m": as_text(lines), "b": submission(KEY, "ben", answers_for("ben"))})
    assert points_of(results, "mal") is None


def test_questions_that_were_not_drawn_cannot_be_chosen(tmp_path):
    """Mal knows all four words, and answers the two that were not drawn as well, or in place of the others."""
    asked = {one.id for one in KEY.for_learner("mal").questions}
    for number, names in enumerate((COLORS, [name for name in COLORS if name not in asked])):
        given = {"q-toll": answers_for("mal")["q-toll"], **{name: COLORS[name] for name in names}}
        results = graded(
            tmp_path / f"in{number}",
            {"m": submission(KEY, "mal", given), "b": submission(KEY, "ben", answers_for("ben"))},
        )
        assert points_of(results, "mal") is None
        assert "a question that is not asked" in results.not_counted[0].reason


def test_another_spelling_of_a_name_draws_nothing_else(tmp_path):
    for number, typed in enumerate(("MAL", " mal ", "mal@uni.edu", "MAL@uni.edu")):
        text = submission(KEY, "mal", answers_for("mal"), typed=typed)
        assert points_of(graded(tmp_path / f"in{number}", {"m.jsonl": text}), "mal") == 3


def test_a_regrade_with_another_roster_order_or_length_marks_the_same(tmp_path):
    texts = {f"{one.id}.jsonl": submission(KEY, one.id, answers_for(one.id)) for one in CLASS[:6]}
    first = graded(tmp_path / "in", texts)
    for people in (CLASS[::-1], [*CLASS[3:], *CLASS[:3], Learner("late")], CLASS[:6]):
        again = grade([tmp_path / "in"], KEY, roster_of(people)).results
        known = {one.learner.id: one for one in again.learners}
        assert all(known[one.learner.id] == one for one in first.learners if one.points is not None)


def test_the_key_itself_is_refused_where_it_would_be_handed_out(tmp_path):
    with pytest.raises(ConfigError, match="the key would be handed out"):
        write_personal_bundles(KEY, CLASS[:1], folder=tmp_path, key_file=tmp_path / "mal" / "key.json")
    with pytest.raises(ConfigError, match="the key would be handed out"):
        write_personal_bundles(
            KEY, CLASS[:1], folder=tmp_path / "o", key_file=tmp_path / "k", sources=[tmp_path / "o" / "q.yaml"]
        )


def test_what_is_told_of_rejected_files_gives_no_hint(tmp_path):
    """Reasons name learners and lines, never a question, value or answer that the learner was not shown."""
    texts = {"m": as_text(chained(records("mal", answers_for("ben"), bundle=KEY.for_learner("ben").bundle)))}
    texts["b"] = submission(KEY, "ben", answers_for("ben"))
    told_reasons = " ".join(one.reason for one in graded(tmp_path / "in", texts).not_counted)
    for secret in (*COLORS.values(), KEY.personal.secret, *(str(answers_for(one.id)["q-toll"]) for one in CLASS[:3])):
        assert secret not in told_reasons
