"""What is wrong with a data file, and what deserves a second look before a model learns it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_lesson.errors import Problem, counted, shorten
from qa_lesson.loading.reading import LoadReport, Records, read_examples
from qa_lesson.loading.splitting import document_groups
from qa_lesson.schema import Answer, Example

if TYPE_CHECKING:
    import datasets

_WINDOW_TOKENS = 384  # the default of `make_windows`, question included
_ANSWER_TOKENS = 30  # the default of `decode`
_TOKENS_PER_WORD = 1.25  # of the embedded tokenizer on the course's corpus; other languages have more
_TAGS = re.compile(
    r"</?(p|br|div|span|b|i|u|em|strong|a|ul|ol|li|table|tr|td|th|h[1-6]|sup|sub|img|script|style)\b[^<>]*>"
    r"|&(amp|lt|gt|quot|nbsp|apos|#x?[0-9a-f]+);",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\ufeff]")
_UNSPACED_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in good records that is often a mistake: its kind, its place, what it is and what to do."""

    kind: str
    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.fix}"


@dataclass(frozen=True, repr=False)
class ValidationReport:
    """What a source holds, what is wrong with it and what may be.

    Args:
        source: the file or data set.
        format: what it was taken for.
        counts: documents, passages, questions, answerable, unanswerable, references (all of good records), and
            records (good and bad).
        problems: the bad records.
        warnings: good records worth a look, in the order of their places, one kind after the other.
        examples: the good records.
    """

    source: str
    format: str
    counts: dict[str, int]
    problems: tuple[Problem, ...]
    warnings: tuple[Remark, ...]
    examples: tuple[Example, ...]

    @property
    def ok(self) -> bool:
        """Whether every record is good; warnings may remain."""
        return not self.problems

    def __repr__(self) -> str:
        return (
            f"<validation: {self.counts['questions']} questions, {len(self.problems)} problems, "
            f"{len(self.warnings)} warnings>"
        )

    def __str__(self) -> str:
        return self.text()

    def text(self, shown: int = 5) -> str:
        """The report for people.

        Args:
            shown: how many problems, and how many warnings of each kind, are printed; the rest is counted.
        """
        counts = self.counts
        lines = [
            f"{self.source}: read as {self.format}",
            f"{counted(counts['questions'], 'question')} on {counted(counts['passages'], 'passage')} "
            f"of {counted(counts['documents'], 'document')}; "
            f"{counts['answerable']} answerable with {counts['references']} references, {counts['unanswerable']} not",
            f"{len(self.problems)} bad records" + (" (not counted above)" if self.problems else ""),
            *_listed(self.problems, shown),
            f"{len(self.warnings)} warnings",
        ]
        for kind in dict.fromkeys(remark.kind for remark in self.warnings):
            of_kind = [remark for remark in self.warnings if remark.kind == kind]
            lines += [f"  {kind}: {len(of_kind)}", *(f"  {line}" for line in _listed(of_kind, shown))]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON knows it, without the examples."""
        return {
            "ok": self.ok,
            "source": self.source,
            "format": self.format,
            "counts": self.counts,
            "problems": [asdict(problem) for problem in self.problems],
            "warnings": [asdict(remark) for remark in self.warnings],
        }


def validate(source: str | Path | datasets.Dataset | Records) -> ValidationReport:
    """Check every record of a source, and look for what is allowed and yet often a mistake.

    Warned of are: repeated questions and contradictory answers; answers that start or end inside a word, at a space or
    at punctuation; answers longer than the decoder's 30 tokens and contexts longer than a window of 384 (both
    estimated from words); HTML, invisible characters and wrongly decoded text; too few documents to split.

    Args:
        source: as for `qa_lesson.loading.load_examples`.

    Raises:
        DataError: the source cannot be read at all.

    >>> report = validate([Example("q1", "Who keeps it?", "Bram keeps it.", (Answer("Bram kee", 0),))])
    >>> report.ok, report.warnings[0].kind
    (True, 'answer at an odd boundary')
    """
    report = read_examples(source)
    examples = report.examples
    counts = {
        "records": report.n_records,
        "documents": len({example.document for example in examples if example.document})
        + len({example.context for example in examples if not example.document}),
        "passages": len({example.context for example in examples}),
        "questions": len(examples),
        "answerable": sum(example.is_answerable for example in examples),
        "unanswerable": sum(not example.is_answerable for example in examples),
        "references": sum(len(example.answers) for example in examples),
    }
    remarks = [remark for check in _CHECKS for remark in check(report)]
    return ValidationReport(report.source, report.format, counts, report.problems, tuple(remarks), examples)


def _listed(findings: Iterable[Problem | Remark], shown: int) -> list[str]:
    lines = [f"  {finding}" for finding in findings]
    return lines[:shown] + ([f"  ... and {len(lines) - shown} more"] if len(lines) > shown else [])


def _repeated_questions(report: LoadReport) -> Iterator[Remark]:
    first: dict[tuple[str, str], tuple[str, Example]] = {}
    for place, example in zip(report.places, report.examples, strict=True):
        key = (" ".join(example.question.casefold().split()), example.context)
        earlier_place, earlier = first.setdefault(key, (place, example))
        if earlier is example:
            continue
        if _agree(example, earlier):
            fix = "keep one of them, or join their references"
            yield Remark("repeated question", place, f"the same question as in {earlier_place}", fix)
        else:
            what = (
                f"{_answer_of(example)}, but {_answer_of(earlier)} in {earlier_place} for the same question and context"
            )
            yield Remark("contradictory answers", place, what, "correct one, or make both references of one question")


def _agree(first: Example, second: Example) -> bool:
    """Whether an answer of one overlaps with or says the same as an answer of the other, or neither has any."""
    if not first.answers or not second.answers:
        return first.answers == second.answers
    return any(
        (one.start < other.end and other.start < one.end)
        or one.text.casefold().split() == other.text.casefold().split()
        for one in first.answers
        for other in second.answers
    )


def _answer_of(example: Example) -> str:
    return f"the answer is {shorten(example.references[0], 40)}" if example.answers else "there is no answer"


def _odd_boundaries(report: LoadReport) -> Iterator[Remark]:
    for place, example in zip(report.places, report.examples, strict=True):
        for answer in example.answers:
            what = _boundary(answer, example.context)
            if what:
                fix = f"it stands in {_surroundings(answer, example.context)}: move its ends"
                yield Remark("answer at an odd boundary", place, f"answer {shorten(answer.text)} {what}", fix)


def _boundary(answer: Answer, context: str) -> str:
    """What is odd about the answer's ends; empty where nothing is."""
    if answer.text != answer.text.strip():
        return "starts or ends with white space"
    if _inside_word(context, answer.start):
        return "starts inside a word"
    if _inside_word(context, answer.end):
        return "ends inside a word"
    # a full stop may belong to an abbreviation ("6 p.m."), a closing quote or bracket to what stands inside
    return "starts or ends with punctuation" if answer.text[0] in ",.;:!?" or answer.text[-1] in ",;:" else ""


