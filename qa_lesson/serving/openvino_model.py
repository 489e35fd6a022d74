"""A model for OpenVINO, which answers faster than PyTorch on CPUs, and fastest with 8-bit weights and activations.

Weights become 8-bit integers directly. What flows between the layers (the activations) can only be rounded well if its
range is known, so an 8-bit export needs questions to observe it on: the calibration.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch

from qa_lesson.answering import Precision
from qa_lesson.corpus import load_corpus, load_training
from qa_lesson.encoder import quiet
from qa_lesson.errors import ConfigError
from qa_lesson.hardware import supports_bf16
from qa_lesson.runs import RUN_FILE, evenly_spread, hash_examples, load_run
from qa_lesson.schema import Example
from qa_lesson.serving.exported_model import (
    ExportedAnswerer,
    ExportedModel,
    ExportFormat,
    ExportSource,
    PlainLogits,
    without_warnings,
)
from qa_lesson.storage import folder_atomically
from qa_lesson.windows import make_windows

OPENVINO_FILE = "openvino_model.xml"
"""The graph in an exported folder. The same folder has its weights, ``openvino_model.bin``."""

OPENVINO = ExportFormat("OpenVINO", OPENVINO_FILE, "qa_lesson_openvino.json", "export-openvino", "openvino")
"""Files, command and libraries of an export to OpenVINO."""

CALIBRATION_QUESTIONS = 150
"""So many questions, evenly spread, an 8-bit export observes the activations on."""


def export_openvino(model: str | Path, folder: str | Path, *, int8_for: Sequence[Example] | None = None) -> Path:
    """Write a model for OpenVINO, with its tokenizer and settings, and make sure that it computes the same logits.

    Args:
        model: a model folder or a hub id.
        folder: to write; what is there is replaced.
        int8_for: questions like those that will be asked, to export with weights and activations of 8 bits:
            a quarter of the size, about twice the speed, and other answers now and then (see `compare_answers`).
            `CALIBRATION_QUESTIONS` of them are read, never their answers. None exports in float32.

    Raises:
        ModelError: the model cannot be loaded, or the exported one computes something else.
        ConfigError: a library is not installed.
        DataError: there are no questions to calibrate on.
        StorageError: the folder cannot be written.
    """
    source = ExportSource(model)
    chosen = None if int8_for is None else evenly_spread(int8_for, CALIBRATION_QUESTIONS)
    with folder_atomically(folder) as fresh:
        path = fresh / OPENVINO_FILE
        try:
            openvino = _openvino()
            with quiet(), without_warnings():
                graph = openvino.convert_model(PlainLogits(source).train(False), example_input=source.example)
                for port, name in zip(graph.inputs, source.names, strict=True):
                    port.get_tensor().set_names({name})
                if chosen is not None:
                    graph = _in_8_bits(graph, source, chosen)
                openvino.save_model(graph, path, compress_to_fp16=chosen is not None)
        except ImportError as error:
            raise OPENVINO.missing(error) from error
        origin = {"fingerprint": source.fingerprint, "precision": "fp32"}
        if chosen is not None:
            seen = f"openvino int8 {source.fingerprint} {hash_examples(chosen)}"
            origin = {"fingerprint": hashlib.sha256(seen.encode()).hexdigest(), "precision": "int8"}
        source.complete(fresh, OPENVINO, origin)
        source.check_logits(OpenVinoModel(fresh, "fp32"), tolerance=1e-3 if chosen is None else None)
    return Path(folder)


def calibration_questions(model: str | Path) -> list[Example]:
    """The questions that an 8-bit export takes if none are given: those that the course's model was trained on.

    Raises:
        ConfigError: the model was trained on something else, so the questions must be given.
    """
    training = load_training()
    of_course = hash_examples(training, load_corpus("validation"))
    if (Path(model) / RUN_FILE).is_file() and load_run(model).data_hash == of_course:
        return training
    raise ConfigError(
        "an 8-bit export needs questions to calibrate on, and this model was not trained on the course's",
        where=str(model),
        fix="give some of your own, with their contexts: --calibrate questions.json",
    )


class OpenVinoModel(ExportedModel):
    """A model that `export_openvino` wrote, called as one of transformers is.

    Args:
        folder: that `export_openvino` wrote.
        precision: of what is computed in floating point: as for `QuestionAnswerer`.

    Raises:
        ModelError: it cannot be loaded.
        ConfigError: OpenVINO is not installed, or there is no such precision.
    """

    def __init__(self, folder: str | Path, precision: Precision = "auto") -> None:
        if precision not in get_args(Precision):
            raise ConfigError('precision must be "auto", "bf16" or "fp32"', received=repr(precision))
        is_bf16 = precision == "bf16" or (precision == "auto" and supports_bf16("cpu"))
        super().__init__(folder, OPENVINO, lambda path: _compiled(path, "bf16" if is_bf16 else "f32"))


class OpenVinoAnswerer(ExportedAnswerer):
    """A `QuestionAnswerer` that answers with a model exported to OpenVINO.

    Args:
        folder: that `export_openvino` wrote.
        precision: of what is computed in floating point: "bf16", "fp32", or "auto" for bf16 where the CPU has it.
            In an 8-bit export that is what remains between the matrix products.
        options: as for `QuestionAnswerer`, except the device and the model.

    Raises:
        ModelError: the folder is not an exported model, it is damaged, or its tokenizer is not the model's.
        ConfigError: OpenVINO is not installed, or there is no such precision.
    """

    export = OPENVINO

    def __init__(self, folder: str | Path, *, precision: Precision = "auto", **options: Any) -> None:
        super().__init__(folder, lambda path: OpenVinoModel(path, precision), **options)


def _openvino() -> Any:
    """The library, kept from reporting its use.

    Importing it sends an event to its maker by way of openvino-telemetry. Without that package it sends nothing.
    """
    if "openvino" not in sys.modules:
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def _compiled(path: Path, precision: str) -> Callable[[dict[str, Any]], Any]:
    openvino = _openvino()
    settings = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": torch.get_num_threads()}
    compiled = openvino.Core().compile_model(path, "CPU", settings)
    names = [port.get_any_name() for port in compiled.inputs]

    def run(inputs: dict[str, Any]) -> tuple[Any, Any]:
        found = compiled({name: inputs[name] for name in names})
        return found[0], found[1]

    return run


def _in_8_bits(graph: Any, source: ExportSource, examples: Sequence[Example]) -> Any:
    """The graph with its weights and activations in 8 bits."""
    import nncf

    answerer = source.answerer
    windows = make_windows(examples, source.tokenizer, max_length=answerer.max_length, stride=answerer.stride)
    inputs = [
        {name: np.array([windows.inputs[name][row]], np.int64) for name in source.names} for row in range(len(windows))
    ]
    with contextlib.redirect_stdout(io.StringIO()):  # four progress bars with names of its own
        return nncf.quantize(
            graph, nncf.Dataset(inputs), model_type=nncf.ModelType.TRANSFORMER, subset_size=len(inputs)
        )
