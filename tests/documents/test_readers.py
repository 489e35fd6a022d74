"""What each reader makes of a small file of its kind."""

import pytest
from made_documents import HEIGHT, LINES, Pdf, excel_file, odd_excel_file, odd_word_file, word_file

from qa_lesson.documents.blocks import Block, Content, Unreadable, readable_text
from qa_lesson.documents.html_pages import read_html
from qa_lesson.documents.joining import joined_lines
from qa_lesson.documents.pdf import read_pdf
from qa_lesson.documents.table_files import read_csv, read_xlsx
from qa_lesson.documents.text_files import read_markdown, read_text, table_row
from qa_lesson.documents.word import read_docx

BODY = " ".join(LINES)


def shown(content: Content) -> list[tuple[str, str]]:
    return [(block.kind if block.kind != "heading" else f"h{block.level}", block.text) for block in content.blocks]


def test_plain_text_has_paragraphs_and_underlined_headings():
    content = read_text(b"Rooms\r\n=====\r\nOne\r\nline.\r\n\r\n \r\nPrices\n---\n\nForty.\x0cNext page.")
    assert shown(content) == [
        ("h1", "Rooms"), ("paragraph", "One line."), ("h2", "Prices"), ("paragraph", "Forty."),
        ("paragraph", "Next page."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "whole", "joined"),
    [
        (["The light-", "house"], "", "The lighthouse"),
        (["is well-", "known"], "A well-known man", "is well-known"),
        (["is Well-", "known"], "a well-known man", "is Well-known"),
        (["from 10-", "20"], "", "from 10- 20"),
        (["North-", "East"], "", "North- East"),
        (["a -", "b"], "", "a - b"),
        ([], "", ""),
    ],
)
def test_a_divided_word_is_joined_unless_its_hyphen_is_its_own(lines, whole, joined):
    assert joined_lines(lines, whole) == joined


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Öl, “naïve” – 5 €".encode(), "utf-8"),
        ("Öl".encode("utf-8-sig"), "utf-8"),
        ("Öl und Wasser".encode("utf-16"), "utf-16"),
        ("plain words".encode("utf-16-le"), "utf-16-le"),
        ("plain words".encode("utf-16-be"), "utf-16-be"),
        ("Öl".encode("utf-32"), "utf-32"),
        ("Das Öl für die Lampen kostet 5 € – das ist „teuer“, sagt Jürgen.".encode("cp1252"), "cp1252"),
    ],
)
def test_encodings_are_detected_and_named(content, encoding):
    text, found = readable_text(content)
    assert (found, "\ufffd" in text, text.startswith(("Öl", "plain", "Das Öl"))) == (encoding, False, True)


@pytest.mark.parametrize("content", [b"a\0b\0\0c\x01", b"\xff\xfea\x00\xd8", b"\xef\xbb\xbf\xff"])
def test_bytes_that_are_no_text_are_refused(content):
    with pytest.raises(Unreadable):
        readable_text(content)


def test_markdown_gives_its_text_without_markup():
    content = read_markdown(
        b"---\ntitle: x\n---\n# Top *one*\n\nText with `code`, [a link](http://x) and\na second line.\n\n"
        b"- one\n- two\n\n"
        b"| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | |\n\n![pic](x.png)\n\n<!-- hidden -->\n\n"
        b"```\nx = 1\n```\n\nSub\n---\n\nEnd"
    )
    assert shown(content) == [
        ("h1", "Top one"), ("paragraph", "Text with code, a link and a second line."), ("paragraph", "one"),
        ("paragraph", "two"), ("row", "a: 1; b: 2"), ("row", "a: 3"), ("paragraph", "x = 1"), ("h2", "Sub"),
        ("paragraph", "End"),
    ]  # fmt: skip
    assert set(content.removed) == {"front matter", "images", "raw HTML"}


def test_html_gives_what_a_visitor_reads():
    content = read_html(
        b"<title>T</title><style>p{}</style><nav>Home | About</nav><main><header><h1>Title</h1></header>"
        b"<p>One <b>bold</b>ly.<br>Two &amp; three.</p><div>Loose<p>Para</p>tail</div><ul><li>item</li></ul>"
        b"<table><tr><th>a<th>b</tr><tr><td>1<td>2</tr></table><p hidden>secret</p><p style='display: none'>secret</p>"
        b"</main><div role=search>find</div><footer>2026</footer><script>alert('secret')</script><!-- secret -->"
    )
    assert shown(content) == [
        ("h1", "Title"), ("paragraph", "One boldly. Two & three."), ("paragraph", "Loose"), ("paragraph", "Para"),
        ("paragraph", "tail"), ("paragraph", "item"), ("row", "a: 1; b: 2"),
    ]  # fmt: skip
    assert content.removed["hidden text"] == 2 * len("secret")
    assert content.removed["navigation"] == len("Home | About" + "find" + "2026")


def test_what_begins_an_xhtml_page_is_not_text():
    page = b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML" "x"><html><p>One.</p></html>'
    assert shown(read_html(page)) == [("paragraph", "One.")]


def test_html_in_a_declared_and_in_an_undeclared_encoding():
    declared = '<meta charset="windows-1251"><p>Маяк</p>'.encode("cp1251")
    assert [block.text for block in read_html(declared).blocks] == ["Маяк"]
    assert [block.text for block in read_html("<p>Öl – 5 €</p>".encode("utf-16")).blocks] == ["Öl – 5 €"]


