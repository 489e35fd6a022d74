"""Answers from a fine-tuned model: what the question-answering pipeline did until transformers 5 removed it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from qa_lesson.decoding import decode
from qa_lesson.encoder import load_qa_model, load_tokenizer
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.hardware import device_type, progress_wanted
from qa_lesson.runs import RUN_FILE, TrainingConfig, load_run
from qa_lesson.schema import Example, Prediction
from qa_lesson.windows import Windows, make_windows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


class QuestionAnswerer:
    """Answers questions from their contexts with any extractive question-answering model.

    Args:
        model: the folder of a run, any other local folder, a hub id, or "embedded" (an untrained head).
        max_length, stride, max_answer_tokens: as in `make_windows` and `decode`; None takes what the run was trained
            with, and else 384, 128 and 30, less where the model has fewer positions.
        no_answer_threshold: answer "" where `Prediction.no_answer_score` is above it; None always answers. 0 lets a
            model that was trained with unanswerable questions decide by itself.
        batch_size: windows at once.
        device: "cuda", "mps" or "cpu"; None takes the best there is.
        model_and_tokenizer: a model in memory in place of a name.

    Raises:
        ModelError: the model cannot be loaded.
        ConfigError: a batch size below 1, or a `max_length` larger than the model has positions.

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
        model_and_tokenizer: tuple[PreTrainedModel, PreTrainedTokenizerBase] | None = None,
    ) -> None:
        if batch_size < 1:
            raise ConfigError("batch_size must be at least 1", received=f"batch_size={batch_size}")
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
        self.max_answer_tokens = trained.max_answer_tokens if max_answer_tokens is None else max_answer_tokens
        self.no_answer_threshold, self.batch_size = no_answer_threshold, batch_size
        self.model.to(device or device_type())  # type: ignore[arg-type]
        self.model.train(False)

    def __repr__(self) -> str:
        return f"QuestionAnswerer({self.model.config.model_type}, {self.model.device})"

    @overload
    def __call__(self, question: str, context: str, *, n_best: int = ...) -> Prediction: ...
    @overload
    def __call__(self, question: list[str], context: str | list[str], *, n_best: int = ...) -> list[Prediction]: ...
    def __call__(
        self, question: str | list[str], context: str | list[str], *, n_best: int = 5
    ) -> Prediction | list[Prediction]:
        """Answer one question, or many.

        Args:
            question: one, or a list.
            context: one for each question, or one for all.
            n_best: how many candidate spans each answer carries.

        Returns:
            One `Prediction` for one question (its id is "0"), else a list in the order of the questions.

        Raises:
            DataError: a blank question or context, or lists of different lengths.
        """
        questions = [question] if isinstance(question, str) else list(question)
        contexts = [context] * len(questions) if isinstance(context, str) else list(context)
        if len(questions) != len(contexts):
            raise DataError(
                "questions and contexts do not pair up",
                received=f"{len(questions)} questions, {len(contexts)} contexts",
                fix="give one context for each question, or one string for all",
            )
        if not questions:
            return []
        examples = [Example(str(i), *pair) for i, pair in enumerate(zip(questions, contexts, strict=True))]
        answers = self.predict(examples, n_best=n_best)
        return answers[0] if isinstance(question, str) else answers

    def predict(self, examples: Sequence[Example], *, n_best: int = 5) -> list[Prediction]:
        """Answer every example; shows a progress bar where one is wanted.

        Raises:
            DataError, ConfigError: as `make_windows`.
        """
        windows = make_windows(examples, self.tokenizer, max_length=self.max_length, stride=self.stride)
        start_logits, end_logits = self.logits(windows)
        return decode(
            start_logits,
            end_logits,
            windows,
            n_best=n_best,
            max_answer_tokens=self.max_answer_tokens,
            no_answer_threshold=self.no_answer_threshold,
        )

    def logits(self, windows: Windows) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(W, L) start and end logits of all windows; minus infinity at padding.

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
