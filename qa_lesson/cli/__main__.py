"""`python -m qa_lesson.cli`, where the installed command is not on the path."""

from qa_lesson.cli import main

main()
