"""What turns candidates into an answer with a probability, or into none; fitted on validation questions."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from qa_lesson.errors import ConfigError
from qa_lesson.evaluation.intervals import check_fraction
from qa_lesson.json_files import AS_WRITTEN, read_json
from qa_lesson.open_corpus.weighing import Weights
from qa_lesson.storage import write_atomically

HOW_TO_FIT = "qa-lesson calibrate --index INDEX --model MODEL --data VALIDATION --risk 0.2"


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How candidates are weighed, and when the best of them is good enough.

    Args:
        passages: how many passages are searched for answers.
        spans: how many spans of each are candidates.
        weights: what makes candidates comparable, see `qa_lesson.open_corpus.weighing`.
        threshold: answer if the probability is at least this. 0 always answers. None never does: no threshold kept
            the risk on the validation questions.
        risk: the largest fraction of wrong answers among those given that was allowed; None if none was stated.
        delta: how likely that may fail, over the choice of validation questions.
        n_validation: questions that it was fitted on; 0 for the defaults.
        n_documents: of those questions.
        validation_coverage: the fraction of the validation questions that is answered at the threshold.
        model: the fingerprint of the model that it is for; empty for any.
        index: the fingerprint of the index that it is for; empty for any.
    """

    __pydantic_config__ = AS_WRITTEN

    passages: int = 5
    spans: int = 3
    weights: Weights = field(default_factory=Weights)
    threshold: float | None = 0.0
    risk: float | None = None
    delta: float = 0.1
    n_validation: int = 0
    n_documents: int = 0
    validation_coverage: float = 1.0
    model: str = ""
    index: str = ""

    def __post_init__(self) -> None:
        if self.passages < 1 or self.spans < 1:
            received = f"passages={self.passages}, spans={self.spans}"
            raise ConfigError("answers need passages and spans", received=received, fix="use 1 or more of each")
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise ConfigError("a threshold is a probability", received=repr(self.threshold), fix="use 0 to 1, or None")
        if self.risk is not None:
            check_fraction("risk", self.risk)

    @property
    def is_fitted(self) -> bool:
        """Whether validation questions chose it."""
        return self.n_validation > 0

    def gives(self, probability: float) -> bool:
        """Whether an answer of this probability is given."""
        return self.threshold is not None and probability >= self.threshold

    def check_fit(self, *, model: str, index: str) -> None:
        """Make sure that the settings were fitted with this model and this index.

        Raises:
            ConfigError: they were fitted with another one.
        """
        for what, own, other in (("model", self.model, model), ("index", self.index, index)):
            if own and own != other:
                raise ConfigError(
                    f"these settings were fitted with another {what}",
                    received=f"{what} {other[:12]}, fitted with {own[:12]}",
                    fix=f"scores of another {what} mean something else, so fit them again: {HOW_TO_FIT}",
                )


_ADAPTER = TypeAdapter(AnswerSettings)


def write_settings(settings: AnswerSettings, path: str | Path) -> Path:
    """Write settings as JSON.

    Raises:
        StorageError: the file cannot be written; what was there is untouched.
    """
    return write_atomically(path, json.dumps(asdict(settings), indent=1) + "\n")


def read_settings(path: str | Path) -> AnswerSettings:
    """The settings that `write_settings` wrote.

    Raises:
        DataError: the file cannot be read, or is no such settings.
    """
    return read_json(
        Path(path), _ADAPTER, what="the settings for answers cannot be read", fix=f"fit them again: {HOW_TO_FIT}"
    )
