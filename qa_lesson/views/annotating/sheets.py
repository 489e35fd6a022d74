"""Passages as the annotation widget pages through them, and the order that helps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError
from qa_lesson.schema import Example

if TYPE_CHECKING:
    from qa_lesson.answering import QuestionAnswerer

PROBES = ("Who?", "When?", "Where?", "How much?", "Why?")
"""Questions that nearly every passage has an answer to. A model that understands a passage answers them surely."""


class Sheet(NamedTuple):
    """A passage in the widget: its document, its text, and where in the document it is."""

    document: str
    text: str
    place: str = ""


def sheets_of(passages: Sequence[str | tuple[str, str] | Example | Passage] | None) -> list[Sheet]:
    """The sheets of passages in any form that `qa_lesson.views.annotate` takes, each text once.

    Raises:
        ConfigError: an empty list, or a passage without text.
    """
    if passages is None:
        return []
    sheets: dict[str, Sheet] = {}
    for item in [] if isinstance(passages, str) else passages:
        sheet = _sheet(item)
        if not isinstance(sheet.text, str) or not sheet.text.strip():
            raise ConfigError("a passage has no text", received=repr(item)[:80], fix='for instance ("Harbor", "Text.")')
        sheets.setdefault(sheet.text, sheet)
    if not sheets:
        raise ConfigError("there are no passages", received=repr(passages)[:80], fix='for instance ["First text."]')
    return list(sheets.values())


def helpful_order(
    passages: Sequence[Passage], examples: Iterable[Example] = (), *, answerer: QuestionAnswerer | None = None
) -> list[Passage]:
    """The passages in the order that it helps most to write questions on them.

    Each document comes once before any comes twice, because twenty questions on ten documents say more than twenty on
    one. Documents and passages with the fewest questions come first. Among equals, those come first whose answers the
    model is least sure of, if there is one, and otherwise those at the start of the file.

    Args:
        passages: all of them.
        examples: the questions that are there already.
        answerer: the model as it is now. It answers `PROBES` on every passage, which takes about as long as any five
            questions a passage. Its probabilities say roughly where it is lost, and nothing more.
    """
    known = list(examples)
    on_document, on_text = Counter(one.document for one in known), Counter(one.context for one in known)
    sureness = dict.fromkeys(range(len(passages)), 0.0)
    if answerer is not None:
        probes = [(probe, passage.text) for passage in passages for probe in PROBES]
        found = [answer.probability for answer in answerer([q for q, _ in probes], [text for _, text in probes])]
        for index in range(len(passages)):
            sureness[index] = sum(found[index * len(PROBES) : (index + 1) * len(PROBES)]) / len(PROBES)
    queues: dict[str, list[int]] = {}
    for index in sorted(sureness, key=lambda index: (on_text[passages[index].text], sureness[index], index)):
        queues.setdefault(passages[index].document, []).append(index)
    ordered = []
    while queues:
        document = min(queues, key=lambda name: (on_document[name], sureness[queues[name][0]], queues[name][0]))
        ordered.append(passages[queues[document].pop(0)])
        on_document[document] += 1
        if not queues[document]:
            del queues[document]
    return ordered


def _sheet(item: object) -> Sheet:
    match item:
        case Passage():
            page = () if item.page is None else (f"page {item.page}",)
            is_named = item.headings and item.document.endswith(f": {item.headings[0]}")  # by divide_by_heading
            headings = item.headings[1:] if is_named else item.headings
            return Sheet(item.document, item.text, " > ".join((*page, *headings)))
        case Example():
            return Sheet(item.document, item.context)
        case (document, text):
            return Sheet(document, text)  # type: ignore[arg-type]  # checked by the caller
    return Sheet("", item)  # type: ignore[arg-type]
