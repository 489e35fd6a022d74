"""Random quizzes, classes and decisions of an instructor, against an oracle in plain Python that shares no code."""

import csv
import io
import json
import math
import random
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from personal_quiz import personal_key, right_answers, submission

from qa_lesson.grading.analysis.item_analysis import analyse_items
from qa_lesson.grading.formats.marks_journal import AGREED, MarkerDecision, MarksJournal
from qa_lesson.grading.formats.results import Learner, load_results
from qa_lesson.grading.formats.review_items import load_review_items
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.grading.handing_out.bundle import learner_bundle
from qa_lesson.grading.lms.gradebooks import canvas_csv, moodle_csv
from qa_lesson.grading.lms.lti import score_lines
from qa_lesson.grading.marking.adjustments import read_adjustments
from qa_lesson.grading.marking.allowances import Allowance, Allowances
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.regrade import changes_csv, compare
from qa_lesson.grading.marking.reviews import read_reviews
from qa_lesson.grading.marking.roster import roster_of
from qa_lesson.grading.pages.output import write_grading
from qa_lesson.grading.sitting.sitting import Sitting

DEADLINE = datetime(2026, 3, 2, 18, tzinfo=UTC)
OPTIONS = """
    options:
      - {id: a, text: A, correct: true}
      - {id: b, text: B}
      - {id: c, text: C}"""


def quiz_text(rng: random.Random, factor: int = 10) -> str:
    """A pool of words, numbers with parameters, free text, and the kinds that are the same for all."""
    words = "".join(f"\n  - {{id: w-{n}, kind: text, prompt: Word {n}?, accept: [word{n}]}}" for n in range(4))
    step = rng.choice([1, 3, 7])
    return f"""
title: Model
graded: true
pools:
  - {{id: words, take: {rng.randint(1, 3)}, questions: [w-0, w-1, w-2, w-3]}}
questions:
  - id: q-one
    kind: single
    points: {rng.choice([0.5, 1, 3])}
    prompt: Which?{OPTIONS}
  - id: q-many
    kind: multi
    points: 2
    prompt: Which of them?{OPTIONS}
      - {{id: d, text: D, correct: true}}
  - id: q-sum
    kind: numeric
    points: {rng.choice([1, 2.5])}
    parameters: {{n: {{from: -20, to: 50, step: {step}}}, m: {{choices: [0.1, 0.2, 3]}}}}
    prompt: From {{n}} and {{m}}?
    answer: {factor} * n + m
    tolerance: {{abs: 0.001}}
    unit: pages
  - {{id: q-span, kind: span, prompt: Who?, context: Bram Keating keeps it., answers: [Bram Keating]}}
  - id: q-order
    kind: ordering
    prompt: In order?
    items: [{{id: x, text: X}}, {{id: y, text: Y}}]
  - id: q-why
    kind: free_text
    points: 3
    prompt: Why?
    model_answer: Because.
    rubric:
      - id: what
        text: What
        levels: [{{points: 0, text: Nothing}}, {{points: 1, text: Half}}, {{points: 2, text: Fully}}]
      - {{id: how, text: How, levels: [{{points: 0, text: Nothing}}, {{points: 1, text: Fully}}]}}{words}
"""


class Told:
    """What the oracle knows of one question of one learner: how right the answer is, and what was answered."""

    def __init__(self, response, credit: float | None, values: tuple = ()) -> None:
        self.response, self.credit, self.values = response, credit, values


