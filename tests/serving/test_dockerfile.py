"""The Dockerfile as far as it can be checked without an engine: what it copies is there, and what it calls exists."""

import fnmatch
import json
import re
import shlex
import tomllib
from pathlib import Path

import typer

from qa_lesson.cli import app

ROOT = Path(__file__).parents[2]


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n", " ", text)
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def of(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


def test_every_instruction_is_one():
    known = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert {word for word, _ in instructions()} <= known


def test_what_is_copied_is_there_and_not_ignored():
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [source for rest in of("COPY") for source in shlex.split(rest)[:-1]]
    assert len(copied) > 4
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, pattern) for pattern in allowed), f".dockerignore leaves {source} out"


def test_what_the_build_backend_reads_is_copied():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*build["packages"], *build["force-include"], *project["project"]["license-files"]}
    copied = {source for rest in of("COPY") for source in shlex.split(rest)[:-1]}
    assert needed <= copied


def test_the_lock_has_what_the_service_needs():
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"fastapi", "uvicorn", "prometheus-client", "starlette", "onnxruntime"} <= set(pinned)


def test_torch_is_the_one_that_the_package_wants():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = (text for text in project["dependencies"] if text.startswith("torch"))
    assert any(f'"{wanted}"' in rest for rest in of("RUN"))


def test_python_is_a_supported_one():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (version,) = re.findall(r"^python:(\d\.\d+)-slim$", of("FROM")[0])
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


def test_the_command_and_its_options_exist():
    (entry,), (arguments,) = of("ENTRYPOINT"), of("CMD")
    program, command, *options = json.loads(entry) + json.loads(arguments)
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert program in scripts
    known = {option for parameter in typer.main.get_command(app).commands[command].params for option in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= known


def test_it_does_not_run_as_root_and_says_whether_it_is_up():
    words = [word for word, _ in instructions()]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert of("USER") == ["service"]
    assert "/health" in of("HEALTHCHECK")[0]
    assert of("EXPOSE") == ["8000"]