def _inside_word(context: str, position: int) -> bool:
    """Whether letters or digits of one word stand on both sides; scripts without spaces have no such place."""
    if not 0 < position < len(context):
        return False
    around = context[position - 1 : position + 1]
    return all(map(str.isalnum, around)) and not any(
        unicodedata.name(character, "").startswith(_UNSPACED_SCRIPTS) for character in around
    )


def _surroundings(answer: Answer, context: str) -> str:
    return shorten(context[max(0, answer.start - 15) : answer.end + 15], 80)


def _lengths(report: LoadReport) -> Iterator[Remark]:
    seen: set[str] = set()
    for place, example in zip(report.places, report.examples, strict=True):
        longest = max((len(text.split()) for text in example.references), default=0)
        if longest * _TOKENS_PER_WORD > _ANSWER_TOKENS:
            what = f"an answer has {longest} words, about {longest * _TOKENS_PER_WORD:.0f} tokens"
            fix = f"mark the shortest span that answers, or raise max_answer_tokens ({_ANSWER_TOKENS}) when decoding"
            yield Remark("long answer", place, what, fix)
        n_words = len(example.context.split())
        n_tokens = (n_words + len(example.question.split())) * _TOKENS_PER_WORD
        if n_tokens > _WINDOW_TOKENS and example.context not in seen:
            seen.add(example.context)
            what = f"the context has {n_words} words, with the question about {n_tokens:.0f} tokens"
            fix = f"nothing need be done: it is cut into overlapping windows of {_WINDOW_TOKENS}, which takes longer"
            yield Remark("context longer than a window", place, what, fix)


def _damaged_text(report: LoadReport) -> Iterator[Remark]:
    seen: set[str] = set()
    for place, example in zip(report.places, report.examples, strict=True):
        for name, text in (("context", example.context), ("question", example.question)):
            if text in seen:
                continue
            seen.add(text)
            if tag := _TAGS.search(text):
                fix = "remove the markup before the answers are marked: it moves the offsets"
                yield Remark("HTML", place, f"the {name} holds {tag[0]!r}", fix)
            if invisible := _INVISIBLE.search(text):
                found = f"U+{ord(invisible[0]):04X} at {invisible.start()}"
                fix = "remove it before the answers are marked"
                yield Remark("invisible character", place, f"the {name} holds {found}", fix)
            if garbled := _garbled(text):
                yield Remark("wrongly decoded text", place, f"the {name} holds {garbled[0]!r}", garbled[1])


def _garbled(text: str) -> tuple[str, str] | None:
    """The first piece of UTF-8 that was read as Windows-1252 or lost in decoding, and what to do."""
    if "\ufffd" in text:
        return "\ufffd", "a character was lost when the text was decoded: read the original again, as UTF-8"
    for run in re.findall(r"[^\x00-\x7f]{2,}", text):
        try:
            meant = run.encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
        return run, f"it should read {meant!r}: the file was saved as UTF-8 and read as Windows-1252"
    return None


def _too_few_documents(report: LoadReport) -> Iterator[Remark]:
    n_documents = len(document_groups(report.examples))
    if n_documents < 3:
        fix = "give each question the document that it comes from, or add documents: 3 at least, 20 for a useful test"
        what = f"{counted(n_documents, 'document')} cannot be split into three parts"
        yield Remark("too few documents", "the whole source", what, fix)


_CHECKS = (_repeated_questions, _odd_boundaries, _lengths, _damaged_text, _too_few_documents)
