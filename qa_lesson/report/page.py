"""The report as one HTML file that needs nothing else: no script, no request, pictures inside."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from qa_lesson.evaluation import Interval
from qa_lesson.look.templating import percent, render
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


def report_html(assessment: Assessment) -> Markup:
    """The report as an HTML page."""
    evaluation = assessment.evaluation
    figures = {
        "scores": plot_intervals({"exact match": assessment.exact_match, "F1": assessment.f1}),
        "reliability": plot_reliability(assessment.bins, outcome="exact match"),
        "risk_coverage": plot_risk_coverage(assessment.selective),
    }
    if assessment.run is not None:
        figures["curves"] = plot_curves(assessment.run)
    wrong = sorted(
        (example for example in evaluation.examples if evaluation.scores[example.id].exact_match == 0),
        key=lambda example: evaluation.scores[example.id].f1,
    )
    return render(
        "report/templates/report.html.jinja",
        title=f"Question-answering report: {Path(assessment.model).name}",
        lead=f"Scored on {assessment.data}.",
        figures=figures,
        boxes=[
            (name, percent(interval.estimate), _between(interval))
            for name, interval in (("Exact match", assessment.exact_match), ("F1", assessment.f1))
        ],
        evaluation=evaluation,
        total=evaluation.total,
        n_documents=assessment.n_documents,
        threshold=assessment.threshold,
        no_answer=_no_answer(assessment),
        caveats=assessment.caveats(),
        slices=_slices(assessment),
        kinds=[(row.kind, row.n, percent(row.share), percent(row.f1)) for row in assessment.errors],
        n_wrong=len(wrong),
        wrong=_mistakes(assessment, _spread(wrong, _MOST_MISTAKES)),
        calibration_error=assessment.calibration_error,
        selective=[
            (f"at most {percent(risk)}", percent(assessment.selective.coverage_at(risk))) for risk in (0.05, 0.1, 0.2)
        ],
        n_leaks=len(assessment.leakage.findings) if assessment.leakage else 0,
        leaks=_leaks(assessment),
        training=_training(assessment),
        settings=_settings(assessment),
        method=_method(assessment),
    )


def _between(interval: Interval) -> str:
    low, high = f"{100 * interval.low:.1f}", f"{100 * interval.high:.1f}"
    return f"{100 * interval.confidence:.0f}% interval {low} to {high}"


def _no_answer(assessment: Assessment) -> list[tuple[str, int]] | None:
    counts = assessment.no_answer
    if counts is None or assessment.threshold is None:
        return None
    return [(field.name.replace("_", " "), getattr(counts, field.name)) for field in dataclasses.fields(counts)]


def _slices(assessment: Assessment) -> list[dict[str, object]]:
    overall, parts = assessment.evaluation.total.f1, []
    for name, slices in assessment.slices.items():
        shown = slices if len(slices) <= _MOST_SLICES else sorted(slices, key=lambda part: part.f1)[:_MOST_SLICES]
        figure = plot_slices(shown, overall=overall)
        parts.append({"name": name, "n_all": len(slices), "n_shown": len(shown), "figure": figure})
    return parts


def _mistakes(assessment: Assessment, wrong: Sequence[Example]) -> list[dict[str, object]]:
    evaluation = assessment.evaluation
    probability = {prediction.id: prediction.probability for prediction in assessment.predictions}
    return [
        {
            "question": example.question,
            "answer": evaluation.predictions[example.id],
            "accepted": " | ".join(example.references),
            "f1": evaluation.scores[example.id].f1,
            "confidence": probability[example.id],
        }
        for example in wrong
    ]


def _spread(examples: Sequence[Example], n: int) -> list[Example]:
    if len(examples) <= n:
        return list(examples)
    return [examples[round(i * (len(examples) - 1) / (n - 1))] for i in range(n)]


def _leaks(assessment: Assessment) -> list[tuple[str, str, str]] | None:
    if assessment.leakage is None:
        return None
    shown = assessment.leakage.findings[:_MOST_MISTAKES]
    return [(leak.level, leak.train_text, leak.test_text) for leak in shown]


def _training(assessment: Assessment) -> dict[str, object] | None:
    run = assessment.run
    if run is None:
        return None
    return {
        "base model": assessment.base_model,
        "training questions": run.n_train,
        "validation questions": run.n_validation,
        "kept epoch": f"{run.kept.epoch} of {len(run.curve)}, {run.kept_for}",
        "time": f"{run.train_seconds:.0f} s on {run.device}",
        "precision": "bfloat16" if run.bf16 else "float32",
        "training answers that fitted in no window": len(run.lost_answers),
        "SHA-256 of the data": run.data_hash,
    }


def _settings(assessment: Assessment) -> dict[str, object]:
    if assessment.run is None:
        return {}
    return {**dataclasses.asdict(assessment.run.config), "model": assessment.base_model}


def _method(assessment: Assessment) -> dict[str, object]:
    interval = assessment.f1
    versions = assessment.run.versions if assessment.run else {}
    return {
        "data": assessment.data,
        "questions": assessment.evaluation.n,
        "unanswerable": sum(not example.is_answerable for example in assessment.evaluation.examples),
        "scoring rules": f"those of the official SQuAD {assessment.evaluation.rules} script",
        "interval": f"95%, {interval.claim}, made from {interval.n_units} {interval.unit}s (logit scale, t quantile)",
        "no-answer threshold": "none, always answers" if assessment.threshold is None else f"{assessment.threshold:g}",
        "scored with": _versions(library_versions()),
        "trained with": _versions(versions) if versions else "not recorded",
    }


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
