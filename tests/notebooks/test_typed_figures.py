"""No figure with a unit in the prose is typed without a source: a cell prints it, or figures.yaml has its source.

Results shift whenever the recipe, a library or the hardware changes. A sentence with yesterday's result in it is then
false, and no other check notices. So a figure in a markdown cell must also be in the printed output of a cell of the
same notebook, or in `figures.yaml` with its source: a setting, a definition, a made-up example, a publication. Quizzes
have no cells. A question with figures is listed as a made-up case or with its source.

Left out: the line with the time that a lesson takes, which is an estimate, and code.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml

from qa_lesson.quiz import load_quiz, quiz_names

ROOT = Path(__file__).parents[2]
GENERATED = {"glossary.ipynb"}  # its examples are made up, and no cell could print them
NOTEBOOKS = [path for path in sorted((ROOT / "notebooks").rglob("*.ipynb")) if path.name not in GENERATED]
LISTED = yaml.safe_load(Path(__file__).with_name("figures.yaml").read_text(encoding="utf-8"))

NUMBER = r"[−–+-]?\d(?:[\d,]*\d)?(?:\.\d+)?"
UNIT = r"%|(?:percent|points?|F1|EM|seconds?|minutes?|hours?|ms|GB|MB)\b"
FIGURE = re.compile(
    rf"(?<![\w.,]){NUMBER}(?:\s?(?:to|or|and|-|–)\s?{NUMBER})?[ \n]?(?:{UNIT})"  # 70%, 60 to 70%, 3 points, 85% F1
    rf"|\b(?:F1|EM|[Ee]xact match)(?: of| was| is| from| under| over)? {NUMBER}(?![\w%]|[ \n]?%)"  # F1 of 0.625
)
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
TIME = re.compile(r"^\*\*(?:Time|Computer):\*\*.*$", re.MULTILINE)  # test_lesson_times.py compares the second


def figures(text: str) -> list[str]:
    """The figures with a unit in a text, spelled alike: no space before %, no sign, no emphasis.

    >>> figures("F1 rose from **52 %** to 61.5%, by 9.5 points; `f1=0.61` took 3 minutes")
    ['52%', '61.5%', '9.5 points', '3 minutes']
    """
    text = CODE.sub(" ", TIME.sub(" ", text)).replace("*", "")
    return [re.sub(r"\s+(?=%)", "", " ".join(found.group().split())).lstrip("+−–-") for found in FIGURE.finditer(text)]


def printed(notebook: nbformat.NotebookNode) -> set[str]:
    """The figures in what the cells print as text."""
    texts: list[str] = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            texts += [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
    return set(figures("\n".join(texts)))


def in_prose(notebook: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    """Each figure in a markdown cell, with the id of the cell."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for figure in figures(cell.source):
                yield cell.id, figure


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "notebooks").with_suffix("").as_posix()


def allowed_in(name: str) -> dict[str, str]:
    return LISTED["everywhere"] | LISTED["notebooks"].get(name, {})


def unsourced(name: str, notebook: nbformat.NotebookNode) -> list[str]:
    known = allowed_in(name).keys() | printed(notebook)
    return [f"cell {cell}: {figure}" for cell, figure in in_prose(notebook) if figure not in known]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_every_figure_in_a_notebook_is_printed_or_has_a_source(path):
    found = unsourced(name_of(path), nbformat.read(path, as_version=4))
    assert not found, (
        "typed figures without a source: print them in a cell and reword the sentence so that it is true whatever is "
        f"printed, or, if they are no results, add them to tests/notebooks/figures.yaml with a source: {found}"
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_no_listed_figure_of_a_notebook_is_out_of_use(path):
    used = {figure for _, figure in in_prose(nbformat.read(path, as_version=4))}
    left_over = LISTED["notebooks"].get(name_of(path), {}).keys() - used
    assert not left_over, f"delete from tests/notebooks/figures.yaml: {sorted(left_over)}"


def test_the_list_names_existing_notebooks_and_gives_sources():
    assert LISTED.keys() == {"everywhere", "notebooks", "quizzes"}
    assert LISTED["notebooks"].keys() <= {name_of(path) for path in NOTEBOOKS}
    sources = [LISTED["everywhere"], *LISTED["notebooks"].values(), LISTED["quizzes"]["sources"]]
    assert all(isinstance(source, str) and len(source) >= 10 for group in sources for source in group.values())


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            if name not in ("template", "check", "answer", "recompute"):  # code, checked by running it
                yield from texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from texts(one)


def questions_with_figures() -> set[str]:
    found = set()
    for name in quiz_names():
        for question in load_quiz(name).questions:
            if set(figures("\n".join(texts(question.model_dump())))) - LISTED["everywhere"].keys():
                found.add(question.id)
    return found


def test_every_quiz_question_with_figures_is_a_made_up_case_or_has_a_source():
    made_up, sourced = set(LISTED["quizzes"]["made up"]), LISTED["quizzes"]["sources"].keys()
    assert not made_up & sourced
    found = questions_with_figures()
    missing = found - made_up - sourced
    assert not missing, f"say in tests/notebooks/figures.yaml where the figures are from: {sorted(missing)}"
    assert not (made_up | sourced) - found, f"delete: {sorted((made_up | sourced) - found)}"


@pytest.mark.parametrize(
    "sentence",
    [
        "The course model reaches 64.1 % F1.",
        "It gains **5.7 points** over the small one.",
        "Training takes 103 seconds.",
        "Its F1 is 61.5, which is not bad.",
        "Between 69 and 76 % of the answers are exact.",
    ],
)
def test_a_typed_result_is_found(sentence):
    cell = nbformat.v4.new_markdown_cell(sentence, id="typed")
    (found,) = unsourced("05_metrics", nbformat.v4.new_notebook(cells=[cell]))
    assert found.startswith("cell typed: ")


def test_a_printed_result_is_fine():
    prose = nbformat.v4.new_markdown_cell("It reaches 64.1% here.")
    output = nbformat.v4.new_output("stream", name="stdout", text="F1  64.1 %\n")
    code = nbformat.v4.new_code_cell("print(...)", outputs=[output])
    assert unsourced("05_metrics", nbformat.v4.new_notebook(cells=[prose, code])) == []
