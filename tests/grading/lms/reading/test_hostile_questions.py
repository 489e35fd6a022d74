"""Files of questions that mean harm, or are simply broken, are refused with a reason, within limits."""

import io
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imported_questions import import_text, only
from lms_samples import every_kind

from qa_lesson.errors import DataError
from qa_lesson.grading.lms.canvas_qti import canvas_zip
from qa_lesson.grading.lms.moodle_xml import moodle_xml
from qa_lesson.grading.lms.reading import source_files
from qa_lesson.grading.lms.reading.converting import convert_question
from qa_lesson.grading.lms.reading.naming import QuestionIds
from qa_lesson.grading.lms.reading.question_import import import_questions, read_questions

BOMB = "<!DOCTYPE q [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
TRUE = (
    '<question type="truefalse"><questiontext><text>{}</text></questiontext>'
    '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question>'
)


def package(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def manifest(name: str, kind: str = "imsqti_xmlv1p2") -> bytes:
    return (
        f'<manifest><resources><resource type="{kind}"><file href="{name}"/></resource></resources></manifest>'.encode()
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f"{BOMB}]><quiz>&i;</quiz>", "document type"),
        ('<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>', "document type"),
        ('<?xml version="1.0"?><!DOCTYPE quiz SYSTEM "http://example.org/q.dtd"><quiz/>', "document type"),
        ("<quiz>&nosuch;</quiz>", "cannot be read"),
        ("<quiz><question>", "cannot be read"),
        (f"<quiz>{'<a>' * 200}{'</a>' * 200}</quiz>", "nested more than"),
        ('<?xml version="1.0" encoding="no-such"?><quiz/>', "cannot be read"),
        ('<?xml version="1.0" encoding="utf-16"?><quiz/>', "cannot be read"),
        ('<?xml version="1.0" encoding="utf-8"?><quiz>\xe4</quiz>'.encode("latin-1"), "cannot be read"),
        ("<?xml version='1.0'?><html/>", "no questions that can be read"),
        ("<quiz></quiz>", "no question in the file"),
        ("", "no file of questions"),
        (b"\0\1\2\3" * 20, "null bytes"),
        (b"PK\x03\x04 no zip at all", "archive cannot be read"),
        (package(a__txt=b"1"), "no QTI package"),
        (package(imsmanifest__xml=manifest("../../etc/passwd.xml")), "leads out of it"),
        (package(imsmanifest__xml=manifest("/etc/passwd.xml")), "leads out of it"),
        (package(imsmanifest__xml=manifest("missing.xml")), "lacks a file"),
        (package(imsmanifest__xml=manifest("q.xml", "imsqti_item_xmlv2p1")), "QTI 2 questions"),
        (package(imsmanifest__xml=manifest("q.xml", "webcontent")), "no quiz"),
        (package(imsmanifest__xml=f"{BOMB}]><manifest>&i;</manifest>".encode()), "document type"),
        (package(imsmanifest__xml=manifest("q.xml"), q__xml=b"<broken"), "cannot be read"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(tmp_path, content, why):
    with pytest.raises(DataError) as caught:
        import_text(tmp_path, content)
    assert why in str(caught.value)
    assert "source.txt" in str(caught.value)


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(source_files, "MOST_FILE_BYTES", 2**20)
    content = package(imsmanifest__xml=manifest("q.xml"), q__xml=b" " * 50 * 2**20)
    assert len(content) < 2**20
    tracemalloc.start()
    with pytest.raises(DataError, match="unpacks to more than 1 MB"):
        import_text(tmp_path, content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 2**20


def test_many_files_and_many_elements_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source_files, "_MOST_FILES", 3)
    with pytest.raises(DataError, match="more than 3 files"):
        import_text(tmp_path, package(a=b"", b=b"", c=b"", d=b""))
    monkeypatch.setattr(source_files, "_MOST_ELEMENTS", 1000)
    with pytest.raises(DataError, match="more than 1,000 elements"):
        import_text(tmp_path, f"<quiz>{'<question/>' * 1001}</quiz>")


def test_a_file_of_100_megabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.write(b"<quiz>")
        file.truncate(100 * 2**20)
    start = time.perf_counter()
    with pytest.raises(DataError, match="larger than 64 MB"):
        import_questions(path)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("&lt;div&gt;" * 1900, "nested more than"),
        ("&lt;a " * 5000, "tags or formulas"),
        ("\\(" * 5000, "tags or formulas"),
        ("&lt;b&gt;&lt;i&gt;" * 900 + "x", "nested more than"),
        ("x" * 300_000, "more than 30,000"),
        ("\\(a $ b\\)", "a formula in it"),
        ("&lt;math&gt;&lt;mi&gt;x&lt;/mi&gt;&lt;/math&gt;", "MathML"),
        ("&lt;![x", None),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Is it?", None),
    ],
)
def test_a_hostile_text_harms_only_its_question(tmp_path, html, why):
    start = time.perf_counter()
    found = import_text(tmp_path, f"<quiz>{TRUE.format(html)}{TRUE.format('Good?')}</quiz>")
    assert time.perf_counter() - start < 20
    assert found.questions[1].faults == []
    if why is not None:
        assert why in found.questions[0].faults[0]


def test_scripts_are_removed_and_named(tmp_path):
    source = TRUE.format("&lt;script&gt;alert(1)&lt;/script&gt;Is &lt;a href='javascript:x()'&gt;it&lt;/a&gt;?")
    found = import_text(tmp_path, f"<quiz>{source}</quiz>")
    assert only(found)["prompt"] == "Is it?"
    assert found.questions[0].lost == ["a script element", "a link that is not of the web"]


SEEDS = (
    moodle_xml([every_kind()]),
    canvas_zip([every_kind()]),
    b"::t:: Q{=a ~b#c ~%50%d}\n\nN{#1..2}\n\nM{=a->b =c->d}",
)


def read_all(content: bytes) -> None:
    """Read and convert; anything but a DataError fails the test."""
    try:
        found = read_questions(content, "fuzz")
    except DataError:
        return
    ids = QuestionIds()
    for question in found.questions:
        assert convert_question(question, ids).questions or convert_question(question, ids).faults


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
@example(b"<quiz>" + b"\xff" * 10)
@example(b"\xff\xfe<\0q\0u\0i\0z\0/\0>\0")
def test_any_bytes(content):
    read_all(content)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=6))
def test_damaged_files(seed, changes):
    content = bytearray(seed)
    for place, piece in changes:
        start = int(place * (len(content) - 1))
        content[start : start + len(piece)] = piece
    read_all(bytes(content))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="{}=~#%:\\->1.5 ab\n$T/[]<b>&*`_", max_size=120))
def test_any_gift(text):
    read_all(text.encode())


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>/bpiulodtrhe \"'=&;*_`$\\()[]{}#-+.1|~\n", max_size=150))
def test_any_html(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    read_all(f"<quiz>{TRUE.format(escaped)}</quiz>".encode())
