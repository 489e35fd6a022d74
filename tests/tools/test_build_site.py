"""What a notebook becomes on the site."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from build_site import as_page

from qa_lesson.look.html import dark_style


def tags(metadata: dict) -> list[str]:
    (cell,) = as_page({"cells": [{"metadata": metadata}]})["cells"]
    return cell["metadata"]["tags"]


def test_results_wait_behind_a_button_and_checks_are_left_out():
    assert tags({"jupyter": {"outputs_hidden": True}}) == ["hide-output"]
    assert tags({"jupyter": {"source_hidden": True}, "tags": ["checks"]}) == ["checks", "remove-cell"]
    assert tags({"tags": ["imports"]}) == ["imports", "hide-input"]
    assert tags({"tags": ["nbval-check-output"]}) == ["nbval-check-output"]


def test_links_in_outputs_lead_to_pages():
    html = '<a href="05_metrics.ipynb#Recap">metrics</a> <a href="https://example.org/x.ipynb">elsewhere</a>'
    cell = {"metadata": {}, "outputs": [{"data": {"text/html": [html]}}]}
    (page,) = as_page({"cells": [cell]})["cells"]
    assert 'href="05_metrics.html#Recap"' in page["outputs"][0]["data"]["text/html"]
    assert 'href="https://example.org/x.ipynb"' in page["outputs"][0]["data"]["text/html"]


def test_cards_stay_light():
    html = f"{dark_style()}<p>a card</p>"
    cell = {"metadata": {}, "outputs": [{"data": {"text/html": [html]}}]}
    (page,) = as_page({"cells": [cell]})["cells"]
    assert page["outputs"][0]["data"]["text/html"] == "<p>a card</p>"
