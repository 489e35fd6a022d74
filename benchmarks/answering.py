"""Throughput and latency of `QuestionAnswerer`, with PyTorch and OpenVINO, against the pipeline of transformers 4.

    python benchmarks/answering.py [MODEL]

The pipeline runs in an environment of its own with transformers 4. Its Python is that of ``QA_LESSON_TRANSFORMERS_4``;
without it an environment is made in ``build/transformers-4``, which takes some minutes and the package index. Both
sides get the same model (MODEL, or the default run, which is trained if it is not in the cache), the same questions and
the same number of threads, one after the other. OpenVINO is measured where the extra ``qa-lesson[openvino]`` is
installed; its 8-bit model is calibrated on the training questions.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from _model import fine_tuned
from _report import Comparison, report_all

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus, load_training
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.hardware import device_type, supports_bf16
from qa_lesson.schema import Example
from qa_lesson.serving import OpenVinoAnswerer, export_openvino

EXPECTED_SECONDS = 60
BATCH_SIZE, N_ALONE = 16, 60
ENVIRONMENT = Path(__file__).parents[1] / "build" / "transformers-4"

PIPELINE = """
import json, sys, time
import torch
from transformers import pipeline
task = json.load(open(sys.argv[1]))
torch.set_num_threads(task["threads"])
answer = pipeline("question-answering", model=task["model"], device=task["device"])
options = {"max_seq_len": task["max_length"], "doc_stride": task["stride"], "max_answer_len": task["longest"]}
rows = [{"question": question, "context": context} for question, context in task["rows"]]
answer(rows[:task["batch_size"]], batch_size=task["batch_size"], **options)
started = time.perf_counter()
texts = [one["answer"] for one in answer(rows, batch_size=task["batch_size"], **options)]
seconds = time.perf_counter() - started
alone = []
for row in rows[:task["alone"]]:
    started = time.perf_counter()
    answer(row, **options)
    alone.append(time.perf_counter() - started)
json.dump({"texts": texts, "seconds": seconds, "alone": alone}, open(sys.argv[2], "w"))
"""


def old_python() -> Path:
    """The Python of an environment with transformers 4."""
    if named := os.environ.get("QA_LESSON_TRANSFORMERS_4"):
        return Path(named)
    python = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin") / "python"
    ready = ENVIRONMENT / ".ready"
    if not ready.is_file():
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        pip = [python, "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, f"torch=={torch.__version__.partition('+')[0]}", "transformers<5", "numpy"], check=True)
        ready.touch()
    return python


def by_pipeline(examples: list[Example], answerer: QuestionAnswerer, model: Path) -> dict[str, Any]:
    """Answers, seconds and the seconds of single questions of the pipeline."""
    task = {
        "model": str(model), "device": device_type(), "threads": torch.get_num_threads(),
        "max_length": answerer.max_length, "stride": answerer.stride, "longest": answerer.max_answer_tokens,
        "batch_size": BATCH_SIZE, "alone": N_ALONE, "rows": [(one.question, one.context) for one in examples],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        script, given, result = (Path(name) / file for file in ("old.py", "task.json", "result.json"))
        script.write_text(PIPELINE)
        given.write_text(json.dumps(task))
        subprocess.run([old_python(), script, given, result], check=True)
        found: dict[str, Any] = json.loads(result.read_text())
    return found


def by_us(examples: list[Example], answerer: QuestionAnswerer) -> dict[str, Any]:
    """The same of `QuestionAnswerer`."""
    answerer.predict(examples[:BATCH_SIZE], n_best=1)
    started = time.perf_counter()
    texts = [one.text for one in answerer.predict(examples, n_best=1)]
    seconds = time.perf_counter() - started
    alone = []
    for example in examples[:N_ALONE]:
        started = time.perf_counter()
        answerer(example.question, example.context, n_best=1)
        alone.append(time.perf_counter() - started)
    return {"texts": texts, "seconds": seconds, "alone": alone}


def by_openvino(examples: list[Example], model: Path) -> dict[str, dict[str, Any]]:
    """The same of the model exported to OpenVINO: in floating point as the hardware has it, and in 8 bits."""
    if find_spec("openvino") is None or find_spec("nncf") is None:
        print('OpenVINO is not measured: it is not installed, see pip install "qa-lesson[openvino]"')
        return {}
    with tempfile.TemporaryDirectory() as name:
        plain = export_openvino(model, Path(name) / "plain")
        small = export_openvino(model, Path(name) / "int8", int8_for=load_training())
        floats = "OpenVINO bf16" if supports_bf16("cpu") else "OpenVINO fp32"
        return {
            way: by_us(examples, OpenVinoAnswerer(folder, batch_size=BATCH_SIZE))
            for way, folder in ((floats, plain), ("OpenVINO int8", small))
        }


def main() -> None:
    """Measure all ways on the test questions, and compare their scores."""
    model, examples = fine_tuned(), load_corpus("test")
    ways = {
        "fp32": by_us(examples, QuestionAnswerer(model, batch_size=BATCH_SIZE, precision="fp32")),
        "bf16": by_us(examples, QuestionAnswerer(model, batch_size=BATCH_SIZE, precision="bf16")),
        "pipeline": by_pipeline(examples, QuestionAnswerer(model), model),
    }
    exported = by_openvino(examples, model)
    ways |= exported
    totals = {}
    for name, way in ways.items():
        answers = {example.id: text for example, text in zip(examples, way["texts"], strict=True)}
        totals[name] = evaluate_predictions(examples, answers).total.f1
    default, n = "bf16" if supports_bf16() else "fp32", len(examples)
    per_second = {name: n / way["seconds"] for name, way in ways.items()}
    p50 = {name: 1e3 * statistics.median(way["alone"]) for name, way in ways.items()}
    p95 = {name: 1e3 * statistics.quantiles(way["alone"], n=20)[-1] for name, way in ways.items()}
    theirs = "pipeline of transformers 4"
    rows = [
        Comparison(
            f"answering {n} questions, batch size {BATCH_SIZE}, questions a second",
            (f"QuestionAnswerer, {default}", per_second[default]), (theirs, per_second["pipeline"]), 5, "", True,
        ),
        *(
            Comparison(
                f"the same with {way}", (way, per_second[way]), (theirs, per_second["pipeline"]), 5, "", True,
            )
            for way in exported
        ),
        Comparison(
            "the same in fp32",
            ("QuestionAnswerer, fp32", per_second["fp32"]), (theirs, per_second["pipeline"]), None, "", True,
        ),
        Comparison("answering in bf16 against fp32", *((name, ways[name]["seconds"]) for name in ("bf16", "fp32"))),
        *(
            Comparison(
                f"one question, {name} latency",
                (f"QuestionAnswerer, {default}", values[default]), (theirs, values["pipeline"]), None, "ms",
            )
            for name, values in (("p50", p50), ("p95", p95))
        ),
    ]  # fmt: skip
    apart = {
        name: sum(one != other for one, other in zip(way["texts"], ways["fp32"]["texts"], strict=True))
        for name, way in ways.items()
    }
    report_all("answering", rows, f1=totals, answers_unlike_fp32=apart, p50_ms=p50, p95_ms=p95)
    print(f"F1: {', '.join(f'{name} {100 * f1:.1f}%' for name, f1 in totals.items())}")


if __name__ == "__main__":
    main()
