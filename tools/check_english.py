"""Count habits that make English read like a translation, in the prose of notebooks, quizzes, docs and the package.

    python tools/check_english.py                    every area against its limit; exit code 1 if one is over it
    python tools/check_english.py --summary          the counts by habit only
    python tools/check_english.py notebooks/05*      each hit in these files, with its place

A hit is a question, not a verdict: "the standard error" is fine. CONTRIBUTING.md says what to write instead. What it
cannot see, such as word order and tone, needs a person who reads the page aloud.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
HABITS = {
    "stand for a place": r"\b(?:stands?|stood|standing)\b(?! (?:for|out|up|by|behind|alone)\b)",
    "lie for a place": r"\b(?:lies|lain|lay)\b(?! (?:out|off)\b)",
    "of which": r"\b(?:of|by|to|from|with|in|on|at|for) which\b",
    ", as = because": r", as (?:it|they|the|this|these|there|some|only|no|so|most|we|you|an?)\b",
    ", for = because": (
        r", for (?:it|they|the|this|these|no|there|he|we|you|an?) \w+ "
        r"(?:is|are|was|were|has|have|does|do|can|cannot|would|will)\b"
    ),
    "where = if": r"\b[Ww]here (?:there (?:is|are)|it is|they are|one|no|nothing|none|this is)\b",
    "whoever, nobody": r"\b(?:whoever|nobody|whosoever|whom)\b",
    "old words": r"\b(?:mend(?:s|ed|ing)?|dear(?:er|ly)?|shall|likewise|hence|thereby|therein|whereby)\b",
    "many a": r"\b[Mm]any an? ",
    "others = different": (
        r"\b(?:is|are|be|was|were) (?:others|another one|another)\b"
        r"(?! (?:word|name|reason|way|question|example|thing|matter|story|of)\b)"
    ),
    "a training": (
        r"\b(?:an?|another|each|every|one|two|three) trainings?\b(?! (?:run|set|question|data|loop|example|step|loss|"
        r"file|document|split|window|epoch|curve|part|call|batch|row|score|argument|passage|job|record|text|recipe|time))"
        r"|\btrainings\b"
    ),
    "by itself": r"\bby (?:itself|themselves)\b",
    "as good as = almost": r"\bas good as\b",
    "no X = not an X": (
        r"\b(?:is|are|was|were) no (?:property|reason|prison|miracle|model|measure|answer to|use|help|place)\b"
    ),
    "at once": r"\bat once\b",
    "the wanted": r"\b(?:the|a) wanted\b",
    "bears, beside": r"\b(?:bears?|beside)\b",
    "83 %": r"\d %",
    "reader = model": r"\b(?:untrained|trained|generic|fine-tuned|fast|slow|course|small|copying) reader\b",
}
ALLOWED_PER_THOUSAND_WORDS = {
    ("notebooks",): 2.0,
    ("quizzes",): 2.0,
    ("docs", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"): 2.0,
    ("qa_lesson", "tools", "benchmarks"): 2.0,
}
SUFFIXES = {".ipynb", ".jinja", ".md", ".py", ".yaml", ".yml"}
NOT_OURS_TO_REWRITE = {"corpus", "recordings", "site"}
"""Folders of data: passages, recorded answers, and the site's theme."""
_NO_PROSE = re.compile(r"`[^`]*`|<[^>]+>|\$[^$]*\$|https?://\S+|\{[{%][^}]*[}%]\}")


_QUOTED = re.compile(r"<!-- habits quoted.*?<!-- end of habits -->", re.DOTALL)


@dataclass
class Found:
    """What some files hold."""

    words: int = 0
    habits: Counter[str] = field(default_factory=Counter)
    places: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Hits in a thousand words."""
        return 1000 * self.habits.total() / max(self.words, 1)


def prose(path: Path) -> Iterator[tuple[str, str]]:
    """The pieces of prose of a file, each with its place."""
    text = _QUOTED.sub("", path.read_text(encoding="utf-8"))
    if path.suffix == ".ipynb":
        for n, cell in enumerate(json.loads(text)["cells"]):
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                yield f"cell {n}", source
            else:
                yield from ((f"cell {n}, {place}", piece) for place, piece in python_prose(source))
    elif path.suffix == ".py":
        yield from python_prose(text)
    else:
        yield from ((f"line {n}", line) for n, line in enumerate(text.splitlines(), 1))


def python_prose(source: str) -> Iterator[tuple[str, str]]:
    """Texts of more than three words, and comments, of Python source; nothing if it is not plain Python."""
    try:
        tree = ast.parse(source)
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, tokenize.TokenError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.count(" ") >= 3:
            yield f"line {node.lineno}", node.value
    yield from ((f"line {one.start[0]}", one.string[1:]) for one in tokens if one.type == tokenize.COMMENT)


def count(paths: list[Path]) -> Found:
    """The habits in these files."""
    found = Found()
    for path in paths:
        for place, text in prose(path):
            plain = _NO_PROSE.sub(" ", text)
            found.words += len(plain.split())
            for habit, pattern in HABITS.items():
                for hit in re.finditer(pattern, plain):
                    found.habits[habit] += 1
                    around = " ".join(plain[max(0, hit.start() - 40) : hit.end() + 40].split())
                    found.places.append(f"{path}, {place}: [{habit}] ...{around}...")
    return found


def files_below(names: list[Path]) -> list[Path]:
    """The files named, and those below the folders named."""
    found: list[Path] = []
    for name in names:
        inside = sorted(name.rglob("*")) if name.is_dir() else [name]
        found += [path for path in inside if path.suffix in SUFFIXES and not set(path.parts) & NOT_OURS_TO_REWRITE]
    return found


def main() -> int:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--summary", action="store_true", help="the counts by habit only")
    parser.add_argument("paths", nargs="*", type=Path, help="files and folders; without them every area with its limit")
    asked = parser.parse_args()
    areas = {tuple(map(str, asked.paths)): None} if asked.paths else ALLOWED_PER_THOUSAND_WORDS
    over = False
    for names, limit in areas.items():
        found = count(files_below([Path(name) if asked.paths else ROOT / name for name in names]))
        too_many = limit is not None and found.rate > limit
        over = over or too_many
        if asked.paths or too_many:
            for place in [] if asked.summary else found.places:
                print(place.replace(f"{ROOT}/", ""))
        for habit, number in found.habits.most_common() if asked.summary else []:
            print(f"{number:5d}  {habit}")
        allowed = "" if limit is None else f", {limit:g} allowed"
        told = f"{found.habits.total()} hits in {found.words:,} words, {found.rate:.1f} a thousand{allowed}"
        print(f"{', '.join(names)}: {told}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
