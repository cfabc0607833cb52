"""A text as pieces for rules to look at: each sentence or list item with its heading and the words that lead into its list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from agents.contract_reader.clauses import addressed_to_software
from agents.contract_reader.sentences import Sentence
from agents.contract_reading.segments import segments

_ITEM = r"(?:[-*•·\u2013]|\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)]|\d{1,2}(?:\.\d{1,2})+\.?)\s+"
_OPENS_ITEM = re.compile(rf"\s*{_ITEM}", re.IGNORECASE)
_BREAK = re.compile(
    rf"\n(?=[ \t]*(?:{_ITEM}|#))|(?<=:)[*_ ]*\n|\n(?=[=-]{{3,}}\s*(?:\n|$))|(?<=---)\n|(?<====)\n|(?:^|(?<=\n))[ \t]*#[^\n]*\n",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^(?:[\s#*_>|\-•·\u2013]|\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-z]|[ivx]{1,4})[.)]+(?=\s)|\d{1,2}(?:\.\d{1,2}){0,3}(?=\s))+", re.IGNORECASE
)
_RULER = re.compile(r"[=\-*_|\s:]+")
_LONGEST = 4000
_LEAD_LENGTH = 400
_HEADING_LENGTH = 72
_HEADING_WORDS = 9
_SMALL_WORD = 4  # "of", "and": words that a title leaves small
_VERB = re.compile(
    r"\b(?:shall|will|may|must|is|are|has|have|can|agrees?|means|renews?|survives?|cancel|constitutes?|posted|apply|applies)\b"
)
_PARTS = re.compile(r"(?:^|(?<=[\s,;:]))\((?:[a-h]|i{1,3}|iv|v|vi{0,3})\)\s*|(?<=[,;:] )\([1-9]\)\s*|;\s+(?=[a-z(])")
_PLAIN = str.maketrans(
    {
        "\u2019": "'",
        "\u2018": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2011": "-",
        "\u2010": "-",
        "`": "'",
        "*": " ",
        "_": " ",
        "[": " ",
        "]": " ",
    }
)


def plain(text: str) -> str:
    """Return a text on one line in lower case, with plain quotes and hyphens and without marks of emphasis and blanks to fill in."""
    return " ".join(text.translate(_PLAIN).split()).lower()


@dataclass(frozen=True)
class Piece:
    """A sentence or list item: `text[start:end]`, what it stands under, and whether it is itself a heading."""

    start: int
    end: int
    text: str
    heading: str = ""
    lead: str = ""
    is_heading: bool = False

    @cached_property
    def words(self) -> str:
        """Its own words, plain."""
        return plain(self.text)

    @cached_property
    def around(self) -> str:
        """Its words after its heading and the words that lead into its list, plain."""
        return f"{self.heading} | {self.lead} | {self.words}"

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Each branch of an enumeration with the words before the first: "You may end it: (a) for breach; (b) at any time"."""
        first, *rest = _PARTS.split(self.words)
        head = f"{self.lead} {first}" if self.lead else first
        return tuple(f"{head} {part}" for part in rest) or (head,)

    @cached_property
    def speaks_to_software(self) -> bool:
        """Whether it talks to a machine instead of the parties; such a piece proves no clause."""
        return addressed_to_software(Sentence(self.start, self.end, self.text))


def pieces(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a text in order."""
    return tuple(_with_context(text))


def _with_context(text: str) -> Iterator[Piece]:
    heading, lead, spans = "", "", list(_spans(text))
    for start, end in spans:
        words = text[start:end]
        bare = _NUMBER.sub("", words).strip(" *_|#:\n")
        if _is_heading(words, bare):
            heading, lead = plain(bare)[:_LEAD_LENGTH], ""
            yield Piece(start, end, words, is_heading=True)
            continue
        if lead and not _OPENS_ITEM.match(words):
            lead = ""
        yield Piece(start, end, words, heading, lead)
        if words.rstrip(" *_").endswith(":"):
            lead = plain(words)[-_LEAD_LENGTH:]


def _is_heading(words: str, bare: str) -> bool:
    if (
        not bare
        or ":" in bare
        or words.rstrip().endswith((";", ",", "!", "?"))
        or (_OPENS_ITEM.match(words) and words.lstrip()[0] in "-*•·\u2013")
    ):
        return False
    if bare.endswith(".") and not all(word[:1].isupper() or len(word) < _SMALL_WORD for word in re.findall(r"[A-Za-zÀ-ÿ]+", bare)):
        return False
    short = len(bare) <= _HEADING_LENGTH and len(bare.split()) <= _HEADING_WORDS
    return words.lstrip().startswith("#") or (short and not _VERB.search(bare.lower()) and (not re.search(r"\d[%]?\s*$|[$€£]", bare)))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for start, end in segments(text):
        at = start
        for stop in [start + found.end() for found in _BREAK.finditer(text[start:end])] + [end]:
            words = text[at:stop]
            body = words.strip()
            if body and not _RULER.fullmatch(body):
                first = at + len(words) - len(words.lstrip())
                yield from _cut(text, first, first + len(body))
            at = stop


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a stretch in pieces that are not too long to look at: hostile paper may hold no full stop at all."""
    while end - start > _LONGEST:
        space = text.rfind(" ", start, start + _LONGEST)
        stop = space if space > start else start + _LONGEST
        yield start, stop
        start = stop + (space > start)
    if end > start:
        yield start, end
