"""Moodle XML as sites of several languages export it: each type is converted as it marks there, or refused."""

from base64 import b64encode

import pytest
from imported_questions import import_text, only, quiz_in, refusal

from qa_lesson.grading.lms.reading.question_import import result_of
from qa_lesson.quiz.answering.marking import mark


def moodle(*questions: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{"".join(questions)}\n</quiz>'


def question(kind: str, *parts: str, name: str = "Frage 1", prompt: str = "<p>Was gilt?</p>", points: str = "1") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="html"><text><![CDATA[{prompt}]]></text></questiontext>'
        f'<generalfeedback format="html"><text></text></generalfeedback><defaultgrade>{points}</defaultgrade>'
        f"<penalty>0.3333333</penalty><hidden>0</hidden><idnumber></idnumber>{''.join(parts)}</question>"
    )


def answer(share: str, text: str, feedback: str = "", more: str = "", form: str = "html") -> str:
    return (
        f'<answer fraction="{share}" format="{form}"><text><![CDATA[{text}]]></text>'
        f'<feedback format="html"><text><![CDATA[{feedback}]]></text></feedback>{more}</answer>'
    )


def number(share: str, text: str, margin: str, feedback: str = "") -> str:
    return answer(share, text, feedback, f"<tolerance>{margin}</tolerance>", "moodle_auto_format")


SINGLE = ("<single>true</single>", "<shuffleanswers>true</shuffleanswers>")
SEVERAL = ("<single>false</single>", "<shuffleanswers>true</shuffleanswers>")


def test_a_single_choice(tmp_path):
    parts = (answer("100", "<p>Öl</p>", "<p>Es ist <b>leichter</b>.</p>"), answer("0", "Wasser"), answer("0", "Sand"))
    got = only(
        import_text(tmp_path, moodle(question("multichoice", *SINGLE, *parts, name="Öl &amp; Co (1)", points="2.5")))
    )
    assert got["id"] == "ol-co-1"
    assert (got["kind"], got["points"], got["prompt"]) == ("single", 2.5, "Was gilt?")
    assert got["options"][0] == {"id": "ol", "text": "Öl", "correct": True, "feedback": "Es ist **leichter**."}
    assert [option["text"] for option in got["options"]] == ["Öl", "Wasser", "Sand"]


def test_a_wrong_choice_that_costs_points_is_told(tmp_path):
    parts = (answer("100", "a"), answer("-25", "b"), answer("0", "c"))
    found = import_text(tmp_path, moodle(question("multichoice", *SINGLE, *parts)))
    assert result_of(found.questions[0]) == "converted, something lost"
    assert found.questions[0].lost == ["a wrong choice costs points there, and none here"]


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        (("100", "50", "0"), "a part of the points (50%)"),
        (("100", "100", "0"), "2 options earn all points"),
        (("0", "0", "0"), "0 options earn all points"),
        (("100",), "it has 1 option;"),
    ],
)
def test_a_single_choice_that_marks_otherwise_is_refused(tmp_path, shares, why):
    parts = [answer(share, f"option {place}") for place, share in enumerate(shares)]
    assert why in refusal(import_text(tmp_path, moodle(question("multichoice", *SINGLE, *parts))))


def test_several_choices_mark_as_moodle_does(tmp_path):
    shares = {"a": 50, "b": 50, "c": -50, "d": -50}
    parts = [answer(str(share), f"Aussage {name}") for name, share in shares.items()]
    found = import_text(tmp_path, moodle(question("multichoice", *SEVERAL, *parts)))
    (ours,) = quiz_in(found).questions
    assert found.questions[0].lost == []
    names = dict(zip("abcd", (option.id for option in ours.options), strict=True))
    for chosen in ("a", "ab", "abc", "ac", "cd", "b", "abcd"):
        there = max(0, sum(shares[name] for name in chosen)) / 100
        assert mark(ours, [names[name] for name in chosen]).credit == pytest.approx(there), chosen


@pytest.mark.parametrize(
    ("shares", "lost"),
    [
        (("70", "30", "-50"), "weights of the right options"),
        (("50", "50", "0"), "what wrong options cost (0%)"),
        (("33.33333", "33.33333", "33.33333", "-33.33333"), None),
    ],
)
def test_other_weights_are_told(tmp_path, shares, lost):
    parts = [answer(share, f"Aussage {place}") for place, share in enumerate(shares)]
    found = import_text(tmp_path, moodle(question("multichoice", *SEVERAL, *parts)))
    assert only(found)["kind"] == "multi"
    assert (lost is None) == (found.questions[0].lost == [])
    assert lost is None or lost in found.questions[0].lost[0]


