"""Fine-tuning on `transformers.Trainer`: one recipe, recorded, cached and resumable.

`finetuning` is the recipe, `several_seeds` repeats it, `trainer` sets the Trainer up and scores each epoch,
`parameters` chooses what learns and how fast, `manifest` records what a model folder needs, `checkpoints` keeps a run
that may be broken off. This room may import `evaluation`, `runs` and what is below them.
"""

from qa_lesson.training.finetuning import finetune
from qa_lesson.training.manifest import check_manifest, write_manifest
from qa_lesson.training.parameters import freeze
from qa_lesson.training.several_seeds import SeedRuns, finetune_seeds
from qa_lesson.training.trainer import qa_metrics

__all__ = ["SeedRuns", "check_manifest", "finetune", "finetune_seeds", "freeze", "qa_metrics", "write_manifest"]
