import json

import pytest

from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError, DataError, StorageError
from qa_lesson.loading import load_examples
from qa_lesson.schema import Answer, Example
from qa_lesson.views.annotation import annotate

PASSAGE = "🌊 Bram Keating keeps the light on 🏝 Skelm."  # both emoji take two units in JavaScript
SKELM = PASSAGE.index("Skelm")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "own.jsonl"


def form(**fields):
    return {"pasted": "", "source": "", "question": "", "answer": "", "span": [], "no_answer": False, **fields}


def send(widget, action, more=None, **fields):
    """What the page sends when a button is pressed or a field changes."""
    widget._handle_custom_msg({"action": action, "form": form(**fields), **(more or {})}, [])


def test_paste_select_save(path):
    widget = annotate(path)
    send(widget, "use", pasted=f"  {PASSAGE}\n", source="Harbour")
    assert (widget.passage, widget.document, widget.pasted) == (PASSAGE, "Harbour", "")
    send(widget, "draft", question="Who keeps it?", span=[3, 15])
    assert widget.caption == "answer: 'Bram Keating', characters 2 to 14 (counted from 0, end excluded)"
    assert not path.exists()
    send(widget, "save", question="Who keeps it?", span=[3, 15])
    (example,) = load_examples(path)
    assert (example.question, example.answers) == ("Who keeps it?", (Answer("Bram Keating", 2),))
    assert (example.context, example.document) == (PASSAGE, "Harbour")
    assert (widget.message, widget.message_kind) == ("saved: Who keeps it?", "saved")
    assert (widget.question, widget.span, widget.passage) == ("", [], PASSAGE)
    assert widget.entries == [{"id": example.id, "question": "Who keeps it?", "answer": "Bram Keating", "start": 2}]


def test_positions_after_emoji_and_white_space_at_the_ends(path):
    widget = annotate(path, [PASSAGE])
    units = SKELM + 2  # two emoji before it
    send(widget, "save", question="Where?", span=[units - 1, units + 5])
    assert load_examples(path)[0].answers == (Answer("Skelm", SKELM),)
    send(widget, "save", question="Where?", span=[1, 3])  # in the middle of the wave
    assert widget.message_kind == "error"
    assert "no such position" in widget.message
    assert len(load_examples(path)) == 1


def test_no_answer_must_be_said(path):
    widget = annotate(path, [PASSAGE])
    send(widget, "save", question="Until when?")
    assert widget.message_kind == "error"
    assert "no answer is selected" in widget.message
    assert widget.question == "Until when?"
    send(widget, "save", question="Until when?", no_answer=True)
    assert not load_examples(path)[0].is_answerable
    assert widget.entries[0]["answer"] is None
    with pytest.raises(DataError, match="question is empty"):
        widget.save()


def test_a_typed_answer_is_looked_for(path):
    widget = annotate(path, [PASSAGE])
    send(widget, "draft", question="Where?", answer="Skel ")
    assert annotate(path, [PASSAGE]).answer == "Skel "
    send(widget, "save", question="Where?", answer="skelm")
    assert "cannot be placed" in widget.message
    assert "differs in upper and lower case" in widget.message
    send(widget, "save", question="Where?", answer="e")
    assert "occurs 5 times" in widget.message
    assert widget.answer == "e"
    send(widget, "save", question="Where?", answer="Skelm ")
    assert load_examples(path)[0].answers == (Answer("Skelm", SKELM),)
    assert widget.answer == ""


def test_several_answers_count_as_right_and_the_first_is_preferred(path):
    widget = annotate(path, [PASSAGE])
    bram, name = [3, 7], [3, 15]
    send(widget, "keep", question="Who?", answer="Bram Keating", span=name)
    assert (widget.kept, widget.span, widget.answer, widget.question) == ([name], [], "", "Who?")
    again = annotate(path, [PASSAGE])
    assert again.kept == [name], "a draft"
    send(widget, "keep", question="Who?", answer="", kept=[name])
    assert "no answer is selected" in widget.message
    send(widget, "save", question="Who?", kept=[name], span=bram, kind="person")
    (example,) = load_examples(path)
    assert (example.references, example.kind) == (("Bram Keating", "Bram"), "person")
    assert widget.entries[0]["answer"] == "Bram Keating | Bram"
    assert (widget.kept, widget.kind) == ([], "")
    widget.edit(example.id)
    assert (widget.kept, widget.span, widget.answer, widget.kind) == ([name], bram, "Bram", "person")
    send(widget, "save", question="Who?", kept=[name], kind="person")
    assert load_examples(path)[0].references == ("Bram Keating",)
    send(widget, "save", question="Who else?", kept=[name], no_answer=True)
    assert load_examples(path)[1].answers == ()


