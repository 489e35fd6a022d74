"""Folders of good, odd and broken files."""

import itertools
import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_documents import LINES, Pdf, excel_file, odd_excel_file, odd_word_file, word_file, zip_bomb
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.documents import Passage, folder, read_folder, read_passages, write_passages
from qa_lesson.documents.blocks import Block
from qa_lesson.documents.cutting import cleaned_text, split_blocks
from qa_lesson.encoder import load_tokenizer
from qa_lesson.errors import ConfigError, DataError

BODY = " ".join(LINES)
SCANNED = Pdf().picture().page().picture().page().bytes()
UNREADABLE = {
    "empty.txt": (b"", "empty"),
    "blank.md": (b" \n\t\n", "empty"),
    "binary.txt": (b"\x00\x01\x02\x03\x04abc\x00", "null bytes"),
    "cut.txt": ("text".encode("utf-16") + b"\xd8", "damaged"),
    "no_text.html": (b"<nav>Home</nav><script>x()</script>", "no running text"),
    "only_headings.md": (b"# One\n\n## Two\n", "no running text"),
    "picture.png": (b"\x89PNG\r\n", "not read"),
    "no_extension": (b"text", "not read"),
    "old.doc": (b"\xd0\xcf\x11\xe0", "not read"),
    "is_a_pdf.txt": (b"%PDF-1.7\n", "it is a PDF"),
    "is_a_picture.pdf": (b"\xff\xd8\xff\xe0", "it is a picture"),
    "is_word.md": (word_file(), "a packed file"),
    "is_gzip.csv": (b"\x1f\x8b\x08", "a compressed file"),
    "is_rtf.txt": (b"{\\rtf1 x}", "a rich text file"),
    "is_excel.docx": (excel_file(), "not a Word file"),
    "is_word.xlsx": (word_file(), "not an Excel file"),
    "old_or_encrypted.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
    "cut.docx": (word_file()[:-200], "damaged"),
    "changed.docx": (word_file()[:900] + b"\xff" * 60 + word_file()[960:], "damaged"),
    "bomb.docx": (zip_bomb("word/document.xml", 600_000_000), "would unpack to"),
    "bomb.xlsx": (zip_bomb("xl/workbook.xml", 600_000_000), "would unpack to"),
    "not_xml.docx": (zip_bomb("word/document.xml", 2_000_000), "damaged"),
    "damaged.pdf": (b"%PDF-1.7\ngarbage", "damaged PDF"),
    "cut.pdf": (Pdf().lines(50, 700, LINES).page().bytes()[:300], "damaged PDF"),
    "encrypted.pdf": (Pdf(password="secret").lines(50, 700, LINES).page().bytes(), "encrypted"),
    "scanned.pdf": (SCANNED, "scanned"),
    "blank.pdf": (Pdf().page().bytes(), "no text"),
}
COLUMNS = Pdf().lines(50, 700, [f"Left {line}" for line in LINES]).lines(320, 700, [f"Right {line}" for line in LINES])
LAMP = "Die Wärter zünden die Lampen an – jede Nacht, sagt „Jürgen“."
ARABIC = "يشعل الحارس المصباح عند الغروب ويقص الفتيل مرتين في الليل."
HEBREW = "השומר מדליק את המנורה בשקיעה"
THAI = "ผู้ดูแลประภาคารจุดไฟทุกคืนตอนหกโมงเย็นและดับไฟตอนตีห้า"
JAPANESE = "灯台守は毎晩六時に灯をともし、朝五時に消します。嵐の夜には三回鐘を鳴らします。"
RUSSIAN = "Смотритель зажигает лампу каждый вечер в шесть часов и гасит её утром в пять."
ODD_WORD = ["In a form.", "The light is white", "See the chart", "Beside it.", "In a box.", "Around."]
READABLE = {
    "plain.txt": (BODY.encode(), BODY),
    "CAPITALS.TXT": (BODY.encode(), BODY),
    "win.txt": (LAMP.encode("cp1252"), LAMP),
    "russian.txt": (RUSSIAN.encode("cp1251"), RUSSIAN),
    "japanese.txt": (JAPANESE.encode("shift_jis"), JAPANESE),
    "wide.txt": (BODY.encode("utf-16"), BODY),
    "marked.txt": (LAMP.encode("utf-8-sig"), LAMP),
    "old_mac.txt": (b"One.\r\rTwo.", "One.\n\nTwo."),
    "arabic.txt": (ARABIC.encode(), ARABIC),
    "thai.md": (THAI.encode(), THAI),
    "script.md": (b"Text.\n\n<script>alert('x')</script>\n", "Text."),
    "page.html": (f"<p>{BODY}</p><script>alert('x')</script>".encode(), BODY),
    "rtl.html": (f"<html dir=rtl><p>{HEBREW} <b>בלילה</b></p>".encode(), f"{HEBREW} בלילה"),
    "frames.xhtml": (f'<?xml version="1.0"?><!DOCTYPE html><p>{BODY}</p>'.encode(), BODY),
    "layout.htm": (f"<table><tr><td>Menu<td><p>{BODY}</p><p>End.</p></table>".encode(), f"Menu\n\n{BODY}\n\nEnd."),
    "word.docx": (word_file(), f"{BODY}\n\nOil comes in June.\n\nroom: North; price: 40\n\nroom: closed"),
    "odd_word.docx": (odd_word_file(), " ".join([*ODD_WORD, "isle: Skelm; boat: Auk isle: Skelm; boat: Petrel"])),
    "table.xlsx": (excel_file(), "boat: Petrel; seats: 12\n\nboat: Auk; in repair"),
    "odd_table.xlsx": (odd_excel_file(), "Price list\n\nthing: lamp; price: 4.5; since: 2025-01-02"),
    "table.csv": (b"boat;seats\nPetrel;12\n", "boat: Petrel; seats: 12"),
    "open_quote.csv": (b'boat,note\nPetrel,"old\nAuk,new\n', "boat: Petrel; note: old Auk,new"),
    "table.tsv": (b"boat\tnote\nPetrel\ta \"good\" one\nAuk\n", 'boat: Petrel; note: a "good" one\n\nboat: Auk'),
    "paper.pdf": (Pdf().lines(50, 700, LINES).page().bytes(), BODY),
    "columns.pdf": (COLUMNS.page().bytes(), " ".join(f"{side} {line}" for side in ("Left", "Right") for line in LINES)),
    "half_scanned.pdf": (Pdf().lines(50, 700, LINES).page().picture().page().bytes(), BODY),
    "one_line.txt": (b"word " * 3_000, " ".join(["word"] * 3_000)),
    "no_spaces.txt": (b"x" * 5_000, "x" * 5_000),
}  # fmt: skip


