"""A model as ONNX: exported once, then answered with onnxruntime in place of PyTorch.

The exported folder has the model's tokenizer and settings too, so it is all that a service needs.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import torch
from pydantic import TypeAdapter

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.encoder import load_qa_model, load_tokenizer, quiet
from qa_lesson.errors import ConfigError, ModelError
from qa_lesson.json_files import read_json
from qa_lesson.runs import RUN_FILE
from qa_lesson.storage import folder_atomically, write_atomically
from qa_lesson.training.manifest import MANIFEST_FILE, check_manifest, write_manifest

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

ONNX_FILE = "model.onnx"
"""The graph and its weights in an exported folder."""

_EXTRA = 'run: pip install "qa-lesson[onnx]"'
_EXPORT = "export one: qa-lesson export-onnx --model MODEL --out FOLDER"
_OPSET = 18
_ORIGIN_FILE = "qa_lesson_onnx.json"
_ORIGIN = TypeAdapter(dict[str, str])


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
    source, tokenizer = load_qa_model(model, attention="eager"), load_tokenizer(model)
    source.train(False)
    names = [name for name in tokenizer.model_input_names if name in ("input_ids", "attention_mask", "token_type_ids")]
    example = tokenizer(["Who keeps it?"] * 2, ["Bram keeps it.", "It was Ada."], padding=True, return_tensors="pt")
    with folder_atomically(folder) as fresh:
        path = fresh / ONNX_FILE
        try:
            with quiet(), _without_warnings():
                torch.onnx.export(
                    _Logits(source, names).train(False), tuple(example[name] for name in names), path,
                    dynamo=True, verbose=False, opset_version=_OPSET,
                    input_names=names, output_names=["start_logits", "end_logits"],
                    external_data=False,
                    dynamic_shapes=[tuple({0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC} for _ in names)],
                )  # fmt: skip
                if int8:
                    _quantize(path)
        except ImportError as error:
            raise _missing(error) from error
        tokenizer.save_pretrained(fresh)
        source.config.save_pretrained(fresh)
        if (Path(model) / RUN_FILE).is_file():
            shutil.copy(Path(model) / RUN_FILE, fresh)
        write_manifest(fresh, tokenizer)
        exact = QuestionAnswerer(model_and_tokenizer=(source, tokenizer), device="cpu").fingerprint
        fingerprint = hashlib.sha256(f"int8 {exact}".encode()).hexdigest() if int8 else exact
        write_atomically(fresh / _ORIGIN_FILE, json.dumps({"fingerprint": fingerprint}))
        _compare(source, OnnxModel(fresh), tokenizer, tolerance=None if int8 else 1e-3)
    return Path(folder)


class OnnxAnswerer(QuestionAnswerer):
    """A `QuestionAnswerer` that answers with an exported model.

    Args:
        folder: that `export_onnx` wrote.
        options: as for `QuestionAnswerer`, except the precision, the device and the model.

    Raises:
        ModelError: the folder is not an exported model, it is damaged, or its tokenizer is not the model's.
        ConfigError: onnxruntime is not installed.
    """

    def __init__(self, folder: str | Path, **options: Any) -> None:
        folder = Path(folder)
        if not (folder / ONNX_FILE).is_file():
            raise ModelError("this is not an exported model", where=str(folder), fix=_EXPORT)
        tokenizer = _tokenizer(folder)
        if (folder / MANIFEST_FILE).is_file():
            check_manifest(folder, tokenizer)
        model: Any = OnnxModel(folder)
        super().__init__(folder, model_and_tokenizer=(model, tokenizer), device="cpu", **options)
        self._origin = folder / _ORIGIN_FILE

    @cached_property
    def fingerprint(self) -> str:
        """That of the model that was exported. An int8 export has a fingerprint of its own."""
        fix = "export it again"
        return read_json(self._origin, _ORIGIN, what="the export's origin cannot be read", fix=fix, error=ModelError)[
            "fingerprint"
        ]


class OnnxModel(torch.nn.Module):
    """An exported model, called as one of transformers is.

    Args:
        folder: that `export_onnx` wrote.

    Raises:
        ModelError: it cannot be loaded.
        ConfigError: onnxruntime is not installed.
    """

    def __init__(self, folder: str | Path) -> None:
        super().__init__()
        try:
            import onnxruntime
        except ImportError as error:
            raise _missing(error) from error
        from transformers import AutoConfig

        path = Path(folder) / ONNX_FILE
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        try:
            self.config = AutoConfig.from_pretrained(folder)
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has many types, transformers too
            raise ModelError(
                "the exported model cannot be loaded", where=str(path), received=f"{error}"[:300],
                fix=_EXPORT,
            ) from error  # fmt: skip
        self._names = [one.name for one in self._session.get_inputs()]

    @property
    def device(self) -> torch.device:
        """Where it runs: the CPU."""
        return torch.device("cpu")

    def forward(self, **inputs: torch.Tensor) -> SimpleNamespace:
        """Start and end logits, as attributes."""
        found = self._session.run(None, {name: inputs[name].numpy() for name in self._names})
        start, end = (torch.from_numpy(logits) for logits in found)
        return SimpleNamespace(start_logits=start, end_logits=end)


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep the exporter and the quantizer from advising on what they don't need here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


class _Logits(torch.nn.Module):
    """A model of transformers with inputs by place and a plain pair as output, which the exporter takes."""

    def __init__(self, model: Any, names: list[str]) -> None:
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        output = self.model(**dict(zip(self.names, inputs, strict=True)))
        return output.start_logits, output.end_logits


def _quantize(path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    exact = path.with_name("exact.onnx")
    path.rename(exact)
    quantize_dynamic(exact, path, weight_type=QuantType.QInt8, per_channel=True)
    exact.unlink()


def _compare(source: Any, exported: OnnxModel, tokenizer: PreTrainedTokenizerBase, tolerance: float | None) -> None:
    """Refuse an export whose logits differ; with other batch sizes and lengths than it was traced with."""
    contexts = ["Bram keeps it.", "Ada sails the boat on Mondays, and Bram keeps the light.", "Fog."]
    inputs = tokenizer(["Who keeps the light?"] * 3, contexts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        wanted = source(**inputs)
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


def _tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder)
    except Exception as error:  # many types, as in `qa_lesson.encoder`
        raise ModelError(
            "the tokenizer of the exported model cannot be loaded", where=str(folder), received=str(error)[:300],
            fix=_EXPORT,
        ) from error  # fmt: skip
    return tokenizer


def _missing(error: ImportError) -> ConfigError:
    return ConfigError(f"{error.name or 'a library'} is needed for ONNX and is not installed", fix=_EXTRA)
