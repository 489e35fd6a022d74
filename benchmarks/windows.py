"""Cutting windows: `make_windows` against the tokenizer alone, and the tokenizer on one core against all cores.

    python benchmarks/windows.py

``TOKENIZERS_PARALLELISM`` is read when the first batch is tokenized, so each setting has a process of its own.
The package leaves it on, which is the tokenizers' default. `make` switches it off: the course's questions take about
a second either way, and with it on every process that is forked afterwards prints a warning.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from _report import Comparison, report_all, seconds

from qa_lesson.corpus import load_corpus
from qa_lesson.encoder import load_tokenizer
from qa_lesson.windows import make_windows

EXPECTED_SECONDS = 40
SHAPES = ((384, 128), (128, 32))
PARTS = ("train", "extra_train")


def measure() -> dict[str, list[float]]:
    """For each shape the seconds of `make_windows` and of the tokenizer alone, with the setting of this process."""
    examples = [example for part in PARTS for example in load_corpus(part)]
    tokenizer = load_tokenizer()
    pairs = [example.question for example in examples], [example.context for example in examples]
    times = {}
    for length, stride in SHAPES:

        def tokenize() -> None:
            tokenizer(
                *pairs,
                truncation="only_second",
                max_length=length,  # noqa: B023
                stride=stride,  # noqa: B023
                return_overflowing_tokens=True,
            )

        cut = seconds(lambda: make_windows(examples, tokenizer, max_length=length, stride=stride))  # noqa: B023
        times[f"{length} tokens, stride {stride}"] = [cut, seconds(tokenize)]
    return times


def main() -> None:
    """Both settings, each in its own process."""
    results = {}
    for setting in ("false", "true"):
        environment = {**os.environ, "TOKENIZERS_PARALLELISM": setting}
        command = [sys.executable, __file__, "--measure"]
        done = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE)
        results[setting] = json.loads(done.stdout)
    rows = []
    for shape in results["true"]:
        (cut, alone), (serial, _) = results["true"][shape], results["false"][shape]
        rows += [
            Comparison(f"windows of {shape}", ("make_windows", cut), ("the tokenizer alone", alone), None),
            Comparison(f"windows of {shape}, cores", ("all cores", cut), ("one core", serial), None),
        ]
    report_all("windows", rows, tokenizer_share={s: alone / cut for s, (cut, alone) in results["true"].items()})


if __name__ == "__main__":
    if "--measure" in sys.argv:
        print(json.dumps(measure()))
    else:
        main()
