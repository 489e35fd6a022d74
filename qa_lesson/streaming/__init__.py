"""Answers to more questions than one process, or the memory, can take at once.

`predict_together` lets several processes share the questions, and `answer_stream` answers any number of them with the
memory of a chunk. `question_stream` reads them from a file and `write_answers` writes the answers, a record at a time.
This room may import `answering`, `loading` and what is below them.
"""

from qa_lesson.streaming.chunks import answer_stream, predict_together
from qa_lesson.streaming.record_files import question_stream, write_answers

__all__ = ["answer_stream", "predict_together", "question_stream", "write_answers"]
