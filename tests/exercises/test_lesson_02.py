import pytest

from qa_lesson.corpus import load_corpus
from qa_lesson.exercises import check

PASSAGE = next(example.context for example in load_corpus("train") if example.id == "d27-p4-q4")


def verdict(name, answer):
    result = check(f"prepare_data.{name}", answer)
    return result.status, result.message


@pytest.mark.parametrize(("name", "arguments"), [("place", None), ("count_windows", 3), ("label", 3)])
def test_blanks(name, arguments):
    assert verdict(name, ...) == ("not attempted", "")
    assert verdict(name, None) == ("not attempted", "")
    if arguments:
        assert verdict(name, lambda *given: ...) == ("not attempted", "")


SECOND = PASSAGE.rindex("flare")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (PASSAGE.find("flare"), "part of 'flares'"),
        (SECOND + 5, "its first one"),
        (SECOND + 1, "position 0"),
        (SECOND - 3, "the passage has"),
        (-1, "the passage has ''"),
        ("flare", "a whole number"),
        (True, "a whole number"),
    ],
)
def test_place_says_what_is_wrong(answer, told):
    status, message = verdict("place", answer)
    assert status == "not yet"
    assert told in message


def test_place():
    assert PASSAGE.count("flare") == 2
    assert verdict("place", SECOND) == ("correct", "")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda n, room, stride: -(-n // room), "every window after the first brings only room - stride"),
        (lambda n, room, stride: n // room, "a short context needs one window too"),
        (lambda n, room, stride: -(-n // (room - stride)), "it just fits"),
        (lambda n, room, stride: 1 + max(0, n - room) // (room - stride), "round up"),
        (lambda n, room, stride: 1 + -(-max(0, n - room) // stride), "180 just fit"),
    ],
)
def test_count_windows_says_what_is_wrong(answer, told):
    status, message = verdict("count_windows", answer)
    assert status == "not yet"
    assert told in message


def right_count(n, room, stride):
    return 1 + -(-max(0, n - room) // (room - stride))


def test_count_windows():
    assert verdict("count_windows", right_count) == ("correct", "")


def test_the_formula_is_what_make_windows_does(tokenizer):
    from qa_lesson.schema import Example
    from qa_lesson.windows import make_windows

    for words in (5, 17, 18, 40, 41):
        example = Example("1", "who?", " ".join(["light"] * words))
        windows = make_windows([example], tokenizer, max_length=20 + 5, stride=4)  # 2 question and 3 special tokens
        assert len(windows) == right_count(words, 20, 4)


def covered(offsets, start, end):
    return [i for i, (first, last) in enumerate(offsets) if first >= 0 and last > start and first < end]


def half_counts(offsets, start, end):
    found = covered(offsets, start, end)
    return (found[0], found[-1]) if found else (0, 0)


def right_label(offsets, start, end):
    context = [span for span in offsets if span[0] >= 0]
    if start < context[0][0] or end > context[-1][1]:
        return 0, 0
    return half_counts(offsets, start, end)


def exclusive_end(offsets, start, end):
    first, last = right_label(offsets, start, end)
    return first, last + 1


def exact_edges(offsets, start, end):
    firsts, lasts = [span[0] for span in offsets], [span[1] for span in offsets]
    return (firsts.index(start), lasts.index(end)) if start in firsts and end in lasts else (0, 0)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (exclusive_end, "the last token is inclusive"),
        (half_counts, "does not hold it whole"),
        (exact_edges, "covers in part"),
        (lambda offsets, start, end: (covered(offsets, start, end)[0], covered(offsets, start, end)[-1]), "whole"),
        (lambda offsets, start, end: (start, end), "positions count from the window's first token"),
    ],
)
def test_label_says_what_is_wrong(answer, told):
    status, message = verdict("label", answer)
    assert status == "not yet"
    assert told in message


def test_label():
    assert verdict("label", right_label) == ("correct", "")
    assert verdict("label", lambda *given: list(right_label(*given))) == ("correct", "")


def places(context, text):
    return [at for at in range(len(context)) if context.startswith(text, at)]


def count_windows(n, room, stride):
    return 1 + -(-max(0, n - room) // (room - stride))


def largest_stride(n, room, most):
    return max((stride for stride in range(room) if count_windows(n, room, stride) <= most), default=-1)


def whole_label(offsets, start, end):
    context = [i for i, span in enumerate(offsets) if span[0] >= 0]
    if start < offsets[context[0]][0] or end > offsets[context[-1]][1]:
        return 0, 0
    covered = [i for i in context if offsets[i][1] > start and offsets[i][0] < end]
    return covered[0], covered[-1]


def first_label(offsets, answers):
    return next((found for span in answers if (found := whole_label(offsets, *span)) != (0, 0)), (0, 0))


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("places", places, ""),
        ("places", lambda context, text: [context.find(text)], "both occurrences"),
        (
            "places",
            lambda context, text: [at for at in places(context, text) if text != "ana" or at == 1],
            "may overlap",
        ),
        ("places", lambda context, text: places(context, text) or [-1], "the list is empty"),
        ("largest_stride", largest_stride, ""),
        ("largest_stride", lambda n, room, most: max(0, largest_stride(n, room, most)), "no stride will do"),
        ("largest_stride", lambda n, room, most: 20, "without overlap"),
        ("first_label", first_label, ""),
        ("first_label", lambda offsets, answers: whole_label(offsets, *answers[0]), "the second one is whole"),
        ("first_label", lambda offsets, answers: first_label(offsets, sorted(answers)), "the first one in the list"),
    ],
)
def test_harder_variants(name, answer, told):
    status, message = verdict(name, answer)
    assert (status == "correct") == (told == "")
    assert told in message
