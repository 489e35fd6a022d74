"""What is wrong with a data file, and what deserves a second look before a model learns it."""

from __future__ import annotations

import html.entities
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_lesson.errors import Problem, counted, shorten
from qa_lesson.loading.reading import LoadReport, Records, read_examples
from qa_lesson.loading.splitting import document_groups
from qa_lesson.schema import Answer, Example
from qa_lesson.text.segmentation import count_words, inside_word, is_unspaced, splits_character, units

if TYPE_CHECKING:
    import datasets

_WINDOW_TOKENS = 384  # the default of `make_windows`, question included
_STRIDE = 128  # the same
_SPECIAL_TOKENS = 3  # in a window
_ANSWER_TOKENS = 30  # the default of `decode`
_TOKENS_PER_WORD = 1.25  # of the embedded tokenizer on the course's corpus
_TOKENS_PER_OTHER_WORD = 2.0  # of multilingual tokenizers in scripts other than Latin
_CHARACTERS_PER_TOKEN = 4  # of long strings such as addresses and keys
_LONG_WORD = 20  # characters
_TAGS = re.compile(
    r"</?(a|abbr|address|area|article|aside|audio|b|base|bdi|bdo|big|blockquote|body|br|button|canvas|caption|center|"
    r"cite|code|col|colgroup|data|dd|del|details|dfn|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|"
    r"h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|math|meta|nav|noscript|"
    r"ol|option|p|picture|pre|q|ref|rp|rt|ruby|s|samp|script|section|select|small|source|span|strike|strong|style|sub|"
    r"summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|tt|u|ul|var|video|wbr)\b[^<>]*>"
    r"|<!--|<!doctype\b[^<>]*>|<!\[CDATA\[",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|&nbsp\b")
# controls, soft hyphens, zero-width spaces, marks of writing direction, line separators, byte-order marks, tags;
# joiners are left out, because Persian, the scripts of India and emoji are written with them
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_NAMED = 4  # invisible characters in one warning


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


def validate(
    source: str | Path | datasets.Dataset | Records, *, max_length: int = _WINDOW_TOKENS, stride: int = _STRIDE
) -> ValidationReport:
    """Check every record of a source, and look for what is allowed and yet often a mistake.

    Warned of are: repeated questions and contradictory answers; answers that start or end inside a word, at a space or
    at punctuation, or inside a character that is written as several; answers longer than the decoder's 30 tokens,
    contexts longer than a window, and questions that leave a window no room for the context (all estimated, from words
    or, in scripts without spaces, from characters); HTML tags and entities, invisible characters, marks of writing
    direction and wrongly decoded text; too few documents to split.

    Args:
        source: as for `qa_lesson.loading.load_examples`.
        max_length, stride: of the windows that the data is meant for, in tokens, as in `make_windows`.

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
    remarks[:0] = [*_long_questions(report, max_length, stride), *_long_contexts(report, max_length)]
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
                fix = f"it is in {_surroundings(answer, example.context)}: move its ends"
                yield Remark("answer at an odd boundary", place, f"answer {shorten(answer.text)} {what}", fix)


def _boundary(answer: Answer, context: str) -> str:
    """What is odd about the answer's ends; empty if nothing is."""
    if answer.text != answer.text.strip():
        return "starts or ends with white space"
    if splits_character(context, answer.start):
        return "starts inside a character: a mark or joined part belongs to the one before it"
    if splits_character(context, answer.end):
        return "ends inside a character: the mark or joined part after it is left out"
    if _INVISIBLE.match(answer.text[0]) or _INVISIBLE.match(answer.text[-1]):
        return "starts or ends with an invisible character"
    if inside_word(context, answer.start):
        return "starts inside a word"
    if inside_word(context, answer.end):
        return "ends inside a word"
    # a full stop may belong to an abbreviation ("6 p.m."), a closing quote or bracket to what is inside
    first, last = answer.text[0], answer.text[-1]
    return (
        "starts or ends with punctuation" if first in ",.;:!?，。；：！？、،؛؟।" or last in ",;:，。；：、،؛।" else ""
    )


def _surroundings(answer: Answer, context: str) -> str:
    return shorten(context[max(0, answer.start - 15) : answer.end + 15], 80)


def _long_answers(report: LoadReport) -> Iterator[Remark]:
    for place, example in zip(report.places, report.examples, strict=True):
        longest = max(example.references, key=_estimated_tokens, default="")
        if _estimated_tokens(longest) > _ANSWER_TOKENS:
            what = f"an answer has {_size(longest)}, about {_estimated_tokens(longest):.0f} tokens"
            fix = f"mark the shortest span that answers, or raise max_answer_tokens ({_ANSWER_TOKENS}) when decoding"
            yield Remark("long answer", place, what, fix)


def _long_questions(report: LoadReport, max_length: int, stride: int) -> Iterator[Remark]:
    for place, example in zip(report.places, report.examples, strict=True):
        n_tokens = _estimated_tokens(example.question)
        if n_tokens + _SPECIAL_TOKENS + stride >= max_length:
            what = (
                f"question {example.id!r} has {_size(example.question)}, about {n_tokens:.0f} tokens, which leaves too "
                f"little room for the context in windows of {max_length} tokens with stride {stride}"
            )
            fix = "shorten it, or use longer windows (--max-length) or a smaller stride (--stride)"
            yield Remark("question too long for a window", place, what, fix)


def _long_contexts(report: LoadReport, max_length: int) -> Iterator[Remark]:
    seen: set[str] = set()
    for place, example in zip(report.places, report.examples, strict=True):
        if example.context in seen:
            continue
        n_tokens = _estimated_tokens(example.context) + _estimated_tokens(example.question)
        if n_tokens > max_length:
            seen.add(example.context)
            what = f"the context has {_size(example.context)}, with the question about {n_tokens:.0f} tokens"
            fix = f"nothing need be done: it is cut into overlapping windows of {max_length}, which takes longer"
            yield Remark("context longer than a window", place, what, fix)


@lru_cache(maxsize=1024)
def _estimated_tokens(text: str) -> float:
    """About how many tokens a text has: by words, and in scripts without spaces one for each character."""
    total = 0.0
    for unit in units(text):
        if len(unit) > _LONG_WORD:
            total += len(unit) / _CHARACTERS_PER_TOKEN
        elif unit.isascii():
            total += _TOKENS_PER_WORD
        elif is_unspaced(unit):
            total += 1
        else:
            total += _TOKENS_PER_WORD if _is_latin(unit) else _TOKENS_PER_OTHER_WORD
    return total


def _is_latin(word: str) -> bool:
    letter = next((character for character in word if character.isalpha()), "a")
    return letter < "\u0250" or unicodedata.name(letter, "").startswith("LATIN")


def _size(text: str) -> str:
    n_units = len(units(text))
    return f"{n_units} characters" if 2 * count_words(text) <= n_units + 1 and is_unspaced(text) else f"{n_units} words"


def _damaged_text(report: LoadReport) -> Iterator[Remark]:
    seen: set[str] = set()
    for place, example in zip(report.places, report.examples, strict=True):
        for name, text in (("context", example.context), ("question", example.question)):
            if text in seen:
                continue
            seen.add(text)
            if tag := _markup(text):
                fix = "remove the markup before the answers are marked: it moves the offsets"
                yield Remark("HTML", place, f"the {name} holds {tag!r}", fix)
            if invisible := list(islice(_INVISIBLE.finditer(text), _NAMED + 1)):
                found = ", ".join(f"U+{ord(match[0]):04X} at {match.start()}" for match in invisible[:_NAMED])
                more = " and more" if len(invisible) > _NAMED else ""
                fix = "remove it before the answers are marked"
                yield Remark("invisible character", place, f"the {name} holds {found}{more}", fix)
            if garbled := _garbled(text):
                yield Remark("wrongly decoded text", place, f"the {name} holds {garbled[0]!r}", garbled[1])


def _markup(text: str) -> str | None:
    """The first HTML tag or entity."""
    if "<" not in text and "&" not in text:
        return None
    tag = _TAGS.search(text)
    entities = (match for match in _ENTITY.finditer(text) if match[0][1] == "#" or _is_entity(match[0]))
    found = [match for match in (tag, next(entities, None)) if match]
    return min(found, key=lambda match: match.start())[0] if found else None


def _is_entity(text: str) -> bool:
    return text.removeprefix("&") in html.entities.html5


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


_CHECKS = (_repeated_questions, _odd_boundaries, _long_answers, _damaged_text, _too_few_documents)
