"""The instruction as text to search: folded to one case and one kind of space without moving a single character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from memory.domain.errors import InputError
from memory.domain.evidence import Span

MAX_INSTRUCTION = 20_000
"""Characters. Longer text is a document, not an instruction."""

BLANK = "\x01"
"""Stands where a piece of text has already been understood; no input contains it once folded."""

SOFT_BLANK = "\x02"
"""Stands for a count whose noun still matters: "3 laptops" leaves the laptops, "write three posts" goes on past it."""

_SPAN_LIMIT = 2000
_QUOTES = dict.fromkeys("‘’‚‛`´ʼ", "'") | dict.fromkeys("“”„«»″", '"')  # noqa: RUF001  (look-alikes are the point)
_DASHES = dict.fromkeys("‐‑‒–−", "-") | {"―": "—"}  # noqa: RUF001  (look-alikes are the point)
_OTHER = {"•": "\n", "·": "\n", "×": "x", "／": "/", "\r": "\n", "\u2028": "\n", "\u2029": "\n"}  # noqa: RUF001  (look-alikes are the point)
_FOLD = {**_QUOTES, **_DASHES, **_OTHER}


@dataclass(frozen=True, slots=True)
class Source:
    """An instruction and its folded twin: `len(low) == len(raw)`, so a place in one is the same place in the other."""

    raw: str
    low: str

    @property
    def shouted(self) -> bool:
        """Whether capitals say nothing here: no small letters at all, or no capitals at all."""
        return self.raw == self.raw.upper() or self.raw == self.raw.lower()

    def span(self, start: int, end: int) -> Span:
        """Return the span of `raw[start:end]` without surrounding white space, cut to what a span may hold."""
        while start < end and self.raw[start].isspace():
            start += 1
        while end > start and self.raw[end - 1].isspace():
            end -= 1
        end = min(end, start + _SPAN_LIMIT)
        return Span(start=start, end=end, text=self.raw[start:end])

    def words(self, start: int, end: int) -> str:
        """Return the text of a range with white space and control characters made single spaces."""
        printable = "".join(" " if unicodedata.category(c) in {"Cc", "Cf"} else c for c in self.raw[start:end])
        return " ".join(printable.split())


def read(text: str) -> Source:
    """Return the source to search. Raises `InputError` for text that is empty, too long, or not text."""
    if len(text) > MAX_INSTRUCTION:
        raise InputError(
            f"the instruction has {len(text):,} characters; at most {MAX_INSTRUCTION:,} are read",
            hint="say in a sentence or two what is needed, and keep long documents as files",
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError("the instruction is not valid Unicode text", hint="type it again, or save it as UTF-8") from error
    low = "".join(map(_fold, text))
    if not any(c.isalnum() for c in low):
        raise InputError(
            "the instruction is empty", hint='say what is needed, for example: qm ask "Find a CRM for 3 seats under 60 EUR a month"'
        )
    return Source(raw=text, low=low)


def _fold(char: str) -> str:
    if char == "\n" or " " <= char <= "@":
        return char
    if char in _FOLD:
        return _FOLD[char]
    if char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Cs"}:
        return " "
    small = char.lower()
    return small if len(small) == 1 else char


def blanked(low: str, ranges: Iterable[tuple[int, int]], mark: str = BLANK) -> str:
    """Return `low` with each range overwritten by `mark`, same length."""
    chars = list(low)
    for start, end in ranges:
        chars[start:end] = mark * (end - start)
    return "".join(chars)


_SENTENCE_END = re.compile(
    r"[!?;\n]+|\.(?=\s|$|\x01)(?<!\b[a-z]\.)(?<!\bno\.)(?<!incl\.)(?<!excl\.)(?<!approx\.)(?<!\betc\.)(?<!\bmax\.)(?<!\bmin\.)(?<!\bca\.)"
)


def sentences(low: str) -> list[tuple[int, int]]:
    """Return the ranges of the sentences; a full stop inside a number or an abbreviation does not end one."""
    ranges, start = [], 0
    for end in _SENTENCE_END.finditer(low):
        if low[start : end.start()].strip():
            ranges.append((start, end.end()))
        start = end.end()
    if low[start:].strip():
        ranges.append((start, len(low)))
    return ranges


_SIGNATURE = re.compile(
    r"(?:\n|[.!?]\s+)\s*(?:(?:all the |my )?best(?: wishes)?|(?:kind |best |warm )?regards|cheers|(?:many )?thanks(?: a lot| so much| in advance)?|thank you|thx|sincerely|yours|ta)\s*[,!.\n-][\s-]*(?:[\w.]+[ ]?){0,3}\s*$"
)


def signature(low: str) -> tuple[int, int] | None:
    """Return where a closing formula with a name stands ("Best, Lena"), if the text ends with one."""
    match = _SIGNATURE.search(low[-80:])
    return (max(0, len(low) - 80) + match.start() + 1, len(low)) if match else None
