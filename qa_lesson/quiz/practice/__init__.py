"""Practice quizzes in a notebook: hints, feedback and the worked solution after each answer.

It may import `bank`, `answering`, `progress` and `pages`.
"""
