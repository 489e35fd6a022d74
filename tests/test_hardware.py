from qa_lesson.hardware import supports_bf16
from qa_lesson.runs import TrainingConfig, run_key


def test_bf16_can_be_ruled_out_and_then_it_is_another_run(monkeypatch):
    monkeypatch.setenv("QA_LESSON_BF16", "0")
    assert not supports_bf16()
    assert not supports_bf16("cuda")
    without = run_key(TrainingConfig(), "data")
    assert without == run_key(TrainingConfig(precision="auto"), "data")
    monkeypatch.setattr("qa_lesson.runs.supports_bf16", lambda: True)
    assert run_key(TrainingConfig(), "data") != without
