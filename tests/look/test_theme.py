import io
import re

import ipywidgets
import numpy as np
import pytest
from PIL import Image

from qa_lesson.errors import ConfigError
from qa_lesson.look import colors
from qa_lesson.look.html import Explorer, card, table
from qa_lesson.look.slider import named_slider
from qa_lesson.look.theme import describe, new_figure


def luminance(colour):
    """WCAG 2.2 relative luminance of a colour such as #aabbcc."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(left, right):
    dark, light = sorted([luminance(left), luminance(right)])
    return (light + 0.05) / (dark + 0.05)


def test_contrast_formula():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("name", ["TEXT", "MUTED", "BLUE", "ORANGE", "GREEN", "PURPLE"])
def test_every_colour_can_be_read_as_text_on_the_card(name):
    assert contrast(getattr(colors, name), colors.CARD) >= 4.5


@pytest.mark.parametrize("name", ["BLUE", "ORANGE", "GREEN"])
def test_text_on_its_soft_background(name):
    assert contrast(getattr(colors, name), getattr(colors, f"{name}_SOFT")) >= 4.5
    assert contrast(colors.TEXT, getattr(colors, f"{name}_SOFT")) >= 4.5


def test_figures_are_not_kept_by_pyplot():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    new_figure()
    assert plt.get_fignums() == before


def test_figure_in_a_notebook():
    figure, (left, _right) = new_figure(2, width=5, height=2)
    left.plot([1, 2])
    shown = describe(figure, 'says "1 < 2"\n  and more')
    assert repr(shown) == "<figure>"
    html = shown._repr_html_()
    assert 'alt="says &#34;1 &lt; 2&#34; and more"' in html
    assert 'width="500"' in html
    picture = Image.open(io.BytesIO(shown.png()))
    assert picture.size == (1000, 400)  # two pixels for each CSS pixel
    corner = picture.convert("RGB").getpixel((0, 0))
    assert "#{:02x}{:02x}{:02x}".format(*corner) == colors.CARD  # opaque, so the page's colour never shows through
    assert shown.png() == shown.png()


def test_rows_of_axes_share_x():
    _, (upper, lower) = new_figure(n_rows=2)
    lower.set_xlim(3, 4)
    assert upper.get_xlim() == (3, 4)


def test_a_figure_needs_a_description():
    figure, _ = new_figure()
    with pytest.raises(ConfigError, match="text alternative"):
        describe(figure, " ")


def test_explorer_has_a_fixed_repr_and_a_static_picture():
    explorer = Explorer("sample explorer", [ipywidgets.Text()], lambda: "<p>still</p>")
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == repr(explorer) == "<sample explorer>"
    assert bundle["text/html"] == "<p>still</p>"
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_slider_and_field_are_one():
    field, row = named_slider("Share (percent)", 20, 0, 100, 0.1)
    assert field.description == "Share (percent)"
    slider = row.children[1]
    slider.value = 30
    assert field.value == 30
    field.value = 40
    assert slider.value == 40


def test_cards_and_tables():
    assert "&lt;b&gt;" in card("x", title="<b>")
    html = table(["a", "b"], [["c", "1 %"]], row_headers=True)
    assert re.findall(r'<th scope="(\w+)"[^>]*>(\w)', html) == [("col", "a"), ("col", "b"), ("row", "c")]
    assert "1&nbsp;%" in html
    assert "<td" in html
