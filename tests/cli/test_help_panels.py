"""The overview of the commands follows the work."""

import re

from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.cli._help_panels import PANELS, command_name

COMMANDS = [command_name(info) for info in app.registered_commands]
GROUPS = [command_name(info) for info in app.registered_groups]


def shown(*arguments):
    result = CliRunner().invoke(app, [*arguments, "--help"], env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"})
    assert result.exit_code == 0
    return result.output


def test_every_command_is_in_one_panel():
    listed = [name for names in PANELS.values() for name in names]
    assert sorted(listed) == sorted(COMMANDS + GROUPS)
    assert len(set(listed)) == len(listed)


def test_panels_and_commands_come_in_their_order():
    text = shown()
    assert sorted(PANELS, key=text.index) == list(PANELS)
    places = [re.search(rf"^│ {name} ", text, re.MULTILINE).start() for name in PANELS["Train and measure"]]
    assert places == sorted(places)
