"""Settings that a recipe leaves open, chosen from the model and the training data."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from qa_lesson.encoder import has_trained_head, load_tokenizer, resolve_model
from qa_lesson.runs import SHORTEST_ANSWER_LIMIT, TrainingConfig
from qa_lesson.schema import Example


def choose_settings(config: TrainingConfig, train: Sequence[Example]) -> TrainingConfig:
    """The same settings with those that are None, except `dropout`, chosen.

    A head that was trained for question answering learns at the body's rate: ten times that rate, right for a new
    head, would undo what it knows. The longest span to decode is that of the longest training answer, because a longer
    limit costs little and a shorter one makes such answers impossible to find.

    Args:
        config: settings.
        train: the training examples.

    Raises:
        ModelError: the model's configuration or tokenizer cannot be loaded.
    """
    chosen: dict[str, float | int] = {}
    if config.head_learning_rate is None:
        chosen["head_learning_rate"] = config.learning_rate if has_trained_head(config.model) else config.head_rate
    if config.max_answer_tokens is None:
        chosen["max_answer_tokens"] = longest_answer(train, config.model)
    return dataclasses.replace(config, **chosen)  # type: ignore[arg-type]


def longest_answer(examples: Sequence[Example], model: str) -> int:
    """Tokens of the longest answer, and at least 30.

    Args:
        examples: with answers.
        model: whose tokenizer counts.
    """
    # a token has at least one character, so only longer answers can have more tokens than the least
    texts = {
        answer.text for example in examples for answer in example.answers if len(answer.text) > SHORTEST_ANSWER_LIMIT
    }
    if not texts:
        return SHORTEST_ANSWER_LIMIT
    return max(SHORTEST_ANSWER_LIMIT, *_token_counts(sorted(texts), model))


def _token_counts(texts: Sequence[str], model: str) -> list[int]:
    file = Path(resolve_model(model)) / "tokenizer.json"
    if file.is_file():  # read without transformers, whose import takes seconds even where the run is in the cache
        from tokenizers import Tokenizer

        with suppress(Exception):  # of a damaged file; loading it as below tells what is wrong
            plain = Tokenizer.from_file(str(file))
            plain.no_truncation()
            plain.no_padding()
            return [len(encoding.ids) for encoding in plain.encode_batch_fast(texts, add_special_tokens=False)]
    tokenizer = load_tokenizer(model)
    encoded = tokenizer(texts, add_special_tokens=False, return_attention_mask=False, verbose=False)
    return [len(ids) for ids in encoded["input_ids"]]
