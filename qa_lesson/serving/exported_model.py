"""What the exports to other engines share: the folder they write, the check of their logits, and who answers from it.

An exported folder has the model's tokenizer and settings too, so it is all that a service needs.
"""

from __future__ import annotations

import json
import logging
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from pydantic import TypeAdapter

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.encoder import load_qa_model, load_tokenizer
from qa_lesson.errors import ConfigError, ModelError
from qa_lesson.json_files import read_json
from qa_lesson.runs import RUN_FILE
from qa_lesson.storage import write_atomically
from qa_lesson.training.manifest import MANIFEST_FILE, check_manifest, write_manifest

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

_ORIGIN = TypeAdapter(dict[str, str])
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@dataclass(frozen=True)
class ExportFormat:
    """How models are exported to one engine.

    Args:
        name: of the engine, for messages.
        graph: the file in an exported folder that no other folder has.
        origin: the file that says which model was exported.
        command: of ``qa-lesson`` that exports.
        extra: of the package with the libraries.
    """

    name: str
    graph: str
    origin: str
    command: str
    extra: str

    @property
    def advice(self) -> str:
        """How to get an exported model."""
        return f"export one: qa-lesson {self.command} --model MODEL --out FOLDER"

    def missing(self, error: ImportError) -> ConfigError:
        """What to say where a library is not installed."""
        return ConfigError(
            f"{error.name or 'a library'} is needed for {self.name} and is not installed",
            fix=f'run: pip install "qa-lesson[{self.extra}]"',
        )

    def is_at(self, folder: str | Path) -> bool:
        """Whether the folder has a model that was exported in this format."""
        return (Path(folder) / self.graph).is_file()


class ExportSource:
    """A model that is to be exported, with its tokenizer.

    Args:
        model: a model folder or a hub id.

    Raises:
        ModelError: it cannot be loaded.
    """

    def __init__(self, model: str | Path) -> None:
        self.path = Path(model)
        self.model: PreTrainedModel = load_qa_model(model, attention="eager")
        self.model.train(False)
        self.tokenizer: PreTrainedTokenizerBase = load_tokenizer(model)
        self.names = [name for name in self.tokenizer.model_input_names if name in _INPUTS]

    @property
    def example(self) -> tuple[torch.Tensor, ...]:
        """Two windows to trace the model with, in the order of `names`."""
        texts = ["Who keeps it?"] * 2, ["Bram keeps it.", "It was Ada."]
        inputs = self.tokenizer(*texts, padding=True, return_tensors="pt")
        return tuple(inputs[name] for name in self.names)

    @cached_property
    def answerer(self) -> QuestionAnswerer:
        """What answers with the model as it is, in float32 and with the settings that it was trained with."""
        return QuestionAnswerer(self.path, model_and_tokenizer=(self.model, self.tokenizer), device="cpu")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights, as `QuestionAnswerer.fingerprint`."""
        return self.answerer.fingerprint

    def complete(self, folder: Path, export: ExportFormat, origin: dict[str, str]) -> None:
        """Write what goes with a graph: tokenizer, configuration, the record of the run, a manifest and the origin.

        Args:
            folder: with the graph.
            export: its format.
            origin: the fingerprint of the exported model, and what else it should say about itself.
        """
        self.tokenizer.save_pretrained(folder)
        self.model.config.save_pretrained(folder)
        if (self.path / RUN_FILE).is_file():
            shutil.copy(self.path / RUN_FILE, folder)
        write_manifest(folder, self.tokenizer)
        write_atomically(folder / export.origin, json.dumps(origin))

    def check_logits(self, exported: torch.nn.Module, tolerance: float | None) -> None:
        """Run the exported model, with other batch sizes and lengths than it was traced with.

        Args:
            exported: called as `model` is.
            tolerance: the largest difference of two logits that is accepted; None accepts any.

        Raises:
            ModelError: the logits differ by more.
        """
        contexts = ["Bram keeps it.", "Ada sails the boat on Mondays, and Bram keeps the light.", "Fog."]
        inputs = self.tokenizer(["Who keeps the light?"] * 3, contexts, padding=True, return_tensors="pt")
        with torch.inference_mode():
            wanted = self.model(**inputs)
        found = exported(**inputs)
        mask = inputs["attention_mask"].bool()
        apart = max(
            float((getattr(wanted, name) - getattr(found, name))[mask].abs().max())
            for name in ("start_logits", "end_logits")
        )
        if tolerance is not None and not apart <= tolerance:
            raise ModelError(
                "the exported model computes other logits", received=f"up to {apart:.2g} apart",
                fix="report it with the model's name; answer with PyTorch meanwhile",
            )  # fmt: skip


class PlainLogits(torch.nn.Module):
    """A model of transformers with inputs by place and a plain pair as output, which exporters take."""

    def __init__(self, source: ExportSource) -> None:
        super().__init__()
        self.model, self.names = source.model, source.names

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Start and end logits."""
        output = self.model(**dict(zip(self.names, inputs, strict=True)))
        return output.start_logits, output.end_logits


