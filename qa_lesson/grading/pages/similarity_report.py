"""What comparing all pairs found, as a page, a table and JSON."""

from __future__ import annotations

import json
from pathlib import Path

from qa_lesson.errors import shorten
from qa_lesson.grading.analysis.similarity import LEVEL, Similarity, SimilarPair
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.formats.tables import table_text
from qa_lesson.look.html import escape, percent, table
from qa_lesson.look.pages import page, sections, wide
from qa_lesson.storage import storage_error, write_atomically

NO_VERDICT = "Evidence to look at, not a verdict."
_MOST_PAIRS = 50  # on the page; the table has all
_MOST_ANSWERS = 8
_COLUMNS = (
    "first", "first_name", "second", "second_name", "both_wrong", "same_wrong", "expected_same", "p_value",
    "honest_pairs", "questions",
)  # fmt: skip


def write_similarity(found: Similarity, folder: str | Path) -> Path:
    """Write ``similar.html``, ``similar.csv`` and ``similar.json`` into a folder, beside what stands there.

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


def similarity_page(found: Similarity) -> str:
    """The page, with how to read it before the names."""
    parts = [("How to read this", _reading(found)), ("Pairs", _pairs(found))]
    return page(f"{found.title}: similar submissions", NO_VERDICT, sections(parts))


def _reading(found: Similarity) -> str:
    base = (
        "No two learners were wrong on the same question, so there is nothing to compare."
        if found.base_rate is None
        else f"Where two learners of this class are both wrong on a question, they give the same wrong answer "
        f"{percent(found.base_rate)} of the time. Most of that needs no copying, as some wrong answers are tempting; "
        "only more agreement than that can mean anything."
    )
    return (
        f"<p>{found.n_learners} learners make {found.n_pairs:,} pairs; all were compared. Right answers are not "
        f"counted, since everybody who knows the answer gives the same one. {base}</p>"
        "<p>For each pair we ask: how many wrong answers would two learners as weak or strong as these share by "
        "chance, given how popular each wrong answer is among learners like them? The p-value says how often chance "
        "gives as many as they share, or more. Among many pairs even rare things happen, so it is multiplied by the "
        f"number of pairs. The result, <b>pairs of an honest class</b>, must be {LEVEL:g} or less for a pair to stand "
        "here: about one honest class in twenty, at most, gets a pair at all.</p>"
        "<p>This holds if learners who do not copy answer independently. Two who learned together, missed the same "
        "lesson, or were taught the same mistake share wrong answers too. And copying that is careful, or of right "
        "answers, is not found: that no pair stands here proves nothing either. Talk to people before you "
        "conclude anything.</p>"
    )


def _pairs(found: Similarity) -> str:
    if not found.pairs:
        return "<p>No pair shares more wrong answers than chance explains.</p>"
    header = ["learners", "same wrong answer", "expected by chance", "both wrong", "pairs of an honest class", "where"]
    rows = [_row(pair) for pair in found.pairs[:_MOST_PAIRS]]
    more = len(found.pairs) - len(rows)
    note = f"<p>{more} more pairs are in similar.csv.</p>" if more else ""
    return (
        wide(table(header, rows, row_headers=True), "answers")
        + note
        + "<p>In brackets: of all who were wrong on the question, those who gave this answer. Rare ones come first; "
        "they weigh most.</p>"
    )


def _row(pair: SimilarPair) -> list[str]:
    where = [f"Q{one.number}: {escape(_shown(one.response))} ({percent(one.share)})" for one in pair.answers]
    more = len(where) - _MOST_ANSWERS
    where = [*where[:_MOST_ANSWERS], *([f"and {more} more, see similar.json"] if more > 0 else [])]
    return [
        f"{_person(pair.first)}<br>{_person(pair.second)}",
        str(pair.same),
        f"{pair.expected:.1f}",
        str(pair.both_wrong),
        f"{pair.honest_pairs:.2g}",
        "<br>".join(where),
    ]


def _shown(response: object) -> str:
    text = ", ".join(response) if isinstance(response, list) else str(response)
    return shorten(text, 40)[1:-1]


def _person(learner: Learner) -> str:
    return escape(f"{learner.name} ({learner.id})" if learner.name else learner.id)
