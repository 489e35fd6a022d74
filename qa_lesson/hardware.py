"""Which device, number format and processes a program uses, and whether to draw progress bars.

Several processes work together if ``accelerate launch`` or ``torchrun`` started them (docs/scaling.md). One of them is
the main process: only it prints and writes. Without such a launcher there is one process, and it is the main one.
"""

from __future__ import annotations

import ctypes
import gc
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, TypeVar

Value = TypeVar("Value")
DeviceType = Literal["cuda", "mps", "cpu"]


def device_type() -> DeviceType:
    """The device that `transformers.Trainer` takes automatically: CUDA, else Apple's MPS, else the CPU."""
    if os.environ.get("ACCELERATE_USE_CPU", "").lower() in ("true", "1"):  # accelerate launch --cpu
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def processor_name() -> str:
    """The processor's name, as far as the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def default_device() -> str:
    """The device of this process: as `device_type`, and with several processes on a machine a GPU for each.

    Returns:
        "cpu", "mps", "cuda", or for instance "cuda:1".
    """
    device = device_type()
    return f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if device == "cuda" and n_processes() > 1 else device


def n_processes() -> int:
    """How many processes work together."""
    return int(os.environ["WORLD_SIZE"]) if {"RANK", "WORLD_SIZE", "MASTER_ADDR"} <= os.environ.keys() else 1


def process_index() -> int:
    """The number of this process, counted from 0."""
    return int(os.environ["RANK"]) if n_processes() > 1 else 0


def is_main_process() -> bool:
    """Whether this process prints and writes."""
    return process_index() == 0


def from_main(value: Value) -> Value:
    """What the main process passes, in every process; each of them must call this."""
    if n_processes() == 1:
        return value
    from accelerate.utils import broadcast_object_list

    _connect()
    values: list[Any] = broadcast_object_list([value])
    result: Value = values[0]
    return result


def from_all(value: Value) -> list[Value]:
    """What every process passes, in their order and in every process; each of them must call this."""
    if n_processes() == 1:
        return [value]
    from accelerate.utils import gather_object

    _connect()
    values: list[Value] = gather_object([value])
    return values


def wait_for_all() -> None:
    """Return when every process has called this."""
    from_all(None)


def disconnect() -> None:
    """Take leave of the other processes, before the program ends; without them nothing happens."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def _connect() -> None:
    """Let the processes find each other, the way the Trainer does."""
    from accelerate import PartialState

    PartialState(cpu=device_type() == "cpu")


def give_back_memory() -> None:
    """Return memory that this process no longer uses to the operating system.

    Objects that refer to each other, such as a Trainer and its callbacks, stay until the garbage collector comes by.
    And glibc, the C library of most Linux systems, keeps what was freed for later, half a gigabyte after a training.
    In a notebook where one model is trained after another it adds up.
    """
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library has no such function
            ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause Python's garbage collector while a large library is imported.

    PyTorch and transformers make a million objects and hardly any garbage, and the collector would walk through them
    again and again: a fifth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def supports_bf16(device: str | None = None) -> bool:
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
