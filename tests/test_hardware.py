import gc
import subprocess
import sys

import pytest

from qa_lesson import hardware
from qa_lesson.cli._app import check_launch
from qa_lesson.errors import ConfigError
from qa_lesson.hardware import collector_paused, supports_bf16
from qa_lesson.runs import TrainingConfig, run_key


def test_bf16_can_be_ruled_out_and_then_it_is_another_run(monkeypatch):
    monkeypatch.setenv("QA_LESSON_BF16", "0")
    assert not supports_bf16()
    assert not supports_bf16("cuda")
    without = run_key(TrainingConfig(), "data")
    assert without == run_key(TrainingConfig(precision="auto"), "data")
    monkeypatch.setattr("qa_lesson.runs.supports_bf16", lambda: True)
    assert run_key(TrainingConfig(), "data") != without


def test_each_process_of_a_machine_takes_a_gpu_of_its_own(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.delenv("ACCELERATE_USE_CPU", raising=False)
    assert hardware.default_device() == "cuda"
    for name, value in (("WORLD_SIZE", "8"), ("RANK", "5"), ("LOCAL_RANK", "1"), ("MASTER_ADDR", "10.0.0.1")):
        monkeypatch.setenv(name, value)
    assert hardware.default_device() == "cuda:1"
    assert (hardware.n_processes(), hardware.process_index(), hardware.is_main_process()) == (8, 5, False)
    monkeypatch.setenv("ACCELERATE_USE_CPU", "true")
    assert hardware.default_device() == "cpu"


def test_one_process_has_nobody_to_wait_for():
    assert (hardware.n_processes(), hardware.is_main_process()) == (1, True)
    assert hardware.from_main("x") == "x"
    assert hardware.from_all("x") == ["x"]
    hardware.wait_for_all()
    hardware.disconnect()


def test_a_launcher_that_started_one_process_in_place_of_several_is_noticed(monkeypatch):
    check_launch()
    monkeypatch.setenv("ACCELERATE_USE_CPU", "True")
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    with pytest.raises(ConfigError, match="started a single process") as caught:
        check_launch()
    assert "torchrun" in caught.value.fix


def test_memory_that_is_no_longer_used_is_given_back():
    """In a process of its own, because memory that other tests left would count too."""
    code = """
import gc, os, platform, weakref
from pathlib import Path
from qa_lesson.hardware import give_back_memory

class Ring: pass

def resident():  # MiB
    status = Path("/proc/self/status")
    return int(status.read_text().partition("VmRSS:")[2].split()[0]) >> 10 if status.is_file() else 0

gc.disable()
ring = Ring()
ring.itself = ring
gone = weakref.ref(ring)
blocks = [bytearray(1000) for _ in range(200_000)]
last = bytearray(1000)  # above them, so that the C library does not give them back by itself
full = resident()
del ring, blocks
give_back_memory()
assert gone() is None
print(full - resident() if platform.libc_ver()[0] == "glibc" else 190)
"""
    freed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(freed.stdout) > 150


def test_the_collector_is_paused_and_comes_back():
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            pass
        assert not gc.isenabled(), "the outer pause goes on"
    assert gc.isenabled()