def fill(place, files):
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    place = tmp_path_factory.mktemp("zoo")
    fill(place, {name: content for name, (content, _) in (UNREADABLE | READABLE).items()})
    return read_folder(place, target=60)


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_is_named_with_its_reason_and_a_remedy(zoo, name):
    report = next(file for file in zoo.files if file.document == name)
    assert report.problem is not None
    assert UNREADABLE[name][1] in report.problem
    assert "; " in report.problem, "what to do"
    assert report.n_passages == 0


@pytest.mark.parametrize("name", READABLE)
def test_a_readable_file_beside_broken_ones_gives_its_text(zoo, name):
    report = next(file for file in zoo.files if file.document == name)
    assert report.problem is None
    texts = [passage.text for passage in zoo.passages if passage.document == name]
    assert report.n_passages == len(texts) > 0
    assert "".join(" ".join(texts).split()) == "".join(READABLE[name][1].split())


def test_the_zoo_is_large():
    assert len(UNREADABLE | READABLE) == len(UNREADABLE) + len(READABLE) >= 50


def test_passages_have_at_most_the_wanted_length_and_unique_ids(zoo):
    assert max(passage.n_tokens for passage in zoo.passages) <= 60
    assert len({passage.id for passage in zoo.passages}) == len(zoo.passages)
    assert not any("alert" in passage.text for passage in zoo.passages)


