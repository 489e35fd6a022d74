"""What comparing all pairs found, as a page, a table and JSON."""

from __future__ import annotations

import json
from pathlib import Path

from markupsafe import Markup

from qa_lesson.errors import shorten
from qa_lesson.grading.analysis.similarity import LEVEL, Similarity
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.formats.tables import table_text
from qa_lesson.look.templating import render
from qa_lesson.storage import storage_error, write_atomically

NO_VERDICT = "Evidence to look at, not a verdict."
_MOST_PAIRS = 50  # on the page; the table has all
_MOST_ANSWERS = 8
_COLUMNS = (
    "first", "first_name", "second", "second_name", "both_wrong", "same_wrong", "expected_same", "p_value",
    "honest_pairs", "questions",
)  # fmt: skip


def write_similarity(found: Similarity, folder: str | Path) -> Path:
    """Write ``similar.html``, ``similar.csv`` and ``similar.json`` into a folder, next to what is there.

    Raises:
        StorageError: the folder cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder) from error
    write_atomically(folder / "similar.html", similarity_page(found))
    write_atomically(folder / "similar.csv", similarity_csv(found))
    write_atomically(folder / "similar.json", similarity_json(found))
    return folder


def similarity_csv(found: Similarity) -> str:
    """A row for each pair, the most improbable first."""
    rows = [
        (
            pair.first.id, pair.first.name, pair.second.id, pair.second.name, pair.both_wrong, pair.same,
            round(pair.expected, 3), float(f"{pair.p_value:.4g}"), float(f"{pair.honest_pairs:.4g}"),
            " ".join(f"Q{answer.number}" for answer in sorted(pair.answers, key=lambda answer: answer.number)),
        )
        for pair in found.pairs
    ]  # fmt: skip
    return table_text(_COLUMNS, rows)


def similarity_json(found: Similarity) -> str:
    """Everything, with ids instead of names, as JSON."""
    record = {
        "title": found.title,
        "note": NO_VERDICT,
        "learners": found.n_learners,
        "pairs_compared": found.n_pairs,
        "base_rate": found.base_rate,
        "reported_below": LEVEL,
        "pairs": [
            {
                "learners": [pair.first.id, pair.second.id],
                "both_wrong": pair.both_wrong,
                "same_wrong": pair.same,
                "expected_same": pair.expected,
                "p_value": pair.p_value,
                "honest_pairs": pair.honest_pairs,
                "answers": [
                    {"number": one.number, "question": one.id, "response": one.response, "share": one.share}
                    for one in pair.answers
                ],
            }
            for pair in found.pairs
        ],
    }
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def similarity_page(found: Similarity) -> Markup:
    """The page, with how to read it before the names."""
    return render(
        "grading/pages/templates/similarity.html.jinja",
        title=f"{found.title}: similar submissions",
        lead=NO_VERDICT,
        found=found,
        level=LEVEL,
        most_pairs=_MOST_PAIRS,
        most_answers=_MOST_ANSWERS,
        person=_person,
        shown=_shown,
    )


def _shown(response: object) -> str:
    text = ", ".join(response) if isinstance(response, list) else str(response)
    return shorten(text, 40)[1:-1]


def _person(learner: Learner) -> str:
    return f"{learner.name} ({learner.id})" if learner.name else learner.id
