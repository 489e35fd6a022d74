"""The anchors of headings as JupyterLab makes them, for the links between lessons."""


def anchor(text: str) -> str:
    """What stands after ``#`` in a link to a heading.

    >>> anchor("3. What if the document is too long?")
    '3.-What-if-the-document-is-too-long?'
    """
    return text.replace(" ", "-")