def test_word_gives_headings_paragraphs_and_rows_and_no_page_header():
    assert shown(read_docx(word_file())) == [
        ("h1", "Lamps"), ("paragraph", BODY), ("h2", "Oil"), ("paragraph", "Oil comes in June."),
        ("row", "room: North; price: 40"), ("row", "room: closed"),
    ]  # fmt: skip


def test_word_text_is_found_wherever_it_is_kept():
    assert shown(read_docx(odd_word_file())) == [
        ("paragraph", "In a form."), ("paragraph", "The light is white"), ("paragraph", "See the chart"),
        ("paragraph", "Beside it."), ("paragraph", "In a box."), ("paragraph", "Around."),
        ("row", "isle: Skelm; boat: Auk"), ("row", "isle: Skelm; boat: Petrel"),
    ]  # fmt: skip


def test_a_title_is_not_the_header_of_an_excel_table_and_a_hidden_sheet_is_left_out():
    content = read_xlsx(odd_excel_file())
    assert shown(content) == [
        ("h1", "Prices"), ("paragraph", "Price list"), ("row", "thing: lamp; price: 4.5; since: 2025-01-02"),
    ]  # fmt: skip
    assert content.removed == {"hidden sheets": len("secret")}


@pytest.mark.parametrize(
    ("page", "blocks"),
    [
        ("<table><tr><td>Menu<td><table><tr><th>a<th>b<tr><td>1<td>2</table></table>",
         [("paragraph", "Menu"), ("row", "a: 1; b: 2")]),
        ("<table><tr><td><p>One.</p><p>Two.</p></td></tr></table>", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("<table><tr><th>a<th>b<tr><td><p>1</p><td><p>2</p></table>", [("row", "a: 1; b: 2")]),
        ("<form><nav>Home</nav><h1>Top</h1><p>Text.</p><button>Go</button></form>",
         [("h1", "Top"), ("paragraph", "Text.")]),
        ("<p>Text.</p><form><p>Your mail</p><input></form>", [("paragraph", "Text.")]),
        ("<p>One <b>two<p>Three</div></span>", [("paragraph", "One two"), ("paragraph", "Three")]),
    ],
)  # fmt: skip
def test_html_of_systems_that_use_tables_and_forms_to_arrange_pages(page, blocks):
    assert shown(read_html(page.encode())) == blocks


def test_excel_rows_name_their_columns():
    assert shown(read_xlsx(excel_file())) == [
        ("h1", "Boats"), ("row", "boat: Petrel; seats: 12"), ("row", "boat: Auk; in repair"), ("h1", "Empty"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"sep=;\r\nname;place\r\nBram;\"North; light\"\r\n", b"name,place\nBram,North; light\n",
        "\ufeffname\tplace\nBram\tNorth; light".encode("utf-16"),
    ],
)  # fmt: skip
def test_csv_is_read_as_spreadsheets_write_it(content):
    assert shown(read_csv(content)) == [("row", "name: Bram; place: North; light")]


def test_a_row_leaves_empty_cells_out():
    assert table_row(["a", "b"], ["", "2", "3"]) == "b: 2; 3"


def test_pdf_pages_become_paragraphs_and_headings_without_running_heads():
    pdf = Pdf()
    for number, word in enumerate(["lamp", "bell", "boat", "oil"], start=1):
        pdf.text(50, HEIGHT - 30, "Sallow Isles Handbook", size=8).text(300, 25, f"Page {number} of 4", size=8)
        pdf.text(50, HEIGHT - 70, f"About the {word}", size=16)
        pdf.lines(
            50, HEIGHT - 100, [f"This page is about the {word}, which the light-", "house keeper looks after.", *LINES]
        )
        pdf.lines(50, HEIGHT - 220, [f"A second paragraph about the {word}."]).page()
    content = read_pdf(pdf.bytes())
    assert shown(content)[:3] == [
        ("h1", "About the lamp"),
        ("paragraph", f"This page is about the lamp, which the lighthouse keeper looks after. {BODY}"),
        ("paragraph", "A second paragraph about the lamp."),
    ]
    assert [block.page for block in content.blocks] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert content.removed == {"headers and footers": 4 * len("Sallow Isles Handbook" + "Page 1 of 4")}


@pytest.mark.parametrize("order", ["by column", "by row"])
def test_two_columns_are_read_one_after_the_other(order):
    left, right = [f"Left {line}" for line in LINES], [f"Right {line}" for line in LINES]
    pdf = Pdf().text(50, HEIGHT - 60, "A title over both columns of the page that is quite long", size=16)
    if order == "by column":
        pdf.lines(50, HEIGHT - 100, left).lines(320, HEIGHT - 100, right)
    else:
        for number in range(len(LINES)):
            pdf.lines(50, HEIGHT - 100 - 12.5 * number, [left[number]]).lines(
                320, HEIGHT - 100 - 12.5 * number, [right[number]]
            )
    words = " ".join(block.text for block in read_pdf(pdf.page().bytes()).blocks[1:])
    assert words == " ".join([*left, *right])


def test_a_page_without_text_among_others_is_a_note():
    content = read_pdf(Pdf().lines(50, 700, LINES).page().picture().page().bytes())
    assert content.notes == ["1 page without text: 2"]
    assert content.blocks == [Block(BODY, page=1)]
