"""Questions to a whole corpus: answering them, and choosing when not to."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_lesson.cli._app import Data, Json, Precision, SkipBad, app, failed_row, failures, load_or_explain, show_failures
from qa_lesson.cli._console import print_json, say, show_table, tell, warn
from qa_lesson.cli._outputs import SETTINGS, Force, Output, check_outputs
from qa_lesson.errors import ConfigError, DataError, counted, shorten
from qa_lesson.hardware import n_processes
from qa_lesson.schema import Example

if TYPE_CHECKING:
    from qa_lesson.answering import QuestionAnswerer
    from qa_lesson.open_corpus import CorpusAnswer, CorpusAnswerer, CorpusEvaluation

IndexOption = Annotated[Path, typer.Option("--index", help="Folder that `qa-lesson index` wrote.")]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="Model folder, or hub id; the course's model if not given.")
]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", help="File that `qa-lesson calibrate` wrote; if not given, the one in the index."),
]
_SHOWN = 3
_EVEN = 0.5
_WIDTH = 100


@app.command()
def ask(
    index: IndexOption,
    question: Annotated[list[str] | None, typer.Argument(help="One or more questions.")] = None,
    questions: Annotated[
        Path | None, typer.Option("--in", help="More questions: a text file with one on each line, or JSONL.")
    ] = None,
    model: ModelOption = None,
    settings: SettingsFile = None,
    passages: Annotated[
        int | None, typer.Option("--passages", min=1, help="How many passages to search for answers.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Answer from this probability on; 0 always answers.")
    ] = None,
    precision: Precision = "auto",
    as_json: Json = False,
) -> None:
    """Answer questions from all indexed passages, with the source, or say that the answer is not in these documents.

    A question that cannot be used is named and left out, and the exit code is 1.
    """
    asked = [*(question or []), *(_read_questions(questions) if questions else [])]
    if not asked:
        raise ConfigError("there is no question", fix='qa-lesson ask --index INDEX "Who keeps the light?"')
    answerer = load_answerer(model, precision)
    too_long = answerer.too_long([Example(str(i), text, "any") for i, text in enumerate(asked)])
    failed = [failed_row("", replace(problem, where=f"question {i + 1}")) for i, problem in too_long.items()]
    corpus = open_corpus(index, answerer, settings)
    if passages is not None or threshold is not None:
        changes = {"passages": passages, "threshold": threshold}
        known: dict[str, Any] = {name: value for name, value in changes.items() if value is not None}
        corpus = corpus.changed(**known)
    answers = corpus([text for i, text in enumerate(asked) if i not in too_long])
    if as_json:
        record = {"answers": [one.as_dict() for one in answers], "settings": asdict(corpus.settings)}
        print_json(record | failures(failed))
    else:
        for answer in answers:
            _show(answer, corpus.settings.threshold)
        show_failures(failed, "left out")
    if failed:
        raise typer.Exit(1)


@app.command()
def calibrate(
    index: IndexOption,
    data: Data = None,
    model: ModelOption = None,
    risk: Annotated[float, typer.Option(help="Largest fraction of wrong answers among those given.")] = 0.2,
    delta: Annotated[float, typer.Option(help="How likely the risk may be exceeded.")] = 0.1,
    passages: Annotated[int, typer.Option("--passages", min=1, help="How many passages to search for answers.")] = 5,
    output: Annotated[
        Path | None, typer.Option("--out", help="Where to put the settings; in the index if not given.")
    ] = None,
    precision: Precision = "auto",
    skip_bad: SkipBad = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Choose when to answer, on validation questions that trained nothing; exit 1 if no threshold keeps the risk.

    The questions are about documents of the index, with and without an answer in them, in about the mix that you
    expect. Without --data they are the validation questions of the embedded corpus.
    """
    from qa_lesson.corpus import load_corpus
    from qa_lesson.open_corpus import fit_abstention, settings_path, write_settings
    from qa_lesson.retrieval import load_index

    check_outputs([Output("--out", output, SETTINGS)], [data, model, index], force)
    examples = load_corpus("validation", unanswerable=True) if data is None else load_or_explain(data, skip_bad)
    answerer = load_answerer(model, precision)
    fitted = fit_abstention(load_index(index), answerer, examples, risk=risk, delta=delta, passages=passages)
    path = write_settings(fitted, output or settings_path(index, answerer))
    if as_json:
        print_json({"settings": asdict(fitted), "out": str(path)})
    else:
        source = f"{counted(fitted.n_validation, 'question')} on {counted(fitted.n_documents, 'document')}"
        if fitted.threshold is None:
            say(f"no threshold keeps at most {100 * risk:g}% of the answers wrong, so nothing will be answered")
            tell(f"fitted on {source}; allow more risk, add validation questions, or train a better model")
        else:
            coverage = f"{100 * fitted.validation_coverage:.0f}% of the validation questions get an answer"
            say(f"answers from a probability of {100 * fitted.threshold:.0f}% on: {coverage}")
            kept = f"at most {100 * risk:g}% wrong answers, with {100 - 100 * delta:g}% confidence"
            tell(f"fitted on {source}, for {kept}")
        say(f"settings in {path}")
    if fitted.threshold is None:
        raise typer.Exit(1)


