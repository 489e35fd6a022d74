import dataclasses
import re
from pathlib import Path

import pytest
from html_page import HtmlPage

from qa_lesson.corpus import load_corpus
from qa_lesson.errors import DataError
from qa_lesson.leakage import audit
from qa_lesson.report import assess, model_card, report_html, write_model_card, write_report
from qa_lesson.runs import TrainingConfig
from qa_lesson.schema import Answer, Example
from qa_lesson.training import finetune

HOSTILE = "<script>alert(1)</script><img src=//evil.example/x>"


@pytest.fixture(scope="module")
def questions() -> list[Example]:
    """The shortest passage of each of three documents: the tiny model reads 128 tokens at most."""
    shortest: dict[str, str] = {}
    for example in load_corpus("test"):
        known = shortest.setdefault(example.document, example.context)
        if len(example.context) < len(known):
            shortest[example.document] = example.context
    kept = sorted(shortest.values(), key=len)[:3]
    return [example for example in load_corpus("test") if example.context in kept]


@pytest.fixture
def trained(tiny_model_dir, questions, tmp_path):
    train = load_corpus("train")[:14]
    config = TrainingConfig(
        model=tiny_model_dir, epochs=1, frozen_layers=0, max_length=128, stride=32, precision="fp32", batch_size=8
    )
    return finetune(train, load_corpus("validation")[:7], config, output_dir=tmp_path / "my_model").model_dir


def test_the_report_is_one_whole_file_that_loads_nothing(trained, questions, tmp_path):
    assessment = assess(trained, questions, data="questions.json")
    text = write_report(assessment, tmp_path / "report.html").read_text(encoding="utf-8")
    page = HtmlPage(text)
    assert not page.runs
    assert all(source.startswith("data:image/png;base64,") for source in page.fetched)
    assert {f"#{name}" for name in page.ids} >= set(page.anchors)
    assert len(page.alts) >= 5
    assert all(page.alts)


def test_a_local_base_model_is_told_by_its_name_alone(trained, questions, tiny_model_dir):
    assessment = assess(trained, questions)
    assert assessment.base_model == Path(tiny_model_dir).name
    for text in (report_html(assessment), model_card(assessment)):
        assert str(tiny_model_dir) not in text
        assert Path(tiny_model_dir).name in text


def test_the_report_says_what_was_measured(trained, questions):
    assessment = assess(trained, questions, data="questions.json")
    text = report_html(assessment)
    total = assessment.evaluation.total
    assert f"{100 * total.f1:.1f}%" in text
    assert f"95% interval {100 * assessment.f1.low:.1f} to {100 * assessment.f1.high:.1f}" in text
    assert assessment.f1.low <= assessment.f1.estimate <= assessment.f1.high
    assert sum(row.n for row in assessment.errors) == len(questions) == assessment.evaluation.n
    assert assessment.run is not None
    assert assessment.run.data_hash in text
    assert f"Only {len(questions)} questions" in text
    assert "Only 3 documents" in text
    assert "for new questions on the same documents" in text


@pytest.mark.parametrize(
    ("keep", "told"), [("best", "1 of 2, the best by validation F1"), ("last", "2 of 2, the last")]
)
def test_the_report_and_the_card_name_the_epoch_that_was_kept(trained, questions, keep, told):
    """Not the best one, if the settings kept the last one."""
    assessment = assess(trained, questions)
    run = assessment.run
    curve = (dataclasses.replace(run.curve[0], f1=0.9), dataclasses.replace(run.curve[0], epoch=2, f1=0.1))
    run = dataclasses.replace(run, curve=curve, config=dataclasses.replace(run.config, keep=keep))
    assessment = dataclasses.replace(assessment, run=run)
    assert told in report_html(assessment)
    assert f"epoch {run.kept.epoch} of 2 was kept ({run.kept_for})" in model_card(assessment)


def test_texts_of_strangers_are_shown_and_never_run(tiny_model_dir, questions):
    context = f"The note says {HOSTILE} and ends."
    bad = Example("q&<1", "What <b>?", context, (Answer(HOSTILE, 14),), document=HOSTILE, kind="<b>x")
    text = report_html(assess(tiny_model_dir, [*questions, bad], data=HOSTILE))
    page = HtmlPage(text)
    assert not page.runs
    assert all(source.startswith("data:") for source in page.fetched)
    assert "&lt;script&gt;" in text


def test_leaked_training_questions_are_told(trained, questions):
    leaked = assess(trained, questions, train=questions[:3])
    assert any("leaks" in caveat for caveat in leaked.caveats())
    assert "leaks.</b>" in report_html(leaked)
    clean = assess(trained, questions, train=load_corpus("train")[:14])
    assert not audit(load_corpus("train")[:14], questions).findings
    assert "none of these questions" in report_html(clean)


def test_passages_of_like_length_are_not_sliced_by_length(tiny_model_dir, questions):
    assert "length of the passage" not in assess(tiny_model_dir, questions).slices
    longer = [dataclasses.replace(ex, context=ex.context + " And so on." * 5, id=f"{ex.id}-x") for ex in questions]
    short = [
        dataclasses.replace(ex, context=f"It is {ex.references[0]}.", answers=(Answer(ex.references[0], 6),))
        for ex in questions
    ]
    assert "length of the passage" in assess(tiny_model_dir, [*short, *longer[:4]]).slices


def test_one_question_has_no_interval(tiny_model_dir, questions):
    with pytest.raises(DataError, match="at least 2"):
        assess(tiny_model_dir, questions[:1])


def test_refusals_are_counted_where_a_threshold_was_set(tiny_model_dir, questions):
    unanswerable = [dataclasses.replace(questions[0], id="none", answers=(), paraphrases=())]
    assessment = assess(tiny_model_dir, [*questions, *unanswerable], threshold=0.0)
    assert assessment.no_answer is not None
    assert assessment.no_answer.n == len(questions) + 1
    assert "Questions without an answer" in report_html(assessment)
    always = assess(tiny_model_dir, [*questions, *unanswerable])
    assert any("no threshold" in caveat for caveat in always.caveats())


def test_the_model_card_is_read_by_the_hub_library(trained, questions, tmp_path):
    from huggingface_hub import ModelCard

    assessment = assess(trained, questions, data="questions.json")
    card = ModelCard.load(write_model_card(assessment, tmp_path / "README.md"))
    assert card.data.library_name == "transformers"
    assert card.data.pipeline_tag == "question-answering"
    values = {result.metric_type: result.metric_value for result in card.data.eval_results}
    assert values["f1"] == pytest.approx(assessment.f1.estimate, abs=1e-4)
    assert "license" not in card.data.to_dict()


def test_the_code_on_the_model_card_runs_and_agrees_with_the_package(trained, questions, monkeypatch, capsys):
    text = model_card(assess(trained, questions))
    ours, plain = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(trained.parent)
    exec(compile(ours, "card", "exec"), {})
    exec(compile(plain, "card", "exec"), {})
    first, second = capsys.readouterr().out.strip().splitlines()
    from qa_lesson.answering import QuestionAnswerer

    context = "Bram Keating keeps the light on Skelm. Ada Orme keeps the books."
    expected = QuestionAnswerer(trained)("Who keeps the light?", context).text
    assert second == expected
    assert first
