"""The embedded corpus: the handbook of the fictional Sallow Isles Cooperative, with questions.

``CARD.md``, in this folder, describes it. It is split by document, so no passage of a test document is ever in
training. This room may import `loading` and what is below it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from qa_lesson.errors import ConfigError
from qa_lesson.loading import load_examples
from qa_lesson.schema import Example, JudgedAnswer, answer_sentence

Split = Literal["train", "extra_train", "validation", "test", "out_of_domain"]
SPLITS: tuple[Split, ...] = get_args(Split)

CORPUS_DIR = Path(__file__).parent


def load_corpus(split: Split, *, unanswerable: bool = False) -> list[Example]:
    """One split of the corpus.

    Args:
        split: "train" (36 documents), "extra_train" (a second set of questions on the same documents),
            "validation" (5), "test" (9) or "out_of_domain" (3 on other subjects).
        unanswerable: also the questions that their passage does not answer, in their places; they are a track of
            their own and left out unless asked for.

    Raises:
        ConfigError: no such split.

    >>> example = load_corpus("test")[0]
    >>> example.context[example.answers[0].start : example.answers[0].end] == example.answers[0].text
    True
    """
    if split not in SPLITS:
        raise ConfigError("no such split", received=repr(split), fix=f"use one of {', '.join(SPLITS)}")
    examples = load_examples(_file(split))
    return [example for example in examples if unanswerable or example.is_answerable]


def load_training(*, unanswerable: bool = False) -> list[Example]:
    """Both sets of training questions, which is what the default recipe trains on.

    >>> len(load_training()) == len(load_corpus("train")) + len(load_corpus("extra_train"))
    True
    """
    return load_corpus("train", unanswerable=unanswerable) + load_corpus("extra_train")


def load_other_handbooks() -> list[Example]:
    """Questions on the handbooks of other invented organizations, for training only.

    They give a model a head start before it learns from the corpus, or from your own questions (docs/training.md).
    8 handbooks of 8 documents each, 14 answerable questions a passage. Nothing in them is about the corpus's world.

    >>> handbooks = load_other_handbooks()
    >>> {one.document for one in handbooks} & {one.document for one in load_training()}
    set()
    """
    return load_examples(_file("other_handbooks"))


def annotator_answers(split: Literal["test", "out_of_domain"] = "test") -> dict[str, str]:
    """Answers of an AI-assisted annotator who saw only passages and questions: text by question id, "" for no answer.

    The annotator wrote no document and knew no rule about where an answer begins and ends, and no answer of theirs is
    a reference because they gave it. Show the row as "AI-assisted annotator", never as people's; see ``CARD.md``.
    """
    answers: dict[str, str] = json.loads((CORPUS_DIR / f"annotator_{split}.json").read_text(encoding="utf-8"))
    return answers


def load_judged_answers(*, agreed_only: bool = True) -> list[JudgedAnswer]:
    """Answers to test and validation questions that two judges accepted or refused; see ``CARD.md``.

    Args:
        agreed_only: leave out the answers they disagree on.

    >>> judged = load_judged_answers()
    >>> 0.4 < sum(answer.accepted for answer in judged) / len(judged) < 0.6
    True
    """
    by_id = {example.id: example for split in ("test", "validation") for example in load_examples(_file(split))}
    rows: list[dict[str, Any]] = json.loads((CORPUS_DIR / "judged_answers.json").read_text(encoding="utf-8"))["answers"]
    judged = [
        JudgedAnswer(
            by_id[row["id"]], row["text"], row["source"], row.get("mistake"), (bool(row["first"]), bool(row["second"]))
        )
        for row in rows
    ]
    return [answer for answer in judged if answer.accepted is not None or not agreed_only]


def minimal_pairs(judged: Sequence[JudgedAnswer]) -> list[tuple[JudgedAnswer, JudgedAnswer]]:
    """For each near miss that was refused, an accepted answer to the same question in other words, put before it.

    Near misses without such a partner are left out. The pairs are in the order of their near misses.

    >>> right, wrong = minimal_pairs(load_judged_answers())[0]
    >>> right.example.id == wrong.example.id, right.accepted, wrong.accepted
    (True, True, False)
    """
    right = {answer.example.id: answer for answer in judged if answer.source == "other words" and answer.accepted}
    wrong = [answer for answer in judged if answer.source == "near miss" and answer.accepted is False]
    return [(right[answer.example.id], answer) for answer in wrong if answer.example.id in right]


def paraphrased_questions() -> dict[str, str]:
    """Test questions in other words: text by question id, for about half of them.

    Written one by one, as another person would have asked for the same fact. They are for planting leaks that no
    comparison of words can find; nothing is ever trained on them.

    >>> all(name in {example.id for example in load_corpus("test")} for name in paraphrased_questions())
    True
    """
    questions: dict[str, str] = json.loads((CORPUS_DIR / "paraphrased_questions.json").read_text(encoding="utf-8"))
    return questions


def foreign_copies() -> dict[str, dict[str, str]]:
    """Copies of test questions by methods that know nothing of the audit's rules: for each kind, text by question id.

    64 test questions, 16 of each kind. "noisy": about one letter in nine misread, dropped, doubled or swapped.
    "reordered": clauses moved. "shortened": what is left in a search box or a heading. "translated": worded as after a
    translation there and back. They measure the audit (`qa_lesson.leakage.copy_recall`); nothing is trained on them.

    >>> {kind: len(texts) for kind, texts in foreign_copies().items()}
    {'noisy': 16, 'reordered': 16, 'shortened': 16, 'translated': 16}
    """
    copies: dict[str, dict[str, str]] = json.loads((CORPUS_DIR / "foreign_copies.json").read_text(encoding="utf-8"))
    return copies


def contrast_pairs() -> list[tuple[Example, Example]]:
    """60 pairs of a test question and the same question with one word changed, so its answer changes too.

    Both are answered by the same passage, by different spans (a contrast set, Gardner et al. 2020). The word is
    replaced, or *not* is added or left out. A few questions occur twice, with different changes.

    >>> original, changed = contrast_pairs()[0]
    >>> original.context == changed.context, {*original.references} & {*changed.references}
    (True, set())
    """
    test = {example.id: example for example in load_examples(_file("test"))}
    changed = load_examples(CORPUS_DIR / "contrast_test.json")
    return [(test["-".join(example.id.split("-")[:3])], example) for example in changed]


def corpus_counts() -> list[dict[str, Any]]:
    """One row a split: documents, passages, questions, references, and the lexical overlap (a fraction)."""
    rows: list[dict[str, Any]] = []
    for split in SPLITS:
        examples = load_corpus(split, unanswerable=True)
        answerable = [example for example in examples if example.is_answerable]
        rows.append(
            {
                "split": split,
                "documents": len({example.document for example in examples}),
                "passages": len({example.context for example in examples}),
                "answerable": len(answerable),
                "unanswerable": len(examples) - len(answerable),
                "references": sum(len(example.answers) for example in answerable),
                "passage_words": round(sum(len(example.context.split()) for example in examples) / len(examples)),
                "lexical_overlap": lexical_overlap(answerable),
            }
        )
    return rows


def corpus_kinds() -> list[dict[str, Any]]:
    """One row an answer type: answerable questions in each split, commonest type first."""
    kinds: dict[str, dict[Split, int]] = {}
    for split in SPLITS:
        for example in load_corpus(split):
            row = kinds.setdefault(example.kind or "unknown", dict.fromkeys(SPLITS, 0))
            row[split] += 1
    ranked = sorted(kinds.items(), key=lambda item: -item[1]["train"])
    return [{"type": kind, **{str(split): n for split, n in row.items()}} for kind, row in ranked]


def lexical_overlap(examples: Sequence[Example]) -> float:
    """How much the questions repeat the sentences that answer them: a mean fraction, lower is harder.

    For each answerable question, the share of its distinct content words (not in a short list of function words)
    that also appear in the sentence of the context that holds the preferred answer. Words are compared as they are,
    in lower case. In extractive data sets written while looking at the passage it is high.

    >>> from qa_lesson.schema import Answer
    >>> lexical_overlap([Example("1", "Who keeps the lamp?", "Bram keeps the light.", (Answer("Bram", 0),))])
    0.5
    """
    shares = []
    for example in examples:
        if example.answers and (asked := _content_words(example.question)):
            sentence = answer_sentence(example)
            shares.append(len(asked & _content_words(sentence)) / len(asked))
    return sum(shares) / len(shares) if shares else 0.0


def _file(split: str) -> Path:
    return CORPUS_DIR / f"{split}.json"


_FUNCTION_WORDS = frozenset(
    "a about after all an and any are as at be been before being but by can could did do does during each every for "
    "from had has have he her his how if in into is it its long many may might much must no not of often on one only "
    "or out over shall she should so some such than that the their them then there these they this those to under "
    "until up upon was were what when where which while who whom whose why will with within without would".split()
)


def _content_words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.lower())) - _FUNCTION_WORDS