def load_answerer(model: str | None, precision: Precision) -> QuestionAnswerer:
    """The model to ask: the course's own if none is named, which is trained first if it isn't in the cache."""
    from qa_lesson.serving.exported_answers import open_answerer

    if model is not None:
        return open_answerer(model, precision=precision)
    from qa_lesson.course import course_run

    tell("no --model: the course's model answers. It learned from a made-up handbook, and your own documents differ.")
    tell("for a model of your own: qa-lesson finetune --data questions.json --out my_model")
    return open_answerer(course_run().model_dir, precision=precision)


def open_corpus(index: Path, answerer: QuestionAnswerer, settings: Path | None) -> CorpusAnswerer:
    """The index with the settings for this model, and a note if there are none."""
    from qa_lesson.open_corpus import load_corpus_answerer, read_settings

    corpus = load_corpus_answerer(index, answerer, settings=read_settings(settings) if settings else None)
    if not corpus.settings.is_fitted:
        warn("note:", "every question gets an answer, and the probabilities are only a rough guide. To abstain at a")
        tell(f"      risk that you state: qa-lesson calibrate --index {index} --data VALIDATION --risk 0.2")
    return corpus


def evaluate_over_corpus(index: Path, answerer: QuestionAnswerer, examples: Sequence[Example]) -> CorpusEvaluation:
    """The questions answered from a whole index and scored.

    Raises:
        ConfigError: several processes share the command.
    """
    from qa_lesson.open_corpus import evaluate_corpus_answers

    if n_processes() > 1:
        raise ConfigError("an index is searched by one process", fix="run evaluate --index without a launcher")
    corpus = open_corpus(index, answerer, None)
    return evaluate_corpus_answers(examples, corpus([example.question for example in examples]))


def show_over_corpus(result: CorpusEvaluation) -> None:
    """Tables of the scores over a corpus and of the causes of errors."""
    record = result.as_dict()
    names = {"exact_match": "EM", "f1": "F1", "answered": "answered", "risk": "wrong among the answers given"}
    named = [(label, record[name]) for name, label in names.items()]
    for k, found in record["recall"].items():
        named.append(("right passage first" if k == "1" else f"right passage among the first {k}", found))
    named.append(("unanswerable questions answered", record["wrongly_answered"]))
    rows = [(name, *_percent(found)) for name, found in named if found]
    show_table(("over the whole index", "%", "95% interval"), rows)
    causes = [
        (cause, str(found["n"]), *_percent(found["share"]), str(found["withheld"]))
        for cause, found in record["causes"].items()
    ]
    without = record["n_without_error"]
    causes.append(("no error", str(without), f"{100 * without / record['n']:.1f}", "", ""))
    show_table(("cause of the error", "questions", "%", "95% interval", "no answer given"), causes)


def _percent(found: dict[str, Any]) -> tuple[str, str]:
    return f"{100 * found['estimate']:.1f}", f"{100 * found['low']:.1f} to {100 * found['high']:.1f}"


def _read_questions(path: Path) -> list[str]:
    """The questions in a file: the "question" of each JSON record if it is JSONL, else each line that is not blank."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            "cannot read the questions", where=str(path), received=str(error), fix="name a UTF-8 text file"
        ) from error
    if path.suffix != ".jsonl":
        return lines
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        text = record.get("question") if isinstance(record, dict) else None
        if not isinstance(text, str) or not text.strip():
            raise DataError(
                "a record has no question", where=f"{path}, record {number}", received=shorten(line),
                fix='write one {"question": "..."} on each line',
            )  # fmt: skip
        found.append(text)
    return found


def _show(answer: CorpusAnswer, threshold: float | None) -> None:
    from qa_lesson.open_corpus import place_of, snippet_around

    say((answer.question, "dim"))
    best = answer.best
    if best is not None:
        doubt = ", more likely wrong than right" if best.probability < _EVEN else ""
        say((" ".join(best.text.split()), "bold"), f"  {100 * best.probability:.0f}%{doubt}")
        say(f"  {best.source}")
        say(f"  {best.snippet.marked()}")
    else:
        say(("Not in these documents", "bold"))
        if answer.candidates and threshold is not None:
            shown = f"{100 * answer.probability:.0f}%, and answers are given from {100 * threshold:.0f}% on"
            say(f"  the best candidate has a probability of {shown}")
    if answer.runners_up:
        rows = [
            (
                f"{100 * one.probability:.0f}%",
                " ".join(one.text.split()),
                one.source,
                snippet_around(one.passage.text, one.start, one.end, longest=_WIDTH).marked(),
            )
            for one in answer.runners_up[:_SHOWN]
        ]
        show_table(("probability", "answer", "source", "passage"), rows, title="other candidates")
    if best is None:
        nearest = [
            (f"{hit.score:.2f}", place_of(hit.passage), textwrap.shorten(hit.passage.text, _WIDTH, placeholder=" ..."))
            for hit in answer.hits[:_SHOWN]
        ]
        show_table(("score", "source", "passage"), nearest, title="nearest passages")