def test_the_same_files_give_the_same_bytes_and_unchanged_ones_are_not_read_again(tmp_path, monkeypatch):
    fill(tmp_path / "in", {"b/two.md": b"# Two\n\nTwo.", "a.txt": b"One.", ".hidden.txt": b"x", "~$lock.docx": b"x"})
    first = read_folder(tmp_path / "in", kept=tmp_path / "kept")
    assert [file.document for file in first.files] == ["a.txt", "b/two.md"]
    write_passages(first.passages, tmp_path / "1.jsonl")
    read = []
    real = folder.READERS[".txt"]
    monkeypatch.setitem(folder.READERS, ".txt", lambda content: read.append(content) or real(content))
    monkeypatch.setitem(folder.READERS, ".md", lambda content: pytest.fail("it was read before"))
    (tmp_path / "in" / "a.txt").write_bytes(b"One more.")
    second = read_folder(tmp_path / "in", kept=tmp_path / "kept")
    assert (read, second.passages[0].text, second.passages[1]) == ([b"One more."], "One more.", first.passages[1])
    (tmp_path / "in" / "a.txt").write_bytes(b"One.")
    write_passages(read_folder(tmp_path / "in", kept=tmp_path / "kept").passages, tmp_path / "2.jsonl")
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    assert read_passages(tmp_path / "2.jsonl") == first.passages
    for file in (tmp_path / "kept").iterdir():
        file.write_text("damaged")
    monkeypatch.undo()
    assert read_folder(tmp_path / "in", kept=tmp_path / "kept").passages == first.passages


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_links_out_of_the_folder_are_passed_over(tmp_path):
    fill(tmp_path, {"in/a.txt": b"One.", "out/secret.txt": b"Secret."})
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "out" / "secret.txt")
    assert [file.document for file in read_folder(tmp_path / "in").files] == ["a.txt"]


def test_errors_say_what_to_do(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        read_folder(tmp_path / "nothing")
    with pytest.raises(DataError, match="no file to read"):
        read_folder(tmp_path)
    (tmp_path / "a.txt").write_text("One.")
    with pytest.raises(ConfigError, match="room for 20 tokens"):
        read_folder(tmp_path, target=5)
    (tmp_path / "p.jsonl").write_text('{"id": "a"}\nnot json\n')
    with pytest.raises(DataError, match=r"line 1: document[\s\S]*line 2"):
        read_passages(tmp_path / "p.jsonl")


def test_a_large_file_is_named_and_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "LARGEST_FILE", 10)
    fill(tmp_path, {"large.txt": b"more than ten bytes", "small.txt": b"small"})
    report = read_folder(tmp_path)
    assert [file.document for file in report.unreadable] == ["large.txt"]
    assert "19 bytes" in report.unreadable[0].problem


HEADED = [
    Block("Top", "heading", 1), Block("Intro."), Block("Sub", "heading", 2), Block("Deep text."),
    Block("Other", "heading", 1), Block("Last."),
]  # fmt: skip


def test_a_passage_never_crosses_a_heading_and_knows_those_above_it():
    passages = split_blocks(HEADED, "d", load_tokenizer(), target=100)
    assert [(one.id, one.text, one.headings) for one in passages] == [
        ("d#1", "Intro.", ("Top",)), ("d#2", "Deep text.", ("Top", "Sub")), ("d#3", "Last.", ("Other",)),
    ]  # fmt: skip


SENTENCES = st.lists(
    st.sampled_from(["One two. ", "Why not? ", "三回鳴らす。", "a" * 90 + " ", "x\u0301y ", "😀 "]), min_size=1
)
BLOCKS = st.lists(
    st.builds(
        lambda words, kind: Block(" ".join("".join(words).split()), kind, 1 if kind == "heading" else 0),
        SENTENCES,
        st.sampled_from(["paragraph", "paragraph", "row", "heading"]),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(BLOCKS, st.integers(20, 60))
def test_every_passage_is_in_its_place_and_nothing_is_lost(blocks, target):
    text = cleaned_text(blocks)
    passages = split_blocks(blocks, "d", load_tokenizer(), target=target)
    for passage in passages:
        assert passage.text == text[passage.start : passage.end] == passage.text.strip()
        assert 0 < passage.n_tokens <= target
    assert [one.end <= other.start for one, other in itertools.pairwise(passages)].count(False) == 0
    kept = "".join("".join(passage.text.split()) for passage in passages)
    assert kept == "".join("".join(block.text.split()) for block in blocks if block.kind != "heading")


def test_the_command_writes_passages_and_names_what_it_could_not_read(tmp_path):
    fill(tmp_path / "in", {"a[1].txt": b"One.", "scan.pdf": SCANNED})
    target = tmp_path / "p.jsonl"
    result = CliRunner().invoke(app, ["passages", str(tmp_path / "in"), "--out", str(target)])
    assert result.exit_code == 1
    assert "1 passage of 1 file written" in result.stdout
    assert "scan.pdf: it is scanned" in result.stderr
    assert read_passages(target) == [Passage("a[1].txt#1", "a[1].txt", "One.", 0, 4, 2)]
    result = CliRunner().invoke(app, ["passages", str(tmp_path / "in" / "a[1].txt"), "--out", str(target), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["files"][0]["encoding"] == "utf-8"
