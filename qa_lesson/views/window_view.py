"""A picture of how one context is cut into overlapping windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Patch, Rectangle

from qa_lesson.errors import DataError
from qa_lesson.look.colors import BLUE, BLUE_SOFT, CARD, GREEN, GREEN_SOFT, MUTED, ORANGE, ORANGE_SOFT, TEXT
from qa_lesson.look.theme import DescribedFigure, add_legend, describe, new_figure
from qa_lesson.windows import Windows

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_READABLE_TOKENS = 48  # more columns leave no room to write a token into its cell


def plot_windows(windows: Windows, tokenizer: PreTrainedTokenizerBase, example_id: str) -> DescribedFigure:
    """The windows of one example, one row each, above one another by context token.

    Context tokens that a neighbouring window has too (the stride) are orange and hatched, the labelled answer is
    green with a thick edge, the rest is blue. A window that does not hold the whole answer is labelled with the null
    token. Tokens are written into their cells while the context is short enough.

    Args:
        windows: from `make_windows`.
        tokenizer: that the windows were made with, for the tokens' text.
        example_id: of one of ``windows.examples``.

    Raises:
        DataError: no example has this id.
    """
    ids = [example.id for example in windows.examples]
    if example_id not in ids:
        raise DataError(
            f"no window belongs to a question {example_id!r}",
            received=f"windows of {len(ids)} questions: {', '.join(ids[:5])}",
            fix="pass the id of one of windows.examples",
        )
    rows = np.flatnonzero(windows.example_of == ids.index(example_id)).tolist()
    # a column for every context token, in the order of the text; equal offsets are the same token in two windows
    spans = [[tuple(span) for span in windows.offsets[row].tolist()] for row in rows]
    column_of = {span: column for column, span in enumerate(sorted({s for row in spans for s in row if s[0] >= 0}))}
    columns = [{column_of[span]: token for token, span in enumerate(row) if span[0] >= 0} for row in spans]

    width = len(column_of)
    lead = max(2.0, 0.16 * width)  # the block that stands for the question
    written = width <= _READABLE_TOKENS
    figure, (axes,) = new_figure(width=9.0, height=(1.0 if written else 0.55) * len(rows) + 1.1)
    told, drawn = [], {"context"}
    for y, (row, own) in enumerate(zip(rows, columns, strict=True)):
        neighbours = {column for other in columns[max(0, y - 1) : y] + columns[y + 1 : y + 2] for column in other}
        held = bool(windows.has_answer[row])
        answer = range(windows.start_positions[row], windows.end_positions[row] + 1) if held else range(0)
        n_lead = windows.lengths[row] - len(own)
        axes.add_patch(Rectangle((-lead, y - 0.34), lead - 0.3, 0.68, facecolor=CARD, edgecolor=MUTED))
        caption = f"question and\nspecial: {n_lead}"
        axes.text(-lead / 2 - 0.15, y, caption, ha="center", va="center", fontsize=8, color=TEXT)
        pieces = tokenizer.convert_ids_to_tokens(windows.inputs["input_ids"][row])
        for column, token in own.items():
            kind = "answer" if token in answer else "shared" if column in neighbours else "context"
            drawn.add(kind)
            axes.add_patch(Rectangle((column, y - 0.34), 1, 0.68, **_LOOK[kind]))
            if written:
                piece = pieces[token]
                axes.text(
                    column + 0.5, y, piece, rotation=90, ha="center", va="center", fontsize=8, color=TEXT,
                    parse_math=False, bbox={"facecolor": _LOOK[kind]["facecolor"], "edgecolor": "none", "pad": 0.6},
                )  # fmt: skip
        shared = sum(column in neighbours for column in own)
        lacking = "no whole answer" if windows.examples[ids.index(example_id)].is_answerable else "no answer"
        label = f"{lacking}, labelled with the null token {windows.null_token[row]}"
        if held:
            label = f"answer labelled at tokens {answer.start} to {answer.stop - 1} of the window"
        else:
            axes.text(
                1.01 * width + 0.5, y, lacking.replace(" answer", "\nanswer"), va="center", fontsize=8, color=TEXT
            )
        told.append(
            f"window {y + 1}: context tokens {min(own)} to {max(own)}, "
            f"{shared} of them shared with a neighbour, {label}"
        )
    axes.set_xlim(-lead - 0.5, width * 1.09 + 1)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [f"window {y + 1}" for y in range(len(rows))])
    axes.set_xlabel("context token, counted over the whole context from 0")
    axes.set_xticks([x for x in axes.get_xticks() if 0 <= x <= width])
    axes.grid(visible=False)
    names = {"context": "only in this window", "shared": "shared with a neighbour", "answer": "labelled answer"}
    handles = [Patch(label=names[kind], **_LOOK[kind]) for kind in names if kind in drawn]
    add_legend(axes, handles=handles)
    return describe(figure, f"{len(rows)} windows over a context of {width} tokens, counted from 0. {'; '.join(told)}.")


_LOOK: dict[str, dict[str, Any]] = {
    "context": {"facecolor": BLUE_SOFT, "edgecolor": BLUE, "linewidth": 0.6},
    "shared": {"facecolor": ORANGE_SOFT, "edgecolor": ORANGE, "linewidth": 0.6, "hatch": "//", "hatch_linewidth": 0.4},
    "answer": {"facecolor": GREEN_SOFT, "edgecolor": GREEN, "linewidth": 2.2, "zorder": 3},
}
