import pytest

from qa_lesson.errors import ConfigError
from qa_lesson.retrieval import fuse_ranks, fuse_scores


def test_standardized_scores_by_hand():
    # (0, 0, 3): mean 1, deviation sqrt(2); (1, 3, 2): mean 2, deviation sqrt(2/3)
    fused = fuse_scores([[0, 0, 3], [1, 3, 2]])
    root = (2 / 3) ** 0.5
    assert fused.tolist() == pytest.approx([-1 / 2**0.5 - 1 / root, -1 / 2**0.5 + 1 / root, 2 / 2**0.5])
    doubled = fuse_scores([[0, 0, 3], [1, 3, 2]], weights=[0, 1])
    assert doubled.tolist() == pytest.approx([-1 / root, 1 / root, 0])


def test_units_and_scales_of_the_methods_do_not_matter():
    plain = fuse_scores([[1.0, 2.0, 4.0], [0.3, 0.2, 0.1]])
    assert fuse_scores([[100.0, 200.0, 400.0], [1.3, 1.2, 1.1]]).tolist() == pytest.approx(plain.tolist())


def test_a_method_that_knows_nothing_adds_nothing():
    assert fuse_scores([[0.0, 0.0, 0.0], [0.1, 0.3, 0.2]]).argmax() == 1
    assert fuse_scores([[5.0, 5.0]]).tolist() == [0.0, 0.0]
    assert fuse_scores([[5.0], [0.2]]).tolist() == [0.0]


def test_one_weight_for_each_row():
    with pytest.raises(ConfigError, match="3 weights, 2 rows"):
        fuse_scores([[1, 2], [2, 1]], weights=[1, 1, 1])


def test_reciprocal_ranks_by_hand():
    assert fuse_ranks([[9, 5, 1], [0.1, 0.9, 0.5]]).tolist() == pytest.approx(
        [1 / 61 + 1 / 63, 1 / 62 + 1 / 61, 1 / 63 + 1 / 62]
    )
    assert fuse_ranks([[0, 0, 1]], offset=0).tolist() == pytest.approx([1 / 2, 1 / 2, 1]), "equal scores share a place"
