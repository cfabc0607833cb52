"""Puts a document's blocks one below the other and keeps where each stands: an empty line between paragraphs, none within a list."""

from __future__ import annotations

import re

from memory.domain.errors import InputError
from tools.lookups.document_parts import Block, BlockKind, DocumentFormat, DocumentText, DocumentWarning, WarningKind, noticed

MAX_CHARACTERS = 1_500_000
_SOFT_HYPHEN = "\u00ad"
_CLOSE = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})
_SPACES = re.compile(r"[ \t\u00a0\u2002-\u200a\u202f\u3000]+")


class BlockWriter:
    """Collects blocks; `document` gives the text with their places."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._at = 0
        self._invisible = 0

    def add(self, kind: BlockKind, text: str, *, level: int = 0) -> None:
        """Put one block below the others; white space alone is nothing. Raises `InputError` when the text grows too long."""
        from tools.connectors.mail.characters import without_invisible

        plain, removed = without_invisible(text.replace(_SOFT_HYPHEN, ""))
        self._invisible += removed
        plain = "\n".join(line for line in (_SPACES.sub(" ", raw).strip() for raw in plain.split("\n")) if line)
        if not plain:
            return
        gap = "" if not self._blocks else "\n" if kind in _CLOSE and self._blocks[-1].kind is kind else "\n\n"
        start = self._at + len(gap)
        self._at = start + len(plain)
        if self._at > MAX_CHARACTERS:
            raise too_long(self._at)
        self._pieces += (gap, plain)
        self._blocks.append(Block(kind=kind, start=start, end=self._at, level=level))

    @property
    def has_text(self) -> bool:
        """Whether anything was written."""
        return bool(self._blocks)

    def document(self, made_of: DocumentFormat, filename: str, warnings: tuple[DocumentWarning, ...]) -> DocumentText:
        """Return what was written, as one page."""
        text = "".join(self._pieces)
        return DocumentText(
            pages=(text,),
            text=text,
            format=made_of,
            filename=filename,
            blocks=tuple(self._blocks),
            warnings=(*warnings, *invisible_characters(self._invisible)),
        )


def invisible_characters(count: int) -> tuple[DocumentWarning, ...]:
    """Return the warning about characters nobody sees, when there were any."""
    if not count:
        return ()
    return (noticed(WarningKind.INVISIBLE_CHARACTERS, f"{count:,} character(s) that nobody sees were taken out of the text."),)


def too_long(characters: int) -> InputError:
    """Return the refusal of a text that is longer than what is read."""
    return InputError(
        f"the document holds {characters:,} characters or more; at most {MAX_CHARACTERS:,} are read",
        hint="split it and read the contract itself",
    )
