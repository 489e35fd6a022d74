import pytest

from qa_lesson.errors import ConfigError
from qa_lesson.glossary import glossary, glossary_terms


def test_a_card_has_the_text_the_example_and_related_terms():
    card = glossary("stride")
    assert repr(card) == "<glossary: stride>"
    html = card._repr_html_()
    assert "tokens that two neighboring windows share" in html
    assert "|stride|" in html
    assert "See also: window" in html


@pytest.mark.parametrize("form", ["Exact Match", "EM", "  exact   match "])
def test_other_forms_lead_to_the_same_term(form):
    assert repr(glossary(form)) == "<glossary: exact match>"


def test_code_is_marked_and_signs_are_escaped():
    html = glossary("corpus")._repr_html_()
    assert "`" not in html
    assert "monospace" in html
    assert "<b>" not in glossary("logit")._repr_html_()


def test_an_unknown_term_names_the_closest():
    with pytest.raises(ConfigError, match=r"received: 'strid'\n.*stride"):
        glossary("strid")


@pytest.mark.parametrize("name", glossary_terms())
def test_every_term_can_be_shown(name):
    assert glossary(name)._repr_html_().count("</div>") >= 2
