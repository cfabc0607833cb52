"""Text of a Word document as it reads when every tracked change is accepted: paragraphs with their numbers, tables, notes, heads and feet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from memory.domain.errors import InputError
from tools.lookups.block_writer import BlockWriter
from tools.lookups.document_parts import BlockKind, DocumentFormat, DocumentText, DocumentWarning, WarningKind, noticed
from tools.lookups.docx_numbering import Numbering
from tools.lookups.docx_package import checked_package, has_macros, opened_docx
from tools.lookups.docx_runs import Looks, Noticed, words_of

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_PARAGRAPH, _TABLE, _ROW, _CELL = (qn(name) for name in ("w:p", "w:tbl", "w:tr", "w:tc"))
_DELETED_ROW = f"{qn('w:trPr')}/{qn('w:del')}"
_MOST_COMMENTS = 20


def read_docx(body: bytes, filename: str = "") -> DocumentText:
    """Return the text of a Word document. Raises `InputError` when it is damaged, locked, built as a bomb, or holds no text."""
    names = checked_package(body)
    document = opened_docx(body)
    reader = _Reader(document)
    reader.read(document.element.body)
    reader.read_notes()
    if not reader.writer.has_text:
        raise InputError("the Word file holds no text that can be seen", hint="ask for the contract with its words, for example as PDF")
    reader.read_heads()
    told = (*reader.warnings(), *_comments(document))
    if has_macros(names):
        told += (noticed(WarningKind.ACTIVE_CONTENT, "The Word file carries macros; they were not run."),)
    return reader.writer.document(DocumentFormat.DOCX, filename, told)


class _Reader:
    """Walks the body without recursion and writes the blocks."""

    def __init__(self, document: Document) -> None:
        self.writer = BlockWriter()
        self._document = document
        self._looks = Looks(document)
        self._numbering = Numbering.of(document)
        self._noticed = Noticed()
        self._styles = {str(style.get(qn("w:styleId"), "")): style for style in document.styles.element.findall(qn("w:style"))}

    def read(self, top: _Element, kind: BlockKind = BlockKind.PARAGRAPH) -> None:
        """Write the blocks below an element."""
        pending = list(reversed(top))
        while pending:
            element = pending.pop()
            if element.tag == _PARAGRAPH:
                pending.extend(reversed(self._paragraph(element, kind)))
            elif element.tag == _TABLE:
                self._table(element)
            elif isinstance(element.tag, str):
                pending.extend(reversed(element))

    def _paragraph(self, paragraph: _Element, kind: BlockKind) -> list[_Element]:
        style = _style_of(paragraph)
        words, boxes = words_of(paragraph, self._looks, self._noticed, style=style, ground=_shaded(paragraph))
        if words.strip():
            mark, level, bullet = self._mark(paragraph, style)
            heading = self._heading(paragraph, style)
            if kind is BlockKind.PARAGRAPH and heading:
                self.writer.add(BlockKind.HEADING, f"{mark}{words}", level=heading)
            elif kind is BlockKind.PARAGRAPH and (bullet or level):
                self.writer.add(BlockKind.LIST_ITEM, f"{mark}{words}", level=level + 1)
            else:
                self.writer.add(kind, f"{mark}{words}")
        return boxes

    def _mark(self, paragraph: _Element, style: str) -> tuple[str, int, bool]:
        """Return the number before a paragraph, its level, and whether it is a bullet or another short list sign."""
        list_id, level = _list_of(paragraph)
        followed: set[str] = set()
        while not list_id and style in self._styles and style not in followed:
            followed.add(style)
            list_id, level = _list_of(self._styles[style])
            base = self._styles[style].find(qn("w:basedOn"))
            style = "" if base is None else str(base.get(qn("w:val"), ""))
        mark = self._numbering.mark(list_id, level) if list_id else ""
        return (f"{mark} " if mark else ""), level, bool(mark) and not mark[0].isdigit()

    def _heading(self, paragraph: _Element, style: str) -> int:
        """Return the level of a heading: by outline level or by the style's built-in name, 0 for other paragraphs."""
        at: _Element | None = paragraph
        followed: set[str] = set()
        while at is not None:
            outline = at.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            if outline is not None and str(outline.get(qn("w:val"), "")).isdigit():
                return min(int(outline.get(qn("w:val"), "9")) + 1, 10) % 10
            name = at.find(qn("w:name"))
            words = "" if name is None else str(name.get(qn("w:val"), "")).lower()
            if words == "title" or (words.startswith("heading ") and words[8:].isdigit()):
                return 1 if words == "title" else int(words[8:])
            base = at.find(qn("w:basedOn"))
            style = style if at is paragraph else "" if base is None else str(base.get(qn("w:val"), ""))
            at = self._styles.get(style) if style not in followed else None
            followed.add(style)
        return 0

    def _table(self, table: _Element) -> None:
        for row in table.iter(_ROW):
            cells = [" ".join(self._cell(cell).split()) for cell in row.iter(_CELL) if next(cell.iterancestors(_ROW)) is row]
            if row.find(_DELETED_ROW) is not None:
                self._noticed.deleted.append(" | ".join(cells))
            elif any(cells):
                self.writer.add(BlockKind.TABLE_ROW, " | ".join(cells))

    def _cell(self, cell: _Element) -> str:
        """Return the words of a cell on one line; a table within it has rows of its own."""
        ground = _filled(cell.find(f"{qn('w:tcPr')}/{qn('w:shd')}"))
        pieces: list[str] = []
        for paragraph in cell.iter(_PARAGRAPH):
            if next(paragraph.iterancestors(_CELL)) is cell:
                style = _style_of(paragraph)
                words, _ = words_of(paragraph, self._looks, self._noticed, style=style, ground=ground or _shaded(paragraph))
                pieces.append(f"{self._mark(paragraph, style)[0]}{words}" if words.strip() else "")
        return " ".join(pieces)

    def read_notes(self) -> None:
        """Write the footnotes and endnotes, each with the sign that stands in the text."""
        for ending, tag, sign in (("/footnotes", "w:footnote", ""), ("/endnotes", "w:endnote", "e")):
            for note in _notes(self._document, ending, qn(tag)):
                pieces = [
                    words_of(paragraph, self._looks, self._noticed, style=_style_of(paragraph), ground=False)[0]
                    for paragraph in note.iter(_PARAGRAPH)
                ]
                words = " ".join(pieces).strip()
                if words:
                    self.writer.add(BlockKind.NOTE, f"[{sign}{note.get(qn('w:id'), '')}] {words}")

    def read_heads(self) -> None:
        """Write the heads and feet of the pages, each once."""
        told: set[str] = set()
        for section in list(self._document.sections)[:50]:
            heads = (section.header, section.first_page_header, section.even_page_header)
            feet = (section.footer, section.first_page_footer, section.even_page_footer)
            for kind, parts in ((BlockKind.HEADER, heads), (BlockKind.FOOTER, feet)):
                for part in parts:
                    words = "" if part.is_linked_to_previous else "".join(part._element.itertext()).strip()  # noqa: SLF001
                    if words and words not in told:
                        told.add(words)
                        self.read(part._element, kind)  # noqa: SLF001

    def warnings(self) -> Iterator[DocumentWarning]:
        """Yield what was noticed on the way."""
        seen = self._noticed
        changed = [(len(" ".join(seen.inserted).split()), "inserted"), (len(" ".join(seen.deleted).split()), "deleted")]
        if any(count for count, _ in changed):
            counts = " and ".join(f"{count:,} word(s) {what}" for count, what in changed if count)
            says = f"The document carries tracked changes ({counts}); it was read as if all were accepted."
            yield noticed(WarningKind.TRACKED_CHANGES, says, excerpt=_both(seen))
        hidden = [words for words in seen.hidden if words.strip()]
        if hidden:
            says = f"{len(' '.join(hidden).split()):,} word(s) are hidden, white or too small to see; they were not read."
            yield noticed(WarningKind.HIDDEN_TEXT, says, excerpt=" ".join(hidden))
        if any(words.strip() for words in seen.struck):
            yield noticed(WarningKind.MARKED_UP, "Struck-out words were left out.", excerpt=" ".join(seen.struck))


