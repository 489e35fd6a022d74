"""Answers from a fine-tuned model: what the question-answering pipeline did until transformers 5 removed it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, overload

import numpy as np

from qa_lesson.decoding import decode
from qa_lesson.encoder import EMBEDDED, load_qa_model, load_tokenizer
from qa_lesson.errors import ConfigError, DataError, Problem, shorten
from qa_lesson.hardware import default_device, progress_wanted, supports_bf16
from qa_lesson.loading.library_values import no_text, plain_record, plain_value
from qa_lesson.loading.reading import as_examples
from qa_lesson.runs import RUN_FILE, TrainingConfig, load_run
from qa_lesson.schema import Example, Prediction
from qa_lesson.windows import Windows, make_windows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

Precision = Literal["auto", "bf16", "fp32"]
"""The number format of a model's weights when it answers."""


class QuestionAnswerer:
    """Answers questions from their contexts with any extractive question-answering model.

    Args:
        model: the folder of a run, any other local folder, a hub id, or "embedded" (an untrained head).
        max_length, stride, max_answer_tokens: as in `make_windows` and `decode`; None takes what the run was trained
            with, and else 384, 128 and 30, less where the model has fewer positions.
        no_answer_threshold: answer "" where `Prediction.no_answer_score` is above it; None always answers. 0 lets a
            model that was trained with unanswerable questions decide on their own.
        batch_size: windows in one batch.
        device: "cuda", "mps" or "cpu"; None takes the best there is.
        precision: of the weights: "bf16" takes about half the time where the hardware has it, and a few answers that
            were close calls change, also with what else is in their batch; "fp32" gives the same answer on every
            machine and in every batch. "auto" takes bf16 where the hardware has it (see `supports_bf16`), except for
            "embedded".
        model_and_tokenizer: a model in memory in place of a name. It is used as it is: "auto" keeps its precision.

    Raises:
        ModelError: the model cannot be loaded.
        ConfigError: a batch size below 1, an unknown precision, or a `max_length` larger than the model has positions.

    >>> answerer = QuestionAnswerer("embedded")
    >>> answer = answerer("Who keeps the light?", "Bram Keating keeps it.", n_best=2)
    >>> answer.text == "Bram Keating keeps it."[answer.start : answer.end], len(answer.n_best)
    (True, 2)
    """

    def __init__(
        self,
        model: str | Path = "embedded",
        *,
        max_length: int | None = None,
        stride: int | None = None,
        max_answer_tokens: int | None = None,
        no_answer_threshold: float | None = None,
        batch_size: int = 32,
        device: str | None = None,
        precision: Precision = "auto",
        model_and_tokenizer: tuple[PreTrainedModel, PreTrainedTokenizerBase] | None = None,
    ) -> None:
        import torch

        if batch_size < 1:
            raise ConfigError("batch_size must be at least 1", received=f"batch_size={batch_size}")
        if precision not in get_args(Precision):
            raise ConfigError('precision must be "auto", "bf16" or "fp32"', received=repr(precision))
        self.model, self.tokenizer = model_and_tokenizer or (load_qa_model(model), load_tokenizer(model))
        trained = load_run(model).config if (Path(model) / RUN_FILE).is_file() else TrainingConfig()
        positions = getattr(self.model.config, "max_position_embeddings", None) or trained.max_length
        if max_length is not None and max_length > positions:
            raise ConfigError(
                f"max_length is larger than the {positions} positions of the model",
                received=f"max_length={max_length}",
                fix=f"use max_length={positions} or less",
            )
        self.max_length = min(trained.max_length, positions) if max_length is None else max_length
        shorter = self.max_length < trained.max_length
        fitting = min(trained.stride, self.max_length // 3) if shorter else trained.stride
        self.stride = fitting if stride is None else stride
        self.max_answer_tokens = trained.answer_limit if max_answer_tokens is None else max_answer_tokens
        self.no_answer_threshold, self.batch_size = no_answer_threshold, batch_size
        self.model.to(device or default_device())  # type: ignore[arg-type]
        if precision == "auto" and model_and_tokenizer is None:
            is_flat = str(model) == EMBEDDED  # every answer of an untrained head is a close call
            precision = "bf16" if supports_bf16(self.model.device.type) and not is_flat else "fp32"
        if precision != "auto":
            self.model.to(dtype=torch.bfloat16 if precision == "bf16" else torch.float32)  # type: ignore[call-arg]
        self.model.train(False)

    def __repr__(self) -> str:
        return f"QuestionAnswerer({self.model.config.model_type}, {self.model.device})"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the weights: the same wherever the model is stored and whatever the precision it answers in."""
        import torch

        digest = hashlib.sha256()
        for name, weights in sorted(self.model.state_dict().items()):
            rounded = weights.detach().cpu().to(torch.bfloat16).contiguous()
            digest.update(name.encode() + rounded.view(torch.uint8).numpy().tobytes())
        return digest.hexdigest()

    @overload
    def __call__(self, question: str, context: str, *, n_best: int = ...) -> Prediction: ...
    @overload
    def __call__(self, question: list[str], context: str | list[str], *, n_best: int = ...) -> list[Prediction]: ...
    @overload
    def __call__(self, question: Any, context: Any = ..., *, n_best: int = ..., **options: Any) -> Any: ...
    def __call__(self, question: Any = None, context: Any = None, *, n_best: int = 5, **options: Any) -> Any:
        """Answer one question, or many.

        The calls of the pipeline that transformers 5 removed work too: ``answerer({"question": ..., "context": ...})``
        and a list of such dictionaries. Its options have other names here, which the error about them tells.

        Args:
            question: one, or a list or tuple; or dictionaries with question and context, or examples.
            context: one for each question, or one for all; None if `question` brings them.
            n_best: how many candidate spans each answer carries.

        Returns:
            One `Prediction` for one question (its id is "0"), else a list in the order of the questions.

        Raises:
            DataError: a blank question or context, something that is no text, or lists of different lengths.
            ConfigError: an option of the former pipeline.
        """
        if options:
            named = [f"{name} is now {_NEW_NAMES[name]}" for name in options if name in _NEW_NAMES]
            raise ConfigError(
                "there is no such option",
                received=", ".join(options),
                fix="; ".join(named) or 'for instance answerer("Who keeps it?", "Bram keeps it.", n_best=3)',
            )
        questions, contexts, is_one = _paired(question, context)
        examples = [Example(str(i), *pair) for i, pair in enumerate(zip(questions, contexts, strict=True))]
        answers = self.predict(examples, n_best=n_best) if examples else []
        return answers[0] if is_one else answers

    def predict(self, examples: Sequence[Example], *, n_best: int = 5) -> list[Prediction]:
        """Answer every example; shows a progress bar if one is wanted.

        Raises:
            DataError, ConfigError: as `make_windows`.
        """
        windows = make_windows(as_examples(examples), self.tokenizer, max_length=self.max_length, stride=self.stride)
        start_logits, end_logits = self.logits(windows)
        return decode(
            start_logits,
            end_logits,
            windows,
            n_best=n_best,
            max_answer_tokens=self.max_answer_tokens,
            no_answer_threshold=self.no_answer_threshold,
        )

    def too_long(self, examples: Sequence[Example]) -> dict[int, Problem]:
        """The questions that `predict` refuses: they leave a window too little room to move over the context.

        Returns:
            For the index of each such example what is wrong with it and what to do.
        """
        if not examples:
            return {}
        special = self.tokenizer.num_special_tokens_to_add(pair=True)
        questions = self.tokenizer([one.question.strip() for one in examples], add_special_tokens=False)["input_ids"]
        found = {}
        for i, tokens in enumerate(questions):
            if self.max_length - special - len(tokens) <= self.stride:
                needed = len(tokens) + special + self.stride + 1
                found[i] = Problem(
                    f"question {examples[i].id!r}",
                    f"it is {len(tokens)} tokens long, too long for windows of {self.max_length} tokens with stride "
                    f"{self.stride}",
                    f"shorten it, or use max_length={needed} or more (--max-length), or a smaller stride (--stride)",
                )
        return found

    def logits(self, windows: Windows) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(W, L) start and end logits of all windows, in float32; minus infinity at padding.

        Windows of like length share a batch, so little is computed for padding.
        """
        import torch
        from tqdm.auto import tqdm

        shape = (len(windows), max(windows.lengths))
        start, end = np.full(shape, -np.inf, np.float32), np.full(shape, -np.inf, np.float32)
        by_length = np.argsort(windows.lengths, kind="stable")
        batches = [by_length[first : first + self.batch_size] for first in range(0, len(windows), self.batch_size)]
        show = progress_wanted() and len(batches) > 4
        for rows in tqdm(batches, desc="answering", unit="batch", disable=not show):
            padded: Any = self.tokenizer.pad(
                {name: [values[row] for row in rows] for name, values in windows.inputs.items()},
                padding_side="right",
                return_tensors="pt",
            ).to(self.model.device)
            with torch.inference_mode():
                output = self.model(**padded)
            width = padded["input_ids"].shape[1]
            start[rows, :width] = output.start_logits.float().cpu().numpy()
            end[rows, :width] = output.end_logits.float().cpu().numpy()
        return start, end


_CALL = 'for instance answerer("Who keeps it?", "Bram keeps it."), or answerer(["Who?", "What?"], "Bram keeps it.")'
_NEW_NAMES = {
    "top_k": "n_best",
    "topk": "n_best",
    "max_answer_len": "QuestionAnswerer(..., max_answer_tokens=...)",
    "max_seq_len": "QuestionAnswerer(..., max_length=...)",
    "doc_stride": "QuestionAnswerer(..., stride=...)",
    "handle_impossible_answer": "QuestionAnswerer(..., no_answer_threshold=0.0)",
}


def _paired(question: Any, context: Any) -> tuple[list[str], list[str], bool]:
    """Questions and contexts, one of each a pair, and whether one question was asked alone."""
    record = plain_record(question)
    question = record if isinstance(record, Mapping) and "question" in record else plain_value(question)
    context = plain_value(context)
    if context is None:
        records = question if isinstance(question, list) else [question]
        pairs = [_pair(record) for record in records]
        if len(pairs) == 1 and isinstance(pairs[0][0], list | str) and not isinstance(question, list):
            question, context = pairs[0]
        else:
            question, context = [asked for asked, _ in pairs], [text for _, text in pairs]
    is_one = not isinstance(question, list)
    questions = question if isinstance(question, list) else [question]
    contexts = context if isinstance(context, list) else [context] * len(questions)
    if len(questions) != len(contexts):
        raise DataError(
            "questions and contexts do not pair up",
            received=f"{len(questions)} questions, {len(contexts)} contexts",
            fix="give one context for each question, or one string for all"
            + ("; one question of many contexts: answerer([question] * len(contexts), contexts)" if is_one else ""),
        )
    for name, texts in (("a question", questions), ("a context", contexts)):
        for text in texts:
            if not isinstance(text, str):
                error = no_text(name, text)
                raise DataError(error.what, received=error.received, fix=f"{error.fix}, {_CALL}")
    return questions, contexts, is_one


def _pair(record: Any) -> tuple[Any, Any]:
    """Question and context of a dictionary or an example."""
    if isinstance(record, Example):
        return record.question, record.context
    record = plain_record(record)
    if isinstance(record, Mapping) and record.get("question") is not None and record.get("context") is not None:
        return record["question"], record["context"]
    raise DataError("a question has no context", received=shorten(repr(record)), fix=_CALL)
