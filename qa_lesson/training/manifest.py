"""What a model folder says about itself: the tokenizer it was trained with, and its weights.

A model answers with a tokenizer of another vocabulary as readily as with its own, only wrongly. So whoever serves a
folder compares it with this record first.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, with_config

from qa_lesson.encoder import load_tokenizer
from qa_lesson.errors import ModelError
from qa_lesson.json_files import AS_WRITTEN, read_json
from qa_lesson.storage import write_atomically

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

MANIFEST_FILE = "qa_lesson_model.json"
"""The record, kept inside the model folder."""

_PROBE = ("Who keeps Zoë’s light?", "Bram Keating kept it at 20 °C; “naïve” co-workers didn't.")
_SPECIAL = ("cls_token_id", "sep_token_id", "pad_token_id", "unk_token_id", "mask_token_id")
_COPY = "copy the whole folder again from where it was trained"


@with_config(AS_WRITTEN)
@dataclass(frozen=True, kw_only=True)
class ModelManifest:
    """What a model folder needs.

    Args:
        tokenizer: fingerprint of the tokenizer that the model was trained with (see `tokenizer_fingerprint`).
        n_tokens: in its vocabulary.
        weights: SHA-256 of each file of weights, by name.
        version: of this record.
    """

    tokenizer: str
    n_tokens: int
    weights: dict[str, str]
    version: int = 1


_MANIFEST = TypeAdapter(ModelManifest)


def tokenizer_fingerprint(tokenizer: PreTrainedTokenizerBase) -> str:
    """SHA-256 of what a tokenizer does: its vocabulary, its special tokens and the tokens of a test text.

    How its files are written, which changes with the libraries, doesn't matter.
    """
    facts = {
        "vocabulary": sorted(tokenizer.get_vocab().items(), key=lambda item: (item[1], item[0])),
        "special": [getattr(tokenizer, name) for name in _SPECIAL],
        "side": tokenizer.padding_side,
        "probe": tokenizer(*_PROBE)["input_ids"],
    }
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def write_manifest(folder: Path, tokenizer: PreTrainedTokenizerBase) -> ModelManifest:
    """Write the record of a model folder whose weights are there already.

    Raises:
        StorageError: it cannot be written.
    """
    manifest = ModelManifest(
        tokenizer=tokenizer_fingerprint(tokenizer), n_tokens=len(tokenizer), weights=_weights(folder)
    )
    write_atomically(folder / MANIFEST_FILE, json.dumps(asdict(manifest), indent=1))
    return manifest


def check_manifest(folder: Path, tokenizer: PreTrainedTokenizerBase | None = None) -> ModelManifest | None:
    """Make sure that a model folder is what was trained.

    Args:
        folder: of the model.
        tokenizer: the folder's, if it is loaded already.

    Returns:
        Its record; None for a folder without one, as other programs and older versions write it.

    Raises:
        ModelError: the tokenizer is not the model's, the weights have changed, or the record is damaged.
    """
    if not (folder / MANIFEST_FILE).is_file():
        return None
    manifest = read_json(
        folder / MANIFEST_FILE, _MANIFEST, what="the record of the model folder cannot be read", fix=_COPY,
        error=ModelError,
    )  # fmt: skip
    tokenizer = tokenizer or load_tokenizer(folder)
    if (found := tokenizer_fingerprint(tokenizer)) != manifest.tokenizer:
        raise ModelError(
            "the folder has another tokenizer than the model was trained with, so its answers would be wrong",
            where=str(folder),
            received=f"{len(tokenizer):,} tokens, fingerprint {found[:12]}; trained with {manifest.n_tokens:,} tokens, "
            f"fingerprint {manifest.tokenizer[:12]}",
            fix=_COPY,
        )
    weights = _weights(folder)
    changed = sorted(name for name in weights | manifest.weights if weights.get(name) != manifest.weights.get(name))
    if changed:
        raise ModelError(
            "the weights are not those that were trained", where=str(folder), received=", ".join(changed), fix=_COPY
        )
    return manifest


def _weights(folder: Path) -> dict[str, str]:
    found = {}
    kinds = ("*.safetensors", "*.onnx", "*.onnx.data", "openvino_model.xml", "openvino_model.bin")
    for path in sorted(path for kind in kinds for path in folder.glob(kind)):
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
