"""The base of explorable pictures: controls, messages from the page, and the still picture."""

import base64
import re

import pytest

from qa_lesson.errors import ConfigError
from qa_lesson.look.controls import Buttons, OneOf, Press, Range
from qa_lesson.look.explorable import Drawing, Explorable
from qa_lesson.look.still import WIDGET_VIEW
from qa_lesson.look.svg import Svg, as_image


class Counter(Explorable):
    """Draws a bar as wide as a number."""

    def __init__(self):
        self.width = Range("Width", 3, 0, 10)
        self.shape = OneOf("Shape", ["bar", "line"])
        self.n_clicks = 0
        self.more = Buttons(
            "More", lambda: [Press(f"clicked {self.n_clicks}", self.count), Press("off", self.count, disabled=True)]
        )
        super().__init__("Counter", {"width": self.width, "shape": self.shape, "more": self.more})

    def count(self):
        self.n_clicks += 1

    def draw(self):
        svg = Svg(100, 20)
        svg.rect(0, 0, self.width.value, 10, "blue-soft", "blue")
        svg.text(0, 18, "<b>")
        return Drawing(svg.markup('a "bar"'), f"{self.shape.value} of {self.width.value}, {self.n_clicks} clicks")


def test_code_and_page_move_the_same_controls():
    counter = Counter()
    counter.width.value = 7
    assert counter.said == "bar of 7, 0 clicks"
    counter.values = {"width": 12, "shape": "line"}
    assert counter.said == "line of 10, 0 clicks"
    assert counter.values == {"width": 10, "shape": "line"}, "the page learns what became of its value"
    counter._receive(counter, {"press": "more", "at": 0}, [])
    counter._receive(counter, {"press": "more", "at": 1}, [])
    counter._receive(counter, {"press": "no such row", "at": 0}, [])
    assert counter.said == "line of 10, 1 clicks"
    assert counter.controls[2]["buttons"][0] == {"text": "clicked 1"}
    assert counter.more.texts == ["clicked 1", "off"]
    with pytest.raises(ConfigError, match="no such button"):
        counter.more.click("on")


def test_text_is_escaped_and_the_still_picture_is_an_image():
    counter = Counter()
    assert "&lt;b&gt;" in counter.view
    assert 'aria-label="a &#34;bar&#34;"' in counter.view
    html = counter.static_html()
    assert "<svg" not in html
    assert 'alt="a &#34;bar&#34;"' in html
    assert "Run this cell" in html
    picture = base64.b64decode(re.search('base64,([^"]+)', html).group(1)).decode()
    assert "var(" not in picture
    assert "#cfe3f1" in picture
    data, _ = counter._repr_mimebundle_()
    assert data["text/html"] == html
    assert data["text/plain"] == repr(counter) == "<Counter>"


def test_html_without_a_picture_keeps_its_text():
    assert as_image(Svg(10, 10).markup("x") + "a", "y").count("<img") == 1
    assert as_image("plain", "y") == "plain"


@pytest.mark.parametrize(("given", "kept"), [(4.4, 4), (-3, 0), (99, 10), (3, 3)])
def test_a_range_rounds_to_its_steps(given, kept):
    assert Range("Width", given, 0, 10).value == kept


def test_fractions_keep_their_steps():
    control = Range("Share", 0.34, 0, 1, 0.05)
    assert control.value == 0.35
    for wrong in ("1", None, True, float("nan")):
        with pytest.raises(ConfigError, match="takes a number"):
            control.value = wrong
    with pytest.raises(ConfigError, match="no such option"):
        OneOf("Shape", ["bar"], "line")


def test_the_still_picture_is_an_output_of_its_own_before_the_widget(monkeypatch):
    published = []
    monkeypatch.setattr("IPython.display.publish_display_data", lambda data, metadata=None: published.append(data))
    counter = Counter()
    counter._ipython_display_()
    still, live = published
    assert 'class="qa-still"' in still["text/html"]
    assert counter.static_html() in still["text/html"]
    assert sorted(live) == [WIDGET_VIEW, "text/plain"]
    assert still["text/plain"] == live["text/plain"] == "<Counter>"
