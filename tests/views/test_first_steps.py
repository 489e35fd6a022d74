import numpy as np
import pytest

from qa_lesson.errors import ConfigError
from qa_lesson.views import plot_probabilities, plot_similarity, plot_weight_steps


def test_similarities_are_told_pair_by_pair():
    figure = plot_similarity(["It left.", "Turn left."], [[1, 0.25], [0.25, 1]], word="left")
    assert "It left. and Turn left. 0.25." in figure.alt
    with pytest.raises(ConfigError, match="one row and one column a text"):
        plot_similarity(["It left."], [[1, 0.25], [0.25, 1]], word="left")


def test_probabilities_are_told_with_the_right_token():
    probabilities = {"start": [0.25, 0.75], "end": np.array([0.5, 0.5])}
    figure = plot_probabilities(["walter", "im"], probabilities, right={"start": 0, "end": 1})
    assert "start: highest at im with 75%, the right token walter has 25%" in figure.alt
    assert "end: highest at walter with 50%, the right token im has 50%" in figure.alt
    assert "right" not in plot_probabilities(["walter", "im"], probabilities).alt
    with pytest.raises(ConfigError, match="every token needs one probability"):
        plot_probabilities(["walter"], probabilities)


def test_steps_on_one_weight_lead_where_the_slope_says():
    figure = plot_weight_steps(lambda weight: (weight - 1) ** 2, weight=3, slope=4, rates=[0.25, 0.5, 1.5])
    assert "Loss now 4.00, slope 4.00." in figure.alt
    assert "rate 0.25: loss 1.00; rate 0.5: loss 0.00; rate 1.5: loss 16.00" in figure.alt
    (axes,) = figure.figure.axes
    assert [line.get_xdata()[0] for line in axes.lines[3:]] == [2.0, 1.0, -3.0]
