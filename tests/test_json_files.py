"""Records read back from JSON: a changed file is one of our errors or a record of the right types."""

import copy
import dataclasses
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from qa_lesson.errors import DataError, ModelError, QALessonError
from qa_lesson.grading.formats.results import (
    GradedQuestion,
    Learner,
    LearnerResult,
    NotCounted,
    QuestionResult,
    Results,
    load_results,
    results_json,
)
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.json_files import read_json
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt, Review
from qa_lesson.runs import RUN_FILE, EpochResult, RunRecord, TrainingConfig, load_run

ANSWERS = (
    QuestionResult("q1", "marked", ["a", "b"], 0.5, 1.0, False, "half", {"a": "yes"}),
    QuestionResult("q2", "needs review", "1.5", review="r-1"),
)
RESULTS = Results(
    title="Tides",
    bundle="0" * 32,
    deadline=None,
    rules=Rules("best", "penalty", 0.1),
    questions=(GradedQuestion(1, "q1", "multi", 2.0), GradedQuestion(2, "q2", "numeric", 1.0)),
    learners=(
        LearnerResult(Learner("1", "Ann", columns={"id": "1"}), "needs review", 3.0, 1.0, questions=ANSWERS),
        LearnerResult(Learner("2"), "missing", 3.0),
    ),
    not_counted=(NotCounted("x.jsonl", "it is empty"),),
)
RUN = {
    "config": dataclasses.asdict(TrainingConfig()),
    "data_hash": "0" * 64,
    "versions": {"torch": "2.13.0"},
    "device": "cpu",
    "bf16": True,
    "curve": [
        dataclasses.asdict(EpochResult(1, 2.5, 2.0, 0.25, 0.5)),
        dataclasses.asdict(EpochResult(2, 2, 1, 0.3, 1)),
    ],
    "untrained_f1": 0.06,
    "train_seconds": 100.0,
    "n_train": 10,
    "n_validation": 4,
    "lost_answers": ["q9"],
}
EXPORT = {
    "format": "qa-lesson progress",
    "version": 1,
    "learner": "ada",
    "exported_at": "2026-01-01T00:00:00+00:00",
    "attempts": [
        dataclasses.asdict(
            Attempt(
                id="a1", learner="ada", quiz="q", question="x", objective="o", difficulty="easy", kind="single",
                response=["a"], credit=0.5, correct=False, confidence=0.5, at="2026-01-01T00:00:00+00:00",
            )
        )
    ],
    "reviews": [dataclasses.asdict(Review(id="r1", learner="ada", card="x", rating=3, at="2026-01-01T00:00:00+00:00"))],
}  # fmt: skip


def places(record, path=()):
    """Every place of a JSON record, the whole included."""
    yield path
    entries = record.items() if isinstance(record, dict) else enumerate(record) if isinstance(record, list) else ()
    for name, value in entries:
        yield from places(value, (*path, name))


OTHERS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.just(0.5), st.just("0"), st.just("x"), st.just([]), st.just({}),
    st.just(["x"]), st.just([0]), st.just({"x": "y"}), st.just([[]]),
)  # fmt: skip


def mutated(data, record) -> str:
    """The record as JSON with one value replaced, taken out, doubled or added, or with a byte changed or cut off."""
    record = copy.deepcopy(record)
    kind = data.draw(st.sampled_from(["replace", "remove", "add", "bytes", "cut"]))
    if kind in ("bytes", "cut"):
        text = json.dumps(record)
        place = data.draw(st.integers(0, len(text) - 1))
        return text[:place] if kind == "cut" else text[:place] + data.draw(st.characters()) + text[place + 1 :]
    path = data.draw(st.sampled_from([path for path in places(record) if path]))
    holder = record
    for name in path[:-1]:
        holder = holder[name]
    if kind == "replace":
        holder[path[-1]] = data.draw(OTHERS)
    elif kind == "remove":
        del holder[path[-1]]
    elif isinstance(holder, dict):
        holder["unknown"] = data.draw(OTHERS)
    else:
        holder.insert(0, data.draw(OTHERS))
    return json.dumps(record)


FUZZ = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_told(error: QALessonError, path) -> None:
    """The error names the file, what is in it and what to do."""
    assert error.where == str(path)
    assert error.received
    assert error.fix