@pytest.mark.parametrize(("shares", "why"), [(("100", "100", "-50"), "200%"), (("50", "50"), "all of its options")])
def test_several_choices_without_one_right_answer_are_refused(tmp_path, shares, why):
    parts = [answer(share, f"Aussage {place}") for place, share in enumerate(shares)]
    assert why in refusal(import_text(tmp_path, moodle(question("multichoice", *SEVERAL, *parts))))


def test_true_and_false(tmp_path):
    parts = (answer("0", "true", "Denk an <i>n</i> = 0."), answer("100", "false", "Genau."))
    got = only(import_text(tmp_path, moodle(question("truefalse", *parts))))
    assert [(option["text"], option.get("correct", False)) for option in got["options"]] == [
        ("True", False),
        ("False", True),
    ]
    assert got["options"][0]["feedback"] == "Denk an *n* = 0."


def test_numbers_keep_their_tolerance_and_foreseen_mistakes(tmp_path):
    units = "<units><unit><multiplier>1</multiplier><unit_name>kg</unit_name></unit></units><showunits>0</showunits>"
    parts = (number("100", "3.5", "0.25", "Ja."), number("0", "7", "0.25", "Halbiere."), number("0", "*", "0", "Nein."))
    got = only(import_text(tmp_path, moodle(question("numerical", *parts, units))))
    assert (got["kind"], got["answer"], got["tolerance"], got["unit"]) == ("numeric", 3.5, {"abs": 0.25}, "kg")
    assert (got["right"], got["wrong"], got["otherwise"]) == ("Ja.", [{"value": 7, "feedback": "Halbiere."}], "Nein.")


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([("100", "3", "0"), ("100", "-3", "0")], "several numbers (3 and -3)"),
        ([("100", "3", "0.1"), ("50", "3", "1")], "earns 50% of the points"),
        ([("100", "*", "0")], "accepts any number"),
        ([("100", "drei", "0")], "'drei' is no plain number"),
        ([("0", "3.1", "0.5"), ("100", "3", "0.5")], "before the right one overlaps it"),
        ([("0", "1", "0")], "no answer of it earns all points"),
    ],
)
def test_numbers_that_mark_otherwise_are_refused(tmp_path, parts, why):
    assert why in refusal(import_text(tmp_path, moodle(question("numerical", *(number(*part) for part in parts)))))


def test_short_answers(tmp_path):
    parts = (
        "<usecase>1</usecase>",
        answer("100", "Mole"),
        answer("100", r"a\*b"),
        answer("0", "mole", "Groß."),
        answer("0", "*", "Nein."),
    )
    got = only(import_text(tmp_path, moodle(question("shortanswer", *parts))))
    assert (got["kind"], got["accept"], got["case_sensitive"]) == ("text", ["Mole", "a*b"], True)
    assert got["wrong"] == [{"text": "mole", "feedback": "Groß."}]
    assert got["otherwise"] == "Nein."


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([("100", "*mole*")], "whatever fits '*mole*'"),
        ([("100", "*")], "accepts any text"),
        ([("50", "mole")], "earns 50%"),
        ([("0", "m*"), ("100", "mole")], "fits a wrong answer before it"),
        ([("0", "Mole"), ("100", "mole")], "fits a wrong answer before it"),
    ],
)
def test_short_answers_that_mark_otherwise_are_refused(tmp_path, parts, why):
    answers = [answer(*part) for part in parts]
    assert why in refusal(import_text(tmp_path, moodle(question("shortanswer", "<usecase>0</usecase>", *answers))))


def test_matching_becomes_a_question_for_each_pair(tmp_path):
    parts = [
        f'<subquestion format="html"><text><![CDATA[{left}]]></text><answer><text>{right}</text></answer></subquestion>'
        for left, right in (("<p>España</p>", "Madrid"), ("<p>Francia</p>", "París"), ("", "Lisboa"))
    ]
    found = import_text(tmp_path, moodle(question("matching", *parts, name="Capitales", prompt="¿Cuál?", points="3")))
    first, second = quiz_in(found).questions
    assert (first.id, second.id, first.points, second.points) == ("capitales-part-1", "capitales-part-2", 1.5, 1.5)
    assert (first.prompt, first.key) == ("¿Cuál?\n\nEspaña", "madrid")
    assert [option.text for option in second.options] == ["Madrid", "París", "Lisboa"]
    assert "2 questions of 1.5 points" in found.questions[0].lost[0]


