"""The command line, `qa-lesson`: it may import every room, and no room imports it.

Results go to stdout (one JSON object with ``--json``), everything else to stderr. Exit codes: 0 fine, 1 a check found
something or some questions could not be answered, 2 usage or input that is of no use.
"""

from __future__ import annotations

import atexit
import gc

from qa_lesson.cli import (  # noqa: F401  each module adds its commands to the application
    annotating,
    asking,
    audits,
    data,
    documents,
    machine,
    measuring,
    modelling,
    reports,
    service,
)
from qa_lesson.cli._app import app, check_launch
from qa_lesson.cli._console import accept_any_text, finish_printing, print_nothing, show_error
from qa_lesson.cli._help_panels import arrange
from qa_lesson.cli.corpora import corpus_questions, searching  # noqa: F401
from qa_lesson.cli.teaching import (  # noqa: F401
    assignments,
    bundles,
    class_overview,
    exports,
    grading,
    importing,
    progress,
    quizzes,
    reviewing,
)
from qa_lesson.errors import QALessonError
from qa_lesson.hardware import disconnect, is_main_process, process_index

_COLLECT_AFTER = 50_000
"""New objects before the garbage collector looks at them: 700 by default, which costs a second while PyTorch and
transformers are imported, because they make some million objects and hardly any garbage."""

arrange(app)


def main() -> None:
    """Run the command line: an expected error is one message on stderr and exit code 2.

    If several processes run it, only the main one prints results, and each prints its own errors.
    """
    gc.set_threshold(_COLLECT_AFTER)
    atexit.register(gc.freeze)  # the process ends, so nobody needs the last collection of its memory
    accept_any_text()
    if not is_main_process():
        print_nothing()
    try:
        check_launch()
        app()
    except QALessonError as error:
        show_error(str(error), process_index())
        raise SystemExit(2) from None
    finally:
        finish_printing()
        disconnect()
