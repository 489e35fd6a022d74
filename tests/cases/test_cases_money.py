"""From the notes: dollar signs of amounts are no formula."""

import pytest

from qa_lesson.quiz.pages.markdown import render_inline


@pytest.mark.parametrize("text", ["It costs $5 & $ 6", "$5 & $6", "$5 or $ more", "a $ b $ c", "US$ 5 and US$ 6"])
def test_amounts(text):
    assert "<math" not in render_inline(text)


@pytest.mark.parametrize("text", ["$x$", "so $\\frac{1}{3}$.", "$5 + 6$ is", "($a$, $b$)"])
def test_formulas(text):
    assert "<math" in render_inline(text)
