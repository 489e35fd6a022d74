"""How often each search finds the passage that a question was written for, among all passages of the course.

python benchmarks/retrieval_quality.py

300 passages of 50 documents are searched with the test questions of 9 documents. The weights of the fused search, and
that headings or document names are indexed, were chosen on the validation questions. The last row leaves the names out.
Both splits are kept, so you can see how far the choice carries over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from _report import write

from qa_lesson.corpus import load_corpus
from qa_lesson.evaluation import Interval
from qa_lesson.retrieval import Index, build_index, corpus_passages, evaluate_search
from qa_lesson.schema import Example

EXPECTED_SECONDS = 25
METHODS = {"words": "words (BM25)", "meaning": "meaning (vectors)", "fused": "both, fused"}
KS = (1, 5, 10)


def row(what: str, index: Index, examples: list[Example], method: str) -> dict[str, Any]:
    """Recall and mean reciprocal rank of one search, each with its interval."""
    found = evaluate_search(index, examples, method=method)
    measures = {f"recall@{k}": found.recall(k) for k in KS} | {"MRR": found.reciprocal_rank()}
    return {"what": what} | {name: ends(interval) for name, interval in measures.items()}


def ends(interval: Interval) -> list[float]:
    """Estimate, low and high, as fractions."""
    return [round(value, 4) for value in (interval.estimate, interval.low, interval.high)]


def main() -> None:
    """Evaluate every method on both splits."""
    passages = corpus_passages()
    index = build_index(passages)
    plain = build_index([replace(passage, document="") for passage in passages])
    quality = {}
    for split in ("validation", "test"):
        examples = load_corpus(split)
        rows = [row(what, index, examples, method) for method, what in METHODS.items()]
        rows.append(row("both, without document names", plain, examples, "fused"))
        quality[split] = {
            "questions": len(examples),
            "documents": len({example.document for example in examples}),
            "rows": rows,
        }
        for one in rows:
            print(split, one)
    write("retrieval_quality", {"passages": len(passages), "quality": quality})


if __name__ == "__main__":
    main()