class ExportedModel(torch.nn.Module):
    """An exported model, called as one of transformers is.

    Args:
        folder: that an export wrote.
        export: its format.
        load: takes the path of the graph and returns what computes both logits, called with arrays by name.

    Raises:
        ModelError: it cannot be loaded.
        ConfigError: a library is not installed.
    """

    config: PretrainedConfig

    def __init__(self, folder: str | Path, export: ExportFormat, load: Callable[[Path], Any]) -> None:
        super().__init__()
        from transformers import AutoConfig

        path = Path(folder) / export.graph
        try:
            self.config = AutoConfig.from_pretrained(folder)
            self._run = load(path)
        except ImportError as error:
            raise export.missing(error) from error
        except Exception as error:  # the engines have many types, transformers too
            raise ModelError(
                "the exported model cannot be loaded", where=str(path), received=f"{error}"[:300], fix=export.advice
            ) from error

    @property
    def device(self) -> torch.device:
        """Where it runs: the CPU."""
        return torch.device("cpu")

    def forward(self, **inputs: torch.Tensor) -> SimpleNamespace:
        """Start and end logits, as attributes."""
        start, end = self._run({name: tensor.numpy() for name, tensor in inputs.items()})
        return SimpleNamespace(start_logits=torch.from_numpy(start), end_logits=torch.from_numpy(end))


class ExportedAnswerer(QuestionAnswerer):
    """A `QuestionAnswerer` that answers with an exported model; the base class of those of each engine.

    Args:
        folder: that an export wrote.
        load: takes the folder and returns the model.
        options: as for `QuestionAnswerer`, except the precision, the device and the model.

    Raises:
        ModelError: the folder is not an exported model, it is damaged, or its tokenizer is not the model's.
        ConfigError: a library is not installed.
    """

    export: ClassVar[ExportFormat]

    def __init__(self, folder: str | Path, load: Callable[[Path], ExportedModel], **options: Any) -> None:
        folder = Path(folder)
        if not self.export.is_at(folder):
            raise ModelError("this is not an exported model", where=str(folder), fix=self.export.advice)
        tokenizer = self._tokenizer_of(folder)
        if (folder / MANIFEST_FILE).is_file():
            check_manifest(folder, tokenizer)
        model: Any = load(folder)
        super().__init__(folder, model_and_tokenizer=(model, tokenizer), device="cpu", **options)
        self._origin = folder / self.export.origin

    @cached_property
    def fingerprint(self) -> str:
        """That of the model that was exported. An int8 export has a fingerprint of its own."""
        fix = "export it again"
        return read_json(self._origin, _ORIGIN, what="the export's origin cannot be read", fix=fix, error=ModelError)[
            "fingerprint"
        ]

    def _tokenizer_of(self, folder: Path) -> PreTrainedTokenizerBase:
        from transformers import AutoTokenizer

        try:
            tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder)
        except Exception as error:  # many types, as in `qa_lesson.encoder`
            raise ModelError(
                "the tokenizer of the exported model cannot be loaded", where=str(folder), received=str(error)[:300],
                fix=self.export.advice,
            ) from error  # fmt: skip
        return tokenizer


@contextmanager
def without_warnings() -> Iterator[None]:
    """Keep an exporter and a quantizer from advising on what they don't need here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
