"""Material of the review's challenge tasks: real answers, labels and splits with something wrong in them on purpose.

The faults are planted here and not in the lesson, so that finding them stays the learner's part.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from qa_lesson.corpus import load_corpus, paraphrased_questions
from qa_lesson.encoder import load_tokenizer
from qa_lesson.evaluation import Evaluation, evaluate_predictions
from qa_lesson.leakage import PlantKind, plant
from qa_lesson.recordings import Recording, recorded
from qa_lesson.schema import Example, Prediction, Score, Span
from qa_lesson.windows import Windows, make_windows

_SOUND = "rescue_start"  # a recorded run that nothing is wrong with but that it overfits, as most do
_SEED = 10

Answers = dict[str, str]
Change = Callable[[Answers], Answers]


def torn_file() -> dict[str, str]:
    """Answers of a recorded run to the test questions, text by id, as a job wrote them that was stopped too early."""
    answers = recorded(_SOUND).predictions["test"]
    kept = list(answers)[: len(answers) * 8 // 9]
    return {name: answers[name] for name in random.Random(_SEED).sample(kept, len(kept))}


def good_windows() -> Windows:
    """Windows of validation questions, three or four for most passages, with their right labels."""
    return make_windows(load_corpus("validation")[::7], load_tokenizer(), max_length=64, stride=16)


def mislabelled_windows() -> Windows:
    """`good_windows` with the labels of someone who mixed up inclusive and exclusive."""
    windows = good_windows()
    return dataclasses.replace(windows, end_positions=windows.end_positions + windows.has_answer.astype(np.int32))


@dataclass(frozen=True)
class LeakySplit:
    """A split as it might be handed over.

    Args:
        train, test: the examples.
        leaks: which sort of leak, by the id of the training question.
    """

    train: tuple[Example, ...]
    test: tuple[Example, ...]
    leaks: Mapping[str, PlantKind]

    def __repr__(self) -> str:
        return f"<split: {len(self.train)} training and {len(self.test)} test questions>"


@cache
def leaky_split() -> LeakySplit:
    """12 training documents and 3 test documents of the corpus, and leaks of four sorts among the training questions.

    Leaks look like their neighbours: ids are numbers, and no training question names its document.
    """
    titles = {name: sorted({example.document for example in load_corpus(name)}) for name in ("train", "test")}
    train = [example for example in load_corpus("train") if example.document in titles["train"][:12]]
    test = [example for example in load_corpus("test") if example.document in titles["test"][:3]]
    planted = plant(
        train,
        test,
        kinds=("spelling", "words", "paraphrase", "passage"),
        share=0.3,
        paraphrases=paraphrased_questions(),
        seed=_SEED,
    )
    sort_of = {name: kind for kind, names in planted.sources.items() for name in names}
    disguised = [
        dataclasses.replace(example, id=f"train-{n:03}", document="") for n, example in enumerate(planted.train)
    ]
    leaks = {new.id: sort_of[old.id] for old, new in zip(planted.train, disguised, strict=True) if old.id in sort_of}
    return LeakySplit(tuple(disguised), tuple(test), leaks)


def simulated_reader(split: Literal["validation", "test"]) -> tuple[list[Example], list[Prediction]]:
    """Questions of a split, unanswerable ones included, and what a made-up reader says about them.

    It finds about seven in ten of the answers, and is given a no-answer score drawn at random, which is higher on the
    whole for questions that have no answer and for those that it gets wrong.
    """
    examples = load_corpus(split, unanswerable=True)
    rng = np.random.default_rng({"validation": 3, "test": 4}[split])
    predictions = []
    for example in examples:
        knows = example.is_answerable and rng.random() < 0.7
        text = example.references[0] if knows else " ".join(example.context.split()[:3])
        start = example.context.index(text)
        no_answer_score = float(rng.normal(-2.0 if knows else 1.5, 2.0))
        spans = (Span(text, start, start + len(text), 8.0, 0.9),)
        predictions.append(Prediction(example.id, text, start, start + len(text), 0.9, no_answer_score, spans))
    return examples, predictions


def two_readers() -> tuple[Evaluation, Evaluation]:
    """Made-up F1 of two readers on documents of 4 and of 40 questions; they list their questions in different order.

    The left one is better on short documents and a little worse on long ones.
    """
    rng = np.random.default_rng(1)
    examples, ours, theirs = [], {}, {}
    for document in range(24):
        size, level = (4, 40)[document % 2], rng.uniform(0.2, 0.8)
        gain = rng.normal((0.15, -0.02)[document % 2], 0.05)
        for question in range(size):
            name = f"d{document:02}-q{question:02}"
            examples.append(Example(name, "Who?", "Bram.", document=f"document {document}"))
            base = level + rng.uniform(-0.1, 0.1)
            theirs[name], ours[name] = _f1(base), _f1(base + gain + rng.uniform(-0.05, 0.05))
    return (
        Evaluation(tuple(examples), dict.fromkeys(ours, ""), ours, "v2.0"),
        Evaluation(tuple(examples[::-1]), dict.fromkeys(theirs, ""), theirs, "v2.0"),
    )


def _f1(value: float) -> Score:
    f1 = min(1.0, max(0.0, value))
    return Score(0.0, f1, f1, f1)


@dataclass(frozen=True)
class FaultyRun:
    """What a report says about a run; scores are fractions.

    Args:
        letter: its name.
        train_f1: of the kept model on questions that it was trained on.
        validation_f1: on validation questions.
        exact_match, precision, recall, f1: on test questions.
        answered: share of the test questions that got an answer at all.
    """

    letter: str
    train_f1: float
    validation_f1: float
    exact_match: float
    precision: float
    recall: float
    f1: float
    answered: float


def faulty_runs() -> list[FaultyRun]:
    """Five reports with one thing wrong in each, computed from the recorded answers of two runs."""
    sound, memorised = recorded(_SOUND), recorded("overfit_64")
    return [
        _report("A", sound, in_test=_to_the_next_question),
        _report("B", sound, in_validation=_without_last_words, in_test=_without_last_words),
        _report("C", memorised),
        _report("D", sound, in_validation=_mostly_silent, in_test=_mostly_silent),
        _report("E", sound, in_test=_knowing_six_documents),
    ]


def _report(letter: str, run: Recording, in_validation: Change = dict, in_test: Change = dict) -> FaultyRun:
    validation = evaluate_predictions(load_corpus("validation"), in_validation(run.predictions["validation"])).total
    answers = in_test(run.predictions["test"])
    test = evaluate_predictions(load_corpus("test"), answers).total
    return FaultyRun(
        letter=letter,
        train_f1=float(run.kept.train_f1 or 0.0),
        validation_f1=validation.f1,
        exact_match=test.exact_match,
        precision=test.precision,
        recall=test.recall,
        f1=test.f1,
        answered=sum(map(bool, answers.values())) / len(answers),
    )


def _to_the_next_question(answers: Answers) -> Answers:
    """As when two lists of different order are laid side by side."""
    texts = list(answers.values())
    return dict(zip(answers, [*texts[1:], texts[0]], strict=True))


def _without_last_words(answers: Answers) -> Answers:
    """The last word of every longer answer is lost, as where an inclusive end is read as an exclusive one."""
    return {name: " ".join(text.split()[:-1]) or text for name, text in answers.items()}


def _mostly_silent(answers: Answers) -> Answers:
    """One answer in ten is given, as with a threshold that is far too low."""
    rng = random.Random(_SEED)
    return {name: text if rng.random() < 0.1 else "" for name, text in answers.items()}


def _knowing_six_documents(answers: Answers) -> Answers:
    """The references for the questions of six of the nine test documents, as of a model that was trained on them."""
    test = load_corpus("test")
    known = random.Random(_SEED).sample(sorted({example.document for example in test}), 6)
    return {**answers, **{example.id: example.references[0] for example in test if example.document in known}}
