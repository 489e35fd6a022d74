"""From a question to a mark: what the learner is shown, how a response is marked, how filled-in code is run.

It may import `bank`, and `pages` for rendering Markdown.
"""
