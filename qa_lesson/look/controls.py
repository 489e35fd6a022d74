"""The controls of an explorable picture, to move by hand in the page or by code in a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qa_lesson.errors import ConfigError


class Control:
    """Something to move. `label` is what the page shows and what is read aloud."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.moved: Callable[[], None] = lambda: None

    def spec(self) -> dict[str, Any]:
        """What the page needs to draw it, apart from its value."""
        raise NotImplementedError


class Setting(Control):
    """A control with a value. Setting `value` by code does what moving it in the page does."""

    def __init__(self, label: str, value: Any) -> None:
        super().__init__(label)
        self._value = self.checked(value)

    @property
    def value(self) -> Any:
        """Where it is now."""
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self.take(value)
        self.moved()

    def take(self, value: object) -> None:
        """Set the value without telling anyone."""
        self._value = self.checked(value)

    def checked(self, value: Any) -> Any:
        """The value, brought into range.

        Raises:
            ConfigError: it is nothing that this control can hold.
        """
        raise NotImplementedError


class Range(Setting):
    """A slider with a number field next to it.

    Args:
        label: its name.
        value, low, high, step: numbers; whole numbers where all four are. A value between two steps is rounded, and
            one out of range goes to the nearest end.
        unit: shown after the number.
    """

    def __init__(self, label: str, value: float, low: float, high: float, step: float = 1, unit: str = "") -> None:
        self.low, self.high, self.step, self.unit = low, high, step, unit
        super().__init__(label, value)

    def spec(self) -> dict[str, Any]:
        """See `Control.spec`."""
        limits = {"min": self.low, "max": self.high, "step": self.step}
        return {"kind": "slider", "label": self.label, "unit": self.unit, **limits}

    def checked(self, value: Any) -> float:
        """See `Setting.checked`."""
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise ConfigError(f"{self.label} takes a number", received=repr(value))
        inside = min(max(value, self.low), self.high)
        if all(isinstance(number, int) for number in (self.low, self.high, self.step)):
            return int(min(self.low + round((inside - self.low) / self.step) * self.step, self.high))
        return round(min(self.low + round((inside - self.low) / self.step) * self.step, self.high), 9)


class OneOf(Setting):
    """One of several options, as radio buttons."""

    def __init__(self, label: str, options: Sequence[str], value: str | None = None) -> None:
        self.options = tuple(options)
        super().__init__(label, self.options[0] if value is None else value)

    def spec(self) -> dict[str, Any]:
        """See `Control.spec`."""
        return {"kind": "choice", "label": self.label, "options": list(self.options)}

    def checked(self, value: Any) -> str:
        """See `Setting.checked`."""
        if value not in self.options:
            raise ConfigError(
                f"{self.label} has no such option", received=repr(value), fix=f"use one of {self.options}"
            )
        return str(value)


@dataclass
class Press:
    """A button: what is on it, and what a click does.

    Args:
        text: on the button.
        action: what happens before the picture is drawn again.
        name: what is read aloud, where the text does not say enough.
        pressed: of a button that stays down; None for one that doesn't.
        disabled: whether a click does nothing.
    """

    text: str
    action: Callable[[], None]
    name: str | None = None
    pressed: bool | None = None
    disabled: bool = False

    def spec(self) -> dict[str, Any]:
        """What the page needs to draw it."""
        given = {"text": self.text, "name": self.name, "pressed": self.pressed, "disabled": self.disabled or None}
        return {name: value for name, value in given.items() if value is not None}


class Buttons(Control):
    """A row of buttons. ``buttons[0].click()`` is not needed: ``row.click(0)`` clicks and redraws.

    Args:
        label: of the row.
        make: gives the buttons as they are now.
    """

    def __init__(self, label: str, make: Callable[[], Sequence[Press]]) -> None:
        super().__init__(label)
        self._make = make

    @property
    def texts(self) -> list[str]:
        """What is on the buttons now."""
        return [button.text for button in self._make()]

    def spec(self) -> dict[str, Any]:
        """See `Control.spec`."""
        return {"kind": "buttons", "label": self.label, "buttons": [button.spec() for button in self._make()]}

    def click(self, which: int | str) -> None:
        """Click the button at a place, counted from 0, or with a text.

        Raises:
            ConfigError: there is none.
        """
        buttons = list(self._make())
        texts = [button.text for button in buttons]
        if which in texts:
            which = texts.index(str(which))
        if not isinstance(which, int) or not 0 <= which < len(buttons):
            raise ConfigError("there is no such button", received=repr(which), fix=f"use one of {texts}")
        if not buttons[which].disabled:
            buttons[which].action()
            self.moved()
