"""Two processes that share a command, over gloo on the CPU: about 40 s on two idle cores."""

import json

import pytest
import torch
from launched import launch
from safetensors.torch import load_file

from qa_lesson.corpus import load_corpus
from qa_lesson.loading import write_squad

COMMAND = ("-m", "qa_lesson.cli")
WHOLE_BATCHES = 26  # so many questions make 32 windows, four batches of eight: the last one needs no filling up


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_squad(load_corpus("train")[:WHOLE_BATCHES], folder / "train.json")
    write_squad(
        load_corpus("validation")[:32], folder / "validation.json"
    )  # one batch: its loss is that of one process
    write_squad(load_corpus("validation")[:25], folder / "odd.json")  # the processes get unequal parts
    return folder


def finetune_command(tiny_model_dir, data, out, *more):
    options = {
        "--model": tiny_model_dir, "--data": data / "train.json", "--validation": data / "validation.json",
        "--epochs": 2, "--batch-size": 8, "--max-length": 128, "--stride": 16, "--dropout": 0, "--frozen-layers": 0,
        "--precision": "fp32", "--out": out,
    }  # fmt: skip
    return [*COMMAND, "finetune", *(part for pair in options.items() for part in pair), "--json", *more]


@pytest.fixture(scope="module")
def finetuned(tiny_model_dir, data, tmp_path_factory):
    """The folder and the printed record of the same run by one process and by two."""
    made = {}
    for processes in (1, 2):
        folder = tmp_path_factory.mktemp("run")
        command = finetune_command(tiny_model_dir, data, folder / "model")
        main, *others = launch(processes, command, QA_LESSON_CACHE=str(folder / "cache"))
        assert main.returncode == 0, main.stderr
        for other in others:
            assert (other.returncode, other.stdout) == (0, ""), other.stderr
        made[processes] = (folder, json.loads(main.stdout))
    return made


def test_two_processes_train_as_one(finetuned):
    (one, alone), (two, shared) = finetuned[1], finetuned[2]
    assert shared["untrained_f1"] == alone["untrained_f1"]
    for ours, theirs in zip(shared["curve"], alone["curve"], strict=True):
        known = [name for name, value in theirs.items() if value is not None]
        assert [ours[name] for name in known] == pytest.approx([theirs[name] for name in known], rel=1e-4)
    left, right = (load_file(folder / "model" / "model.safetensors") for folder in (one, two))
    for name, weights in left.items():
        # a softmax does not change with these, so their gradient is rounding alone, and Adam makes whole steps of it
        if not name.endswith(("qa_outputs.bias", "key.bias")):
            torch.testing.assert_close(right[name], weights, rtol=1e-3, atol=1e-4)


def test_the_main_process_leaves_what_one_process_leaves(finetuned):
    def files(folder):
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))

    assert files(finetuned[2][0]) == files(finetuned[1][0])


def test_no_question_is_answered_twice_or_not_at_all(finetuned, data, tmp_path):
    model = finetuned[1][0] / "model"
    totals = {}
    for processes in (1, 2):
        out = tmp_path / f"{processes}.json"
        command = [*COMMAND, "evaluate", "--model", model, "--data", data / "odd.json", "--out", out, "--json"]
        main, *others = launch(processes, command)
        assert main.returncode == 0, main.stderr
        assert all(other.stdout == "" for other in others)
        totals[processes] = {name: value for name, value in json.loads(main.stdout).items() if name != "seconds"}
    assert totals[2] == totals[1]
    source, out = data / "questions.jsonl", tmp_path / "answers.jsonl"
    asked = [{"id": one.id, "question": one.question, "context": one.context} for one in load_corpus("validation")[:25]]
    source.write_text("".join(json.dumps(row) + "\n" for row in asked), encoding="utf-8")
    main, *others = launch(2, [*COMMAND, "answer", "--model", model, "--in", source, "--out", out, "--json"])
    assert json.loads(main.stdout)["n"] == 25, main.stderr
    assert all((other.returncode, other.stdout) == (0, "") for other in others)
    lines = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert {line["id"]: line["text"] for line in lines} == json.loads((tmp_path / "1.json").read_text())
    first, second = ((tmp_path / f"{processes}.json").read_text() for processes in (1, 2))
    assert list(json.loads(second)) == [example.id for example in load_corpus("validation")[:25]]
    assert second == first


def test_a_command_that_cannot_be_shared_says_so_in_every_process():
    for result in launch(2, [*COMMAND, "corpus"]):
        assert result.returncode == 2
        assert "2 processes cannot share this command" in result.stderr
        assert result.stdout == ""
