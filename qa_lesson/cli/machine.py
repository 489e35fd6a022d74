"""Commands about this machine."""

from __future__ import annotations

import dataclasses

import typer
from rich.markup import escape
from rich.table import Table

from qa_lesson.cli._app import Json, app, out, print_json
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
        table = Table("", "found", "status", "to do")
        colours = {"ok": "green", "note": "yellow", "problem": "bold red"}
        for finding in findings:
            status = f"[{colours[finding.status]}]{finding.status}[/]"
            table.add_row(finding.name, escape(finding.value), status, escape(finding.fix))
        out.print(table)
        out.print(f"{counted(len(problems), 'problem')} found.", highlight=False)
    if problems:
        raise typer.Exit(1)
