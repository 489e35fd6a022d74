"""Diagrams of ideas: the split by document, the model with its head, the course, and how intervals shrink."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from qa_lesson.errors import DataError, counted
from qa_lesson.evaluation import Evaluation, binomial_interval
from qa_lesson.look.colors import css
from qa_lesson.look.html import StaticView, card, paragraph
from qa_lesson.look.svg import Svg, as_image
from qa_lesson.look.templating import percent
from qa_lesson.schema import Example

_WIDTH = 520
_SPLIT_COLORS = {"train": "blue", "training": "blue", "validation": "orange", "test": "green"}


def split_diagram(splits: Mapping[str, Sequence[Example]]) -> StaticView:
    """Documents as boxes, each in the split that it belongs to, as wide as it has questions.

    Args:
        splits: the questions by name of the split.

    Raises:
        DataError: no splits, or one without questions.

    >>> split_diagram({"train": [Example("q1", "Who?", "Bram.", (), document="d1")]})
    <split diagram: train 1 document, 1 question>
    """
    if not splits or not all(splits.values()):
        raise DataError("there is nothing to draw", received=f"splits {', '.join(splits) or '(none)'}, one is empty")
    by_split = {name: _questions_by_document(examples) for name, examples in splits.items()}
    told = [
        f"{name} {counted(len(found), 'document')}, {counted(sum(found.values()), 'question')}"
        for name, found in by_split.items()
    ]
    shared = _shared_documents(by_split)
    claim = f"{counted(shared, 'document')} in more than one split" if shared else "No document is in two splits"
    total = max(sum(found.values()) for found in by_split.values())
    svg = Svg(_WIDTH, 56 * len(splits) + 6)
    for row, (name, found) in enumerate(by_split.items()):
        y, x, color = 56 * row, 8.0, _SPLIT_COLORS.get(name, "purple")
        svg.text(8, y + 14, told[row], color, bold=True)
        unit = (_WIDTH - 16) / total
        for n_questions in found.values():
            wide = unit * n_questions
            svg.rect(x, y + 20, max(wide - 1.5, 1), 26, f"{color}-soft", color)
            x += wide
    picture = as_image(svg.markup(f"{claim}. {'; '.join(told)}."), claim)
    note = paragraph("Each box is a document, as wide as it has questions.", muted=True)
    return StaticView(card(picture + note, claim), f"<split diagram: {'; '.join(told)}>")


def model_diagram() -> StaticView:
    """The encoder and its head: tokens in, a vector for each, a start and an end score for each, a span out."""
    svg = Svg(_WIDTH, 268)
    tokens = ["[CLS]", "who", "keeps", "it", "[SEP]", "bram", "keeps", "it"]
    starts, ends = [0.1, 0, 0, 0, 0, 3.2, 0.3, 0.2], [0.2, 0, 0, 0, 0, 2.9, 0.4, 0.6]
    step = (_WIDTH - 16) / len(tokens)
    for at, token in enumerate(tokens):
        x, color = 8 + step * at, "purple" if at < 5 else "blue"
        svg.rect(x + 2, 222, step - 4, 24, f"{color}-soft", color)
        svg.text(x + step / 2, 238, token, anchor="middle", size=11)
        svg.rect(x + step / 2 - 9, 128, 18, 22, "soft", "muted")
        for tick in range(3):
            svg.line([(x + step / 2 - 6, 133 + 6 * tick), (x + step / 2 + 6, 133 + 6 * tick)], "muted", thick=1.5)
        svg.line([(x + step / 2, 220), (x + step / 2, 208)], "muted", thick=1.5)
        svg.line([(x + step / 2, 164), (x + step / 2, 152)], "muted", thick=1.5)
        if at >= 5:
            svg.text(x + step / 2, 60, f"{starts[at]:.1f}", "blue", anchor="middle", bold=at == 5)
            svg.text(x + step / 2, 80, f"{ends[at]:.1f}", "purple", anchor="middle", bold=at == 5)
            svg.line([(x + step / 2, 126), (x + step / 2, 118)], "muted", thick=1.5)
    svg.rect(8, 164, _WIDTH - 16, 44, "green-soft", "green", round_=6)
    svg.text(_WIDTH / 2, 183, "encoder: already knows language (pretrained)", anchor="middle", bold=True)
    svg.text(_WIDTH / 2, 200, "every token looks at all the others", anchor="middle", size=11)
    svg.rect(8, 92, _WIDTH - 16, 26, "orange-soft", "orange", round_=6)
    svg.text(_WIDTH / 2, 109, "head: two numbers for each token (new, random at first)", anchor="middle", bold=True)
    svg.text(12, 60, "start scores", "blue", bold=True)
    svg.text(12, 80, "end scores", "purple", bold=True)
    svg.rect(8 + 5 * step + 2, 8, step - 4, 26, "green-soft", "green", thick=2)
    svg.text(8 + 5.5 * step, 25, "bram", anchor="middle", bold=True)
    svg.text(8 + 5 * step - 8, 25, "the span with the highest sum:", anchor="end")
    svg.text(8 + 2.5 * step, 262, "question", "purple", anchor="middle", size=11)
    svg.text(8 + 6.5 * step, 262, "passage", "blue", anchor="middle", size=11)
    alt = (
        "From bottom to top: the tokens of question and passage go into the encoder, which gives a vector for each. "
        "The head makes a start and an end score of each vector. The span with the highest sum is the answer: bram."
    )
    title = "Fine-tuning teaches a new head, and adjusts an encoder that knows language already"
    return StaticView(card(as_image(svg.markup(alt), alt), title), "<model diagram>")


_STAGES: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("Look", "purple", (("00_start_here", "start here"), ("01_why_fine_tune", "why fine-tune"))),
    (
        "Build",
        "blue",
        (
            ("02_prepare_data", "prepare data"),
            ("03_how_a_model_learns", "how a model learns"),
            ("04_fine_tune", "fine-tune"),
        ),
    ),
    (
        "Measure",
        "green",
        (
            ("05_metrics", "metrics"),
            ("06_how_sure_is_a_score", "how sure is a score"),
            ("07_when_to_trust_an_answer", "when to trust an answer"),
        ),
    ),
    (
        "Doubt",
        "orange",
        (
            ("08_overfitting", "overfitting"),
            ("09_leakage", "leakage"),
            ("10_answer_variability", "answer variability"),
        ),
    ),
    (
        "Use",
        "purple",
        (("11_your_own_documents", "your own documents"), ("12_ship_it", "ship it"), ("13_review", "review")),
    ),
)
_STAGE = Markup(
    '<div style="flex: 1 1 104px; padding: 6px 10px; border-radius: 6px; {}">'
    '<div style="font-weight: bold; {}">{}</div>{}</div>'
)
_LESSON = Markup('<div style="margin: 4px 0"><a href="{}.ipynb" style="{}; text-decoration: underline">{} {}</a></div>')


def course_map() -> StaticView:
    """The lessons in five stages, each a link to its notebook."""
    stages = []
    for number, (name, color, lessons) in enumerate(_STAGES, 1):
        links = Markup().join(_LESSON.format(stem, css(color="text"), stem[:2], title) for stem, title in lessons)
        look = css(border=f"2px solid {color}", background_color=f"{color}-soft", color="text")
        stages.append(_STAGE.format(look, css(color=color), f"{number}. {name}", links))
    content = Markup('<div style="display: flex; flex-wrap: wrap; gap: 8px">{}</div>').format(Markup().join(stages))
    n_lessons = sum(len(lessons) for _, _, lessons in _STAGES)
    return StaticView(card(content, "The course in five stages"), f"<course map: {n_lessons} lessons>")


def interval_width_diagram(evaluation: Evaluation | float = 0.7) -> StaticView:
    """How wide the 95% interval of a share of right answers is, against the number of independent questions.

    Args:
        evaluation: its exact match is the share, and its number of questions is marked; or a share alone.
    """
    share = evaluation if isinstance(evaluation, int | float) else evaluation.total.exact_match
    sizes = [25, 50, 100, 200, 400, 800, 1600, 3200]
    widths = []
    for n in sizes:
        interval = binomial_interval(round(share * n), n)
        widths.append(interval.high - interval.low)
    svg = Svg(_WIDTH, 216)
    left, right, top, base = 60, 500, 20, 176

    def place(n: float, width: float) -> tuple[float, float]:
        across = math.log(n / sizes[0]) / math.log(sizes[-1] / sizes[0])
        return left + (right - left) * across, base - (base - top) * width / widths[0]

    svg.rect(left, top, right - left, base - top, "none", "grid")
    svg.line([place(n, width) for n, width in zip(sizes, widths, strict=True)], "blue")
    for n, width in zip(sizes, widths, strict=True):
        x, y = place(n, width)
        svg.dot(x, y, 4, "blue")
        svg.text(x + 4, y - 8, f"{100 * width:.0f}", "blue", size=11, bold=True)
        svg.text(x, base + 16, f"{n:,}", "muted", anchor="middle", size=11)
    svg.text(
        (left + right) / 2, base + 34, "independent questions (each step doubles)", "muted", anchor="middle", size=11
    )
    svg.text(left - 36, (top + base) / 2, "width in points", "muted", anchor="middle", size=11, turned=True)
    if isinstance(evaluation, Evaluation) and sizes[0] <= evaluation.n <= sizes[-1]:
        x, _ = place(evaluation.n, 0)
        svg.line([(x, top), (x, base)], "orange", thick=2, dash="4 3")
        svg.text(x + 5, top + 12, f"yours: {evaluation.n}", "orange", size=11, bold=True)
    pairs = ", ".join(f"{n:,} questions {100 * width:.0f} points" for n, width in zip(sizes, widths, strict=True))
    title = "Half as wide takes four times as many questions"
    alt = f"{title}. Width of the 95% interval around {percent(share)}: {pairs}."
    return StaticView(card(as_image(svg.markup(alt), alt), title), "<interval width diagram>")


def _questions_by_document(examples: Sequence[Example]) -> dict[str, int]:
    found: dict[str, int] = {}
    for example in examples:
        name = example.document or example.id
        found[name] = found.get(name, 0) + 1
    return found


def _shared_documents(by_split: Mapping[str, Mapping[str, int]]) -> int:
    names = [name for found in by_split.values() for name in found]
    return len({name for name in names if names.count(name) > 1})
