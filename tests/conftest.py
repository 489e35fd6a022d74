"""Fixtures shared by all tests. No test reaches the network."""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from pathlib import Path

# any value of CI switches progress bars off; "true" is CI itself
os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", CI=os.environ.get("CI", "locally"))
if "PYTEST_XDIST_WORKER_COUNT" in os.environ:  # before torch is loaded: the workers share the cores
    os.environ["OMP_NUM_THREADS"] = str(max(1, (os.cpu_count() or 1) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])))

import numpy as np
import pytest
from filelock import FileLock
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForQuestionAnswering, PreTrainedTokenizerFast

from qa_lesson import semantic
from qa_lesson.corpus import load_corpus
from qa_lesson.encoder import load_tokenizer

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def in_ci() -> bool:
    """Whether CI was set from outside: what a test needs must then be there, and nothing is skipped for want of it."""
    return os.environ["CI"] == "true"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Third-party data beside the checkout; tests that need it are skipped elsewhere."""
    if not (SHARED / "xquad.en.json").is_file():
        pytest.skip("third-party test data (xquad.en.json) is not beside this checkout")
    return SHARED


@pytest.fixture(autouse=True)
def own_run_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_LESSON_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def embeddings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file for the whole run: workers have neighboring folders."""
    folder = tmp_path_factory.getbasetemp()
    return (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "embeddings.pickle"


@pytest.fixture(scope="module")
def embedded_once(embeddings_file: Path):
    """A text is embedded once in a run, whichever module and worker is first: the slow part of comparing questions."""
    real = semantic.embed

    def embed(texts: Sequence[str], **_: object) -> np.ndarray:
        with FileLock(f"{embeddings_file}.lock"):
            known = pickle.loads(embeddings_file.read_bytes()) if embeddings_file.exists() else {}
            if new := [text for text in dict.fromkeys(texts) if text not in known]:
                known.update(zip(new, real(new), strict=True))
                embeddings_file.write_bytes(pickle.dumps(known))
        return np.stack([known[text] for text in texts])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(semantic, "embed", embed)
        yield


@pytest.fixture(scope="session")
def tokenizer():
    return load_tokenizer()


def _train_tokenizer(model, pre_tokenizer, trainer, decoder) -> PreTrainedTokenizerFast:
    core = Tokenizer(model)
    core.pre_tokenizer, core.decoder = pre_tokenizer, decoder
    texts = [example.context for example in load_corpus("validation")] + ["Zoë – 20 °C “naïve”"]
    core.train_from_iterator(sorted(set(texts)), trainer)
    bos, eos = core.token_to_id("<s>"), core.token_to_id("</s>")
    core.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", bos), ("</s>", eos)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=core, cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>",
        model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip


SPECIAL = ["<s>", "</s>", "<pad>", "<unk>"]


@pytest.fixture(scope="session")
def byte_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE without token types, as in RoBERTa: a space belongs to the word after it."""
    return _train_tokenizer(
        models.BPE(),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
        trainers.BpeTrainer(
            vocab_size=600, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
        ),
        decoders.ByteLevel(),
    )


@pytest.fixture(scope="session")
def unigram_tokenizer() -> PreTrainedTokenizerFast:
    """A sentencepiece-like tokenizer, as in XLM-R: tokens may be a lone space."""
    return _train_tokenizer(
        models.Unigram(),
        pre_tokenizers.Metaspace(),
        trainers.UnigramTrainer(vocab_size=500, special_tokens=SPECIAL, unk_token="<unk>"),
        decoders.Metaspace(),
    )


@pytest.fixture(scope="session")
def tiny_model_dir(tmp_path_factory: pytest.TempPathFactory, tokenizer) -> str:
    """A model folder of 1 MB with random weights: quick, and as whole as a real one."""
    import torch

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=128,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("tiny_model")
    BertForQuestionAnswering(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)
