"""Fine-tuning on `transformers.Trainer`: one recipe, recorded, cached and resumable.

`finetuning` is the recipe, `several_seeds` repeats it, `trainer` sets the Trainer up and scores each epoch,
`parameters` chooses what learns and how fast, `checkpoints` keeps a run that may be broken off. This room may import
`evaluation`, `runs` and what is below them.
"""

from qa_lesson.training.finetuning import finetune
from qa_lesson.training.parameters import freeze
from qa_lesson.training.several_seeds import SeedRuns, finetune_seeds
from qa_lesson.training.trainer import qa_metrics

__all__ = ["SeedRuns", "finetune", "finetune_seeds", "freeze", "qa_metrics"]
