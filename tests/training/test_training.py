import dataclasses
import itertools
import json
import os
import shutil

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForQuestionAnswering, AutoTokenizer, Trainer

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus
from qa_lesson.encoder import load_qa_model
from qa_lesson.errors import ConfigError, DataError, ModelError, PredictionError, StorageError
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.hardware import progress_wanted
from qa_lesson.runs import RUN_FILE, RunRecord, TrainingConfig, cache_dir, evenly_spread, load_run
from qa_lesson.training import finetune, freeze, qa_metrics
from qa_lesson.windows import make_windows

TRAIN, VALIDATION = load_corpus("train")[:48], load_corpus("validation")[:24]


STEPS = 8  # an epoch: 64 windows of these 48 questions, 8 at once


@pytest.fixture
def config(tiny_model_dir) -> TrainingConfig:
    return TrainingConfig(
        model=tiny_model_dir, epochs=2, batch_size=8, max_length=128, stride=16,
        freeze_embeddings=False, frozen_layers=0, precision="fp32", head_learning_rate=3e-3,
    )  # fmt: skip


def weights(folder) -> dict:
    return AutoModelForQuestionAnswering.from_pretrained(folder).state_dict()


def test_a_run_records_what_it_was_made_from(config, tmp_path):
    run = finetune(TRAIN, VALIDATION, config, output_dir=tmp_path / "run")
    assert [point.epoch for point in run.curve] == [1, 2]
    assert all(0 <= point.exact_match <= point.f1 <= 1 for point in run.curve)
    assert run.curve[0].train_loss > 1
    assert (run.n_train, run.n_validation, run.device, run.bf16) == (48, 24, "cpu", False)
    assert run.best.f1 == max(point.f1 for point in run.curve)
    assert len(run.data_hash) == 64
    assert {"torch", "transformers", "qa-lesson"} <= set(run.versions)
    assert not run.from_cache
    assert 0 <= run.untrained_f1 <= 1
    again = load_run(tmp_path / "run")
    assert dataclasses.replace(again, from_cache=False) == run


def test_the_kept_weights_are_those_of_the_best_epoch(config, tmp_path):
    run = finetune(
        TRAIN, VALIDATION, dataclasses.replace(config, epochs=4, learning_rate=0.03), output_dir=tmp_path / "r"
    )
    answers = QuestionAnswerer(tmp_path / "r", device="cpu").predict(VALIDATION)
    total = evaluate_predictions(VALIDATION, answers).total
    assert (total.f1, total.exact_match) == pytest.approx((run.best.f1, run.best.exact_match))


def test_the_folder_loads_with_plain_transformers(config, tmp_path):
    finetune(TRAIN, VALIDATION, config, output_dir=tmp_path / "run")
    model = AutoModelForQuestionAnswering.from_pretrained(tmp_path / "run")
    encoded = AutoTokenizer.from_pretrained(tmp_path / "run")("Who?", "Bram keeps it.", return_tensors="pt")
    assert model(**encoded).start_logits.shape == encoded["input_ids"].shape


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_others_can_read_the_whole_folder(config, tmp_path):
    folder = finetune(TRAIN, VALIDATION, config, output_dir=tmp_path / "run").model_dir
    assert {file.stat().st_mode & 0o444 for file in folder.iterdir()} == {0o444}


def test_the_same_call_is_answered_from_the_cache(config, monkeypatch):
    first = finetune(TRAIN, VALIDATION, config)
    monkeypatch.setattr(Trainer, "train", lambda *args, **kwargs: pytest.fail("trained again"))
    second = finetune(TRAIN, VALIDATION, config)
    assert second.from_cache
    assert dataclasses.replace(second, from_cache=False) == first


@pytest.mark.parametrize("change", ["data", "config", "model", "versions"])
def test_any_change_is_another_run(change, config, monkeypatch, tmp_path):
    first = finetune(TRAIN, VALIDATION, config)
    train = TRAIN
    if change == "data":
        train = [*TRAIN[:-1], dataclasses.replace(TRAIN[-1], question="Why then?")]
    elif change == "config":
        config = dataclasses.replace(config, seed=1)
    elif change == "model":
        folder = shutil.copytree(config.model, tmp_path / "model")
        model = AutoModelForQuestionAnswering.from_pretrained(folder)
        model.qa_outputs.bias.data += 1
        model.save_pretrained(folder)
        config = dataclasses.replace(config, model=str(folder))
    else:
        monkeypatch.setattr("qa_lesson.runs.library_versions", lambda: {"torch": "0"})
    assert finetune(train, VALIDATION, config).model_dir != first.model_dir