def test_kept_answers_belong_to_their_passage(path):
    widget = annotate(path, ["One two.", "Three."])
    send(widget, "keep", span=[0, 3])
    send(widget, "go", {"step": 1}, kept=[[0, 3]])
    assert "not saved yet" in widget.message
    send(widget, "clear")
    send(widget, "go", {"step": 1})
    assert (widget.kept, widget.passage) == ([], "Three.")


def test_save_and_go_on(path):
    widget = annotate(path, ["One.", "Two."])
    send(widget, "save_and_go", question="Which?", span=[0, 3])
    assert (widget.index, widget.passage, widget.question, len(widget.entries)) == (1, "Two.", "", 1)
    send(widget, "save_and_go", question="Which?", span=[0, 3])
    assert (widget.index, len(widget.entries)) == (1, 2), "the last passage stays"
    send(widget, "save_and_go", question="Which?")
    assert (widget.message_kind, widget.question) == ("error", "Which?")


def test_passages_of_documents_say_where_they_are_and_how_far_the_questions_reach(path):
    passages = [
        Passage("a.pdf#1", "a.pdf", "One.", 0, 4, 2, ("Top", "Sub"), 3),
        Passage("b.txt#1", "b.txt", "Two.", 0, 4, 2),
    ]
    widget = annotate(path, passages)
    assert (widget.document, widget.place) == ("a.pdf", "page 3 > Top > Sub")
    assert widget.reach.startswith("0 questions on 0 of 2 documents.")
    widget.go(1)
    assert (widget.document, widget.place) == ("b.txt", "")
    send(widget, "save", question="Which?", span=[0, 3])
    assert widget.reach.startswith("1 question on 1 of 2 documents.")
    assert load_examples(path)[0].document == "b.txt"


def test_a_file_of_the_first_version_is_read_and_gone_on_with(path):
    record = {"op": "save", "id": "1", "question": "Who?", "context": PASSAGE, "document": "", "is_impossible": False}
    record["answers"] = [{"text": "Bram", "answer_start": 2}]
    path.write_text(f'{{"qa_lesson_annotations": 1}}\n{json.dumps(record)}\n')
    path.with_name("own.jsonl.draft.json").write_text(json.dumps({"passage": PASSAGE, "question": "Whe", "span": []}))
    widget = annotate(path, [PASSAGE])
    assert (widget.question, widget.kept, widget.kind) == ("Whe", [], "")
    widget.clear()
    widget.edit("1")
    send(widget, "save", question="Who keeps it?", span=[3, 7])
    assert [(one.id, one.question, one.kind) for one in load_examples(path)] == [("1", "Who keeps it?", None)]


def test_edit_and_delete(path):
    widget = annotate(path, [("Harbour", PASSAGE), ("Market", "Fish is sold at six.")])
    send(widget, "save", question="Who?", span=[3, 15])
    first = widget.examples[0]
    send(widget, "go", {"step": 1})
    assert (widget.index, widget.document) == (1, "Market")
    send(widget, "edit", {"id": first.id})
    assert (widget.index, widget.question, widget.span, widget.editing) == (0, "Who?", [3, 15], first.id)
    assert widget.answer == "Bram Keating"
    send(widget, "save", question="Who keeps it?", span=[3, 15])
    assert [(ex.id, ex.question) for ex in load_examples(path)] == [(first.id, "Who keeps it?")]
    send(widget, "edit", {"id": first.id})
    send(widget, "delete", {"id": first.id}, question="Who keeps it?", span=[3, 15])
    assert (widget.entries, widget.editing, widget.question) == ([], "", "Who keeps it?")
    send(widget, "delete", {"id": first.id})
    assert "no such question" in widget.message
    with pytest.raises(ConfigError, match="no such question"):
        annotate(path, [PASSAGE]).edit("absent")


