"""Fine-tuning on `transformers.Trainer`: one recipe, recorded, cached and resumable.

`finetuning` is the recipe, `trainer` sets the Trainer up and scores each epoch, `parameters` chooses what learns and
how fast, `checkpoints` keeps a run that may be broken off. This room may import `evaluation`, `runs` and what is
below them.
"""

from qa_lesson.training.finetuning import finetune
from qa_lesson.training.parameters import freeze
from qa_lesson.training.trainer import qa_metrics

__all__ = ["finetune", "freeze", "qa_metrics"]
