"""Commands about this machine."""

from __future__ import annotations

import dataclasses

import typer

from qa_lesson.cli._app import Json, app
from qa_lesson.cli._console import print_json, say, show_table
from qa_lesson.errors import counted


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check this machine: versions, device, memory, encoder, cache; exit 1 on a problem."""
    from qa_lesson.doctor import examine_machine

    findings = examine_machine()
    problems = [finding for finding in findings if finding.status == "problem"]
    if as_json:
        print_json({"ok": not problems, "findings": [dataclasses.asdict(finding) for finding in findings]})
    else:
        colors = {"ok": "green", "note": "yellow", "problem": "bold red"}
        rows = [(one.name, one.value, (one.status, colors[one.status]), one.fix) for one in findings]
        show_table(("", "found", "status", "to do"), rows)
        say(f"{counted(len(problems), 'problem')} found.")
    if problems:
        raise typer.Exit(1)
