import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError
from qa_lesson.evaluation import Evaluation, evaluate_predictions, score_interval, score_slices
from qa_lesson.schema import Answer, Example

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa".split()


def example(name: str, *, words: int = 6, answer: int = 1, **fields) -> Example:
    """A question on a context of `words` words whose answer is its first `answer` words; 0 for unanswerable."""
    context = " ".join(WORDS[:words])
    answers = (Answer(" ".join(WORDS[:answer]), 0),) if answer else ()
    return Example(name, "?", context, answers, **fields)


def evaluated(examples: list[Example], right: set[str] | None = None) -> Evaluation:
    """The named questions (all where None) answered right, the others with a word that is nowhere."""
    answers = {ex.id: (ex.references or ("",))[0] if right is None or ex.id in right else "x" for ex in examples}
    return evaluate_predictions(examples, answers, rules="v2.0")


def test_kinds_by_hand_the_largest_first_and_unknown_last():
    examples = [
        example("q1"),
        example("q2"),
        example("q3"),
        example("q4", kind="place"),
        example("q5", kind="date"),
        example("q6", kind="person"),
        example("q7", kind="person"),
    ]
    slices = score_slices(evaluated(examples, {"q1", "q4", "q6"}), "kind")
    assert [(part.name, part.n, part.f1) for part in slices] == [
        ("person", 2, 0.5),
        ("date", 1, 0.0),
        ("place", 1, 1.0),
        ("unknown", 3, pytest.approx(1 / 3)),
    ]
    assert [part.name for part in score_slices(evaluated(examples), "kind", min_n=2)] == ["person", "unknown"]


def test_difficulties_stand_in_their_order():
    names = ["hard", "hard", "hard", "easy", "medium", "medium", "extreme"]
    examples = [example(f"q{i}", difficulty=name) for i, name in enumerate(names)]
    slices = score_slices(evaluated(examples), "difficulty")
    assert [part.name for part in slices] == ["easy", "medium", "hard", "extreme"]


def test_given_length_bins():
    examples = [example(f"q{n}", words=n) for n in (2, 3, 4, 5, 9, 10)]
    slices = score_slices(evaluated(examples, {"q2", "q4"}), "context_length", bins=[10, 3, 4])
    assert [(part.name, part.n, part.f1) for part in slices] == [
        ("under 3 words", 1, 1.0),
        ("3 words", 1, 0.0),
        ("4 to 9 words", 3, pytest.approx(1 / 3)),
        ("10 words or more", 1, 0.0),
    ]


def test_quantile_length_bins():
    examples = [example(f"q{n}", words=n) for n in range(1, 9)]
    slices = score_slices(evaluated(examples), "context_length")
    assert [(part.name, part.n) for part in slices] == [
        ("under 3 words", 2),
        ("3 to 4 words", 2),
        ("5 to 6 words", 2),
        ("7 words or more", 2),
    ]
    alike = score_slices(evaluated([example("q1"), example("q2")]), "context_length")
    assert [(part.name, part.n) for part in alike] == [("all lengths", 2)]


def test_answer_lengths_keep_unanswerable_questions_apart():
    examples = [example("q1", answer=3), example("q2", answer=0), example("q3", answer=1)]
    slices = score_slices(evaluated(examples), "answer_length", bins=2)
    assert [part.name for part in slices] == ["under 2 words", "2 words or more", "no answer"]
    only = score_slices(evaluated([example("q1", answer=0)]), "answer_length")
    assert [part.name for part in only] == ["no answer"]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 10), st.booleans()), min_size=1, max_size=20),
    st.sampled_from(["kind", "context_length", "answer_length"]),
    st.integers(1, 6),
)
def test_slices_add_up_to_the_whole(rows, by, bins):
    examples = [
        example(f"q{i}", words=n, answer=n // 2, kind="even" if n % 2 else None) for i, (n, _) in enumerate(rows)
    ]
    evaluation = evaluated(examples, {f"q{i}" for i, (_, right) in enumerate(rows) if right})
    slices = score_slices(evaluation, by, bins=bins)
    assert sum(part.n for part in slices) == evaluation.n
    assert sum(part.n * part.f1 for part in slices) / evaluation.n == pytest.approx(evaluation.total.f1)


def test_intervals_are_over_documents_and_missing_where_they_would_mislead():
    examples = [example(f"q{i}", document=f"d{i % 6}", kind="many") for i in range(12)]
    examples += [example(f"r{i}", document=f"d{i % 4}", kind="few documents") for i in range(12)]
    examples += [example(f"s{i}", document=f"d{i % 6}", kind="all right") for i in range(11)]
    right = {f"q{i}" for i in range(0, 12, 2)} | {f"r{i}" for i in range(7)} | {f"s{i}" for i in range(11)}
    evaluation = evaluated(examples, right)
    many, few, perfect = sorted(score_slices(evaluation, "kind"), key=lambda part: "mfa".index(part.name[0]))
    part = evaluated(examples[:12], right)
    expected = score_interval(part, unit="document")
    assert (many.low, many.high, many.unit) == (expected.low, expected.high, expected.unit)
    assert (few.low, few.high, few.unit) == (None, None, None)
    assert perfect.f1 == perfect.high == 1
    assert 0.5 < perfect.low < 0.9, "eleven right answers of eleven leave room for wrong ones"
    by_question = {part.name: part for part in score_slices(evaluation, "kind", unit="question")}
    assert by_question["few documents"].unit == "question"
    assert by_question["few documents"].low < 7 / 12 < by_question["few documents"].high


@pytest.mark.parametrize("by", ["document", "kind"])
def test_slices_of_one_document_have_intervals_over_its_questions(by):
    examples = [example(f"q{i}", document="Skelm", kind="name") for i in range(10)]
    (part,) = score_slices(evaluated(examples, {"q1", "q2", "q3"}), by)
    assert part.low < part.f1 < part.high
    assert part.unit == "question"


def test_a_handful_of_questions_on_one_document_has_no_interval():
    (part,) = score_slices(evaluated([example(f"q{i}", document="Skelm") for i in range(4)], {"q1"}), "document")
    assert (part.low, part.high, part.unit) == (None, None, None)


def test_own_slices():
    examples = [example("q1", answer=1), example("q2", answer=2)]
    slices = score_slices(evaluated(examples), lambda ex: "one" if len(ex.references[0].split()) == 1 else "more")
    assert [part.name for part in slices] == ["more", "one"]
    with pytest.raises(ConfigError, match="by a string"):
        score_slices(evaluated(examples), lambda ex: 1)


def test_a_missing_prediction_stays_a_zero_in_its_slice():
    examples = [example("q1", kind="a"), example("q2", kind="a")]
    evaluation = evaluate_predictions(examples, {"q1": "alpha"}, missing="zero")
    assert score_slices(evaluation, "kind")[0].f1 == 0.5


def test_bad_settings_are_errors():
    evaluation = evaluated([example("q1")])
    with pytest.raises(ConfigError, match=r"unknown slices[\s\S]*'type'[\s\S]*difficulty"):
        score_slices(evaluation, "type")
    for bins in (0, [0, 5], [2.5]):
        with pytest.raises(ConfigError, match="whole numbers"):
            score_slices(evaluation, "context_length", bins=bins)