def answered(rng: random.Random, question, factor: int) -> Told:
    """An answer and its credit, known without the package; None for what a person marks."""
    if rng.random() < 0.15:
        return Told(None, 0.0)
    right = rng.random() < 0.6
    match question.id:
        case "q-one":
            return Told("a", 1.0) if right else Told("b", 0.0)
        case "q-many":
            return Told(["a", "d"], 1.0) if right else Told(["b", "c"], 0.0)
        case "q-span":
            return Told("Bram Keating", 1.0) if right else Told("it", 0.0)
        case "q-order":
            return Told(["x", "y"], 1.0) if right else Told(["y", "x"], 0.0)
        case "q-why":
            return Told(f"Reason {rng.randint(1, 4)}.", None)
        case "q-sum":
            n, m = (float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", question.prompt))
            exact = factor * n + m
            if rng.random() < 0.1:
                return Told("about a hundred", None, (n, m))
            value = exact if right else exact + 1
            return Told(f"{value:.6f}", float(right), (n, m))
    return Told(question.id.replace("w-", "word"), 1.0) if right else Told("nothing", 0.0)


class Attempt:
    def __init__(self, at: datetime, answers: dict[str, Told]) -> None:
        self.at, self.answers = at, answers


def sit(rng, key, learner, folder, factor, allowed) -> list[Attempt]:
    """Some attempts through `Sitting`, at times around the deadline."""
    clock = {"now": DEADLINE - timedelta(hours=rng.choice([30, 20, 5]))}

    def tick() -> str:
        clock["now"] += timedelta(seconds=40)
        return clock["now"].isoformat().replace("+00:00", "Z")

    sitting = Sitting(learner_bundle(key, learner), learner.upper(), folder, clock=tick)
    asked = key.for_learner(learner).questions
    attempts = []
    for number in range(rng.randint(0, allowed)):
        if number:
            sitting.begin_again()
            clock["now"] += timedelta(hours=rng.choice([1, 20, 50]))
        told = {question.id: answered(rng, question, factor) for question in asked}
        for name, one in told.items():
            sitting.answer(name, one.response)
        sitting.submit()
        attempts.append(Attempt(clock["now"], told))
    return attempts


def decide(rng, learners, asked) -> list[dict]:
    """Adjustments, each question at most once voided or a bonus."""
    found = []
    for name in rng.sample(["q-one", "q-sum", "q-why", "w-0", "w-1"], rng.randint(0, 2)):
        found.append({rng.choice(["void", "bonus"]): name, "reason": "Faulty."})
    if rng.random() < 0.5:
        found.append({"accept": "q-one", "response": "b", "credit": 0.5, "reason": "Half right."})
    if rng.random() < 0.5:
        found.append({"accept": "q-sum", "response": "10 * n + m + 1", "credit": 0.25, "reason": "Off by one."})
    for learner in rng.sample(learners, 2):
        name = rng.choice(asked[learner])
        found.append({"override": name, "learner": learner, "credit": rng.choice([0.0, 0.4, 1.0]), "reason": "Heard."})
    return found


def oracle(points, asked, learner, rows, rules, decisions, settled, factor, allowed):
    """Points (None: nothing counts), possible points and whether something waits, of one learner."""
    kinds = {one[kind]: kind for one in decisions for kind in ("void", "bonus") if kind in one}
    possible = sum(points[name] for name in asked if kinds.get(name) != "void")
    overrides = {one["override"]: one["credit"] for one in decisions if one.get("learner") == learner}
    accepted = {one["accept"]: one["credit"] for one in decisions if "accept" in one}

    def whole(credit):
        return credit if rules.partial_credit else float(credit == 1)

    def worth(name: str, told: Told) -> float | None:
        if name in kinds:
            return points[name] if kinds[name] == "bonus" else 0.0
        if name in overrides:
            return overrides[name] * points[name]
        if told.response is None:
            return 0.0
        if (review := (name, told.values, str(told.response))) in settled:
            return whole(settled[review]) * points[name]
        if name == "q-one" and told.response == "b" and name in accepted:
            return whole(accepted[name]) * points[name]
        if name == "q-sum" and name in accepted and told.credit is not None:
            n, m = told.values
            if abs(float(told.response) - (10 * n + m + 1)) < 0.0011:
                return whole(accepted[name]) * points[name]
        credit = told.credit
        if name == "q-sum" and credit is not None:
            n, m = told.values
            credit = float(abs(float(told.response) - (factor * n + m)) < 0.0011)
        return None if credit is None else credit * points[name]

    if allowed and allowed.excused:
        return None, possible, False
    deadline = (allowed and allowed.deadline) or DEADLINE
    results = []
    for one in rows:
        days = max(math.ceil((one.at - deadline) / timedelta(days=1)), 0)
        if days and rules.late == "reject":
            continue
        earned = [worth(name, one.answers[name]) for name in asked]
        total = sum(part or 0.0 for part in earned)
        late = min(total, rules.late_rate * days * possible)
        results.append((total - late, None in earned))
    if not results:
        return None, possible, False
    if rules.attempts == "best":
        best = max(part for part, _ in results)
        return best, possible, any(waits for _, waits in results)
    total, waits = results[0 if rules.attempts == "first" else -1]
    return total, possible, waits


def review_some(rng, folder, bundle, path, *, by_marks: bool) -> dict:
    """Settle some of what waits, by CSV or by a file of marks, and tell what was settled."""
    settled = {}
    rows, journal = ["review,credit"], MarksJournal(path, bundle) if by_marks else None
    for item in load_review_items(folder).items:
        values = ()
        if item.question == "q-sum":
            values = tuple(float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", item.prompt))
        what = rng.choice(["leave", "settle", "settle", "dispute", "agree"])
        what_level, how = rng.randint(0, 2), rng.randint(0, 1)
        credit = (what_level + how) / 3 if item.question == "q-why" else rng.choice([0.0, 0.25, 1.0])
        if journal is None:
            if what != "leave":
                rows.append(f"{item.review},{credit!r}")
                settled[item.question, values, str(item.response)] = credit
            continue
        levels = {"what": what_level, "how": how} if item.question == "q-why" else None

        def say(marker, credit, levels, review=item.review):
            journal.decide(MarkerDecision(marker, review, levels, credit, "", "2026-03-03T10:00:00Z"))

        other = 0.5 if credit != 0.5 else 0.75
        if what == "leave":
            say("ann", credit, levels)
            say("ann", None, None)  # taken back
            continue
        say("ann", other, None)
        say("ann", credit, levels)
        if what in ("dispute", "agree"):
            say("ben", other, None)
        if what == "agree":
            say(AGREED, credit, levels)
            say("ann", other, None)  # a change of mind afterwards does not undo what was agreed
        if what != "dispute":
            settled[item.question, values, str(item.response)] = credit
    if journal is None:
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return settled


def check(folder, graded, expected, excused):
    """Every table, page and export has the oracle's numbers."""
    results = load_results(folder)
    assert results == graded.results
    book = {
        row["learner"]: row for row in csv.DictReader(io.StringIO((folder / "gradebook.csv").read_text("utf-8-sig")))
    }
    most = max(possible for _, possible, _ in expected.values())
    canvas = {
        row["SIS User ID"]: row for row in csv.DictReader(io.StringIO(canvas_csv(results).removeprefix("\ufeff")))
    }
    moodle = {
        row["Email address"]: row for row in csv.DictReader(io.StringIO(moodle_csv(results).removeprefix("\ufeff")))
    }
    lti = {one["userId"]: one for one in map(json.loads, score_lines(results).splitlines())}
    assert results.possible == pytest.approx(most)
    for one in results.learners:
        name = one.learner.id
        points, possible, waits = expected[name]
        status = (
            "excused" if name == excused else "missing" if points is None else "needs review" if waits else "graded"
        )
        assert (name, one.status) == (name, status)
        assert one.possible == pytest.approx(possible)
        assert one.points == (None if points is None else pytest.approx(points, abs=1e-9)), name
        row = book[name]
        assert row["status"] == status
        assert row["points"] == "" if points is None else float(row["points"]) == pytest.approx(points, abs=1e-6)
        assert float(row["possible"]) == pytest.approx(possible)
        page = re.sub(r"<[^>]+>", " ", (folder / "feedback" / row["feedback"].split("/")[-1]).read_text("utf-8"))
        if points is not None:
            told = [f"{value:.2f}".rstrip("0").rstrip(".") for value in (points, possible)]
            assert re.search(rf"(?<![\d.]){re.escape(told[0])}\s*of\s*{re.escape(told[1])}(?![\d.])", page), (
                told,
                page[:900],
            )
        scaled = None if points is None else points * most / possible
        if status == "graded":
            assert float(canvas[name]["Model"]) == pytest.approx(scaled, abs=1e-6)
            assert float(moodle[one.learner.email]["Model (Real)"]) == pytest.approx(scaled, abs=1e-6)
            assert lti[name]["scoreGiven"] / lti[name]["scoreMaximum"] == pytest.approx(points / possible, abs=1e-6)
        else:
            assert canvas[name]["Model"] == ("EX" if name == excused else "")
            assert one.learner.email not in moodle
            assert "scoreGiven" not in lti.get(name, {})


@pytest.mark.parametrize("seed", range(12))
def test_a_term_of_an_instructor_gives_the_points_of_plain_python(seed, tmp_path):
    rng = random.Random(f"term {seed}")
    text = quiz_text(rng)
    secret = rng.randbytes(32).hex()
    allowed = rng.randint(1, 3)
    dates = {"deadline": DEADLINE, "attempts": allowed}
    key = personal_key(text, secret=secret, **dates)
    names = [f"p{number}" for number in range(rng.randint(4, 9))]
    people = [Learner(name, name.title(), f"{name}@uni.edu") for name in names]
    (tmp_path / "in").mkdir()
    sat = {name: sit(rng, key, name, tmp_path / "in", 10, allowed) for name in names}
    late = rng.choice(["accept", "reject", "penalty"])
    rate = rng.choice([0.1, 0.4]) if late == "penalty" else 0.0
    rules = Rules(rng.choice(["first", "last", "best"]), late, rate, partial_credit=rng.random() < 0.7)
    extended, excused = rng.choice(names), rng.choice(names)
    extensions = {extended: Allowance(DEADLINE + timedelta(days=1)), excused: Allowance(excused=True)}
    allowances = Allowances(extensions)

    def everyone(key, people, decisions, settled, factor):
        points = {question.id: question.points for question in key.questions}
        return {
            one.id: oracle(points, [question.id for question in key.for_learner(one.id).questions],
                           one.id, sat.get(one.id, []), rules, decisions, settled, factor, extensions.get(one.id))
            for one in people
        }  # fmt: skip

    def run(key, people, out, decisions=(), reviews=None):
        roster = roster_of(people)
        path = tmp_path / "adjust.yaml"
        path.write_text(json.dumps({"adjustments": list(decisions)}), encoding="utf-8")
        adjustments = read_adjustments(path, key, roster) if decisions else None
        graded = grade(
            [tmp_path / "in"], key, roster, rules=rules, adjustments=adjustments, reviews=reviews, allowances=allowances
        )
        write_grading(graded, key, tmp_path / out, inputs={})
        return graded

    first = run(key, people, "first")
    before = everyone(key, people, [], {}, 10)
    check(tmp_path / "first", first, before, excused)

    marks = tmp_path / "marks"
    settled = review_some(rng, tmp_path / "first", key.bundle, marks, by_marks=bool(seed % 2))
    asked = {name: [question.id for question in key.for_learner(name).questions] for name in names}
    decisions = decide(rng, names, asked)
    factor = rng.choice([10, 11])
    corrected = personal_key(text.replace("answer: 10 *", f"answer: {factor} *"), secret=secret, **dates)
    grown = [Learner("new", "New", "new@uni.edu"), *people[::-1]]
    again = run(corrected, grown, "again", decisions, read_reviews(marks, corrected.bundle))
    after = everyone(corrected, grown, decisions, settled, factor)
    check(tmp_path / "again", again, after, excused)

    told = {row["learner"]: row for row in csv.DictReader(
        io.StringIO(changes_csv(compare(first.results, again.results)).removeprefix("\ufeff")))}  # fmt: skip
    for name in names:
        (old, _, _), (new, _, _) = before[name], after[name]
        if old is not None and new is not None and abs(old - new) > 1e-6:
            assert float(told[name]["difference"]) == pytest.approx(new - old, abs=1e-6)
        elif name in told:
            assert float(told[name]["difference"] or 0) == pytest.approx(0, abs=1e-6)


def test_item_figures_with_questions_that_were_not_asked_are_those_of_plain_numpy(tmp_path):
    """Two of four words each, and their own numbers: nan is what a learner was not asked."""
    rng = np.random.default_rng(7)
    key = personal_key()
    names = [question.id for question in key.questions]
    worth = np.array([question.points for question in key.questions])
    easy = np.array([1.0, 0.0, 1.5, 0.5, -0.5, -1.5])
    people = [Learner(f"p{number}") for number in range(150)]
    credit = np.full((len(people), len(names)), np.nan)
    for row, (one, ability) in enumerate(zip(people, rng.normal(0, 1.5, len(people)), strict=True)):
        given = right_answers(key, one.id)
        for name in given:
            place = names.index(name)
            credit[row, place] = rng.random() < 1 / (1 + np.exp(-ability - easy[place]))
            if not credit[row, place]:
                given[name] = {"q-same": "b", "q-pages": -1}.get(name, "no")
        (tmp_path / f"{one.id}.jsonl").write_text(submission(key, one.id, given), encoding="utf-8")
    found = analyse_items(grade([tmp_path], key, roster_of(people)).results, key)
    points = credit * worth
    total, possible = np.nansum(points, axis=1), np.nansum(worth * ~np.isnan(points), axis=1)
    for place, item in enumerate(found.items):
        here = ~np.isnan(points[:, place])
        rest = (total[here] - points[here, place]) / (possible[here] - worth[place])
        assert item.n_answered == here.sum()
        assert item.facility == pytest.approx(credit[here, place].mean())
        assert item.discrimination == pytest.approx(np.corrcoef(points[here, place], rest)[0, 1])
        assert item.discrimination > 0.1  # they all measure the one ability
        for one in item.variants:
            same = [
                row for row, who in enumerate(people)
                if item.question.id == "q-pages" and key.for_learner(who.id).questions[1].version == one.values
            ]  # fmt: skip
            assert one.n == len(same)
            assert one.facility == pytest.approx(credit[same, place].mean())
            assert one.others == pytest.approx(np.delete(credit[:, place], same).mean())
    facilities = [item.facility for item in found.items[2:]]
    assert facilities == sorted(facilities, reverse=True)
    parts = np.column_stack([points[:, 0], points[:, 1], np.nansum(points[:, 2:], axis=1)])
    share = parts.var(axis=0, ddof=1).sum() / parts.sum(axis=1).var(ddof=1)
    assert found.reliability.value == pytest.approx(3 / 2 * (1 - share))


def test_a_value_that_the_prompt_leaves_out_still_makes_another_variant(tmp_path):
    """Such a question is unfair, and the check of a quiz says so; yet no one is marked by another's key."""
    key = personal_key("""
title: Left out
graded: true
questions:
  - id: q-a
    kind: numeric
    prompt: A {n}?
    answer: n + m
    parameters: {n: {choices: [1, 2]}, m: {choices: [10, 20]}}
    tolerance: {abs: 0}
""")
    people = [Learner(name) for name in "abcdefgh"]
    for one in people:
        text = submission(key, one.id, {"q-a": key.for_learner(one.id).questions[0].target})
        (tmp_path / f"{one.id}.jsonl").write_text(text, encoding="utf-8")
    results = grade([tmp_path], key, roster_of(people)).results
    assert [one.points for one in results.learners] == [1.0] * len(people)
    versions = {(one.questions[0].variant, key.for_learner(one.learner.id).questions[0].version)
                for one in results.learners}  # fmt: skip
    assert len({variant for variant, _ in versions}) == len(versions) > 2
