# ruff: noqa: E501  a table reads best with one case a line
import json
import re
from pathlib import Path

import pytest

from qa_lesson.errors import BankError
from qa_lesson.quiz.bank.files import quiz_names, quizzes_dir
from qa_lesson.quiz.lint.bank_lints import lint_bank, notebook_headings

GOOD = Path(__file__).parents[1] / "bank" / "05_metrics.yaml"
TEXT = GOOD.read_text(encoding="utf-8")


def lint(folder: Path, text: str = TEXT, name: str = "05_metrics.yaml", **named):
    (folder / name).write_text(text, encoding="utf-8")
    return lint_bank(folder, **named)


def test_the_good_bank_has_no_findings():
    assert lint_bank(GOOD.parent) == []


@pytest.mark.parametrize("name", quiz_names())
def test_the_course_s_own_quizzes_have_no_findings(name):
    findings = lint_bank(files=[next(quizzes_dir().glob(f"*{name}.yaml"))])
    assert findings == [], "\n".join(map(str, findings))


F1_OPTION = "        text: Exact match 0 and F1 1\n"
HINT = "      - Compare the two bags of words.\n"

CORRUPTIONS = {
    # name: (old, new, question, what, fix); several replacements: old and new are tuples
    "hint names the option": (HINT, "      - It is exact match 0 and F1 1.\n", "04-word-order", "holds the answer", "hint at"),
    "hint names the number": ("The prediction has 1 token", "It is 33 %", "04-one-word", "holds the answer 0.33", "hint at"),
    "hint names a fraction": ("The prediction has 1 token", "It is 1/3", "04-one-word", "holds the answer", "hint at"),
    "hint names the span": ("Look for the sentence", "It is Bram Keating", "04-keeper", "hint 1 holds", "hint at"),
    "hint names the text": ("Lower-case the two words", "It is the letter A", "04-empty-word", "hint 1 holds", "hint at"),
    "hint names the code": ("Recall divides by what", "Divide common / n_reference, what", "04-recall-code", "hint 1 holds", "hint at"),
    "hints repeat": (HINT, "      - Which words are left after normalisation?\n", "04-word-order", "hints are the same", "more"),
    "feedback repeats": (
        "feedback: Accents stay, so these are different letters.",
        "feedback: The apostrophe is ASCII punctuation and is dropped.",
        "04-equal-strings", "nineties and option accent have the same feedback", "special",
    ),
    "feedback says nothing": (
        "feedback: Accents stay, so these are different letters.", "feedback: No.",
        "04-equal-strings", "feedback of option accent says little", "say why",
    ),
    "otherwise says nothing": ("otherwise: Articles are whole words.", "otherwise: No.", "04-empty-word", "otherwise", "say why"),
    "feedback repeats the option": (
        "feedback: Silence on an answerable question scores 0 on both.",
        "feedback: It leaves many of the questions unanswered.",
        "04-boundaries", "repeats the option", "say why",
    ),
    "options read the same": (F1_OPTION, "        text: exact match 1 and  F1 1\n", "04-word-order", "two options read", "differ"),
    "telltale id": ("id: zero-one", "id: correct-one", "04-word-order", "tells about being right", "what the option says"),
    "key not recomputed": ("answer: 0.3333333", "answer: 0.33", "04-one-word", "recompute gives 0.3333333", "answer: 0.3333333"),
    "key wrong": ("answer: 0.3333333", "answer: 0.4", "04-one-word", "the answer is 0.4, recompute gives", "0.3333333"),
    "recompute unknown": ("recompute: score_answer", "recompute: score_answers", "04-one-word", "cannot be evaluated", "no_recompute"),
    "recompute forbidden": (
        'recompute: score_answer("Paris", ["Paris is the capital of France"]).f1', "recompute: open('key').read()",
        "04-one-word", "open is no public name", "fix",
    ),
    "wrong value is right": ("value: 0.2\n", "value: 0.335\n", "04-one-word", "0.335 is within the tolerance", "narrow"),
    "wrong value twice": ("value: 0.2\n", "value: 0.6\n", "04-one-word", "0.6 occurs twice", "remove"),
    "fraction in percent": (
        ("answer: 0.3333333", "recompute: score"), ("answer: 33.33333", "recompute: 100 * score"),
        "04-one-word", "the unit is fraction", "percent",
    ),
    "relative tolerance of zero": (
        ("answer: 0.3333333", "{abs: 0.005}", "recompute: score"), ("answer: 0", "{rel: 0.1}", "recompute: 0 * score"),
        "04-one-word", "relative tolerance around 0", "use abs",
    ),
    "text accepted and wrong": ("- text: v\n", "- text: '`A`'\n", "04-empty-word", "both accepted and wrong", "remove"),
    "text accepted twice": ("[a, the letter a]", "[a, A]", "04-empty-word", "occurs twice", "remove"),
    "text without a word": ("[a, the letter a]", "[a, '``']", "04-empty-word", "has no word", "would type"),
    "wrong span is right": ("- text: Bram\n", "- text: the Bram Keating!\n", "04-keeper", "equals an answer", "remove"),
    "span twice": ("answers: [Bram Keating]", "answers: [Bram Keating, Bram Keating]", "04-keeper", "occurs twice", "remove"),
    "items read the same": ("text: drop articles", "text: Drop punctuation", "04-order-of-steps", "two items read", "differ"),
    "items numbered": (
        ("id: case", "id: marks", "id: articles", "id: spaces"), ("id: step1", "id: step2", "id: step3", "id: step4"),
        "04-order-of-steps", "give the order away", "name what each item says",
    ),
    "items told in words": (
        ("id: case", "id: marks", "id: articles", "id: spaces"), ("id: first", "id: second", "id: third", "id: fourth"),
        "04-order-of-steps", "give the order away", "name what each item says",
    ),
    "code answer fails": ("answer: common / n_ref", "answer: 2 * common / n_ref", "04-recall-code", "its own check: recall(1, 5)", "fix"),
    "code answer is no code": ("answer: common / n", "answer: common // / n", "04-recall-code", "does not run", "fix"),
    "code check is no code": ("assert recall(1, 5) ==", "assert recall(1, 5) =", "04-recall-code", "check is no Python", "fix"),
    "code wrong passes": ("code: common / 5", "code: 0.2 if common == 1 else 0.75", "04-recall-code", "passes the check", "add an assert"),
    "code wrong is no code": ("code: common / 5", "code: common /", "04-recall-code", "wrong 1 does not run", "foresee"),
    "code wrong twice": ("code: n_reference / common", "code: (common/5)", "04-recall-code", "same code", "remove"),
    "assert without message": (', "recall(1, 5) should be 0.2"', "", "04-recall-code", "no message", "add one"),
    "answer in the template": (
        "def recall(common, n_reference):", "def recall(common, n_reference):  # common / n_reference",
        "04-recall-code", "is in the template", "something new",
    ),
    "fence open": ("prompt: Complete the function.", "prompt: |\n      ```python\n      f()", "04-recall-code", "fence", "close it"),
    "backtick open": ("`U.S.` and `US`", "`U.S.` and `US", "04-equal-strings", "option us: a backtick", "between two"),
    "dollar open": ("What is F1?", "What does $5 buy?", "04-one-word", "prompt: the number of $ is odd", r"\$"),
    "heading unknown": ("#Exercise:-recall", "#Exercise:-recal", "04-recall-code", "no heading Exercise:-recal", "#Exercise:-recall"),
    "notebook unknown": ("05_metrics.ipynb#Exercise", "44_metrics.ipynb#Exercise", "04-recall-code", "does not exist", "lesson"),
    "objective asked once": (
        "id: 04-boundaries\n    kind: single\n    objective: reading",
        "id: 04-boundaries\n    kind: single\n    objective: same", None, "objective reading is asked once", "at least twice",
    ),
    "objective never asked": (
        "objectives:\n", "objectives:\n  spare: do what nobody asks for\n", None, "objective spare is asked never", "remove",
    ),
    "prompt repeats": (
        "prompt: In which order does normalisation work?", "prompt: Complete the  function.",
        "04-recall-code", "its prompt is that of 04-order-of-steps", "ask something else",
    ),
    "difficulty missing": (
        ("difficulty: easy", "difficulty: easy"), ("difficulty: hard", "difficulty: medium"), None, "0 easy questions", "at least 2",
    ),
    "key twice": ("    points: 2", "    points: 2\n    points: 3", "04-equal-strings", "points occurs twice", "remove one"),
    "yes as a text": ("text: Exact match 0 and F1 0.83", "text: no", "04-word-order", "the truth value false", "in quotes"),
}  # fmt: skip


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_corruption_is_named_with_file_question_and_remedy(name, tmp_path):
    old, new, question, what, fix = CORRUPTIONS[name]
    text = TEXT
    for before, after in zip(*((old, new) if isinstance(old, tuple) else ((old,), (new,))), strict=True):
        assert before in text, before
        text = text.replace(before, after, 1)
    findings = lint(tmp_path, text)
    named = [finding for finding in findings if what in finding.what]
    assert named, [str(finding) for finding in findings]
    assert named[0].file == "05_metrics.yaml"
    assert named[0].question == question
    assert fix in named[0].fix
    if question is not None:
        assert text.splitlines()[named[0].line - 1].strip()


