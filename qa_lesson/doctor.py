"""What this machine has, what is missing, and what to do about it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

from qa_lesson.encoder import ENCODER_SHA256, encoder_dir
from qa_lesson.errors import ModelError
from qa_lesson.hardware import device_type, supports_bf16
from qa_lesson.runs import cache_dir

MEMORY_NEEDED = 2 * 10**9
"""Bytes of free memory that the recipe trains in."""
DISK_NEEDED = 10**9
"""Bytes of free disk that the run cache should have."""


@dataclass(frozen=True)
class MachineCheck:
    """One line of the report.

    Args:
        name: what was looked at.
        value: what was found.
        status: "ok", "note" (works, but slower or less) or "problem".
        fix: what to do; empty if nothing needs doing.
    """

    name: str
    value: str
    status: Literal["ok", "note", "problem"] = "ok"
    fix: str = ""


def examine_machine() -> list[MachineCheck]:
    """Look at the versions, the device, the memory, the encoder and the cache folder."""
    return [_python(), *_packages(), _device(), _memory(), _encoder(), _cache()]


def _python() -> MachineCheck:
    return MachineCheck("Python", f"{platform.python_version()} ({platform.system()} {platform.machine()})")


def _packages() -> list[MachineCheck]:
    """Every runtime requirement of the package against what is installed."""
    findings = []
    for line in importlib.metadata.requires("qa-lesson") or []:
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        fix = f'run: pip install "{requirement.name}{requirement.specifier}"'
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            findings.append(MachineCheck(requirement.name, "not installed", "problem", fix))
            continue
        fits = requirement.specifier.contains(version, prereleases=True)
        found = version if fits else f"{version}, but {requirement.specifier} is needed"
        findings.append(MachineCheck(requirement.name, found, "ok" if fits else "problem", "" if fits else fix))
    return findings


def _device() -> MachineCheck:
    import torch

    device = device_type()
    if device == "cuda":
        name = torch.cuda.get_device_name()
        value = f"cuda ({name}), {torch.cuda.get_device_properties(0).total_memory / 1e9:.0f} GB"
    elif device == "mps":
        value = "mps (Apple GPU)"
    else:
        value = f"cpu ({torch.get_num_threads()} threads)"
    if supports_bf16(device):
        return MachineCheck("device", f"{value}, bf16: yes")
    return MachineCheck("device", f"{value}, bf16: no", "note", "training runs in float32, at about half the speed")


def _memory() -> MachineCheck:
    import psutil

    memory = psutil.virtual_memory()
    value = f"{memory.available / 1e9:.1f} GB free of {memory.total / 1e9:.1f} GB"
    if memory.available < MEMORY_NEEDED:
        return MachineCheck("memory", value, "problem", "close other programs and notebooks: training needs about 2 GB")
    return MachineCheck("memory", value)


def _encoder() -> MachineCheck:
    try:
        encoder_dir()
    except ModelError as error:
        return MachineCheck("encoder", error.received or error.what, "problem", error.fix or "reinstall it")
    return MachineCheck("encoder", f"sha256 {ENCODER_SHA256[:12]}..., as expected")


def _cache() -> MachineCheck:
    folder = cache_dir()
    fix = "set the environment variable QA_LESSON_CACHE to a folder with room that you may write to"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        return MachineCheck("run cache", f"{folder}: {error.strerror}", "problem", fix)
    value = f"{_with_tilde(folder)}, {free / 1e9:.0f} GB free"
    return MachineCheck(
        "run cache", value, "ok" if free >= DISK_NEEDED else "problem", "" if free >= DISK_NEEDED else fix
    )


def _with_tilde(folder: Path) -> str:
    home = str(Path.home())
    text = str(folder)
    return f"~{text[len(home) :]}" if text.startswith(home + os.sep) and sys.platform != "win32" else text
