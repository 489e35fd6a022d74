"""XML elements, written the same way on every machine."""

from __future__ import annotations

from xml.dom import minidom

_DOCUMENT = minidom.Document()  # only makes nodes; they are then attached to a document of their own


class Html(str):
    """HTML, written as a CDATA section so that the file can be read and fixed by hand."""

    __slots__ = ()


def element(tag: str, *content: minidom.Element | str, **attributes: str) -> minidom.Element:
    """An element with attributes and content; elements and text are not mixed.

    >>> element("answer", element("text", Html("<b>1 < 2</b>")), fraction="100").toxml()
    '<answer fraction="100"><text><![CDATA[<b>1 < 2</b>]]></text></answer>'
    """
    node = _DOCUMENT.createElement(tag)
    for name, value in attributes.items():
        node.setAttribute(name, value)
    for part in content:
        if isinstance(part, Html):
            node.appendChild(_DOCUMENT.createCDATASection(part))
        elif isinstance(part, str):
            node.appendChild(_DOCUMENT.createTextNode(part))
        else:
            node.appendChild(part)
    return node


def document(root: minidom.Element) -> bytes:
    """A whole file: declaration, UTF-8, two spaces an indent."""
    whole = minidom.Document()
    whole.appendChild(root)
    return whole.toprettyxml(indent="  ", encoding="UTF-8")