def test_a_finding_has_the_line_of_its_question(tmp_path):
    (finding,) = lint(tmp_path, TEXT.replace("value: 0.2\n", "value: 0.6\n"))
    assert finding.line == TEXT[: TEXT.index("- id: 04-one-word")].count("\n") + 1
    assert str(finding).startswith(f"05_metrics.yaml:{finding.line}: 04-one-word: the wrong value 0.6 occurs twice;")


def test_numbers_of_the_prompt_may_stand_in_a_hint(tmp_path):
    text = TEXT.replace("What is F1?", "What is F1: 1/3 or less?").replace("The prediction has 1 token", "Is it 1/3?")
    assert lint(tmp_path, text) == []


def test_dollars_and_backticks_inside_code_are_no_formulas(tmp_path):
    text = TEXT.replace("What is F1?", "Costs `$5`, \\$5, $5$ or ``a`b``.\n      ```\n      $ ls `\n      ```\n")
    assert lint(tmp_path, text) == []


def question_blocks() -> list[str]:
    return re.split(r"(?m)^(?=  - id: )", TEXT)[1:]


HEAD = TEXT[: TEXT.index("  - id: ")]


def test_too_few_questions_and_kinds_are_told(tmp_path):
    singles = [block for block in question_blocks() if "kind: single" in block]
    findings = lint(tmp_path, HEAD + "".join(singles))
    told = {finding.what for finding in findings}
    assert {"2 questions are too few", "only 1 kinds of question: single", "0 medium questions are too few"} <= told
    assert "the objective same is asked never" in told