def test_use_cache_false_trains_again_and_gives_the_same_weights(config):
    first = weights(finetune(TRAIN, VALIDATION, config).model_dir)
    run = finetune(TRAIN, VALIDATION, config, use_cache=False)
    assert not run.from_cache
    assert all(torch.equal(value, first[name]) for name, value in weights(run.model_dir).items())


def test_the_seed_decides_the_weights(config, tmp_path):
    body = load_qa_model(config.model).base_model  # without a head, so that the head is drawn from the seed
    body.save_pretrained(tmp_path / "body")
    AutoTokenizer.from_pretrained(config.model).save_pretrained(tmp_path / "body")
    config = dataclasses.replace(config, model=str(tmp_path / "body"), epochs=1)
    torch.manual_seed(99)
    zero = weights(finetune(TRAIN, VALIDATION, config).model_dir)["qa_outputs.weight"]
    again = weights(finetune(TRAIN, VALIDATION, config, use_cache=False).model_dir)["qa_outputs.weight"]
    one = weights(finetune(TRAIN, VALIDATION, dataclasses.replace(config, seed=1)).model_dir)["qa_outputs.weight"]
    assert torch.equal(zero, again)
    assert not torch.allclose(zero, one)


def test_a_run_that_was_broken_off_goes_on_from_its_last_epoch(config, monkeypatch):
    config = dataclasses.replace(config, epochs=3)
    whole = weights(finetune(TRAIN, VALIDATION, config).model_dir)
    shutil.rmtree(cache_dir())

    steps = []
    real_step = Trainer.training_step

    def dies_in_epoch_two(self, *args, **kwargs):
        steps.append(self.state.epoch)
        if len(steps) == 9:  # in the second epoch
            raise KeyboardInterrupt
        return real_step(self, *args, **kwargs)

    monkeypatch.setattr(Trainer, "training_step", dies_in_epoch_two)
    with pytest.raises(KeyboardInterrupt):
        finetune(TRAIN, VALIDATION, config)
    run = finetune(TRAIN, VALIDATION, config)
    assert len(steps) == 9 + 2 * STEPS, "the first epoch was not trained again"
    assert [point.epoch for point in run.curve] == [1, 2, 3]
    assert all(torch.allclose(value, whole[name], atol=1e-6) for name, value in weights(run.model_dir).items())
    assert not list(cache_dir().rglob("checkpoint-*")), "checkpoints are removed at the end"


def test_the_trainers_own_order_of_evaluation_is_noticed(config, tokenizer, tmp_path):
    """`group_by_length` shuffles the evaluation data as well; scoring it by position would be plausible nonsense."""
    import datasets
    from transformers import DataCollatorWithPadding, TrainingArguments

    windows = make_windows(VALIDATION, tokenizer, max_length=128, stride=16)
    trainer = Trainer(
        model=load_qa_model(config.model),
        args=TrainingArguments(str(tmp_path), train_sampling_strategy="group_by_length", use_cpu=True),
        eval_dataset=datasets.Dataset.from_dict(windows.columns()),
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=qa_metrics(windows),
    )
    with pytest.raises(PredictionError, match="other questions"):
        trainer.evaluate()
    trainer.args.train_sampling_strategy = "random"
    assert trainer.evaluate()["eval_f1"] >= 0


def test_early_stopping(config, monkeypatch):
    from qa_lesson.training import trainer

    monkeypatch.setattr(
        trainer, "qa_metrics", lambda *args, **kwargs: lambda prediction: {"exact_match": 0.0, "f1": 0.0}
    )
    run = finetune(TRAIN, VALIDATION, dataclasses.replace(config, epochs=9, patience=2))
    assert [point.epoch for point in run.curve] == [1, 2, 3]


def test_frozen_parts_do_not_move(config):
    config = dataclasses.replace(config, freeze_embeddings=True, frozen_layers=1)
    before, after = weights(config.model), weights(finetune(TRAIN, VALIDATION, config).model_dir)
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved
    assert all(".layer.1." in name or "qa_outputs" in name for name in moved)


def test_training_questions_are_scored_after_each_epoch_and_change_nothing(config):
    config = dataclasses.replace(config, dropout=0.3)  # which a random number drawn too many would change
    plain = finetune(TRAIN, VALIDATION, config)
    assert {(point.train_f1, point.train_exact_match, point.gap) for point in plain.curve} == {(None, None, None)}
    scored = finetune(TRAIN, VALIDATION, dataclasses.replace(config, scored_training=12))
    assert scored.model_dir != plain.model_dir
    kept = weights(plain.model_dir)
    assert all(torch.equal(value, kept[name]) for name, value in weights(scored.model_dir).items())
    blank = {"train_f1": None, "train_exact_match": None}
    assert [dataclasses.replace(point, **blank) for point in scored.curve] == list(plain.curve)


