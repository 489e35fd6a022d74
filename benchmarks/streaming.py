"""Memory and time of answering a file of questions as a stream: 10,000, 100,000 and a million of them.

python benchmarks/streaming.py [SIZE ...]        (no sizes: 10,000 and 100,000; a million takes 15 minutes)

Reading the file, cutting the windows, decoding and writing are what the package does. The model is a BERT of 8 hidden
units with random weights, because the trained one would take hours for a million questions on a CPU. It gives logits
of the same shape, so it changes neither the memory that grows with the questions nor the other steps. Each size runs
in a process of its own, so that its peak is its own. Sizes that did not run now keep their earlier result.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _report import RESULTS, Measurement, machine, peak_mib, report_all

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.encoder import load_tokenizer
from qa_lesson.streaming import answer_stream, question_stream, write_answers

EXPECTED_SECONDS = 40
SIZES = (10_000, 100_000)
FLAT = 1.1
"""The peak of the largest size may be so many times that of the smallest."""
WORDS = ("keeper", "light", "harbor", "winter", "ledger", "stone", "signal", "oil", "ship", "night", "1843", "Skelm")


def lines(n: int) -> Iterator[str]:
    """So many questions on passages of 10 words each."""
    rng = random.Random(0)
    for number in range(n):
        context = " ".join(rng.choices(WORDS, k=10)).capitalize() + "."
        record = {"id": str(number), "question": f"Which {rng.choice(WORDS)} comes first?", "context": context}
        yield json.dumps(record) + "\n"


def tiny_answerer() -> QuestionAnswerer:
    """An answerer with a model of 8 hidden units."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    torch.manual_seed(0)
    tokenizer = load_tokenizer()
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8
    )
    return QuestionAnswerer(model_and_tokenizer=(BertForQuestionAnswering(config), tokenizer), batch_size=256)


def one_size(n: int) -> None:
    """Answer a file of n questions and print the seconds and the peak memory."""
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "questions.jsonl", Path(name) / "answers.jsonl"
        with source.open("w", encoding="utf-8") as file:
            file.writelines(lines(n))
        answerer = tiny_answerer()
        started = time.perf_counter()
        written = write_answers(target, answer_stream(answerer, question_stream(source)))
        seconds = time.perf_counter() - started
        assert written == n, written
        print(json.dumps({"seconds": seconds, "peak_mib": peak_mib(), "mib_read": source.stat().st_size / 2**20}))


def main(sizes: list[int]) -> None:
    """Run each size in a process of its own, and write all that are known."""
    kept = RESULTS / "streaming.json"
    known: dict[str, Any] = json.loads(kept.read_text())["sizes"] if kept.is_file() else {}
    for n in sizes:
        command = [sys.executable, __file__, "--one", str(n)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        known[str(n)] = json.loads(told) | {"machine": machine()}
        print(f"{n:,}: {told.strip()}", flush=True)
    smallest = min(map(int, known))
    limit = FLAT * known[str(smallest)]["peak_mib"]
    rows = [
        Measurement(
            f"peak memory while {n:,} questions are answered",
            known[str(n)]["peak_mib"],
            None if n == smallest else limit,
            "MiB",
        )
        for n in sorted(map(int, known))
    ]
    report_all("streaming", rows, sizes=known, model="random, 8 hidden units")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one_size(int(sys.argv[2]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