def singles(key_position, key_text: str = "short key", n: int = 6) -> str:
    """`n` single questions whose key stands at ``key_position(i)`` and reads `key_text`."""
    blocks = []
    for i in range(n):
        options = [f"{{id: o{j}, text: an option {j}, feedback: Because of reason {j}.}}" for j in range(3)]
        options[key_position(i)] = f"{{id: k, text: {key_text}, correct: true, feedback: Because it is so.}}"
        listed = "".join(f"      - {option}\n" for option in options)
        block = question_blocks()[0]
        block = re.sub(r"(?s)    options:\n.*?    hints:", lambda _: f"    options:\n{listed}    hints:", block)  # noqa: B023
        blocks.append(block.replace("04-word-order", f"04-q{i}").replace("What are exact", f"{i}: what are exact"))
    return "".join(blocks)


def whats(findings) -> str:
    return "\n".join(finding.what for finding in findings)


@pytest.mark.parametrize(("at_the_second", "biased"), [(3, False), (4, True), (8, True)])
def test_keys_must_not_gather_at_one_position(at_the_second, biased, tmp_path):
    # the fixture's own two keys are option 2 and option 1
    text = TEXT + singles(lambda i: 1 if i < at_the_second - 1 else 2 * (i % 2))
    told = whats(lint(tmp_path, text))
    if at_the_second > 7:
        assert "the key is option 2 in 7 of 8 single questions" in told
    else:
        assert ("the key is option 2 in" in told) == biased


@pytest.mark.parametrize(("key", "biased"), [("key", False), ("a key much longer than others", True)])
def test_keys_must_not_be_the_longest_too_often(key, biased, tmp_path):
    told = whats(lint(tmp_path, TEXT + singles(lambda i: i % 3, key)))
    assert ("the key is the longest option in 6 of 8 single questions" in told) == biased


