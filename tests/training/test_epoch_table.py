"""One bar and one table of percentages, and neither where nobody watches."""

from types import SimpleNamespace

import pytest
from transformers import TrainerControl, TrainerState

from qa_lesson.training import epoch_table
from qa_lesson.training.epoch_table import HEADER, show_progress

LOG = [{"epoch": 1.0, "loss": 2.3}, {"epoch": 1.0, "eval_loss": 1.8, "eval_exact_match": 0.4, "eval_f1": 0.55}]


class FakeTrainer(SimpleNamespace):
    def __init__(self):
        super().__init__(removed=[], added=[])

    def remove_callback(self, callback):
        self.removed.append(callback.__name__)

    def add_callback(self, callback):
        self.added.append(callback)


@pytest.mark.parametrize("notebook", [False, True])
def test_a_bar_and_a_line_for_each_epoch(monkeypatch, capsys, notebook):
    monkeypatch.setattr(epoch_table, "progress_wanted", lambda: True)
    monkeypatch.setattr(epoch_table, "in_notebook", lambda: notebook)
    trainer = FakeTrainer()
    show_progress(trainer)
    assert trainer.removed == ["PrinterCallback"]
    (shown,) = trainer.added
    state, control = TrainerState(max_steps=2), TrainerControl()
    shown.on_train_begin(None, state, control)
    for step in (1, 2):
        state.global_step = step
        shown.on_step_end(None, state, control)
    assert shown.bar.n == 2
    state.log_history = LOG
    for _ in range(2):  # evaluated twice, told once
        shown.on_evaluate(None, state, control)
    shown.on_train_end(None, state, control)
    printed = capsys.readouterr()
    table, empty = (printed.out, printed.err) if notebook else (printed.err, printed.out)
    assert table.count(HEADER) == 1
    assert table.count("40.0%   55.0%") == 1
    assert HEADER not in empty
    assert notebook or empty == "", "a terminal's standard output is for results"


def test_nobody_watches(monkeypatch):
    monkeypatch.setattr(epoch_table, "progress_wanted", lambda: False)
    trainer = FakeTrainer()
    show_progress(trainer)
    assert trainer.added == []
