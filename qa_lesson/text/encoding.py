"""Bytes of a text file to text, with the encoding that was found."""

from __future__ import annotations

import codecs

from qa_lesson.errors import DataError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what editors and office programs write; a guess among all the encodings there are is wrong more often
_LIKELY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "shift_jis", "euc_jp", "gb18030",
    "big5", "euc_kr", "cp874",
]  # fmt: skip
_CENTRAL_TO_WESTERN = str.maketrans("ńŃŕŔčČęĘăĂ", "ñÑàÀèÈêÊãÃ")  # the same bytes in cp1250 and in cp1252
_GUESS_FROM = 200_000  # bytes


def decode_text(content: bytes) -> tuple[str, str]:
    """The text and its encoding: from a byte-order mark, as UTF-8, or guessed among the usual ones.

    Raises:
        DataError: the bytes are no text; it does not name the file.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strictly(content, name), name.removesuffix("-sig")
    if (wide := _unmarked_utf16(content)) is not None:
        return _strictly(content, wide), wide
    if b"\0" in content:
        raise DataError("it is not text: it has null bytes", fix="check what program wrote it, and save it as text")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _guessed(content)


def _guessed(content: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:_GUESS_FROM], cp_isolation=_LIKELY).best()
    if best is None:
        raise DataError("its encoding is unknown", fix="open it in an editor and save it as UTF-8")
    text = content.decode(best.encoding, "replace")
    try:  # several encodings often give the same text: then name the one that is met most
        western = content.decode("cp1252")
        # in a short list of names, such a letter without any other of Central Europe is the Western one
        if western == text or (western == text.translate(_CENTRAL_TO_WESTERN) and not set("šžŠŽ") & set(text)):
            return western, "cp1252"
        return text, best.encoding
    except UnicodeDecodeError:
        return text, best.encoding


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 without a mark, recognized by its null bytes: nearly every other one in Latin text."""
    sample = content[:4_096]
    if len(sample) < 4 or len(content) % 2:
        return None
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _strictly(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise DataError(
            f"it is damaged: byte {error.start + 1} is not {name.upper()}", fix="save it again as UTF-8"
        ) from error
