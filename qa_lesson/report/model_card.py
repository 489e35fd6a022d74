"""The model card: a README that tells others what the model is, how to use it and what its scores are worth.

Front matter as Hugging Face reads it (https://huggingface.co/docs/hub/model-cards).
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from markupsafe import Markup

from qa_lesson.look.templating import render
from qa_lesson.report.assessment import Assessment
from qa_lesson.storage import write_atomically

WITH_THIS_PACKAGE = """
from qa_lesson import QuestionAnswerer

answerer = QuestionAnswerer({model!r})
answer = answerer("Who keeps the light?", "Bram Keating keeps the light on Skelm.")
print(answer.text, answer.start, answer.end, answer.probability)
"""
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
    """The model card as Markdown with YAML front matter. It sets no license: that is the owner's decision."""
    run = assessment.run
    name = _name(assessment)
    longest = run.config.answer_limit if run else 30
    settings = {**dataclasses.asdict(run.config), "model": assessment.base_model} if run else {}
    return str(
        render(
            "report/templates/model_card.md.jinja",
            front_matter=Markup(_front_matter(assessment)),
            name=Path(assessment.model).name,
            scores=[("exact match", assessment.exact_match), ("F1", assessment.f1)],
            data=assessment.data,
            evaluation=assessment.evaluation,
            n_documents=assessment.n_documents,
            claim=assessment.f1.claim,
            # one row a document is for the report
            tables=[(title, slices) for title, slices in assessment.slices.items() if title != "document"],
            caveats=assessment.caveats(),
            package_code=Markup(WITH_THIS_PACKAGE.format(model=name).strip()),
            plain_code=Markup(PLAIN_TRANSFORMERS.format(model=name, longest=longest).strip()),
            run=run,
            settings=Markup(json.dumps(settings, indent=1)),
        )
    )


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


def _name(assessment: Assessment) -> str:
    """How others load it: a hub id as it is, a folder by its name alone."""
    return Path(assessment.model).name if Path(assessment.model).is_dir() else assessment.model
