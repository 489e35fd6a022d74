"""A run in the cache is found without the libraries that would train it: their import takes seconds."""

import json
import subprocess
import sys

from qa_lesson.corpus import load_corpus
from qa_lesson.runs import TrainingConfig
from qa_lesson.training import finetune

FIND = """
import json, sys
from qa_lesson.corpus import load_corpus
from qa_lesson.runs import TrainingConfig
from qa_lesson.training import finetune
train, validation = load_corpus("train")[:48], load_corpus("validation")[:24]
run = finetune(train, validation, TrainingConfig(**json.loads(sys.argv[1])))
print(json.dumps([run.from_cache, str(run.model_dir), sorted({"transformers", "datasets"} & set(sys.modules))]))
"""


def test_a_cached_run_is_found_without_importing_transformers(tiny_model_dir):
    train, validation = load_corpus("train")[:48], load_corpus("validation")[:24]
    assert any(len(answer.text) > 30 for example in train for answer in example.answers), "some must be counted"
    settings = {"model": tiny_model_dir, "epochs": 1, "max_length": 128, "stride": 16, "frozen_layers": 0}
    trained = finetune(train, validation, TrainingConfig(**settings))
    found = subprocess.run(
        [sys.executable, "-c", FIND, json.dumps(settings)], capture_output=True, text=True, check=True
    )
    assert json.loads(found.stdout) == [True, str(trained.model_dir), []]
