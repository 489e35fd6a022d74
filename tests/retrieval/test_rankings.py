from qa_lesson.retrieval import Ranking, rank_units


def test_units_by_falling_score_and_the_earlier_of_equals():
    ranking = rank_units([0.5, 0.9, 0.5, 0.1], [10, 11, 12, 13])
    assert ranking == Ranking((11, 10, 12, 13), (0.9, 0.5, 0.5, 0.1))
    assert rank_units([0.5, 0.9], k=1) == Ranking((1,), (0.9,))


def test_the_place_of_what_was_wanted():
    ranking = rank_units([0.5, 0.9, 0.5, 0.1])
    assert [ranking.rank({unit}) for unit in range(5)] == [2, 1, 3, 4, None]
    assert ranking.rank({2, 3}) == 3
    assert ranking.rank(set()) is None
