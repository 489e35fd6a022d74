"""From a question to a mark: what the learner is shown, and what a response earns.

It may import `bank`, `kinds`, and `pages` for rendering Markdown.
"""
