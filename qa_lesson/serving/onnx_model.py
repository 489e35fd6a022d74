"""A model as ONNX: exported once, then answered with onnxruntime in place of PyTorch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from qa_lesson.encoder import quiet
from qa_lesson.serving.exported_model import (
    ExportedAnswerer,
    ExportedModel,
    ExportFormat,
    ExportSource,
    PlainLogits,
    without_warnings,
)
from qa_lesson.storage import folder_atomically

ONNX_FILE = "model.onnx"
"""The graph and its weights in an exported folder."""

ONNX = ExportFormat("ONNX", ONNX_FILE, "qa_lesson_onnx.json", "export-onnx", "onnx")
"""Files, command and libraries of an export to ONNX."""

_OPSET = 18


def export_onnx(model: str | Path, folder: str | Path, *, int8: bool = False) -> Path:
    """Write a model as ONNX, with its tokenizer and settings, and make sure that it computes the same logits.

    Args:
        model: a model folder or a hub id.
        folder: to write; what is there is replaced.
        int8: weights as 8-bit integers (dynamic quantization): a quarter of the size, and other answers now and then.

    Raises:
        ModelError: the model cannot be loaded, or the exported one computes something else.
        ConfigError: a library is not installed.
        StorageError: the folder cannot be written.
    """
    source = ExportSource(model)
    with folder_atomically(folder) as fresh:
        path = fresh / ONNX_FILE
        try:
            with quiet(), without_warnings():
                torch.onnx.export(
                    PlainLogits(source).train(False), source.example, path,
                    dynamo=True, verbose=False, opset_version=_OPSET,
                    input_names=source.names, output_names=["start_logits", "end_logits"],
                    external_data=False,
                    dynamic_shapes=[
                        tuple({0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC} for _ in source.names)
                    ],
                )  # fmt: skip
                if int8:
                    _quantize(path)
        except ImportError as error:
            raise ONNX.missing(error) from error
        exact = source.fingerprint
        fingerprint = hashlib.sha256(f"int8 {exact}".encode()).hexdigest() if int8 else exact
        source.complete(fresh, ONNX, {"fingerprint": fingerprint})
        source.check_logits(OnnxModel(fresh), tolerance=None if int8 else 1e-3)
    return Path(folder)


class OnnxModel(ExportedModel):
    """A model that `export_onnx` wrote, called as one of transformers is.

    Args:
        folder: that `export_onnx` wrote.

    Raises:
        ModelError: it cannot be loaded.
        ConfigError: onnxruntime is not installed.
    """

    def __init__(self, folder: str | Path) -> None:
        super().__init__(folder, ONNX, _session)


class OnnxAnswerer(ExportedAnswerer):
    """A `QuestionAnswerer` that answers with a model exported to ONNX.

    Args:
        folder: that `export_onnx` wrote.
        options: as for `QuestionAnswerer`, except the precision, the device and the model.

    Raises:
        ModelError: the folder is not an exported model, it is damaged, or its tokenizer is not the model's.
        ConfigError: onnxruntime is not installed.
    """

    export = ONNX

    def __init__(self, folder: str | Path, **options: Any) -> None:
        super().__init__(folder, OnnxModel, **options)


def _session(path: Path) -> Callable[[dict[str, Any]], Any]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    return lambda inputs: session.run(None, {name: inputs[name] for name in names})


def _quantize(path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    exact = path.with_name("exact.onnx")
    path.rename(exact)
    quantize_dynamic(exact, path, weight_type=QuantType.QInt8, per_channel=True)
    exact.unlink()
