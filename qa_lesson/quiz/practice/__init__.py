"""Practice quizzes in a notebook: hints, feedback and the worked solution after each answer.

It may import `bank`, `kinds`, `answering`, `progress` and `pages`.
"""
