"""What is left of widgets in committed notebooks: what can be read without a kernel, once."""

from execute_notebooks import WIDGET_VIEW, readable
from nbformat.v4 import new_output


def shown(**data):
    return new_output("display_data", data={name.replace("_", "/"): text for name, text in data.items()})


def widget(**data):
    output = shown(**data)
    output.data[WIDGET_VIEW] = {"model_id": "1"}
    return output


def test_a_still_picture_stays_and_its_widget_goes():
    still = shown(text_plain="<leak>", text_html='<div class="qa-still"><p>still</p></div>')
    kept = readable([shown(text_plain="before"), still, widget(text_plain="<leak>")])
    assert [output.data["text/plain"] for output in kept] == ["before", "<leak>"]
    assert "still" in kept[1].data["text/html"]


def test_a_widget_with_its_own_readable_form_keeps_that():
    (kept,) = readable([widget(text_plain="<view>", text_html="<p>view</p>")])
    assert dict(kept.data) == {"text/plain": "<view>", "text/html": "<p>view</p>"}
    (alone,) = readable([widget(text_plain="<view>")])
    assert dict(alone.data) == {"text/plain": "<view>"}
