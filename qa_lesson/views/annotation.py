"""Write questions on your own passages in a notebook: select the answer, type the question, save.

Every saved question is on the disk before the widget says so, and what is being written survives a dead kernel or a
reloaded page. The file is read by `qa_lesson.load_examples` as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from markupsafe import Markup

from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError, DataError, QALessonError, counted, shorten
from qa_lesson.loading import AnnotationStore, from_utf16, to_utf16
from qa_lesson.loading.flat_records import locate
from qa_lesson.look.built_widgets import built_widget
from qa_lesson.look.html import card, paragraph, table
from qa_lesson.look.still import StaticForm
from qa_lesson.schema import Example
from qa_lesson.views.annotating.reach import reach_of
from qa_lesson.views.annotating.sheets import Sheet, sheets_of

Passages = Sequence[str | tuple[str, str] | Example | Passage]


def annotate(path: str | Path, passages: Passages | None = None) -> AnnotationWidget:
    """A widget that writes questions, answers and passages to an annotation file.

    Args:
        path: the file to make or go on with, for instance ``"my_questions.jsonl"``.
        passages: what to page through: passages that `qa_lesson.documents.read_folder` gave, texts, texts as
            ``(document, text)``, or examples whose contexts are taken. Without them you paste passages into the widget.
            Name the documents, because the data is split by them. `qa_lesson.views.helpful_order` brings them
            into an order that helps.

    Raises:
        ConfigError: an empty list of passages, or one without text.
        DataError: the path holds something else than annotations.
    """
    return AnnotationWidget(path, passages)


class AnnotationWidget(StaticForm, anywidget.AnyWidget):
    """See `annotate`. The traits hold the form; `save`, `edit`, `delete`, `go` and the like are its buttons.

    `span` is ``[start, end]`` of the selected answer in UTF-16 units, as the browser counts, or empty; `caption` says
    it in characters. `kept` are the answers that count as right too, the preferred one first. `answer` is what is
    typed into the answer's field; without a span it is looked for when saving. Setting a trait of the form keeps the
    draft up to date.
    """

    _esm = built_widget("annotation")
    _css = Path(__file__).with_name("annotation.css")

    file_name = traitlets.Unicode().tag(sync=True)
    n_passages = traitlets.Int().tag(sync=True)
    index = traitlets.Int(-1).tag(sync=True)
    passage = traitlets.Unicode().tag(sync=True)
    document = traitlets.Unicode().tag(sync=True)
    place = traitlets.Unicode().tag(sync=True)
    reach = traitlets.Unicode().tag(sync=True)
    pasted = traitlets.Unicode().tag(sync=True)
    source = traitlets.Unicode().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    span = traitlets.List(traitlets.Int()).tag(sync=True)
    answer = traitlets.Unicode().tag(sync=True)
    kept = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    kind = traitlets.Unicode().tag(sync=True)
    no_answer = traitlets.Bool().tag(sync=True)
    editing = traitlets.Unicode().tag(sync=True)
    form_version = traitlets.Int().tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)
    entries = traitlets.List(traitlets.Dict()).tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)
    message_kind = traitlets.Unicode().tag(sync=True)
    message_version = traitlets.Int().tag(sync=True)

    def __init__(self, path: str | Path, passages: Passages | None = None) -> None:
        self._passages: list[Sheet] = sheets_of(passages)
        self._store = AnnotationStore(path)
        self._last_draft: dict[str, Any] = {}
        super().__init__(file_name=self._store.path.name, n_passages=len(self._passages))
        self._show_entries()
        try:
            draft = self._store.load_draft()
        except DataError as error:
            draft = {}
            self._tell(str(error), "error")
        if self._passages:
            self._turn_to(0)
        self._take_up(draft)
        self.observe(self._keep_draft, _FORM)
        self.on_msg(self._on_message)

    def __repr__(self) -> str:
        return "<annotation widget>"

    @property
    def examples(self) -> list[Example]:
        """The questions that are saved, oldest first."""
        return self._store.examples

    def static_html(self) -> Markup:
        """The saved questions, for readers without a running kernel."""
        rows = [
            [entry["question"], Markup("<i>no answer</i>") if entry["answer"] is None else entry["answer"]]
            for entry in self.entries
        ]
        content = table(["question", "answer"], rows) if rows else Markup()
        count = f"{counted(len(rows), 'question')} saved in {self.file_name}"
        return card(content + paragraph("Run the cell to write questions.", muted=True), count)

    def use(self) -> None:
        """Take the pasted text as the passage.

        Raises:
            ConfigError: it is blank.
        """
        if not self.pasted.strip():
            raise ConfigError("the passage is empty", fix="paste a text into the field above")
        with self.hold_sync():
            self.passage, self.document = self.pasted.strip(), self.source.strip()
            self.pasted = self.source = ""
            self._refill()

    def another(self) -> None:
        """Back to pasting; a question that is not saved must be saved or cleared first.

        Raises:
            ConfigError: there is one.
        """
        self._nothing_unsaved()
        with self.hold_sync():
            self.source, self.passage, self.document = self.document, "", ""
            self._refill()

    def go(self, step: int) -> None:
        """Turn `step` passages on (or back).

        Raises:
            ConfigError: a question is not saved, or there is no such passage.
        """
        self._nothing_unsaved()
        if not 0 <= self.index + step < self.n_passages:
            raise ConfigError("there is no such passage", received=f"passage {self.index + step + 1}", fix="stop here")
        self._turn_to(self.index + step)

    def save(self) -> Example:
        """Write the question to the disk, then empty the form.

        Raises:
            ConfigError: no answer is selected although the question is not marked as having none.
            DataError: a blank question, or a typed answer that does not stand in the passage exactly once.
            StorageError: the disk refuses; the form stays as it is.
        """
        if not self.question.strip():
            raise DataError("the question is empty", fix="write the question that the passage answers")
        spans: list[tuple[int, int]] = []
        if not self.no_answer:
            if not self.span and (self.answer.strip() or not self.kept):
                self.span = self._find(self.answer.strip())
            spans = [self._characters(span) for span in (*self.kept, self.span) if span]
        example = self._store.save(
            self.question.strip(),
            self.passage,
            spans[0] if spans else None,
            others=spans[1:],
            kind=self.kind.strip(),
            document=self.document,
            replaces=self.editing or None,
        )
        self._empty()
        self._show_entries()
        self._tell(f"saved: {example.question}", "saved")
        return example

    def keep(self) -> None:
        """Put the selected answer among those that count as right, so another one can be selected.

        Raises:
            ConfigError: none is selected.
            DataError: a typed answer that does not stand in the passage exactly once.
        """
        span = self.span or self._find(self.answer.strip())
        with self.hold_sync():
            self.kept = [*[one for one in self.kept if one != span], span]
            self.span, self.answer = [], ""
            self._refill()

    def edit(self, identifier: str) -> None:
        """Put a saved question into the form; saving replaces it.

        Raises:
            ConfigError: another question is not saved, or there is none with this id.
        """
        self._nothing_unsaved()
        example = next((example for example in self.examples if example.id == identifier), None)
        if example is None:
            raise ConfigError("there is no such question", received=repr(identifier), fix="it may be deleted")
        with self.hold_sync():
            self.passage, self.document = example.context, example.document
            self._find_sheet(example.context)
            self.question, self.editing, self.no_answer = example.question, example.id, not example.answers
            self.kind = example.kind or ""
            spans = [[to_utf16(example.context, end) for end in (one.start, one.end)] for one in example.answers]
            self.answer = example.references[-1] if example.answers else ""
            self.span, self.kept = (spans[-1] if spans else []), spans[:-1]
            self._refill()

    def delete(self, identifier: str) -> None:
        """Take a saved question out.

        Raises:
            DataError: there is none with this id.
            StorageError: the disk refuses.
        """
        self._store.delete(identifier)
        if self.editing == identifier:
            self.editing = ""  # what is in the form becomes a new question
            self._refill()
        self._show_entries()
        self._tell("deleted", "saved")

    def clear(self) -> None:
        """Empty the form; the passage stays."""
        self._empty()
        self._tell("", "info")

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """A message of the page: the form as it is there, and what to do with it."""
        try:
            action, form = content["action"], content["form"]
            with self.hold_trait_notifications():
                for name in ("pasted", "source", "question", "answer", "no_answer"):
                    setattr(self, name, form[name])
                self.kind = form.get("kind", "")
                self.kept = [span for span in map(self._trimmed, form.get("kept", [])) if span]
                self.span = self._trimmed(form["span"])
            if action in ("use", "another", "save", "clear", "keep"):
                getattr(self, action)()
            elif action == "save_and_go":
                self.save()
                if self.index + 1 < self.n_passages:
                    self._turn_to(self.index + 1)
            elif action == "go":
                self.go(content["step"])
            elif action in ("edit", "delete"):
                getattr(self, action)(content["id"])
        except QALessonError as error:
            self._tell(error.what + (f": {error.fix}" if error.fix else ""), "error")
        except Exception as error:  # the page shows no traceback, and silence would look like success
            self._tell(f"not done: {type(error).__name__}: {error}", "error")

    def _take_up(self, draft: Mapping[str, Any]) -> None:
        """Go on with a draft; one that does not fit the passages any more is told and shown in its own passage."""
        known = {name: draft[name] for name in _DRAFT if isinstance(draft.get(name), type(_DRAFT[name]))}
        if not known.get("question") and not known.get("pasted") and not known.get("passage"):
            return
        self._find_sheet(known.get("passage", ""))
        if known.get("editing") not in {example.id for example in self.examples}:
            known.pop("editing", None)
        for name, value in known.items():
            setattr(self, name, value)
        try:
            self.span, self.kept = self._trimmed(self.span), [self._trimmed(span) for span in self.kept]
        except DataError:
            self.span, self.kept = [], []
        self._refill()
        if known.get("question"):
            self._tell("taken up again where it was left", "info")

    def _keep_draft(self, change: Mapping[str, Any]) -> None:
        """Write the form to the draft file, if it has changed."""
        if change["name"] == "passage":
            self.span, self.kept = [], []  # they belong to the passage before
        self.caption = self._caption()
        draft = {name: getattr(self, name) for name in _DRAFT}
        if draft == self._last_draft:
            return
        try:
            self._store.save_draft(draft if any(draft.values()) else {})
            self._last_draft = draft
        except QALessonError as error:
            self._tell(f"the draft is not kept: {error.what}", "error")

    def _turn_to(self, index: int) -> None:
        with self.hold_sync():
            self.index = index
            self.document, self.passage, self.place = self._passages[index]
            self._refill()

    def _find_sheet(self, text: str) -> None:
        """Go to the passage with this text, if there is one; the form stays."""
        self.place = ""
        for index, sheet in enumerate(self._passages):
            if sheet.text == text:
                self.index, self.place = index, sheet.place

    def _empty(self) -> None:
        with self.hold_sync():
            self.question = self.answer = self.editing = self.kind = ""
            self.span, self.kept, self.no_answer = [], [], False
            self._refill()

    def _refill(self) -> None:
        """Make the page show the form as it is here; otherwise it keeps what is being typed."""
        self.caption = self._caption()
        self.form_version += 1

    def _nothing_unsaved(self) -> None:
        if self.question.strip() or self.answer.strip() or self.span or self.kept:
            raise ConfigError("the question is not saved yet", fix="save it, or clear the form")

    def _find(self, text: str) -> list[int]:
        """The span of a typed answer."""
        if not text:
            raise ConfigError(
                "no answer is selected", fix="select it in the passage, type it, or tick that there is none"
            )
        start = locate(text, self.passage)
        if start < 0:
            raise DataError("the answer does not stand in the passage", fix="copy it letter by letter, or select it")
        return [to_utf16(self.passage, start), to_utf16(self.passage, start + len(text))]

    def _characters(self, span: Sequence[int]) -> tuple[int, int]:
        start, end = span
        return from_utf16(self.passage, start), from_utf16(self.passage, end)

    def _trimmed(self, span: Sequence[int]) -> list[int]:
        """The span without white space at its ends: a double click often selects the space after a word."""
        if len(span) != 2:
            return []
        start, end = (from_utf16(self.passage, position) for position in span)
        text = self.passage[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        return [to_utf16(self.passage, start), to_utf16(self.passage, start + len(text))] if text else []

    def _caption(self) -> str:
        if not self.span:
            return ""
        start, end = self._characters(self.span)
        text = shorten(self.passage[start:end], 80)
        return f"answer: {text}, characters {start} to {end} (counted from 0, end excluded)"

    def _show_entries(self) -> None:
        self.entries = [
            {
                "id": example.id,
                "question": example.question,
                "answer": " | ".join(example.references) if example.answers else None,
                "start": example.answers[0].start if example.answers else None,
            }
            for example in reversed(self.examples)
        ]
        self.reach = reach_of(self.examples, len({sheet.document for sheet in self._passages if sheet.document}))

    def _tell(self, message: str, kind: str) -> None:
        with self.hold_sync():
            self.message, self.message_kind = message, kind
            self.message_version += 1


_FORM = ["pasted", "source", "question", "answer", "span", "kept", "kind", "no_answer", "passage", "editing"]
_DRAFT: dict[str, Any] = {
    "passage": "", "document": "", "pasted": "", "source": "", "question": "", "answer": "", "span": [],
    "kept": [], "kind": "", "no_answer": False, "editing": "",
}  # fmt: skip
