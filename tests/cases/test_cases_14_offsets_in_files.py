"""Rows 14 and 16: offsets count the file as it is, and long contexts take time in proportion."""

import codecs
import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa_lesson.cli._app import app
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.metrics import character_f1, token_overlap
from qa_lesson.schema import Answer, Example
from qa_lesson.windows import make_windows

INPUTS = Path(__file__).parent / "inputs"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_answer_counts_the_characters_of_the_file(end, mark, tmp_path, tiny_model_dir):
    text = (INPUTS / "ctx_crlf.txt").read_text(encoding="utf-8").replace("\n", end) + f"🌊 e\u0301{end}"
    path = tmp_path / "context.txt"
    path.write_bytes(mark + text.encode())
    arguments = ["answer", "--model", tiny_model_dir, "--context", str(path), "Who keeps the bell?"]
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0
    reply = json.loads(result.stdout)
    for span in (reply, *reply["n_best"]):
        assert text[span["start"] : span["end"]] == span["text"]
    assert ("byte-order mark" in result.stderr) == bool(mark)


def test_windows_of_a_context_twice_as_long_take_about_twice_the_time(tokenizer):
    def seconds(n: int) -> float:
        example = Example("q", "Who?", "Bram keeps the lamp e\u0301. " * n, (Answer("Bram", 0),))
        started = time.perf_counter()
        make_windows([example], tokenizer)
        return time.perf_counter() - started

    seconds(500)
    short, long = min(seconds(1500) for _ in range(3)), min(seconds(12_000) for _ in range(2))
    assert long / short < 20, "8 times the text: 8 if linear, 64 if quadratic"


def test_character_f1_by_hand():
    assert character_f1("四十二", ["四十二个人"]) == pytest.approx(2 * 1 * 0.6 / 1.6)
    assert character_f1("สามครั้ง", ["สามครั้ง"]) == 1.0
    assert character_f1("NASA在1990年", ["1990年"]) == pytest.approx(2 * 0.5 * 1 / 1.5)
    assert character_f1("《灯塔》。", ["灯塔"]) == 1.0
    assert (character_f1("", []), character_f1("", ["灯"]), character_f1("灯", [])) == (1.0, 0.0, 0.0)
    for pair in (("at dusk", "dusk"), ("the U.S.", "US"), ("the", "a"), ("Paris", "Rome")):
        assert character_f1(pair[0], [pair[1]]) == token_overlap(*pair, rules="v2.0").f1


def test_an_evaluation_says_where_the_official_scores_mean_little():
    context = "岛上住着四十二个人。"
    example = Example("q", "多少人？", context, (Answer("四十二个人", 4),))
    totals = evaluate_predictions([example], {"q": "四十二"}).totals()
    assert (totals["f1"], totals["character_f1"]) == (0.0, pytest.approx(0.75))
    assert "Chinese" in totals["note"]
    english = Example("q", "Who?", "Bram keeps it.", (Answer("Bram", 0),))
    assert not {"character_f1", "note"} & set(evaluate_predictions([english], {"q": "Bram"}).totals())
