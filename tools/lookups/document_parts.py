"""What reading a document gives: its text, where its pages and blocks stand in it, and what was noticed and is not part of it."""

from __future__ import annotations

import itertools
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.domain.base import Noun

LONGEST_EXCERPT = 300


class DocumentFormat(StrEnum):
    """What the bytes are, whatever the file is called."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"
    MAIL = "mail"


class BlockKind(StrEnum):
    """What a stretch of the text is on the page. HEADER and FOOTER are those of a Word document, told once."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    NOTE = "note"
    HEADER = "header"
    FOOTER = "footer"


class Block(Noun):
    """`text[start:end]` of a document is one block; `level` is the depth of a heading or a list item, from 1, else 0."""

    kind: BlockKind
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    level: int = Field(default=0, ge=0)


class WarningKind(StrEnum):
    """What was noticed while reading. Nothing of it is part of the text that is read, but for TRACKED_CHANGES and TEXT_LAYER."""

    HIDDEN_TEXT = "hidden_text"  # words that a reader of the page does not see
    INVISIBLE_CHARACTERS = "invisible_characters"  # zero-width and bidirectional controls, taken out
    TRACKED_CHANGES = "tracked_changes"  # read as if every change were accepted
    COMMENTS = "comments"
    TEXT_LAYER = "text_layer"  # a scan: the words were recognised by a machine
    PAGES_WITHOUT_TEXT = "pages_without_text"
    NAME_DIFFERS = "name_differs"  # the name or the media type says something else than the bytes
    ENCODING_GUESSED = "encoding_guessed"
    OTHER_DOCUMENTS = "other_documents"  # a mail carries more than the one that was read
    ACTIVE_CONTENT = "active_content"  # scripts, macros, embedded files: never run, never opened
    MARKED_UP = "marked_up"  # struck-out words that still stand on the page


class DocumentWarning(Noun):
    """Something noticed. `says` is our sentence; `excerpt` holds words of the document, hostile as all of them, shown as plain text."""

    kind: WarningKind
    says: str = Field(max_length=400)
    excerpt: str = Field(default="", max_length=LONGEST_EXCERPT)
    page: int | None = Field(default=None, ge=1)


class DocumentText(Noun):
    """The text of each page and of the whole; the pages stand in `text` in order, each from a new line, since a sentence may run on.

    Formats without pages are one page. `filename` is the file whose text this is: of a mail, the attachment that was read.
    """

    pages: tuple[str, ...]
    text: str
    format: DocumentFormat = DocumentFormat.PDF
    filename: str = ""
    blocks: tuple[Block, ...] = ()
    warnings: tuple[DocumentWarning, ...] = ()

    @model_validator(mode="after")
    def _pages_make_the_text(self) -> Self:
        if sum(map(len, self.pages)) + max(len(self.pages) - 1, 0) != len(self.text):
            raise ValueError("the pages are not the text")
        if any(block.end > len(self.text) or block.end < block.start for block in self.blocks):
            raise ValueError("a block reaches over the text")
        return self

    @property
    def page_ranges(self) -> tuple[tuple[int, int], ...]:
        """Where each page stands in `text`: start and end, half open."""
        starts = itertools.accumulate((len(page) + 1 for page in self.pages[:-1]), initial=0)
        return tuple((start, start + len(page)) for start, page in zip(starts, self.pages, strict=False))

    def page_of(self, at: int) -> int:
        """Return the number of the page, from 1, on which the character `at` stands."""
        return next((number for number, (_, end) in enumerate(self.page_ranges, 1) if at <= end), max(len(self.pages), 1))


def noticed(kind: WarningKind, says: str, *, excerpt: str = "", page: int | None = None) -> DocumentWarning:
    """Return a warning with its excerpt on one line and cut to what is shown."""
    flat = " ".join(excerpt.split())
    short = flat if len(flat) <= LONGEST_EXCERPT else f"{flat[: LONGEST_EXCERPT - 1]}…"
    return DocumentWarning(kind=kind, says=says[:400], excerpt=short, page=page)