def test_the_training_scores_are_those_of_the_kept_weights(config):
    run = finetune(TRAIN, VALIDATION, dataclasses.replace(config, learning_rate=0.03, keep="last", scored_training=12))
    answers = QuestionAnswerer(run.model_dir, device="cpu", precision="fp32").predict(TRAIN[::4])
    total = evaluate_predictions(TRAIN[::4], answers).total
    assert (run.kept.train_f1, run.kept.train_exact_match) == pytest.approx((total.f1, total.exact_match))
    assert run.kept.gap == pytest.approx(total.f1 - run.kept.f1)


def test_more_scored_questions_than_there_are_is_all_of_them(config):
    run = finetune(TRAIN, VALIDATION, dataclasses.replace(config, epochs=1, keep="last", scored_training=1000))
    total = evaluate_predictions(
        TRAIN, QuestionAnswerer(run.model_dir, device="cpu", precision="fp32").predict(TRAIN)
    ).total
    assert run.kept.train_f1 == pytest.approx(total.f1)


@given(n=st.integers(0, 40), size=st.integers(0, 40))
def test_evenly_spread(n, size):
    chosen = evenly_spread(range(size), n)
    assert len(chosen) == min(n, size)
    distances = {later - earlier for earlier, later in itertools.pairwise(chosen)}
    assert all(distance > 0 for distance in distances)
    assert max(distances, default=0) - min(distances, default=0) <= 1
    assert chosen[:1] == list(range(size))[: min(n, 1)]


def test_every_epoch_is_told_as_it_ends_and_again_from_the_cache(config):
    points = []
    run = finetune(TRAIN, VALIDATION, config, on_epoch=points.append)
    assert tuple(points) == run.curve
    again = []
    assert finetune(TRAIN, VALIDATION, config, on_epoch=again.append).from_cache
    assert again == points


def test_a_run_that_goes_on_tells_the_epochs_before_the_break_too(config):
    config = dataclasses.replace(config, epochs=3, scored_training=4)

    def breaks(point):
        if point.epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune(TRAIN, VALIDATION, config, on_epoch=breaks)
    points = []
    run = finetune(TRAIN, VALIDATION, config, on_epoch=points.append)
    assert [point.epoch for point in points] == [1, 2, 3]
    assert tuple(points) == run.curve
    assert all(point.train_f1 is not None for point in points)


def test_the_last_epoch_can_be_kept(config, monkeypatch):
    from qa_lesson.training import trainer

    falling = iter([0.9, 0.5, 0.4, 0.3, 0.2])  # untrained, then four epochs
    monkeypatch.setattr(
        trainer, "qa_metrics", lambda *args, **kwargs: lambda prediction: {"exact_match": 0.0, "f1": next(falling)}
    )
    last = finetune(TRAIN, VALIDATION, dataclasses.replace(config, epochs=4, patience=1, keep="last"))
    assert [point.epoch for point in last.curve] == [1, 2, 3, 4], "nothing stops it"
    assert (last.best.epoch, last.kept.epoch) == (1, 4)
    trained = finetune(TRAIN, VALIDATION, dataclasses.replace(config, epochs=4, patience=1, keep="last"))
    assert trained.from_cache
    falling = iter([0.9, 0.5, 0.4])
    best = finetune(TRAIN, VALIDATION, dataclasses.replace(config, epochs=4, patience=1))
    assert (len(best.curve), best.kept.epoch) == (2, 1)
    assert not torch.equal(*(weights(run.model_dir)["qa_outputs.weight"] for run in (last, best)))


def test_a_record_can_be_passed_on(config):
    """It does not say where on this machine the model lies."""
    run = finetune(TRAIN, VALIDATION, config)
    record = (run.model_dir / RUN_FILE).read_text(encoding="utf-8")
    assert str(cache_dir()) not in record
    assert set(json.loads(record)) == {field.name for field in dataclasses.fields(RunRecord)}


def test_a_record_from_before_a_setting_existed_is_read_with_its_default(config):
    run = finetune(TRAIN, VALIDATION, config)
    record = json.loads((run.model_dir / RUN_FILE).read_text())
    for name in ("keep", "scored_training"):
        del record["config"][name]
    for point in record["curve"]:
        del point["train_f1"], point["train_exact_match"]
    (run.model_dir / RUN_FILE).write_text(json.dumps(record))
    assert dataclasses.replace(load_run(run.model_dir), from_cache=False) == run


