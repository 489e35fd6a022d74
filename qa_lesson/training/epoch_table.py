"""What a person sees of a training run: one progress bar, and one line with the scores of each epoch."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qa_lesson.hardware import in_notebook, is_main_process, progress_wanted
from qa_lesson.runs import EpochResult, learning_curve

if TYPE_CHECKING:
    from transformers import Trainer

HEADER = f"{'epoch':>5}  {'training loss':>13}  {'validation loss':>15}  {'exact match':>11}  {'F1':>6}"


def epoch_line(point: EpochResult) -> str:
    """The scores of an epoch, under `HEADER`.

    >>> print(HEADER)
    epoch  training loss  validation loss  exact match      F1
    >>> print(epoch_line(EpochResult(epoch=1, train_loss=2.314, validation_loss=1.802, exact_match=0.41, f1=0.552)))
        1           2.31             1.80        41.0%   55.2%
    """
    return (
        f"{point.epoch:>5g}  {point.train_loss:>13.2f}  {point.validation_loss:>15.2f}  "
        f"{point.exact_match:>11.1%}  {point.f1:>6.1%}"
    )


def show_progress(trainer: Trainer) -> None:
    """Show a bar and a table instead of what the Trainer would print, where anyone watches; elsewhere show nothing.

    Args:
        trainer: made with ``disable_tqdm=True``, as its own bars are nested and its own lines are raw dictionaries.
    """
    from transformers import TrainerCallback
    from transformers.trainer_callback import PrinterCallback

    trainer.remove_callback(PrinterCallback)
    if not (progress_wanted() and is_main_process()):
        return
    from tqdm.auto import tqdm

    class Shown(TrainerCallback):
        """A bar over all steps; the table grows above it in a terminal, and below it in a notebook."""

        def __init__(self) -> None:
            self.bar: Any = None
            self.n_told = 0

        def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self.bar = tqdm(total=state.max_steps, initial=state.global_step, desc="training", unit="step")
            tell(HEADER)

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self.bar.update(state.global_step - self.bar.n)

        def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            points = learning_curve(state.log_history)
            for point in points[self.n_told :]:
                tell(epoch_line(point))
            self.n_told = len(points)

        def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self.bar.close()

    # a terminal's standard output may go to a file or a program
    tell: Callable[[str], None] = print if in_notebook() else lambda line: tqdm.write(line, file=sys.stderr)
    trainer.add_callback(Shown())
