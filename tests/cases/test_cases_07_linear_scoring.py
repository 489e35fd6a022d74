"""Row 7: scoring is linear in the number of questions."""

import json
import time

from typer.testing import CliRunner

from qa_lesson.cli._app import app


def seconds(folder, n):
    """Of `qa-lesson score` on n questions."""
    data, predictions = folder / f"{n}.json", folder / f"{n}-predictions.json"
    entries = [
        {"id": f"q{i}", "question": f"Who keeps lamp {i}?", "answers": [{"text": "Bram", "answer_start": 0}]}
        for i in range(n)
    ]
    paragraphs = [{"context": f"Bram keeps lamp {i}.", "qas": [entry]} for i, entry in enumerate(entries)]
    data.write_text(json.dumps({"data": [{"title": "Lamp", "paragraphs": paragraphs}]}))
    predictions.write_text(json.dumps({entry["id"]: "Bram" for entry in entries}))
    started = time.process_time()
    result = CliRunner().invoke(app, ["score", str(predictions), str(data), "--json"])
    assert json.loads(result.stdout)["n"] == n
    return time.process_time() - started


def test_the_row(tmp_path):
    """A set built for each prediction took 21 s on 20,000 questions, and 16 times as long as on 5,000."""
    seconds(tmp_path, 10)  # imports
    small, large = (min(seconds(tmp_path, n) for _ in range(2)) for n in (5_000, 20_000))
    assert large < 8 * small