@pytest.mark.parametrize(
    "kind",
    [
        "description",
        "random",
        "cloze",
        "multianswer",
        "calculated",
        "ddwtos",
        "ddmarker",
        "gapselect",
        "coderunner",
        "",
    ],
)
def test_what_has_no_counterpart_is_named(tmp_path, kind):
    good = question("truefalse", answer("100", "true"), answer("0", "false"), name="gut")
    found = import_text(tmp_path, moodle(question(kind, name="schlecht"), good))
    assert [result_of(one) for one in found.questions] == ["not converted", "converted"]
    assert len(quiz_in(found).questions) == 1
    row = found.report().splitlines()[1]
    assert row.startswith("1,schlecht,")
    assert "not converted" in row


def test_images_are_named_in_the_text_and_in_the_report(tmp_path):
    pixel = b64encode(b"\x89PNG" * 5000).decode()
    prompt = (
        '<p>Siehe <img src="@@PLUGINFILE@@/karte%20a.png" alt="Karte"> und <img src="data:image/png;base64,'
        + pixel
        + '"></p>'
    )
    parts = [answer("100", "true"), answer("0", "false")]
    found = import_text(tmp_path, moodle(question("truefalse", *parts, prompt=prompt)))
    assert "Siehe [image: Karte]" in only(found)["prompt"].replace("\\", "")
    assert found.questions[0].lost == ["an image (Karte)", "an image (without a name)"]


def test_what_gets_lost_is_told(tmp_path):
    more = (
        "<hidden>1</hidden>", "<tags><tag><text>Woche 3</text></tag><tag><text>hard</text></tag></tags>",
        "<correctfeedback format='html'><text>Sehr gut gemacht</text></correctfeedback>",
        "<partiallycorrectfeedback format='html'><text>Fast</text></partiallycorrectfeedback>",
    )  # fmt: skip
    source = question(
        "multichoice", "<single>true</single>", "<shuffleanswers>false</shuffleanswers>", answer("100", "a"),
        answer("0", "<span style='color: red'>b</span>"), answer("0", "<u>c</u>"), *more,
    ).replace("0.3333333", "0.5000000").replace("<hidden>0</hidden>", "")  # fmt: skip
    category = '<question type="category"><category><text>$course$/top/Kurs: A//B</text></category></question>'
    found = import_text(tmp_path, moodle(category, source))
    assert found.title == "Kurs: A/B"
    assert found.lost == ("the category '$course$/top/Kurs: A//B'",)
    told = "; ".join(found.questions[0].lost)
    for part in ("penalty of 0.5", "hidden", "order of its options", "Woche 3", "Sehr gut", "partly", "color", "u"):
        assert part in told
    assert only(found)["difficulty"] == "hard"


def test_code_tables_and_formulas_become_markdown(tmp_path):
    prompt = (
        "<p>Mit \\(a^2\\) und $$b &lt; c$$ gilt H<sub>2</sub>O:</p><pre><code>if x &lt; 3:\n    y = `1`</code></pre>"
        "<table><tbody><tr><th>n</th><th>m</th></tr><tr><td>1</td><td>a|b</td></tr></tbody></table><ul><li>eins</li></ul>"
    )
    parts = [answer("100", "true"), answer("0", "false")]
    got = only(import_text(tmp_path, moodle(question("truefalse", *parts, prompt=prompt))))["prompt"]
    assert got == (
        "Mit $a^2$ und $$b < c$$ gilt H₂O:\n\n```\nif x < 3:\n    y = `1`\n```\n\n"
        "| n | m |\n| --- | --- |\n| 1 | a\\|b |\n\n- eins"
    )


@pytest.mark.parametrize(
    ("text", "form", "markdown"),
    [
        ("1 < 2\nzwei", "plain_text", "1 < 2\\\nzwei"),
        ("eins\nzwei", "moodle_auto_format", "eins\\\nzwei"),
        ("**fett** `x`", "markdown", "**fett** `x`"),
        ("2 * 3 * 4 _x_", "html", r"2 \* 3 \* 4 \_x\_"),
        ("C:\\*.txt costs 5$", "html", r"C:\\*.txt costs 5\$"),
    ],
)
def test_text_formats(tmp_path, text, form, markdown):
    source = question("truefalse", answer("100", "true"), answer("0", "false"), prompt=text)
    source = source.replace('<questiontext format="html">', f'<questiontext format="{form}">')
    assert only(import_text(tmp_path, moodle(source)))["prompt"].replace("\\\\\\*", "\\\\*") == markdown


