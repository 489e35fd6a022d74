"""The checker of English finds habits in every kind of file, with their places."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from check_english import count, files_below

FILES = {
    "a.md": "The file stands here.\nNobody knows, as it is late.\n",
    "a.yaml": "prompt: Two texts, of which one is 83 % longer.\n",
    "a.py": 'def f():\n    """Whoever mends it, `stands` by it."""  # a training costs time\n',
    "a.ipynb": json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "source": ["It lies in a file.\n", "Code stays: `by itself`."]},
                {"cell_type": "code", "source": ["x = 1  # found at once\n"]},
            ]
        }
    ),
}
HABITS = {
    "a.md": {"stand for a place": 1, "whoever, nobody": 0, ", as = because": 1},
    "a.yaml": {"of which": 1, "83 %": 1},
    "a.py": {"old words": 1, "a training": 1, "stand for a place": 0},
    "a.ipynb": {"lie for a place": 1, "at once": 1, "by itself": 0},
}


@pytest.mark.parametrize("name", FILES)
def test_habits_are_found(name, tmp_path):
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    found = count([path])
    assert {habit: found.habits[habit] for habit in HABITS[name]} == HABITS[name]
    assert len(found.places) == found.habits.total()
    assert all(place.startswith(f"{path}, ") for place in found.places)


def test_folders_are_searched_and_data_is_not(tmp_path):
    for name in ("text.md", "corpus/passage.md", "picture.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("It stands here.", encoding="utf-8")
    assert files_below([tmp_path]) == [tmp_path / "text.md"]


def test_habits_that_are_quoted_do_not_count(tmp_path):
    path = tmp_path / "guide.md"
    path.write_text("<!-- habits quoted -->\nIt stands here.\n<!-- end of habits -->\nIt is here.", encoding="utf-8")
    assert count([path]).habits.total() == 0
    assert count([path]).words == 3
