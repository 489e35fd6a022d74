"""One training step with and without dropout, with plain and with fused attention: where a CPU's time goes.

python benchmarks/training_step.py

The default recipe trains without dropout, and on a CPU with plain attention, because of these figures.
"""

from __future__ import annotations

import time
from itertools import product
from typing import Any

import numpy as np
import torch
from _report import Comparison, report_all

from qa_lesson.corpus import load_training
from qa_lesson.encoder import Attention, load_qa_model, load_tokenizer
from qa_lesson.hardware import device_type, supports_bf16
from qa_lesson.runs import TrainingConfig
from qa_lesson.training import freeze
from qa_lesson.training.parameters import make_optimizer
from qa_lesson.windows import make_windows

EXPECTED_SECONDS = 60
BATCH, STEPS, ROUNDS = 16, 4, 2


def batches() -> list[dict[str, Any]]:
    """Windows of about equal length in each batch, from short to long, the way the recipe groups them."""
    tokenizer = load_tokenizer()
    columns = make_windows(load_training(), tokenizer, max_length=384, stride=128).columns()
    order = np.argsort(columns["length"], kind="stable")
    chosen = []
    for start in np.linspace(0, len(order) - BATCH, STEPS).astype(int):
        rows = order[start : start + BATCH]
        batch = tokenizer.pad({"input_ids": [columns["input_ids"][row] for row in rows]}, return_tensors="pt")
        labels = {
            name: torch.tensor([columns[name][row] for row in rows]) for name in ("start_positions", "end_positions")
        }
        chosen.append({name: tensor.to(device_type()) for name, tensor in {**batch, **labels}.items()})
    return chosen


class Training:
    """A model of one kind, ready for a round of steps."""

    def __init__(self, dropout: float, attention: Attention, bf16: bool) -> None:
        torch.manual_seed(0)
        self.model = load_qa_model(dropout=dropout, attention=attention).to(device_type()).train()
        freeze(self.model, embeddings=True, layers=1)
        self.optimizer = make_optimizer(self.model, TrainingConfig())
        self.bf16 = bf16

    def tokens_per_second(self, work: list[dict[str, Any]]) -> float:
        """Tokens (padding excluded) trained in a second of wall time."""
        started, tokens = time.perf_counter(), 0
        for batch in work:
            with torch.autocast(device_type(), dtype=torch.bfloat16, enabled=self.bf16):
                loss = self.model(**batch).loss
            loss.backward()
            self.optimizer.step()
            self.optimizer.zero_grad()
            tokens += int(batch["attention_mask"].sum())
        if device_type() == "cuda":
            torch.cuda.synchronize()
        return tokens / (time.perf_counter() - started)


def main() -> None:
    """Measure the kinds in turns, so that a busy moment of the machine meets all of them, and keep each one's best."""
    work = batches()
    attentions: tuple[Attention, ...] = ("sdpa", "eager")
    rows = []
    for bf16 in (True, False) if supports_bf16() else (False,):
        kinds = {kind: Training(*kind, bf16) for kind in product((0.1, 0.0), attentions)}
        best = dict.fromkeys(kinds, 0.0)
        for training in kinds.values():
            training.tokens_per_second(work[:1])
        for _ in range(ROUNDS):
            for kind, training in kinds.items():
                best[kind] = max(best[kind], training.tokens_per_second(work))
        numbers = "bf16" if bf16 else "fp32"
        for kind in list(kinds)[1:]:
            named = {kind: f"dropout {kind[0]:g}, {kind[1]}" for kind in kinds}
            rows.append(
                Comparison(
                    f"training step, {numbers}, {BATCH} windows",
                    (named[kind], best[kind]),
                    (named[0.1, "sdpa"], best[0.1, "sdpa"]),
                    unit="tokens/s",
                    more_is_better=True,
                )
            )
    report_all("training_step", rows)


if __name__ == "__main__":
    main()
