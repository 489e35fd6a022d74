"""A run on the CPU returns freed memory every few steps and after each validation."""

from types import SimpleNamespace

from transformers import TrainerState

from qa_lesson.training import trainer as trainer_module
from qa_lesson.training.trainer import stay_small


def test_memory_is_given_back_every_few_steps(monkeypatch):
    given_back, callbacks = [], []
    monkeypatch.setattr(trainer_module, "give_back_memory", lambda: given_back.append(state.global_step))
    stay_small(SimpleNamespace(add_callback=callbacks.append))
    (callback,) = callbacks
    state = TrainerState()
    for state.global_step in range(1, 51):
        callback.on_step_end(None, state, None)
    assert given_back == [20, 40]
    callback.on_evaluate(None, state, None)
    assert given_back == [20, 40, 50]
