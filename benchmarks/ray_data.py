"""The batched answerer on a local Ray cluster of two workers, against one process: docs/scaling.md explains it.

python benchmarks/ray_data.py [QUESTIONS]

Needs ``pip install "ray[data]"``, which is not a dependency of this package, so `make bench` leaves this script out
where Ray is missing. The model is the embedded encoder with a new head: real work for every question.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _report import Comparison, report_all

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus
from qa_lesson.schema import Example

if TYPE_CHECKING:
    import numpy as np

EXPECTED_SECONDS = 70
QUESTIONS, BATCH, WORKERS = 512, 64, 2


class Answerer:
    """What each worker holds: the model is loaded once, then answers batch after batch."""

    def __init__(self, model: str) -> None:
        import torch

        torch.set_num_threads(1)  # a worker has one core
        torch.manual_seed(0)  # the new head is the same in every worker
        self.answerer = QuestionAnswerer(model)

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, Any]:
        """Add the answers to a batch of columns."""
        rows = zip(batch["id"], batch["question"], batch["context"], strict=True)
        found = self.answerer.predict([Example(*map(str, row)) for row in rows], n_best=1)
        return {"id": batch["id"], "text": [one.text for one in found], "start": [one.start for one in found],
                "probability": [one.probability for one in found]}  # fmt: skip


def rows(n: int) -> list[dict[str, str]]:
    """The corpus's training questions, over and over, with ids of their own."""
    examples = load_corpus("train")
    return [
        {"id": f"q{number:06d}", "question": one.question, "context": one.context}
        for number, one in ((number, examples[number % len(examples)]) for number in range(n))
    ]


def main(n: int) -> None:
    """Answer the same questions both ways, and check that the answers are the same."""
    if importlib.util.find_spec("ray") is None:
        print('ray is not installed here, so this is not measured: pip install "ray[data]"')
        return
    import numpy as np
    import ray

    asked = rows(n)
    columns = {name: np.array([row[name] for row in asked]) for name in asked[0]}
    one = Answerer("embedded")
    started = time.perf_counter()
    alone: dict[str, str] = {}
    for first in range(0, n, BATCH):
        answers = one({name: values[first : first + BATCH] for name, values in columns.items()})
        alone |= dict(zip(map(str, answers["id"]), answers["text"], strict=True))
    one_process = time.perf_counter() - started

    ray.init(num_cpus=WORKERS + 1, include_dashboard=False, log_to_driver=False)  # one to read and write
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        answered = ray.data.from_items(asked, override_num_blocks=2 * WORKERS).map_batches(
            Answerer,
            fn_constructor_args=("embedded",),
            batch_size=BATCH,
            num_cpus=1,
            compute=ray.data.ActorPoolStrategy(size=WORKERS),
        )
        answered.write_parquet(folder)
        two_workers = time.perf_counter() - started
        table = ray.data.read_parquet(folder).to_pandas()
    ray.shutdown()
    assert len(table) == n == table["id"].nunique(), "a question is missing or was answered twice"
    assert dict(zip(table["id"], table["text"], strict=True)) == alone, "the answers differ"
    report_all(
        "ray_data",
        [
            Comparison(
                f"{n:,} questions with Ray Data, the start of its workers included",
                (f"{WORKERS} workers", two_workers),
                ("one process with one thread", one_process),
            )
        ],
        n_questions=n,
        answers_equal=True,
        ray=ray.__version__,
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main(int(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS)