def assert_types(adapter_type, record) -> None:
    """The record, written and read with strict types, is the same: no value of a wrong kind is in it."""
    adapter = TypeAdapter(adapter_type)
    assert adapter.validate_json(adapter.dump_json(record)) == record


@FUZZ
@given(data=st.data())
def test_changed_results_are_told_or_sound(tmp_path, data):
    path = tmp_path / "results.json"
    path.write_bytes(mutated(data, json.loads(results_json(RESULTS))).encode("utf-8", "surrogatepass"))
    try:
        results = load_results(path)
    except DataError as error:
        assert_told(error, str(path))
        return
    names = [question.id for question in results.questions]
    for learner in results.learners:
        assert_types(LearnerResult, learner)
        assert [answer.question for answer in learner.questions] in ([], names)
    for question in results.questions:
        assert_types(GradedQuestion, question)


@FUZZ
@given(data=st.data())
def test_a_changed_record_of_a_run_is_told_or_sound(tmp_path, data):
    (tmp_path / RUN_FILE).write_bytes(mutated(data, RUN).encode("utf-8", "surrogatepass"))
    try:
        run = load_run(tmp_path)
    except ModelError as error:
        assert_told(error, str(tmp_path / RUN_FILE))
        return
    assert run.kept in run.curve
    assert_types(RunRecord, RunRecord(**{one.name: getattr(run, one.name) for one in dataclasses.fields(RunRecord)}))


@settings(FUZZ, max_examples=60)
@given(data=st.data())
def test_changed_exports_of_progress_are_told_or_sound(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("export")
    file = folder / "export.json"
    file.write_bytes(mutated(data, EXPORT).encode("utf-8", "surrogatepass"))
    progress = Progress.open(folder / "progress.sqlite")
    try:
        progress.import_json(file)
    except DataError as error:
        assert_told(error, str(file))
        return
    for attempt in progress.attempts():
        assert_types(Attempt, attempt)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda record: record["learners"][0].update(points="3"), r"learners.0.points is '3': .*number"),
        (lambda record: record["learners"][0].update(questions=[0, -1]), r"learners.0.questions.1 is '-1'"),
        (lambda record: record["learners"][0].update(questions=[0, 7]), r"learners.0.questions: they are not answers"),
        (lambda record: record["learners"][0].update(questions=[1, 0]), r"learners.0.questions: they are not answers"),
        (lambda record: record["answers"][0].update(correct="yes"), r"answers.0.correct is 'yes': .*boolean"),
        (lambda record: record["answers"][0].update(extra=1), r"answers.0.extra is '1': Unexpected"),
        (lambda record: record["learners"][0].update(possible=float("nan")), r"learners.0.possible.*finite"),
        (lambda record: record.pop("bundle"), r"bundle: Field required"),
        (lambda record: record.update(version=2), r"version is '2'"),
    ],
)
def test_a_change_in_results_is_named_with_its_place(tmp_path, change, said):
    record = json.loads(results_json(RESULTS))
    change(record)
    (tmp_path / "results.json").write_text(json.dumps(record))
    with pytest.raises(DataError, match=said):
        load_results(tmp_path)


def test_what_was_written_comes_back(tmp_path):
    (tmp_path / "results.json").write_text(results_json(RESULTS), encoding="utf-8-sig")
    assert load_results(tmp_path) == RESULTS
    (tmp_path / RUN_FILE).write_text(json.dumps(RUN))
    assert load_run(tmp_path).curve == (EpochResult(1, 2.5, 2.0, 0.25, 0.5), EpochResult(2, 2.0, 1.0, 0.3, 1.0))
    (tmp_path / RUN_FILE).write_text(json.dumps({**RUN, "config": {**RUN["config"], "epochs": 3.0}}))
    assert load_run(tmp_path).config == TrainingConfig(epochs=3)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe{", b"{", b"[" * 100_000, b'{"a": "\xff"}', b'{"a": "x"}', None])
def test_whatever_the_bytes_it_is_our_error(tmp_path, content):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(QALessonError, match="no such record") as caught:
        read_json(path, TypeAdapter(dict[str, int]), what="no such record", fix="write it again")
    assert caught.value.received
