"""The report as one HTML file that needs nothing else: no script, no request, pictures inside."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from qa_lesson.errors import counted
from qa_lesson.evaluation import Interval
from qa_lesson.look.html import escape, percent, table
from qa_lesson.look.pages import fact_table, page, picture, score_boxes, sections, wide
from qa_lesson.report.assessment import Assessment
from qa_lesson.runs import library_versions
from qa_lesson.schema import Example
from qa_lesson.storage import write_atomically
from qa_lesson.views.figures import plot_curves
from qa_lesson.views.trust import plot_intervals, plot_reliability, plot_risk_coverage, plot_slices

_MOST_SLICES = 15  # a figure with more bars cannot be read
_MOST_MISTAKES = 25


def write_report(assessment: Assessment, path: str | Path) -> Path:
    """Write the report, atomically; returns its path.

    Raises:
        StorageError: the file cannot be written.
    """
    return write_atomically(path, report_html(assessment))


def report_html(assessment: Assessment) -> str:
    """The report as an HTML page."""
    parts = [
        ("Result", _result(assessment)),
        ("Before you quote these numbers", _caveats(assessment)),
        ("Where it is good and where it is not", _slices(assessment)),
        ("What kinds of mistakes it makes", _errors(assessment)),
        ("Does it know when it is right?", _confidence(assessment)),
        ("Leakage", _leakage(assessment)),
        ("How it was trained", _training(assessment)),
        ("How this was measured", _method(assessment)),
    ]
    title = f"Question-answering report: {Path(assessment.model).name}"
    return page(title, f"Scored on {assessment.data}.", sections(parts))


def _result(assessment: Assessment) -> str:
    evaluation = assessment.evaluation
    total = evaluation.total
    boxes = [
        (name, percent(interval.estimate), _between(interval))
        for name, interval in (("Exact match", assessment.exact_match), ("F1", assessment.f1))
    ]
    gap = total.f1 - total.exact_match
    documents = counted(assessment.n_documents, "document")
    reading = (
        f"<p>{evaluation.n} questions on {documents}. {percent(total.exact_match)} of the answers are word for word "
        "an accepted one (case, articles and punctuation aside). F1 gives part of the credit for part of the words; "
        f"the {100 * gap:.1f} points that it lies above exact match are answers with some of the right words. "
        f"Mean precision {percent(total.precision)}, mean recall {percent(total.recall)}.</p>"
    )
    figure = plot_intervals({"exact match": assessment.exact_match, "F1": assessment.f1})
    return f"{score_boxes(boxes)}{reading}{picture(figure)}{_no_answer(assessment)}"


def _between(interval: Interval) -> str:
    low, high = f"{100 * interval.low:.1f}", f"{100 * interval.high:.1f}"
    return f"{100 * interval.confidence:.0f} % interval {low} to {high}"


def _no_answer(assessment: Assessment) -> str:
    counts = assessment.no_answer
    if counts is None or assessment.threshold is None:
        return ""
    rows = [
        [escape(field.name.replace("_", " ")), str(getattr(counts, field.name))] for field in dataclasses.fields(counts)
    ]
    return (
        f"<h3>Questions without an answer</h3><p>The model answers nothing where its no-answer score is above "
        f"{assessment.threshold:g} logits.</p>{wide(table(['count', 'questions'], rows, row_headers=True))}"
    )


def _caveats(assessment: Assessment) -> str:
    caveats = assessment.caveats()
    if not caveats:
        return (
            "<p>No doubts that this report can find by itself. It cannot know whether the questions are like yours.</p>"
        )
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in caveats)}</ul>"


def _slices(assessment: Assessment) -> str:
    if not assessment.slices:
        return "<p>The questions carry no types, difficulties or documents to slice by.</p>"
    parts = [
        "<p>F1 of each part, its number of questions, and the interval where there is enough to draw from. Of twenty "
        "parts one looks odd by chance alone: confirm a weak spot on new questions.</p>"
    ]
    for name, slices in assessment.slices.items():
        shown = slices if len(slices) <= _MOST_SLICES else sorted(slices, key=lambda part: part.f1)[:_MOST_SLICES]
        note = "" if len(slices) == len(shown) else f"<p>The lowest {len(shown)} of {len(slices)}.</p>"
        parts.append(f"<h3>By {name}</h3>{note}{picture(plot_slices(shown, overall=assessment.evaluation.total.f1))}")
    return "".join(parts)


def _errors(assessment: Assessment) -> str:
    rows = [[escape(row.kind), str(row.n), percent(row.share), percent(row.f1)] for row in assessment.errors]
    kinds = wide(table(["kind", "questions", "share", "mean F1"], rows, row_headers=True))
    evaluation = assessment.evaluation
    wrong = sorted(
        (example for example in evaluation.examples if evaluation.scores[example.id].exact_match == 0),
        key=lambda example: evaluation.scores[example.id].f1,
    )
    if not wrong:
        return f"{kinds}<p>No answer is wrong. That proves less than it seems: see the interval above.</p>"
    probability = {prediction.id: prediction.probability for prediction in assessment.predictions}
    spread = _spread(wrong, _MOST_MISTAKES)
    rows = [
        [
            escape(example.question),
            escape(evaluation.predictions[example.id]) or "<i>(no answer)</i>",
            " | ".join(map(escape, example.references)) or "<i>(no answer)</i>",
            percent(evaluation.scores[example.id].f1),
            percent(probability[example.id]),
        ]
        for example in spread
    ]
    header = ["question", "its answer", "accepted", "F1", "its confidence"]
    return (
        f"{kinds}<h3>{len(spread)} of the {len(wrong)} answers that do not match</h3>"
        "<p>Evenly spread from the worst F1 to the best. Read them: no score replaces it.</p>"
        f"{wide(table(header, rows, row_headers=True), 'answers')}"
    )


def _spread(examples: Sequence[Example], n: int) -> list[Example]:
    if len(examples) <= n:
        return list(examples)
    return [examples[round(i * (len(examples) - 1) / (n - 1))] for i in range(n)]


def _confidence(assessment: Assessment) -> str:
    curve = assessment.selective
    levels = (0.05, 0.1, 0.2)
    header = ["share of answers that do not match exactly", "questions it can answer"]
    rows = [[f"at most {percent(risk)}", percent(curve.coverage_at(risk))] for risk in levels]
    return (
        f"<p>Confidence and share of exact answers differ by {100 * assessment.calibration_error:.1f} points on "
        f"average (expected calibration error).</p>{picture(plot_reliability(assessment.bins, outcome='exact match'))}"
        "<p>If it answers only where it is most confident:</p>"
        f"{wide(table(header, rows, row_headers=True))}"
        f"{picture(plot_risk_coverage(curve))}"
        "<p>Read off the very questions that it is reported on, this is optimistic: choose a threshold on others.</p>"
    )


def _leakage(assessment: Assessment) -> str:
    report = assessment.leakage
    if report is None:
        return "<p>Not checked: pass the training data (<code>--train</code>) to have it audited.</p>"
    if not report.findings:
        return "<p>The audit of the training data found none of these questions or passages in it, nor close ones.</p>"
    rows = [
        [escape(finding.level), escape(finding.train_text), escape(finding.test_text)]
        for finding in report.findings[:_MOST_MISTAKES]
    ]
    return (
        f"<p><b>{len(report.findings)} leaks.</b> The first {len(rows)}:</p>"
        f"{wide(table(['level', 'in the training data', 'here'], rows, row_headers=True), 'answers')}"
    )


def _training(assessment: Assessment) -> str:
    run = assessment.run
    if run is None:
        return "<p>The model folder holds no record of it.</p>"
    facts = {
        "base model": assessment.base_model,
        "training questions": run.n_train,
        "validation questions": run.n_validation,
        "kept epoch": f"{run.best.epoch} of {len(run.curve)}, by validation F1",
        "time": f"{run.train_seconds:.0f} s on {run.device}",
        "precision": "bfloat16" if run.bf16 else "float32",
        "training answers that fitted in no window": len(run.lost_answers),
        "SHA-256 of the data": run.data_hash,
    }
    settings = {**dataclasses.asdict(run.config), "model": assessment.base_model}
    everything = f"<details><summary>All settings</summary>{fact_table(settings)}</details>"
    return f"{picture(plot_curves(run))}{fact_table(facts)}{everything}"


def _method(assessment: Assessment) -> str:
    interval = assessment.f1
    versions = assessment.run.versions if assessment.run else {}
    facts = {
        "data": assessment.data,
        "questions": assessment.evaluation.n,
        "unanswerable": sum(not example.is_answerable for example in assessment.evaluation.examples),
        "scoring rules": f"those of the official SQuAD {assessment.evaluation.rules} script",
        "interval": f"95 % percentile bootstrap, 9,999 resamples over {interval.n_units} {interval.resample}s "
        "(the wider of documents and questions)",
        "no-answer threshold": "none, always answers" if assessment.threshold is None else f"{assessment.threshold:g}",
        "scored with": _versions(library_versions()),
        "trained with": _versions(versions) if versions else "not recorded",
    }
    return fact_table(facts)


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
