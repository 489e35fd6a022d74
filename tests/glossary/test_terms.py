"""The terms are complete, and the lessons use each before the tests of the course ask about it."""

import re
from collections import Counter
from pathlib import Path

import glossary_notebook
import nbformat
import pytest

from qa_lesson.glossary import glossary_terms
from qa_lesson.glossary.terms import find_term
from qa_lesson.quiz import load_quiz
from qa_lesson.quiz.bank.files import quiz_name

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
STEMS = [path.stem for path in LESSONS]
TERMS = list(glossary_terms().values())
SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


def prose(stem: str) -> str:
    """What a lesson says, in its text and in its code."""
    cells = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4).cells
    return "\n".join(cell.source for cell in cells)


def uses(text: str, form: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text, re.IGNORECASE) is not None


def forms(term) -> tuple[str, ...]:
    return (term.term, *term.also)


def test_the_glossary_has_60_to_80_terms():
    assert 60 <= len(TERMS) <= 80


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_a_term_has_two_sentences_an_example_and_links_that_lead_somewhere(term):
    assert len(SENTENCE_END.findall(term.text)) == 2
    assert term.example
    assert set(term.see) <= glossary_terms().keys() - {term.term}


def test_no_form_of_a_word_belongs_to_two_terms():
    counted = Counter(form.casefold() for term in TERMS for form in forms(term))
    assert {form: n for form, n in counted.items() if n > 1} == {}


def test_terms_are_in_the_order_of_the_lessons():
    names = [quiz_name(stem) for stem in STEMS]
    written = [term.lesson for term in TERMS if term.lesson in names]
    first = list(dict.fromkeys(written))
    assert sorted(first, key=names.index) == first


def test_the_notebook_is_made_from_the_file():
    committed = nbformat.read(glossary_notebook.NOTEBOOK, as_version=4)
    assert committed == glossary_notebook.build(), "run: python tools/glossary_notebook.py"


@pytest.mark.parametrize("stem", STEMS)
def test_a_lesson_explains_or_links_the_terms_that_it_is_said_to_introduce(stem):
    text = "\n".join(map(prose, STEMS[: STEMS.index(stem) + 1]))
    introduced = [term for term in TERMS if term.lesson == quiz_name(stem)]
    missing = [term.term for term in introduced if not any(uses(text, form) for form in forms(term))]
    assert missing == [], f"{stem} never uses them: name another lesson in terms.yaml"


def words_of(question) -> str:
    options = [option.text for option in getattr(question, "options", None) or []]
    return "\n".join([question.prompt, *options])


ASKED = [(quiz, question) for quiz in ("placement", "mastery") for question in load_quiz(quiz).questions]


@pytest.mark.parametrize(("quiz", "question"), ASKED, ids=[question.id for _, question in ASKED])
def test_the_lessons_use_a_term_before_the_mastery_test_asks_about_it(quiz, question):
    """The placement test comes before the lessons; its own test is below."""
    names = {quiz_name(stem) for stem in STEMS}
    terms = [term for term in TERMS if term.lesson in names]
    asked = [term for term in terms if any(uses(words_of(question), form) for form in forms(term))]
    lessons = "\n".join(prose(stem) for stem in STEMS if quiz_name(stem) != "review")
    assert [term.term for term in asked if not any(uses(lessons, form) for form in forms(term))] == []


def test_the_first_lesson_links_to_the_glossary_before_the_placement_test():
    text = prose(STEMS[0])
    assert 0 < text.find("(glossary.ipynb)") < text.find("## Placement test")


def test_the_tests_ask_about_many_of_the_terms():
    text = "\n".join(words_of(question) for _, question in ASKED)
    asked = [term.term for term in TERMS if any(uses(text, form) for form in forms(term))]
    assert len(asked) > 30


@pytest.mark.parametrize(("name", "term"), [("windows", "window"), ("EM", "exact match"), ("no such word", None)])
def test_finding_a_term(name, term):
    found = find_term(name)
    assert (found.term if found else None) == term
