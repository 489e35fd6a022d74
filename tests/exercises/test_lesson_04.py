import math

import pytest

from qa_lesson.exercises import check


def verdict(name, answer):
    result = check(f"fine_tune.{name}", answer)
    return result.status, result.message


@pytest.mark.parametrize("name", ["best_epoch", "steps", "modernise"])
def test_blanks(name):
    assert verdict(name, ...) == ("not attempted", "")
    assert verdict(name, None) == ("not attempted", "")
    if name != "modernise":
        assert verdict(name, lambda *given: ...) == ("not attempted", "")


def scored(log):
    return [entry for entry in log if "eval_f1" in entry]


def right_best(log):
    return round(max(scored(log), key=lambda entry: entry["eval_f1"])["epoch"])


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda log: max(log, key=lambda entry: entry["eval_f1"])["epoch"], "not every entry has this key"),
        (lambda log: round(scored(log)[-1]["epoch"]), "the last epoch"),
        (lambda log: round(min(scored(log), key=lambda entry: entry["eval_loss"])["epoch"]), "lowest validation loss"),
        (lambda log: max(scored(log), key=lambda entry: entry["eval_exact_match"])["epoch"], "best exact match"),
        (lambda log: max(entry["eval_f1"] for entry in scored(log)), "is a score"),
        (lambda log: max(scored(log), key=lambda entry: entry["eval_f1"]), "a whole entry"),
        (lambda log: max(scored(log), key=lambda entry: entry["eval_f1"])["epoch"], "a whole number"),
        (lambda log: 1 if len(log) > 5 else 3, "the first epoch"),
        (lambda log: 2, "epoch 3 only"),
        (lambda log: "two", "expected 2"),
    ],
)
def test_best_epoch_says_what_is_wrong(answer, told):
    status, message = verdict("best_epoch", answer)
    assert status == "not yet"
    assert told in message


def test_best_epoch():
    assert verdict("best_epoch", right_best) == ("correct", "")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda n, batch, epochs: n // batch * epochs, "round up"),
        (lambda n, batch, epochs: math.ceil(n / batch), "every epoch"),
        (lambda n, batch, epochs: math.ceil(n * epochs / batch), "round up within the epoch"),
        (lambda n, batch, epochs: n * epochs, "ten full batches"),
    ],
)
def test_steps_says_what_is_wrong(answer, told):
    status, message = verdict("steps", answer)
    assert status == "not yet"
    assert told in message


def test_steps():
    assert verdict("steps", lambda n, batch, epochs: math.ceil(n / batch) * epochs) == ("correct", "")


RIGHT = {
    "eval_strategy": "epoch",
    "save_strategy": "epoch",
    "load_best_model_at_end": True,
    "metric_for_best_model": "f1",
    "warmup_steps": 0.1,
    "use_cpu": True,
}


def without(name):
    return {key: value for key, value in RIGHT.items() if key != name}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({**RIGHT, "evaluation_strategy": "epoch"}, "'evaluation_strategy' is the old name"),
        ({**without("use_cpu"), "no_cuda": True}, "'no_cuda' is the old name"),
        (without("warmup_steps"), "nothing stands for 'warmup_ratio'"),
        ({**RIGHT, "warmup_steps": 10}, "warmup_steps should be 0.1"),
        ({**RIGHT, "overwrite_output_dir": True}, "gone without a successor"),
        (without("load_best_model_at_end"), "load_best_model_at_end should be True"),
        ({**RIGHT, "save_strategy": "steps"}, "save_strategy must follow eval_strategy"),
        (without("save_strategy"), "save_strategy must follow eval_strategy"),
        ({**RIGHT, "evaluate": True}, "TrainingArguments says TypeError"),
        (sorted(RIGHT), "as a dictionary"),
    ],
)
def test_modernise_says_what_is_wrong(answer, told):
    status, message = verdict("modernise", answer)
    assert status == "not yet"
    assert told in message


def test_modernise():
    assert verdict("modernise", RIGHT) == ("correct", "")
    assert verdict("modernise", {**RIGHT, "save_strategy": "best", "learning_rate": 3e-4}) == ("correct", "")


def stops_after(log, patience):
    best, best_epoch, epoch = -1.0, 0, 0
    for entry in scored(log):
        epoch = round(entry["epoch"])
        if entry["eval_f1"] > best:
            best, best_epoch = entry["eval_f1"], epoch
        if epoch - best_epoch >= patience:
            return epoch
    return epoch


def modernize(settings):
    names = {"evaluation_strategy": "eval_strategy", "warmup_ratio": "warmup_steps", "no_cuda": "use_cpu"}
    new = {names.get(name, name): value for name, value in settings.items()}
    new.pop("overwrite_output_dir", None)
    if new.pop("group_by_length", False):
        new["train_sampling_strategy"] = "group_by_length"
    if new.get("load_best_model_at_end"):
        new["save_strategy"] = new["eval_strategy"]
    return new


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("stops_after", stops_after, ""),
        ("stops_after", lambda log, patience: 4, "one epoch old"),
        ("stops_after", lambda log, patience: min(4, 2 + patience), ""),
        ("stops_after", lambda log, patience: 2 + patience, "never gets that old"),
        ("accumulated_steps", lambda n, size, group, epochs: math.ceil(math.ceil(n / size) / group) * epochs, ""),
        ("accumulated_steps", lambda n, size, group, epochs: math.ceil(n / size) // group * epochs, "a third one"),
        ("accumulated_steps", lambda n, size, group, epochs: math.ceil(n / size) * epochs, "five of them are a step"),
        ("modernize_any", modernize, ""),
        ("modernize_any", lambda settings: settings, "only the name changes"),
        ("modernize_any", lambda settings: {}, "stay as they are"),
    ],
)
def test_harder_variants(name, answer, told):
    status, message = verdict(name, answer)
    assert (status == "correct") == (told == "")
    assert told in message
