import hashlib
import importlib.metadata

import pytest

from qa_lesson import doctor, encoder
from qa_lesson.errors import ModelError


def finding(name):
    return next(item for item in doctor.examine_machine() if item.name == name)


def test_every_requirement_is_listed_and_met():
    names = {item.name for item in doctor.examine_machine()}
    assert {"Python", "torch", "transformers", "jupyterlab", "device", "memory", "encoder", "run cache"} <= names
    assert "hypothesis" not in names, "extras are not needed to take the course"


def test_missing_and_unfitting_packages_are_problems(monkeypatch):
    real = importlib.metadata.version

    def version(name):
        if name == "evaluate":
            raise importlib.metadata.PackageNotFoundError(name)
        return "4.57.0" if name == "transformers" else real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert finding("evaluate").status == "problem"
    assert finding("transformers").status == "problem"
    assert "pip install" in finding("transformers").fix


def test_little_memory_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor, "MEMORY_NEEDED", 10**18)
    assert finding("memory").status == "problem"


def test_changed_weights_are_refused(monkeypatch):
    encoder.encoder_dir.cache_clear()
    monkeypatch.setattr(encoder, "ENCODER_SHA256", hashlib.sha256(b"other").hexdigest())
    with pytest.raises(ModelError, match=r"not the expected ones[\s\S]*force-reinstall"):
        encoder.encoder_dir()
    assert finding("encoder").status == "problem"
    encoder.encoder_dir.cache_clear()
