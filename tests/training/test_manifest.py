"""A model folder says which tokenizer and weights are its own, and another is refused."""

import json
import shutil
from pathlib import Path

import pytest

from qa_lesson.encoder import load_tokenizer
from qa_lesson.errors import ModelError
from qa_lesson.training.manifest import MANIFEST_FILE, check_manifest, tokenizer_fingerprint, write_manifest


@pytest.fixture
def folder(tiny_model_dir, tmp_path, tokenizer) -> Path:
    copy = Path(shutil.copytree(tiny_model_dir, tmp_path / "model"))
    write_manifest(copy, tokenizer)
    return copy


def test_a_whole_folder_passes_and_keeps_its_record(folder, tokenizer):
    manifest = check_manifest(folder)
    assert manifest is not None
    assert manifest.n_tokens == len(tokenizer)
    assert list(manifest.weights) == ["model.safetensors"]


def test_a_folder_without_a_record_is_not_judged(tiny_model_dir):
    assert check_manifest(Path(tiny_model_dir)) is None


def test_another_tokenizer_is_refused(folder, byte_tokenizer):
    byte_tokenizer.save_pretrained(folder)
    with pytest.raises(ModelError, match="another tokenizer") as refused:
        check_manifest(folder)
    assert f"{len(byte_tokenizer):,} tokens" in str(refused.value)


def test_a_tokenizer_that_no_longer_folds_case_is_refused(folder):
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"do_lower_case": False}))
    with pytest.raises(ModelError, match="another tokenizer"):
        check_manifest(folder)


def test_the_fingerprint_outlives_saving(tokenizer, tmp_path):
    tokenizer.save_pretrained(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert tokenizer_fingerprint(load_tokenizer(tmp_path)) == tokenizer_fingerprint(tokenizer)


def test_changed_weights_are_refused(folder):
    path = folder / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ModelError, match=r"weights are not those.*\n.*\n.*model\.safetensors"):
        check_manifest(folder)


def test_a_damaged_record_is_explained(folder):
    (folder / MANIFEST_FILE).write_text('{"tokenizer": 3}')
    with pytest.raises(ModelError, match="record of the model folder cannot be read"):
        check_manifest(folder)
