"""Leaks made on purpose: to see what they do to a score, and whether an audit finds them."""

from __future__ import annotations

import dataclasses
import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.leakage.text import details, words
from qa_lesson.schema import Answer, Example

PlantKind = Literal["copy", "spelling", "words", "paraphrase", "passage"]
"""A whole copy; one in other spelling; with 1 to 3 words changed; in other words; only the passage, inside another."""

PLANT_KINDS: tuple[PlantKind, ...] = get_args(PlantKind)


@dataclass(frozen=True)
class Planted:
    """Training data with leaks in it.

    Args:
        train: as many examples as before; planted ones (ids beginning with ``planted-``) replace honest ones.
        sources: for each kind, the id of the test question by that of its planted training example.
    """

    train: tuple[Example, ...]
    sources: Mapping[PlantKind, Mapping[str, str]]

    def test_ids(self, *kinds: PlantKind) -> frozenset[str]:
        """Ids of the test questions that were planted, of some kinds or of all."""
        return frozenset(test for kind in kinds or PLANT_KINDS for test in self.sources.get(kind, {}).values())


def plant(
    train: Sequence[Example],
    test: Sequence[Example],
    *,
    kinds: Sequence[PlantKind] = ("copy", "spelling", "words"),
    share: float = 0.2,
    paraphrases: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Planted:
    """Training data in which some honest examples are replaced by leaks from the test data.

    Each kind gets the same number of test questions, drawn at random, and no test question is planted twice. Copies
    bring their passage and answers along; "passage" appends the test passage to that of an honest example and leaves
    the question alone.

    Args:
        train: honest training examples.
        test: where the leaks come from.
        kinds: which sorts of leak.
        share: how many of the test questions are planted in all, a fraction of them.
        paraphrases: test questions in other words, by id; needed for "paraphrase".
        seed: of the draw and of the changes.

    Raises:
        ConfigError: an unknown kind or none, or a share outside (0, 1].
        DataError: more leaks than training examples, or too few paraphrases.

    >>> from qa_lesson.schema import Example
    >>> honest = [Example(f"t{i}", "Who sails?", f"Boat {i} sails.") for i in range(4)]
    >>> planted = plant(honest, [Example("q", "Who keeps the light?", "Bram does.")], kinds=["copy"], share=1)
    >>> len(planted.train), planted.sources["copy"]
    (4, {'planted-copy-q': 'q'})
    """
    wanted = _check(train, test, kinds, share)
    rng = random.Random(seed)
    pool = rng.sample(test, len(test))
    if "paraphrase" in kinds:  # these first: they need questions that somebody has written anew
        pool.sort(key=lambda example: example.id not in (paraphrases or {}))
    make: dict[PlantKind, Callable[[Example, Example], Example]] = {
        "copy": lambda example, _honest: example,
        "spelling": lambda example, _honest: _respell(example, rng),
        "words": lambda example, _honest: dataclasses.replace(example, question=change_words(example.question, rng)),
        "paraphrase": lambda example, _honest: dataclasses.replace(
            example, question=_paraphrase(example, paraphrases or {})
        ),
        "passage": _append_passage,
    }
    places = rng.sample(range(len(train)), wanted * len(kinds))
    result, sources = list(train), dict[PlantKind, dict[str, str]]()
    for kind in sorted(kinds, key=lambda kind: kind != "paraphrase"):
        sources[kind] = {}
        for _ in range(wanted):
            source, place = pool.pop(0), places.pop()
            leak = make[kind](source, train[place])
            name = f"planted-{kind}-{source.id}"
            document = leak.document if kind == "passage" else f"planted: {kind}"  # a title would give all away
            result[place] = dataclasses.replace(leak, id=name, document=document)
            sources[kind][name] = source.id
    return Planted(tuple(result), sources)


def change_words(question: str, rng: random.Random) -> str:
    """`question` with 1 to 3 words added, removed or replaced, but no name or number touched.

    >>> change_words("Who keeps the light on Skelm?", random.Random(1))
    'Who such the light on Skelm?'
    """
    named, before, pieces = details(question), words(question), question.split()
    edits = min(rng.randint(1, 3), max(1, len(before) // 3))
    for _ in range(edits):
        free = [i for i, piece in enumerate(pieces) if i > 0 and not named & set(words(piece)) and words(piece)]
        action = rng.choice(("add", "remove", "replace") if len(free) > 2 else ("add",))
        place = rng.choice(free or [len(pieces) - 1])
        end = "?" if pieces[place].endswith("?") else ""
        if action == "add":
            pieces.insert(place, rng.choice(_ADDED))
        elif action == "replace":
            pieces[place] = rng.choice(_REPLACING) + end
        else:
            del pieces[place]
            pieces[-1] += end
    return " ".join(pieces)


_ADDED = "exactly please usually really just nowadays actually then also there".split()
_REPLACING = "this that these some such each often sometimes perhaps therefore thing matter place people".split()


def _respell(example: Example, rng: random.Random) -> Example:
    """Another case, punctuation, white space, articles or Unicode form, in question and passage."""
    question = example.question
    changes: list[Callable[[str], str]] = [
        str.upper,
        str.lower,
        lambda text: text.rstrip("?") + " ??",
        lambda text: text.replace(" ", "  "),
        lambda text: re.sub(r"\b[Tt]he ", "", text),
        lambda text: unicodedata.normalize("NFD", text.replace("'", "’").replace("e", "é", 1)),
        lambda text: text.replace(" ", "\N{NO-BREAK SPACE}", 2),
    ]
    for change in rng.sample(changes, rng.randint(1, 3)):
        question = change(question)
    if question == example.question:
        question = question.upper()
    spread = re.sub(r"([.;]) ", r"\1  ", example.context)
    answers = tuple(_moved(answer, example.context, spread) for answer in example.answers)
    return dataclasses.replace(example, question=question, context=spread, answers=answers, plausible=())


def _moved(answer: Answer, before: str, after: str) -> Answer:
    """The same answer where a second space follows each full stop and semicolon."""
    added = len(re.findall(r"[.;] ", before[: answer.start]))
    end = answer.end + len(re.findall(r"[.;] ", before[: answer.end]))
    return Answer(after[answer.start + added : end], answer.start + added)


def _append_passage(source: Example, honest: Example) -> Example:
    return dataclasses.replace(honest, context=f"{honest.context}\n\n{source.context}")


def _paraphrase(example: Example, paraphrases: Mapping[str, str]) -> str:
    if example.id not in paraphrases:
        raise DataError(
            "there are fewer paraphrases than are to be planted",
            received=f"{len(paraphrases)} paraphrases",
            fix="plant a smaller share, or pass paraphrases= for more of the test questions",
        )
    return paraphrases[example.id]


def _check(train: Sequence[Example], test: Sequence[Example], kinds: Sequence[PlantKind], share: float) -> int:
    """How many leaks of each kind there are to be."""
    unknown = [kind for kind in kinds if kind not in PLANT_KINDS]
    if unknown or not kinds or len(set(kinds)) < len(kinds):
        raise ConfigError(
            "the kinds of leak must be known, different, and at least one",
            received=repr(list(kinds)),
            fix=f"choose from {', '.join(PLANT_KINDS)}",
        )
    if not 0 < share <= 1:
        raise ConfigError("share must be a fraction above 0 and at most 1", received=f"share={share!r}")
    wanted = max(1, int(share * len(test) / len(kinds)))
    if wanted * len(kinds) > min(len(train), len(test)):
        raise DataError(
            "there is no room for so many leaks",
            received=f"{wanted * len(kinds)} leaks, {len(train)} training and {len(test)} test questions",
            fix="plant a smaller share or fewer kinds",
        )
    return wanted
