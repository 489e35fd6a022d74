"""What stands in a page that we wrote, and what a browser would do with it."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset({"meta", "img", "br", "link", "input", "hr", "wbr"})
ACTIVE = frozenset({"script", "iframe", "object", "embed", "form"})


class HtmlPage(HTMLParser):
    """A page whose tags are all closed, in order; else an AssertionError.

    Attributes:
        runs: tags that run or load something by what they are, or react to an event.
        fetched: addresses that a browser loads without being asked.
        anchors, ids: where links lead, and what they can lead to.
        alts: text alternatives of the pictures.
        words: the text.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._open: list[str] = []
        self.runs: list[str] = []
        self.fetched: list[str] = []
        self.anchors: list[str] = []
        self.ids: list[str] = []
        self.alts: list[str] = []
        self.words = ""
        self.feed(str(text))  # of Markup, which would escape what it is joined with, the plain text
        assert not self._open

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if tag in ACTIVE or any(name.startswith("on") for name in named):
            self.runs.append(tag)
        if tag == "a":
            self.anchors.append(named["href"])
        elif source := named.get("src") or named.get("href"):
            self.fetched.append(source)
        if tag == "img":
            self.alts.append(named["alt"])
        if "id" in named:
            self.ids.append(named["id"])

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.words += data
