"""Which device and number format training uses, and whether to draw progress bars."""

from __future__ import annotations

import os
import sys
from typing import Literal

DeviceType = Literal["cuda", "mps", "cpu"]


def device_type() -> DeviceType:
    """The device that `transformers.Trainer` takes by itself: CUDA, else Apple's MPS, else the CPU."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def supports_bf16(device: DeviceType | None = None) -> bool:
    """Whether bfloat16 arithmetic is native on the device; emulated it would be slower than float32.

    ``QA_LESSON_BF16=0`` says no for any device: where models are trained on one machine and looked up in the cache on
    another, as on Binder, both must take the same arithmetic.
    """
    if os.environ.get("QA_LESSON_BF16") == "0":
        return False
    import torch

    device = device or device_type()
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device == "cpu":
        return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
    return False


def in_notebook() -> bool:
    """Whether this runs in a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and type(ipython.get_ipython()).__name__ == "ZMQInteractiveShell"


def progress_wanted() -> bool:
    """Progress bars on a terminal and in a notebook, none under CI or where the output goes to a file."""
    if os.environ.get("CI"):
        return False
    return in_notebook() or sys.stderr.isatty()
