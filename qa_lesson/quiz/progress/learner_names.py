"""Who a file says it is from: an address or number that a learner typed."""

from __future__ import annotations

import unicodedata
from typing import Final

from qa_lesson.errors import ConfigError, shorten

LONGEST_NAME: Final = 254
"""Characters of a learner's address or number."""
_HIDDEN: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")  # categories of characters


def check_learner(learner: str) -> str:
    """An e-mail address or number as it goes into the file: without white space around it.

    Raises:
        ConfigError: it is empty, too long or has control characters.

    >>> check_learner(" ann@uni.edu ")
    'ann@uni.edu'
    """
    name = unicodedata.normalize("NFC", str(learner)).strip()
    fix = "type the e-mail address or number your instructor knows you by"
    if not name:
        raise ConfigError("there is no address or number", fix=fix)
    if any(unicodedata.category(character) in _HIDDEN for character in name):
        raise ConfigError("there are characters in it that cannot be seen", received=shorten(repr(name)), fix=fix)
    if len(name) > LONGEST_NAME:
        raise ConfigError(f"it has more than {LONGEST_NAME} characters", received=shorten(name), fix=fix)
    return name
