"""Text of an HTML page as a person reads it: headings, paragraphs, lists with their numbers, tables; no navigation, nothing hidden.

Nothing is fetched and nothing is run. What a style hides is left out and told, since it is how words are smuggled past a human reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from memory.domain.errors import InputError
from tools.hidden_style import hiding_selectors
from tools.lookups.block_writer import BlockWriter
from tools.lookups.document_parts import BlockKind, DocumentFormat, DocumentText, DocumentWarning, WarningKind, noticed
from tools.lookups.html_numbers import ListNumbers
from tools.lookups.html_seen import aside, hidden_element, main_part

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_MARKUP = 6_000_000
"""Bytes of HTML that are read."""
_SILENT = frozenset(
    ("script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe", "select", "textarea", "button", "canvas")
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figure"),
        *("figcaption", "footer", "form", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary"),
        *("table", "tbody", "tfoot", "thead", "tr", "ul", "caption", "legend", *_HEADINGS),
    )
)
_STRUCK = frozenset(("s", "strike", "del"))
_SCRIPTED = frozenset(("script", "iframe", "object", "embed"))
_MOST_HIDDEN = 20
_ENCODING = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,30})", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def read_html(text: str, filename: str = "", *, made_of: DocumentFormat = DocumentFormat.HTML) -> DocumentText:
    """Return the text of a page. Raises `InputError` when it is too large, nested without end, or holds no text."""
    if len(text) > MAX_MARKUP:
        raise InputError(f"the page has {len(text):,} characters of HTML; at most {MAX_MARKUP:,} are read", hint="save only its text")
    root = _parsed(text)
    page = _Page(root)
    page.read(main_part(root))
    if not page.writer.has_text:
        raise InputError("the page holds no text that can be seen", hint="open it in a browser and save it as PDF, or paste its text")
    return page.writer.document(made_of, filename, tuple(page.warnings()))


def declared_encoding(body: bytes) -> str | None:
    """Return the encoding that a page names in its head, if it does."""
    found = _ENCODING.search(body[:2048])
    return found.group(1).decode("ascii") if found else None


def _parsed(text: str) -> HtmlElement:
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise InputError("the page holds no HTML that can be read", hint="save it again, or paste its text") from error
    if any("xcessive depth" in entry.message for entry in parser.error_log):
        raise InputError(
            "the page nests its elements more than 255 deep, as no page does",
            hint="open it in a browser and save it as PDF, or paste its text",
        )
    return root


class _Page:
    """Walks the elements without recursion and writes the blocks."""

    def __init__(self, root: HtmlElement) -> None:
        self.writer = BlockWriter()
        self._selectors = frozenset[str]().union(*(hiding_selectors(sheet.text_content()) for sheet in root.iter("style")))
        self._hidden: list[str] = []
        self._hidden_letters = 0
        self._struck = ""
        self._active = any(True for _ in root.iter(*_SCRIPTED))
        self._line: list[str] = []
        self._mark = ""
        self._kind, self._level = BlockKind.PARAGRAPH, 0
        self._numbers = ListNumbers()

    def read(self, top: HtmlElement) -> None:
        """Write the blocks below an element."""
        pending: list[tuple[HtmlElement, bool]] = [(top, False)]
        while pending:
            element, leaving = pending.pop()
            if leaving:
                self._leave(element)
                self._text(element.tail if element is not top else None)
            elif not isinstance(element.tag, str) or self._left_out(element):
                self._text(element.tail if element is not top else None)
            else:
                pending.append((element, True))
                self._enter(element)
                pending.extend((child, False) for child in reversed(element))
        self._break()

    def warnings(self) -> Iterator[DocumentWarning]:
        """Yield what was noticed on the way."""
        for words in self._hidden:
            yield noticed(WarningKind.HIDDEN_TEXT, "The page hides words from its readers; they were not read.", excerpt=words)
        if self._hidden:
            shown = f"{len(self._hidden)} of them shown here" if len(self._hidden) == _MOST_HIDDEN else f"{len(self._hidden)} pieces"
            yield noticed(WarningKind.HIDDEN_TEXT, f"In all {self._hidden_letters:,} characters are hidden by styles ({shown}).")
        if self._struck:
            yield noticed(WarningKind.MARKED_UP, "Struck-out words were left out.", excerpt=self._struck)
        if self._active:
            yield noticed(
                WarningKind.ACTIVE_CONTENT, "The page carries scripts or frames; none was run or fetched, and what they add is not read."
            )

    def _left_out(self, element: HtmlElement) -> bool:
        if element.tag in _SILENT or aside(element):
            return True
        if element.tag in _STRUCK:
            self._struck = f"{self._struck} {element.text_content()}"[:400].strip()
            return True
        if not hidden_element(element, self._selectors):
            return False
        words = _SPACE.sub(" ", _shown_text(element)).strip()
        if words:
            self._hidden_letters += len(words)
            self._hidden += [words] if len(self._hidden) < _MOST_HIDDEN else []
        return True

    def _enter(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            self._line.append("\n")
        elif tag in {"td", "th"}:
            self._line.append(" | " if any(piece.strip() for piece in self._line) else "")
        elif tag in _BLOCKS and not self._within_row(element):
            self._break()
            self._numbers.enter(element)
            if tag in _HEADINGS:
                self._kind, self._level = BlockKind.HEADING, _HEADINGS[tag]
            elif tag == "tr":
                self._kind, self._level = BlockKind.TABLE_ROW, 0
            elif tag == "li":
                self._kind, self._level = BlockKind.LIST_ITEM, self._numbers.depth
                self._mark = self._numbers.mark(element)
        elif tag in _BLOCKS:
            self._line.append(" ")
        self._text(element.text)

    def _leave(self, element: HtmlElement) -> None:
        if element.tag in _BLOCKS and not self._within_row(element):
            self._break()
            self._numbers.leave(element)
            self._kind, self._level = BlockKind.PARAGRAPH, 0
            self._mark = "" if element.tag == "li" else self._mark

    def _within_row(self, element: HtmlElement) -> bool:
        """Whether a block stands in a table's row, which is one line whatever its cells hold."""
        return self._kind is BlockKind.TABLE_ROW and element.tag != "tr" and any(True for _ in element.iterancestors("td", "th"))

    def _text(self, text: str | None) -> None:
        if text:
            self._line.append(_SPACE.sub(" ", text))

    def _break(self) -> None:
        line = "".join(self._line)
        self._line = []
        if line.strip(" |\n\u00a0"):
            row = self._kind is BlockKind.TABLE_ROW
            self.writer.add(self._kind, self._mark + (line.replace("\n", " ") if row else line.strip()), level=self._level)
            self._mark = ""


def _shown_text(element: HtmlElement) -> str:
    return " ".join(
        text
        for child in element.iter()
        if isinstance(child.tag, str) and child.tag not in _SILENT
        for text in (child.text, child.tail)
        if text
    )
