"""Markdown of the bank as HTML: what it becomes, and that nothing in it runs, loads or leaves its element."""

import re
import string

import pytest
from html_page import HtmlPage
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.quiz.pages.markdown import formula, plain_text, render_inline, render_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("a *b* **c**", "<p>a <em>b</em> <strong>c</strong></p>"),
        ("# Heading", "<p><strong>Heading</strong></p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("```python\nx = 1 < 2\n```", "<pre><code>x = 1 &lt; 2\n</code></pre>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("![a cat](https://x.org/cat.png)", "<p>a cat</p>"),
        ("[x](javascript:alert(1))", "<p>x</p>"),
        ("[x](data:text/html,y)", "<p>x</p>"),
        ("[x](//x.org)", "<p>x</p>"),
        (
            '[x](https://x.org/?a=1&b="2")',
            '<p><a href="https://x.org/?a=1&amp;b=%222%22" target="_blank" rel="noopener noreferrer">x</a></p>',
        ),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ],
)
def test_blocks(text, html):
    assert render_markdown(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\n\ntwo", "one<br>\ntwo"),
        ("# Heading", "<strong>Heading</strong>"),
        ("- one\n- two", "one<br>\ntwo"),
        ("> quoted", "quoted"),
        ("---", ""),
        ("```\na < b\n```", '<code class="block">a &lt; b</code>'),
        ("<b>no</b>", "&lt;b&gt;no&lt;/b&gt;"),
    ],
)
def test_labels(text, html):
    assert render_inline(text) == html


def test_a_table():
    text = render_markdown("| a | b |\n| --- | --- |\n| 1 | `2` |")
    assert re.sub(r"\s+", "", text) == (
        "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td>1</td><td><code>2</code></td></tr></tbody></table>"
    )


def test_formulas_are_mathml_or_what_the_caller_makes_of_them():
    assert render_markdown("$x$") == '<p><math display="inline"><mrow><mi>x</mi></mrow></math></p>'
    assert render_markdown("$$x$$").startswith('<math display="block">')
    assert render_markdown("$x<y$", lambda latex, display: f"[{display}: {latex}]") == "<p>[inline: x<y]</p>"
    assert render_markdown("$x$").startswith("<p><math"), "one caller's formulas stay with that caller"


def test_a_formula_cannot_bring_tags_or_attributes():
    assert "<script" not in formula(r"\text{<script>alert(1)</script>}")
    assert "&lt;" in formula(r"\text{<b>}")
    assert "href" not in formula(r"\href{javascript:alert(1)}{x}")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Use `max_length` **384**", "Use max_length 384"),
        ("a < b & c", "a < b & c"),
        ("one\n\n- two\n- three", "one two three"),
        ("![a cat](https://x.org/cat.png) sleeps", "a cat sleeps"),
        ("$x + 1$", "x+1"),
    ],
)
def test_plain_text(text, plain):
    assert plain_text(text) == plain


PIECES = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</p></div>", "<!-- ", "-->",
    "<a href='javascript:x'>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", '[x](https://x.org "t")',
    "![a](https://x.org/a.png)", "<https://x.org>", "https://x.org", "$x < y$", "$$\\frac{1}{2}$$", "$\\text{<b>}$",
    "`a<b`", "```\n<i>\n```\n", "**b**", "*", "_", "# h\n", "- item\n", "1. one\n", "> q\n",
    "| a |\n| --- |\n| <b> |\n", "\n\n", " ", "&lt;", "&#60;script>", '"', "'", "\\", "word",
]  # fmt: skip
documents = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
PHRASING = {
    "a", "br", "code", "em", "strong", "math", "mfrac", "mi", "mn", "mo", "mrow", "mtext", "mstyle", "del", "mspace",
}  # fmt: skip


@settings(deadline=None)
@given(documents | st.text(max_size=60), st.sampled_from([render_markdown, render_inline]))
def test_nothing_runs_or_is_fetched(text, render):
    page = HtmlPage(render(text))
    assert page.runs == page.fetched == page.ids == page.alts == []
    assert all(anchor.startswith(("https://", "http://")) for anchor in page.anchors)


@settings(deadline=None)
@given(documents)
def test_a_label_holds_no_block(text):
    tags = set(re.findall(r"<([a-z]+)", render_inline(text)))
    assert tags <= PHRASING, tags - PHRASING


@given(st.lists(st.text(string.ascii_letters, min_size=1), min_size=1, max_size=6))
def test_plain_words_stay(words):
    text = " ".join(words)
    assert plain_text(f"  {text} ") == text
    assert render_markdown(text) == f"<p>{text}</p>"
