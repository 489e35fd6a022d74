"""Cost of answering with a hosted language model and with a model of your own, and when one overtakes the other.

Money is in one currency of your choice. Nothing here knows a price: prices change several times a year, so you give
those of today.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from qa_lesson.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedModel:
    """A language model that another company runs, paid by tokens.

    Args:
        input_price, output_price: for a million tokens.
        input_tokens: of one question: instructions, passage and question.
        output_tokens: of one answer, hidden reasoning included.
        upkeep_per_month: everything else, such as keeping the prompt working when the model changes.

    Raises:
        ConfigError: a negative number.

    >>> round(1000 * HostedModel(input_price=2, output_price=10, input_tokens=300, output_tokens=40).per_question, 2)
    1.0
    """

    input_price: float
    output_price: float
    input_tokens: float
    output_tokens: float
    upkeep_per_month: float = 0.0

    def __post_init__(self) -> None:
        _check(self)

    @property
    def per_question(self) -> float:
        """The price of one question."""
        return (self.input_price * self.input_tokens + self.output_price * self.output_tokens) / 1e6

    @property
    def setup(self) -> float:
        """What is paid before the first question: nothing."""
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnModel:
    """A model that you fine-tune and run yourself.

    Args:
        labeled_questions: to write and check, for training and for the test.
        minutes_each: for one of them.
        hourly_wage: of the people who write them.
        machine_per_hour: price of the machine that answers.
        questions_per_second: how many it answers; see `qa_lesson.answering.QuestionAnswerer`.
        upkeep_per_month: everything else: a machine that also runs when no one asks, updates, new labels.

    Raises:
        ConfigError: a negative number, or no question per second.

    >>> own = OwnModel(labeled_questions=600, minutes_each=2, hourly_wage=30)
    >>> own.setup, own.per_question
    (600.0, 0.0)
    """

    labeled_questions: float
    minutes_each: float
    hourly_wage: float
    machine_per_hour: float = 0.0
    questions_per_second: float = 1.0
    upkeep_per_month: float = 0.0

    def __post_init__(self) -> None:
        _check(self)
        if self.questions_per_second == 0:
            raise ConfigError("the model must answer questions", received="questions_per_second=0")

    @property
    def setup(self) -> float:
        """What is paid before the first question: the labeling."""
        return self.labeled_questions * self.minutes_each / 60 * self.hourly_wage

    @property
    def per_question(self) -> float:
        """The price of one question: the time of the machine."""
        return self.machine_per_hour / 3600 / self.questions_per_second


@dataclass(frozen=True, slots=True)
class CostComparison:
    """The result of `compare_costs`; money in the currency that the prices were given in.

    Args:
        hosted_total, own_total: over all the months, setup included.
        hosted_per_1000, own_per_1000: of a thousand more questions.
        break_even_month: the first month after which your own model has cost less in total, counted from 1; infinity
            if it never does.
    """

    hosted_total: float
    own_total: float
    hosted_per_1000: float
    own_per_1000: float
    break_even_month: float

    @property
    def own_is_cheaper(self) -> bool:
        """Over the months that were compared."""
        return self.own_total < self.hosted_total


def compare_costs(
    hosted: HostedModel, own: OwnModel, *, questions_per_month: float, months: float = 36
) -> CostComparison:
    """What both cost over some months at so many questions a month, and when your own model has paid for itself.

    Args:
        hosted: the language model.
        own: your model.
        questions_per_month: asked of either.
        months: how long; a model that is not trained again is rarely useful for more than a few years.

    Raises:
        ConfigError: a negative number of questions, or months that are not positive.

    >>> hosted = HostedModel(input_price=2, output_price=10, input_tokens=300, output_tokens=40)
    >>> own = OwnModel(labeled_questions=600, minutes_each=2, hourly_wage=30)
    >>> compare_costs(hosted, own, questions_per_month=50_000).break_even_month
    13
    """
    if questions_per_month < 0 or months <= 0:
        raise ConfigError(
            "questions and months must be positive",
            received=f"questions_per_month={questions_per_month:g}, months={months:g}",
        )
    monthly = [model.per_question * questions_per_month + model.upkeep_per_month for model in (hosted, own)]
    saved = monthly[0] - monthly[1]
    if saved > 0:
        break_even: float = math.floor(round((own.setup - hosted.setup) / saved, 9)) + 1  # when equal it is not cheaper
    else:
        break_even = math.inf
    return CostComparison(
        hosted.setup + monthly[0] * months,
        own.setup + monthly[1] * months,
        1000 * hosted.per_question,
        1000 * own.per_question,
        break_even,
    )


def watt_hours(watts: float, seconds: float) -> float:
    """The energy that a machine takes in so much time.

    Args:
        watts: what it draws while it works, from its data sheet or a meter.
        seconds: for one question, for example.

    >>> watt_hours(36, 100)
    1.0
    """
    return watts * seconds / 3600


def _check(model: HostedModel | OwnModel) -> None:
    for name in model.__slots__:
        if not 0 <= (value := getattr(model, name)) < math.inf:
            raise ConfigError(f"{name} must be a number from 0 on", received=f"{name}={value!r}")
