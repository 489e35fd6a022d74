"""Records as the one text that hashes are taken of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def canonical(record: Mapping[str, Any]) -> str:
    """A record as the one JSON text that hashes are taken of: sorted keys, no spaces, no NaN or infinity.

    Raises:
        ValueError: a number is not finite.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
