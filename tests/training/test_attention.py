"""Which attention and which dropout a run trains with."""

from types import SimpleNamespace

import pytest

from qa_lesson import encoder
from qa_lesson.encoder import load_qa_model
from qa_lesson.errors import ModelError
from qa_lesson.runs import TrainingConfig
from qa_lesson.training import parameters


@pytest.mark.parametrize(("device", "expected"), [("cpu", "eager"), ("cuda", "sdpa"), ("mps", "sdpa")])
def test_plain_attention_trains_on_a_cpu_and_the_fused_kernel_elsewhere(monkeypatch, device, expected):
    monkeypatch.setattr(parameters, "device_type", lambda: device)
    assert parameters.training_attention() == expected


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_a_model_gets_the_attention_and_the_dropout_asked_for(attention):
    config = load_qa_model(dropout=TrainingConfig().dropout, attention=attention).config
    assert config._attn_implementation == attention
    assert config.hidden_dropout_prob == config.attention_probs_dropout_prob == 0


def test_a_model_without_dropout_accepts_none_at_all_and_refuses_some():
    without = SimpleNamespace(layers=2)
    encoder._set_dropout(without, 0.0)
    assert vars(without) == {"layers": 2}
    with pytest.raises(ModelError, match="no dropout to set"):
        encoder._set_dropout(without, 0.1)
