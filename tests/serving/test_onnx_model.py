"""A model exported to ONNX answers as PyTorch does."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus
from qa_lesson.errors import ModelError
from qa_lesson.serving.onnx_model import ONNX_FILE, OnnxAnswerer, export_onnx
from qa_lesson.training.manifest import MANIFEST_FILE
from qa_lesson.windows import make_windows


@pytest.fixture(scope="module")
def exported(tiny_model_dir, tmp_path_factory) -> Path:
    return export_onnx(tiny_model_dir, tmp_path_factory.mktemp("onnx") / "model")


def test_answers_are_those_of_pytorch(tiny_model_dir, exported):
    examples = load_corpus("test")[:40]
    wanted = QuestionAnswerer(tiny_model_dir, precision="fp32", batch_size=8)
    found = OnnxAnswerer(exported, batch_size=8)
    windows = make_windows(examples, wanted.tokenizer, max_length=wanted.max_length, stride=wanted.stride)
    for ours, theirs in zip(found.logits(windows), wanted.logits(windows), strict=True):
        real = np.isfinite(theirs)
        assert (np.isfinite(ours) == real).all()
        assert np.abs(ours[real] - theirs[real]).max() < 1e-4
    assert found.max_length == wanted.max_length == 128
    assert found.fingerprint == wanted.fingerprint


def test_int8_is_smaller_and_answers(tiny_model_dir, exported, tmp_path):
    small = export_onnx(tiny_model_dir, tmp_path / "small", int8=True)
    assert (small / ONNX_FILE).stat().st_size < 0.6 * (exported / ONNX_FILE).stat().st_size
    assert OnnxAnswerer(small)("Who keeps it?", "Bram keeps it.").text
    assert OnnxAnswerer(small).fingerprint != OnnxAnswerer(exported).fingerprint


def test_a_folder_needs_nothing_of_the_model_it_came_from(exported, tmp_path):
    copy = Path(shutil.copytree(exported, tmp_path / "copy"))
    assert {ONNX_FILE, MANIFEST_FILE, "config.json", "tokenizer.json"} <= {path.name for path in copy.iterdir()}
    assert OnnxAnswerer(copy)("Who keeps it?", "Bram keeps it.").text


def test_another_tokenizer_is_refused(exported, tmp_path, byte_tokenizer):
    copy = Path(shutil.copytree(exported, tmp_path / "copy"))
    byte_tokenizer.save_pretrained(copy)
    with pytest.raises(ModelError, match="another tokenizer"):
        OnnxAnswerer(copy)


@pytest.mark.parametrize("damage", [b"", b"not a graph"])
def test_a_damaged_graph_is_explained(exported, tmp_path, damage):
    copy = Path(shutil.copytree(exported, tmp_path / "copy"))
    (copy / ONNX_FILE).write_bytes(damage)
    with pytest.raises(ModelError, match=r"weights are not those|cannot be loaded"):
        OnnxAnswerer(copy)
    (copy / MANIFEST_FILE).unlink()
    with pytest.raises(ModelError, match="cannot be loaded"):
        OnnxAnswerer(copy)


def test_a_folder_without_a_graph(tiny_model_dir):
    with pytest.raises(ModelError, match="export-onnx"):
        OnnxAnswerer(tiny_model_dir)
