"""The model card: a README that tells others what the model is, how to use it and what its scores are worth.

Front matter as Hugging Face reads it (https://huggingface.co/docs/hub/model-cards).
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from qa_lesson.evaluation import Interval
from qa_lesson.look.html import percent
from qa_lesson.report.assessment import Assessment
from qa_lesson.storage import write_atomically

PLAIN_TRANSFORMERS = """
import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained({model!r})
model = AutoModelForQuestionAnswering.from_pretrained({model!r}).eval()

question = "Who keeps the light?"
context = "Bram Keating keeps the light on Skelm. Ada Orme keeps the books."
inputs = tokenizer(question, context, return_tensors="pt", return_offsets_mapping=True)
offsets = inputs.pop("offset_mapping")[0]
in_context = torch.tensor([part == 1 for part in inputs.sequence_ids(0)])  # an answer stands in the context only
with torch.inference_mode():
    output = model(**inputs)
start = output.start_logits[0].masked_fill(~in_context, -torch.inf)
end = output.end_logits[0].masked_fill(~in_context, -torch.inf)
scores = start[:, None] + end[None, :]
legal = torch.ones_like(scores).triu().tril({longest} - 1).bool()  # end not before start, {longest} tokens at most
first, last = divmod(scores.masked_fill(~legal, -torch.inf).argmax().item(), len(end))
answer = context[offsets[first][0] : offsets[last][1]]
print(answer)
"""
"""Use without this package: short contexts only, since it reads one window."""


def write_model_card(assessment: Assessment, path: str | Path) -> Path:
    """Write the model card (Markdown), atomically; returns its path. In the model's folder its name is README.md.

    Raises:
        StorageError: the file cannot be written.
    """
    return write_atomically(path, model_card(assessment))


def model_card(assessment: Assessment) -> str:
    """The model card as Markdown with YAML front matter. It sets no licence: that is the owner's decision."""
    parts = [
        f"---\n{_front_matter(assessment)}\n---",
        f"# {Path(assessment.model).name}",
        "An extractive question-answering model: it points at the words of a passage that answer a question, and "
        "never makes up an answer. It can still point at the wrong words.",
        "## Scores",
        _scores(assessment),
        "## What the scores do not say",
        "\n".join(f"- {caveat}" for caveat in assessment.caveats())
        or "- Whether your questions are like the ones it was scored on.",
        "## Use",
        f"```python\nfrom qa_lesson import QuestionAnswerer\n\nanswerer = QuestionAnswerer({_name(assessment)!r})\n"
        'answer = answerer("Who keeps the light?", "Bram Keating keeps the light on Skelm.")\n'
        "print(answer.text, answer.start, answer.end, answer.probability)\n```",
        "With transformers alone (version 5 has no question-answering pipeline):",
        f"```python\n{_plain_code(assessment)}\n```",
        "## Training",
        _training(assessment),
    ]
    return "\n\n".join(parts) + "\n"


def _front_matter(assessment: Assessment) -> str:
    from huggingface_hub import EvalResult, ModelCardData

    run = assessment.run
    trained_from_folder = run is not None and Path(run.config.model).exists()  # which means nothing to others
    results = [
        EvalResult(
            task_type="question-answering",
            dataset_type="custom",
            dataset_name=assessment.data,
            metric_type=kind,
            metric_name=f"{name} (fraction of 1)",
            metric_value=round(interval.estimate, 4),
        )
        for kind, name, interval in (
            ("exact_match", "Exact match", assessment.exact_match),
            ("f1", "F1", assessment.f1),
        )
    ]
    card = ModelCardData(
        model_name=Path(assessment.model).name,
        library_name="transformers",
        pipeline_tag="question-answering",
        base_model=None if trained_from_folder else assessment.base_model,
        eval_results=results,
    )
    return str(card.to_yaml())


def _scores(assessment: Assessment) -> str:
    lines = ["| score | value | 95 % interval |", "| --- | --- | --- |"]
    for name, interval in (("exact match", assessment.exact_match), ("F1", assessment.f1)):
        lines.append(f"| {name} | {percent(interval.estimate)} | {_ends(interval)} |")
    n, documents = assessment.evaluation.n, assessment.n_documents
    unit = f"{assessment.f1.resample}s" if assessment.f1.resample else "counts"
    lines.append(
        f"\nOn {assessment.data}: {n} questions on {documents} documents, scored as the official SQuAD "
        f"{assessment.evaluation.rules} script does; intervals by bootstrap over {unit}."
    )
    for name, slices in assessment.slices.items():
        if name == "document":
            continue  # one row a document is for the report
        lines += [f"\n| {name} | questions | exact match | F1 |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {_cell(part.name)} | {part.n} | {percent(part.exact_match)} | {percent(part.f1)} |" for part in slices
        ]
    return "\n".join(lines)


def _training(assessment: Assessment) -> str:
    run = assessment.run
    if run is None:
        return "Not recorded."
    settings = json.dumps({**dataclasses.asdict(run.config), "model": assessment.base_model}, indent=1)
    return (
        f"{run.n_train} questions, {run.n_validation} for validation; epoch {run.best.epoch} of {len(run.curve)} was "
        f"kept by validation F1. {run.train_seconds:.0f} s on {run.device}, "
        f"{'bfloat16' if run.bf16 else 'float32'}. SHA-256 of the data: `{run.data_hash}`.\n\n```json\n{settings}\n```"
    )


def _plain_code(assessment: Assessment) -> str:
    longest = assessment.run.config.max_answer_tokens if assessment.run else 30
    return PLAIN_TRANSFORMERS.format(model=_name(assessment), longest=longest).strip()


def _name(assessment: Assessment) -> str:
    """How others load it: a hub id as it is, a folder by its name alone."""
    return Path(assessment.model).name if Path(assessment.model).is_dir() else assessment.model


def _ends(interval: Interval) -> str:
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