def test_unanswerable_questions_can_be_trained(config):
    train = load_corpus("train", unanswerable=True)[:48]
    validation = load_corpus("validation", unanswerable=True)[:24]
    assert not all(example.is_answerable for example in train)
    assert len(finetune(train, validation, config).curve) == 2


def test_bad_input(config, tmp_path):
    with pytest.raises(DataError, match="no training examples"):
        finetune([], VALIDATION, config)
    with pytest.raises(DataError, match="no validation examples"):
        finetune(TRAIN, [], config)
    with pytest.raises(DataError, match=r"1 questions are in the training and in the validation data"):
        finetune(TRAIN, [*VALIDATION, TRAIN[3]], config)
    with pytest.raises(ConfigError, match="larger than the 128 positions"):
        finetune(TRAIN, VALIDATION, dataclasses.replace(config, max_length=384))
    with pytest.raises(ConfigError, match="frozen_layers must be under 2"):
        finetune(TRAIN, VALIDATION, dataclasses.replace(config, frozen_layers=2))
    with pytest.raises(ModelError, match="cannot be loaded"):
        finetune(TRAIN, VALIDATION, dataclasses.replace(config, model="no-such-model"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(ConfigError, match="holds other files"):
        finetune(TRAIN, VALIDATION, config, output_dir=tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    "setting",
    [
        {"epochs": 0},
        {"learning_rate": -1},
        {"dropout": 1.5},
        {"seed": -1},
        {"precision": "fp8"},
        {"batch_size": True},
        {"keep": "worst"},
        {"scored_training": -1},
    ],
)
def test_settings_are_checked(setting):
    with pytest.raises(ConfigError, match=next(iter(setting))):
        TrainingConfig(**setting)


def test_no_room_for_checkpoints_is_said_before_training(config, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(StorageError, match=r"not enough disk space[\s\S]*QA_LESSON_CACHE"):
        finetune(TRAIN, VALIDATION, config)


def test_a_disk_that_fills_up_during_training_is_one_message(config, monkeypatch, tmp_path):
    def full(*args, **kwargs):
        raise RuntimeError(
            "[enforce fail at inline_container.cc:626] . PytorchStreamWriter failed writing file data/12"
        )

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(StorageError, match="cannot write"):
        finetune(TRAIN, VALIDATION, config, output_dir=tmp_path / "run")
    assert not (tmp_path / "run").exists()
    assert not list(cache_dir().rglob("*.safetensors"))


def test_a_damaged_record_is_one_message(tmp_path):
    (tmp_path / RUN_FILE).write_text(json.dumps({"config": {"epochs": 0}}))
    with pytest.raises((ModelError, ConfigError), match=r"epochs|no readable record"):
        load_run(tmp_path)
    with pytest.raises(ModelError, match="no readable record"):
        load_run(tmp_path / "absent")


def test_layers_are_found_in_other_architectures():
    from transformers import DistilBertConfig, DistilBertForQuestionAnswering

    model = DistilBertForQuestionAnswering(DistilBertConfig(dim=8, n_layers=3, n_heads=2, hidden_dim=16, vocab_size=99))
    freeze(model, embeddings=True, layers=2)
    trained = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert trained
    assert all("layer.2." in name or "qa_outputs" in name for name in trained)


def test_progress_is_off_under_ci_and_without_a_terminal(monkeypatch):
    monkeypatch.setenv("CI", "true")
    assert not progress_wanted()
    monkeypatch.delenv("CI")
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    assert not progress_wanted()


def test_a_run_goes_on_with_as_many_processes_as_it_began_with(config):
    def stop_after(point) -> None:
        if point.epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune(TRAIN, VALIDATION, config, on_epoch=stop_after)
    (beginning,) = cache_dir().glob("runs/*.checkpoints/untrained.json")
    beginning.write_text(json.dumps(json.loads(beginning.read_text()) | {"processes": 2}))
    if not list(beginning.parent.glob("checkpoint-*")):
        pytest.fail("the run left no checkpoint to go on from")
    with pytest.raises(ConfigError, match="as many processes as it began with") as caught:
        finetune(TRAIN, VALIDATION, config)
    assert caught.value.received == "1 now, 2 before"
    assert "accelerate launch --num_processes 2" in caught.value.fix
    assert not finetune(TRAIN, VALIDATION, config, use_cache=False).from_cache


def test_a_batch_that_processes_cannot_share_is_refused(config, monkeypatch):
    monkeypatch.setattr("qa_lesson.training.parameters.n_processes", lambda: 3)
    with pytest.raises(ConfigError, match="multiple of 3"):
        finetune(TRAIN, VALIDATION, config)
