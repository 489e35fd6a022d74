"""Answers to more questions than one process, or the memory, can take at once.

`predict_together` lets several processes share the questions, and `answer_stream` answers any number of them with the
memory of a chunk. `questions` reads files chunk by chunk. This room may import `answering`, `loading` and what is
below them.
"""

from qa_lesson.streaming.chunks import answer_stream, predict_together

__all__ = ["answer_stream", "predict_together"]