def _both(seen: Noticed) -> str:
    parts = (("deleted: ", seen.deleted), ("inserted: ", seen.inserted))
    return "; ".join(f"{name}{' '.join(' '.join(words).split())[:130]}" for name, words in parts if " ".join(words).strip())


def _style_of(paragraph: _Element) -> str:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "Normal" if style is None else str(style.get(qn("w:val"), ""))


def _list_of(owner: _Element) -> tuple[str, int]:
    numbered = owner.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if numbered is None:
        return "", 0
    list_id, level = numbered.find(qn("w:numId")), numbered.find(qn("w:ilvl"))
    said = "0" if level is None else str(level.get(qn("w:val"), "0"))
    return ("" if list_id is None else str(list_id.get(qn("w:val"), ""))), int(said) if said.isdigit() and len(said) < 3 else 0


def _shaded(paragraph: _Element) -> bool:
    return _filled(paragraph.find(f"{qn('w:pPr')}/{qn('w:shd')}"))


def _filled(shade: _Element | None) -> bool:
    return shade is not None and str(shade.get(qn("w:fill"), "auto")).upper() not in {"AUTO", "FFFFFF", ""}


def _notes(document: Document, ending: str, tag: str) -> Iterator[_Element]:
    from docx.opc.oxml import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.endswith(ending) and not relation.is_external:
            for note in parse_xml(relation.target_part.blob).findall(tag):
                if note.get(qn("w:type")) is None:
                    yield note


def _comments(document: Document) -> tuple[DocumentWarning, ...]:
    comments = list(document.comments)
    told = tuple(
        noticed(
            WarningKind.COMMENTS, "A comment stands beside the text; it was not read as part of it.", excerpt=f"{one.author}: {one.text}"
        )
        for one in comments[:_MOST_COMMENTS]
    )
    if len(comments) > _MOST_COMMENTS:
        told += (noticed(WarningKind.COMMENTS, f"There are {len(comments)} comments in all."),)
    return told