def with_key_last(block: str) -> str:
    """A single question with its key moved to the last position."""
    before, options, after = re.split(r"(?<=    options:\n)|(?=    hints:)", block)
    listed = re.split(r"(?m)^(?=      - id: )", options)[1:]
    return before + "".join(sorted(listed, key=lambda option: "correct: true" in option)) + after


def pool(n: int) -> str:
    head = HEAD.replace("lesson: 05_metrics\n", "draw: {easy: 3, medium: 4, hard: 3}\n")
    blocks = question_blocks()
    copies = [
        blocks[i % 8].replace("id: 04-", f"id: pl-{i}-", 1).replace("prompt: ", f"prompt: Case {i}, ", 1)
        for i in range(n)
    ]
    copies = [copy.replace(f"Case {i}, |\n", f"|\n      Case {i}.\n") for i, copy in enumerate(copies)]
    copies[0], copies[7] = with_key_last(copies[0]), with_key_last(copies[7])  # or too many stand at one position
    return head + "".join(copies)


def test_pools_need_enough_for_the_draw(tmp_path):
    assert lint(tmp_path, pool(32), "placement.yaml") == []
    told = whats(lint(tmp_path, pool(16), "placement.yaml"))
    assert "a pool of 16 questions is too small" in told
    assert "4 easy questions are too few" in told
    assert "6 medium questions are too few" in told
    assert "6 hard" not in told
    (tmp_path / "placement.yaml").unlink()
    assert "does not begin with ma-" in whats(lint(tmp_path, pool(32), "mastery.yaml"))


def test_ids_are_unique_over_the_bank(tmp_path):
    (tmp_path / "05_metrics.yaml").write_text(TEXT, encoding="utf-8")
    other = pool(32).replace("pl-0-word-order", "04-word-order")
    findings = lint(tmp_path, other, "placement.yaml")
    repeated = [finding for finding in findings if "has a question of this id too" in finding.what]
    assert [(finding.file, finding.question) for finding in repeated] == [("placement.yaml", "04-word-order")]
    assert "05_metrics.yaml" in repeated[0].what


def test_files_alone_are_reported_but_compared_with_all(tmp_path):
    (tmp_path / "placement.yaml").write_text("not: a quiz", encoding="utf-8")
    assert lint(tmp_path, files=[tmp_path / "05_metrics.yaml"]) == []
    (tmp_path / "mastery.yaml").write_text(pool(32).replace("pl-0-word-order", "04-word-order"), encoding="utf-8")
    (finding,) = lint(tmp_path, files=[tmp_path / "05_metrics.yaml"])
    assert (finding.question, finding.what) == ("04-word-order", "mastery.yaml has a question of this id too")


def test_a_broken_file_stops_no_other(tmp_path):
    (tmp_path / "06_how_sure_is_a_score.yaml").write_text("title: a: b", encoding="utf-8")
    (finding,) = lint(tmp_path)
    assert (finding.file, finding.line) == ("06_how_sure_is_a_score.yaml", 1)


def test_nothing_to_check_is_no_success(tmp_path):
    with pytest.raises(BankError, match="no quiz to check"):
        lint_bank(tmp_path)
    with pytest.raises(BankError, match="cannot be read"):
        lint_bank(files=[tmp_path / "none.yaml"])


def test_headings_are_those_that_jupyterlab_links_to(tmp_path):
    source = "# What does `train()` **give** you?\nText\n```\n# a comment\n```\n### The end\n#no heading"
    cells = [{"cell_type": "markdown", "source": [source]}, {"cell_type": "code", "source": ["# code"]}]
    (tmp_path / "01_a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert notebook_headings(tmp_path / "01_a.ipynb") == {"What-does-train()-give-you?", "The-end"}
    assert notebook_headings(tmp_path / "02_b.ipynb") is None


def test_sections_are_looked_up_in_the_notebooks_beside_the_bank(tmp_path):
    bank, lessons = tmp_path / "quizzes", tmp_path / "notebooks"
    bank.mkdir()
    lessons.mkdir()
    findings = lint(bank)
    assert len(findings) == 8
    assert {finding.what for finding in findings} == {"the section's notebook 05_metrics.ipynb does not exist"}
    assert lint(bank, notebooks=Path(__file__).parents[3] / "notebooks") == []
