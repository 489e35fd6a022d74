"""No text becomes markup, whatever it says and wherever it comes from."""

import ast
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import jinja2
import pytest
from html_page import HtmlPage
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

import qa_lesson
from qa_lesson.look import templating
from qa_lesson.look.html import card, code, paragraph, table
from qa_lesson.look.templating import percent, render, unbroken, with_units

PACKAGE = Path(qa_lesson.__file__).parent
TEMPLATES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.jinja"))
HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>", "{{ 7 * 7 }}", "{% raw %}",
    "</td></table>",
    "' onmouseover='alert(1)", "&lt;b&gt;", "<!--", "\u202eevil", "a\0b", "]]>",
]  # fmt: skip
MAKERS = {  # where a text that is not a literal may become HTML, and why
    "look/templating.py": "what a template or `escape` gave",
    "look/html.py": "puts <wbr> into escaped text",
    "look/still.py": "the still picture that a widget gives of itself",
    "look/svg.py": "the same HTML with fixed colors and each drawing as an image",
    "quiz/pages/markdown.py": "what the Markdown renderer gave, which escapes all HTML in it",
    "quiz/pages/static.py": "literal styles of this module",
    "report/model_card.py": "YAML and code for a Markdown file, never HTML",
}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("piece", [card, paragraph, code, unbroken, with_units], ids=lambda piece: piece.__name__)
def test_a_piece_shows_a_text_as_it_is(piece, text):
    page = HtmlPage(str(piece(text)))
    assert (page.runs, page.fetched) == ([], [])
    assert page.words.replace("\xa0", " ") == text


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_a_table_and_a_title_show_their_texts_as_they_are(title, header, cells):
    made = card(table([header], [cells], row_headers=True), title)
    assert type(made) is Markup
    words = re.findall(r"<(?:th|td|div style=\"font-weight)[^>]*>([^<]*)<", made)
    expected = [*([title] if title else []), header, *cells]
    assert [unescape(word).replace("\xa0", " ") for word in words] == [text.replace("\xa0", " ") for text in expected]


def test_html_stays_html():
    assert card(Markup("<i>x</i>")).count("<i>x</i>") == 1
    assert table(["a"], [[Markup("<b>1</b>")]]).count("<b>1</b>") == 1


def test_units_stay_with_their_numbers():
    assert paragraph("at 95 % or more").endswith(">at 95&nbsp;% or more</p>")
    assert percent(1 / 3) == "33.3%"


def test_a_card_that_scrolls_can_be_reached_by_keyboard():
    assert 'tabindex="0"' in card(table(["a"], [["1"]]))
    assert "tabindex" not in card("a text that names <table")


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_leave_escaping_to_jinja(name):
    source = (PACKAGE / name).read_text(encoding="utf-8")
    assert not re.search(r"\|\s*(safe|forceescape)\b|autoescape", source)
    environment = templating._environment(name.endswith(".md.jinja"))
    environment.get_template(name)
    assert environment.autoescape is not name.endswith(".md.jinja")
    assert environment.undefined is jinja2.StrictUndefined


def test_there_are_templates_for_every_page():
    assert {Path(name).name for name in TEMPLATES} >= {
        "page.html.jinja", "pieces.html.jinja", "report.html.jinja", "model_card.md.jinja", "class_report.html.jinja",
        "similarity.html.jinja", "feedback.html.jinja",
    }  # fmt: skip


def test_a_name_that_nobody_passes_is_an_error():
    with pytest.raises(jinja2.UndefinedError):
        render("grading/pages/templates/feedback.html.jinja", title="t")


def made_from_a_value(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Markup"
        and any(not isinstance(argument, ast.Constant) for argument in node.args)
        for node in ast.walk(tree)
    )


def test_only_a_few_modules_declare_a_text_to_be_html():
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if made_from_a_value(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set(MAKERS), "format values into a Markup literal, or use a template"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"), (r"a\|b", r"a\\\|b"), ("<b>", "&lt;b>"), ("[x](javascript:y)", r"\[x\](javascript:y)"),
        ("![i](http://h/t.png)", r"!\[i\](http://h/t.png)"), ("`x", r"\`x"), ("# head", r"\# head"),
        ("a\n\n- b", "a - b"),
        ("&lt;", "&amp;lt;"), ("my_model 2.0", "my_model 2.0"),
    ],
)  # fmt: skip
def test_a_value_stays_one_plain_line_of_markdown(text, shown):
    assert templating._in_markdown(text) == shown
    assert templating._in_markdown(Markup(text)) == text


def test_escaping_a_text_loads_no_plotting_library():
    program = "import sys, qa_lesson.look.html; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
