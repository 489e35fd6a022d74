"""A model exported to OpenVINO answers as PyTorch does, and in 8 bits nearly so."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.cli import app
from qa_lesson.corpus import load_corpus
from qa_lesson.errors import ConfigError, DataError, ModelError
from qa_lesson.serving import compare_answers, open_answerer
from qa_lesson.serving.openvino_model import OPENVINO_FILE, OpenVinoAnswerer, calibration_questions, export_openvino
from qa_lesson.training.manifest import MANIFEST_FILE
from qa_lesson.windows import make_windows

pytest.importorskip("openvino")


@pytest.fixture(scope="module")
def exported(tiny_model_dir, tmp_path_factory) -> Path:
    return export_openvino(tiny_model_dir, tmp_path_factory.mktemp("openvino") / "model")


@pytest.fixture(scope="module")
def small(tiny_model_dir, tmp_path_factory) -> Path:
    pytest.importorskip("nncf")
    folder = tmp_path_factory.mktemp("openvino") / "small"
    return export_openvino(tiny_model_dir, folder, int8_for=load_corpus("validation")[:12])


def largest_difference(found, wanted, examples):
    windows = make_windows(examples, wanted.tokenizer, max_length=wanted.max_length, stride=wanted.stride)
    apart = []
    for ours, theirs in zip(found.logits(windows), wanted.logits(windows), strict=True):
        real = np.isfinite(theirs)
        assert (np.isfinite(ours) == real).all()
        apart.append(np.abs(ours[real] - theirs[real]).max())
    return max(apart)


def test_answers_are_those_of_pytorch(tiny_model_dir, exported):
    wanted = QuestionAnswerer(tiny_model_dir, precision="fp32", batch_size=8)
    found = OpenVinoAnswerer(exported, precision="fp32", batch_size=8)
    assert largest_difference(found, wanted, load_corpus("test")[:40]) < 1e-4
    assert found.max_length == wanted.max_length == 128
    assert found.fingerprint == wanted.fingerprint


def test_int8_is_smaller_and_nearly_the_same(tiny_model_dir, exported, small):
    weights = OPENVINO_FILE.replace(".xml", ".bin")
    assert (small / weights).stat().st_size < 0.4 * (exported / weights).stat().st_size
    wanted = QuestionAnswerer(tiny_model_dir, precision="fp32")
    found = OpenVinoAnswerer(small, precision="fp32")
    assert 0 < largest_difference(found, wanted, load_corpus("test")[:40]) < 0.1
    assert found.fingerprint != wanted.fingerprint


@pytest.mark.parametrize("precision", ["auto", "bf16", "fp32"])
def test_a_folder_needs_nothing_of_the_model_it_came_from(exported, tmp_path, precision):
    copy = Path(shutil.copytree(exported, tmp_path / "copy"))
    wanted = {OPENVINO_FILE, "openvino_model.bin", MANIFEST_FILE, "config.json", "tokenizer.json"}
    assert wanted <= {path.name for path in copy.iterdir()}
    assert OpenVinoAnswerer(copy, precision=precision)("Who keeps it?", "Bram keeps it.").text


def test_an_unknown_precision(exported):
    with pytest.raises(ConfigError, match="int4"):
        OpenVinoAnswerer(exported, precision="int4")


@pytest.mark.parametrize("name", [OPENVINO_FILE, "openvino_model.bin"])
@pytest.mark.parametrize("damage", [b"", b"not a graph"])
def test_a_damaged_graph_is_explained(exported, tmp_path, name, damage):
    copy = Path(shutil.copytree(exported, tmp_path / "copy"))
    (copy / name).write_bytes(damage)
    with pytest.raises(ModelError, match=rf"(?s)weights are not those.*{name}"):
        OpenVinoAnswerer(copy)
    (copy / MANIFEST_FILE).unlink()
    with pytest.raises(ModelError, match="cannot be loaded"):
        OpenVinoAnswerer(copy)


def test_a_folder_without_a_graph(tiny_model_dir):
    with pytest.raises(ModelError, match="export-openvino"):
        OpenVinoAnswerer(tiny_model_dir)


def test_the_folder_says_what_answers(tiny_model_dir, exported):
    assert isinstance(open_answerer(exported), OpenVinoAnswerer)
    assert type(open_answerer(tiny_model_dir)) is QuestionAnswerer


def test_questions_to_calibrate_on_are_needed(tiny_model_dir, tmp_path):
    with pytest.raises(ConfigError, match="--calibrate"):
        calibration_questions(tiny_model_dir)
    with pytest.raises(DataError, match="no examples"):
        export_openvino(tiny_model_dir, tmp_path / "none", int8_for=[])
    assert not (tmp_path / "none").exists()


def test_a_missing_library_is_named(tiny_model_dir, exported, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    for call in (lambda: OpenVinoAnswerer(exported), lambda: export_openvino(tiny_model_dir, tmp_path / "none")):
        with pytest.raises(ConfigError, match=r"qa-lesson\[openvino\]"):
            call()
    assert not (tmp_path / "none").exists()


def test_changed_answers_are_counted(tiny_model_dir, exported):
    examples = load_corpus("test")[:12]
    before, after = QuestionAnswerer(tiny_model_dir, precision="fp32"), OpenVinoAnswerer(exported, precision="fp32")
    found = compare_answers(before, after, examples)
    assert (found.n, found.n_changed) == (12, 0)
    assert found.f1 is not None
    assert found.f1[0] == found.f1[1]
    after.max_answer_tokens = 1
    assert compare_answers(before, after, examples).n_changed > 0


def test_nothing_is_reported_to_anybody():
    code = "import sys; from qa_lesson.serving.openvino_model import _openvino; _openvino()\n"
    code += "import nncf; print([name for name in sys.modules if name.startswith('openvino_telemetry.')])"
    pytest.importorskip("nncf")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_the_command_exports_and_the_others_take_it(tiny_model_dir, tmp_path):
    pytest.importorskip("nncf")
    records = [
        {"id": str(i), "question": one.question, "context": one.context, "answer": one.answers[0].text}
        for i, one in enumerate(load_corpus("validation")[:6])
    ]
    questions, folder = tmp_path / "questions.jsonl", tmp_path / "small"
    questions.write_text("".join(json.dumps(record) + "\n" for record in records))
    done = run("export-openvino", "--model", tiny_model_dir, "--out", folder, "--int8", "--calibrate", questions)
    assert done.exit_code == 0, done.output
    assert "of 6 answers changed (those that it was calibrated on); F1" in done.stdout
    assert f"qa-lesson serve --model {folder}" in done.stdout.replace("\n", "")
    done = run("evaluate", "--model", folder, "--data", questions, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["n"] == 6
    context = tmp_path / "context.txt"
    context.write_text("Bram keeps the light.")
    done = run("answer", "Who keeps it?", "--model", folder, "--context", context, "--json")
    assert json.loads(done.stdout)["text"] in context.read_text()


@pytest.mark.parametrize("options", [["--calibrate", "q.json"], ["--int8"]])
def test_options_that_do_not_fit(tiny_model_dir, tmp_path, options):
    done = run("export-openvino", "--model", tiny_model_dir, "--out", tmp_path / "none", *options)
    assert isinstance(done.exception, ConfigError)
    assert "--int8" in str(done.exception) or "--calibrate" in str(done.exception)
    assert not (tmp_path / "none").exists()
