"""The service under 1, 8 and 32 clients, with and without an index, its behavior at overload, and the ways to answer.

    python benchmarks/serving.py [MODEL]

Clients and service are processes on one machine and speak over the loopback, each client asking again as soon as it has
its answer. OpenVINO is measured where the extra ``qa-lesson[openvino]`` is installed.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from _model import fine_tuned
from _report import Measurement, report_all

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus, load_training
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.hardware import supports_bf16
from qa_lesson.retrieval import build_index, corpus_passages
from qa_lesson.schema import Example
from qa_lesson.serving import OnnxAnswerer, OpenVinoAnswerer, export_onnx, export_openvino

EXPECTED_SECONDS = 80
SECONDS, CLIENTS, N_ALONE, EVERY = 2.0, (1, 8, 32), 20, 6


class Service:
    """`qa-lesson serve` in a process of its own, on a free port."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "qa_lesson.cli", "serve", "--port", "0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        found = re.search(r"http://(\S+)", self.process.stdout.readline())
        assert found, "the service did not start"
        self.netloc = found[1]

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def load(self, n_clients: int, examples: list[Example], *, with_context: bool, seconds: float) -> dict[str, Any]:
        """What many clients see: statuses, seconds of each answered request, and answers with the wrong question."""
        statuses: Counter[int] = Counter()
        times: list[float] = []
        mixed_up = lost = 0
        lock = threading.Lock()
        until = time.perf_counter() + seconds

        def ask(number: int) -> None:
            nonlocal mixed_up, lost
            connection = http.client.HTTPConnection(self.netloc, timeout=60)
            place = number * 37
            while time.perf_counter() < until:
                example = examples[place % len(examples)]
                place += 1
                body = {"question": example.question} | ({"context": example.context} if with_context else {})
                started = time.perf_counter()
                try:
                    connection.request("POST", "/answer", json.dumps(body), {"Content-Type": "application/json"})
                    response = connection.getresponse()
                    content = json.loads(response.read())
                except OSError:
                    with lock:
                        lost += 1
                    connection.close()
                    continue
                took = time.perf_counter() - started
                with lock:
                    statuses[response.status] += 1
                    if response.status == 200:
                        times.append(took)
                        mixed_up += content["answers"][0]["question"] != example.question

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(n_clients)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wall = time.perf_counter() - started
        ranks = statistics.quantiles(times, n=20) if len(times) > 1 else [float("nan")] * 19
        return {
            "clients": n_clients, "statuses": dict(statuses), "lost": lost, "mixed_up": mixed_up,
            "per_second": len(times) / wall, "p50_ms": 1e3 * ranks[9], "p95_ms": 1e3 * ranks[18],
        }  # fmt: skip


def ways(model: Path, folder: Path) -> dict[str, Callable[[], QuestionAnswerer]]:
    """The ways to answer, by name."""
    export_onnx(model, folder / "onnx")
    export_onnx(model, folder / "int8", int8=True)
    found: dict[str, Callable[[], QuestionAnswerer]] = {
        "PyTorch fp32": lambda: QuestionAnswerer(model, precision="fp32"),
        "ONNX fp32": lambda: OnnxAnswerer(folder / "onnx"),
        "ONNX int8": lambda: OnnxAnswerer(folder / "int8"),
    }
    if supports_bf16("cpu"):
        found["PyTorch bf16"] = lambda: QuestionAnswerer(model, precision="bf16", device="cpu")
    if find_spec("openvino") is None or find_spec("nncf") is None:
        print('OpenVINO is not measured: it is not installed, see pip install "qa-lesson[openvino]"')
    else:
        export_openvino(model, folder / "openvino")
        export_openvino(model, folder / "openvino_int8", int8_for=load_training())
        found["OpenVINO bf16" if supports_bf16("cpu") else "OpenVINO fp32"] = lambda: OpenVinoAnswerer(
            folder / "openvino"
        )
        found["OpenVINO int8"] = lambda: OpenVinoAnswerer(folder / "openvino_int8")
    return found


def measured(answerer: QuestionAnswerer, examples: list[Example]) -> dict[str, Any]:
    """Answers, F1, questions a second, and the milliseconds of single questions."""
    answerer.predict(examples[:32], n_best=1)
    started = time.perf_counter()
    texts = {one.id: one.text for one in answerer.predict(examples, n_best=1)}
    seconds = time.perf_counter() - started
    alone = []
    for example in examples[:N_ALONE]:
        begun = time.perf_counter()
        answerer(example.question, example.context, n_best=1)
        alone.append(1e3 * (time.perf_counter() - begun))
    ranks = statistics.quantiles(alone, n=20)
    return {
        "texts": texts, "f1": evaluate_predictions(examples, texts).total.f1, "per_second": len(examples) / seconds,
        "p50_ms": ranks[9], "p95_ms": ranks[18],
    }  # fmt: skip


def check(found: dict[str, Any], allowed: set[int]) -> None:
    """Make sure that every request got an answer of its own, or one of the other statuses that are allowed."""
    if set(found["statuses"]) - allowed or found["lost"] or found["mixed_up"]:
        raise SystemExit(f"the service lost or mixed up requests: {found}")


def main() -> None:
    """Measure the ways to answer, then the service."""
    model, examples = fine_tuned(), load_corpus("test")[::EVERY]
    rows: list[Measurement] = []
    facts: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        direct = {way: measured(load(), examples) for way, load in ways(model, folder).items()}
        exact = direct["PyTorch fp32"]["texts"]
        for way, found in direct.items():
            texts = found.pop("texts")
            found["answers_unlike_fp32"] = sum(texts[key] != exact[key] for key in exact)
            rows += [
                Measurement(f"{way}: {len(examples)} questions, questions a second", found["per_second"], unit=""),
                Measurement(f"{way}: one question, p50", found["p50_ms"], unit="ms"),
                Measurement(f"{way}: F1", 100 * found["f1"], unit="%"),
            ]
        facts["ways"] = direct
        passages = corpus_passages(["train", "validation", "test"])
        build_index(passages).save(folder / "index")
        options = ["--model", str(model), "--waiting", "256"]
        facts["service"] = []
        for with_index in (False, True):
            with Service(*options, *(["--index", str(folder / "index")] if with_index else [])) as service:
                service.load(2, examples, with_context=not with_index, seconds=1.0)
                for n in CLIENTS:
                    found = service.load(n, examples, with_context=not with_index, seconds=SECONDS)
                    check(found, {200, 429})
                    kind = f"{len(passages)} passages" if with_index else "context given"
                    what = f"service, {kind}, {n} client{'s' * (n > 1)}"
                    rows += [
                        Measurement(f"{what}: p50", found["p50_ms"], unit="ms"),
                        Measurement(f"{what}: p95", found["p95_ms"], unit="ms"),
                        Measurement(f"{what}: questions a second", found["per_second"], unit=""),
                    ]
                    facts["service"].append({"index": with_index, **found})
        with Service("--model", str(model), "--waiting", "8") as service:
            found = service.load(64, examples, with_context=True, seconds=SECONDS)
        check(found, {200, 429})
        facts["overload"] = found
        refused = found["statuses"].get(429, 0) / sum(found["statuses"].values())
        rows += [
            Measurement("overload, 64 clients and room for 8 questions: refused with 429", 100 * refused, unit="%"),
            Measurement("the same: requests without any answer", found["lost"], unit=""),
            Measurement("the same: answered, p95", found["p95_ms"], unit="ms"),
        ]
    report_all("serving", rows, **facts, cores=os.cpu_count())


if __name__ == "__main__":
    main()