def test_turning_the_page_does_not_drop_a_question(path):
    widget = annotate(path, ["One.", "Two.", "One."])
    assert widget.n_passages == 2
    send(widget, "go", {"step": 1}, question="Which?")
    assert (widget.index, widget.message_kind) == (0, "error")
    assert "not saved yet" in widget.message
    send(widget, "clear", question="Which?")
    send(widget, "go", {"step": 1})
    assert (widget.index, widget.passage) == (1, "Two.")
    send(widget, "go", {"step": 1})
    assert "no such passage" in widget.message


def test_a_draft_survives_a_new_kernel(path):
    widget = annotate(path, ["One.", PASSAGE])
    widget.go(1)
    send(widget, "draft", question="Who kee", span=[3, 15])
    again = annotate(path, ["One.", PASSAGE])
    assert (again.index, again.question, again.span) == (1, "Who kee", [3, 15])
    assert "taken up again" in again.message
    again.save()
    assert annotate(path, ["One.", PASSAGE]).question == ""
    pasting = annotate(path.with_name("b.jsonl"))
    pasting.pasted = "Half a pass"
    assert annotate(path.with_name("b.jsonl")).pasted == "Half a pass"


def test_an_edit_that_was_not_finished_still_replaces(path):
    widget = annotate(path, [PASSAGE])
    send(widget, "save", question="Who?", span=[3, 15])
    widget.edit(widget.examples[0].id)
    widget.question = "Who keeps it?"
    again = annotate(path, [PASSAGE])
    assert again.editing == widget.examples[0].id
    again.save()
    assert [example.question for example in load_examples(path)] == ["Who keeps it?"]


def test_a_damaged_draft_is_told_and_replaced(path):
    draft = path.with_name("own.jsonl.draft.json")
    draft.write_text("{")
    widget = annotate(path, [PASSAGE])
    assert "cannot read the draft" in widget.message
    widget.question = "Who?"
    assert json.loads(draft.read_text())["question"] == "Who?"
    draft.write_text(json.dumps({"passage": PASSAGE, "question": "Who?", "span": [3, 999], "no_answer": "yes"}))
    assert (annotate(path, [PASSAGE]).span, annotate(path, [PASSAGE]).question) == ([], "Who?")


def test_a_full_disk_is_told_and_nothing_is_lost(path, monkeypatch):
    widget = annotate(path, [PASSAGE])

    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        send(widget, "save", question="Who?", span=[3, 15])
        assert widget.message_kind == "error"
        assert "No space left" in widget.message
        assert widget.question == "Who?"
        with pytest.raises(StorageError):
            widget.save()
    widget.save()
    assert [example.question for example in load_examples(path)] == ["Who?"]


def test_messages_that_make_no_sense_are_told(path):
    widget = annotate(path, [PASSAGE])
    for message in (
        {},
        {"action": "save"},
        {"action": "edit", "form": form()},
        {"action": "save", "form": form(question=3)},
    ):
        widget.message_kind = ""
        widget._handle_custom_msg(message, [])
        assert widget.message_kind == "error", message
        assert "not done" in widget.message
    assert not path.exists()


def test_what_it_is_given(path, tmp_path):
    examples = [Example("1", "Who?", PASSAGE, document="Harbour"), Example("2", "Why?", PASSAGE, document="Harbour")]
    widget = annotate(path, examples)
    assert (widget.n_passages, widget.document) == (1, "Harbour")
    for bad, message in [([], "no passages"), ("a text", "no passages"), ([" "], "no text"), ([3], "no text")]:
        with pytest.raises(ConfigError, match=message):
            annotate(path, bad)
    (tmp_path / "other.txt").write_text("something else")
    with pytest.raises(DataError, match="no annotation file"):
        annotate(tmp_path / "other.txt")


def test_representations(path):
    widget = annotate(path, [PASSAGE])
    send(widget, "save", question="Who <b>keeps</b> it?", span=[3, 15])
    assert repr(widget) == "<annotation widget>"
    data, _ = widget._repr_mimebundle_()
    assert data["text/plain"] == "<annotation widget>"
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "Who &lt;b&gt;keeps&lt;/b&gt; it?" in data["text/html"]
    assert "1 question saved in own.jsonl" in data["text/html"]
    assert "<script" not in data["text/html"]