def test_equal_names_get_ids_of_their_own(tmp_path):
    parts = (answer("100", "true"), answer("0", "false"))
    found = import_text(tmp_path, moodle(*[question("truefalse", *parts, name="問題") for _ in range(3)]))
    assert [one.id for one in quiz_in(found).questions] == ["q-1", "q-2", "q-3"]


def dataset(name: str, low: str, high: str, decimals: str = "1", distribution: str = "uniform") -> str:
    return (
        f"<dataset_definition><status><text>private</text></status><name><text>{name}</text></name><type>calculated</type>"
        f"<distribution><text>{distribution}</text></distribution><minimum><text>{low}</text></minimum>"
        f"<maximum><text>{high}</text></maximum><decimals><text>{decimals}</text></decimals></dataset_definition>"
    )


def calculated(
    formula: str, *sets: str, margin: str = "0.01", kind: str = "1", prompt: str = "Area of {a} by {b}?"
) -> str:
    more = f"<tolerance>{margin}</tolerance><tolerancetype>{kind}</tolerancetype>"
    parts = (answer("100", formula, "Ja.", more), f"<dataset_definitions>{''.join(sets)}</dataset_definitions>")
    return moodle(question("calculated", *parts, prompt=prompt))


def test_a_simple_formula_becomes_parameters(tmp_path):
    sets = dataset("a", "1.0", "9.5"), dataset("b", "2", "20", "0")
    found = import_text(tmp_path, calculated("{a} * sqrt({b})/2 + pi()", *sets))
    got = only(found)
    assert got["answer"] == "a * math.sqrt(b) / 2 + math.pi"
    assert got["parameters"] == {"a": {"from": 1, "to": 9.5, "step": 0.1}, "b": {"from": 2, "to": 20, "step": 1}}
    assert (got["tolerance"], got["right"], got["prompt"]) == ({"rel": 0.01}, "Ja.", "Area of {a} by {b}?")
    assert "table of values" in found.questions[0].lost[0]
    assert only(import_text(tmp_path, calculated("{a}", sets[0], kind="2", prompt="{a}?")))["tolerance"] == {
        "abs": 0.01
    }


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (calculated("{a} + {c}", dataset("a", "1", "2"), prompt="{a}?"), "not a simple one"),
        (calculated("{a}; phpinfo()", dataset("a", "1", "2")), "not a simple one"),
        (calculated("__import__('os')", dataset("a", "1", "2")), "not a simple one"),
        (calculated("{A}", dataset("A", "1", "2")), "is called 'A'"),
        (calculated("{a}", dataset("a", "1", "2", distribution="loguniform")), "not uniform"),
        (calculated("{a}", dataset("a", "1", "2"), kind="3"), "geometric"),
        (calculated("{a}", dataset("a", "1", "2"), margin="0"), "relative tolerance"),
        (calculated("{a}", dataset("a", "1", "2"), prompt="{={a}*2}?"), "computes with"),
        (calculated("{a}", dataset("a", "1", "2"), prompt="How many?"), "is not shown in its text"),
        (calculated("{a} / ({a} - 1)", dataset("a", "1", "2")), "its key would not be right"),
        (calculated("{a}"), "no values"),
    ],
)
def test_other_formulas_are_refused(tmp_path, source, why):
    assert why in refusal(import_text(tmp_path, source))


def test_an_essay_gets_one_criterion_with_all_points(tmp_path):
    notes = (
        '<graderinfo format="html"><text>&lt;p&gt;Nennt &lt;b&gt;beide&lt;/b&gt; Gründe.&lt;/p&gt;</text></graderinfo>'
    )
    more = "<attachments>2</attachments><responsetemplate><text>Erstens:</text></responsetemplate>"
    found = import_text(tmp_path, moodle(question("essay", notes, more, points="20")))
    got = only(found)
    assert (got["kind"], got["points"], got["model_answer"]) == ("free_text", 20, "Nennt **beide** Gründe.")
    assert [level["points"] for level in got["rubric"][0]["levels"]] == [0, 20]
    assert found.questions[0].lost == ["files that learners attach", "the text that the answer starts with"]
    found = import_text(tmp_path, moodle(question("essay")))
    assert "a model answer" in found.questions[0].lost[0]
