"""Lengths of time that a paper names once and then calls by their name: `"Notice Window" means ninety (90) days`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from agents.contract_reader.sentences import Sentence
from agents.contract_reading.structure.definitions import definitions
from agents.contract_reading.values.stretches import lengths

_QUOTED = r"[\"\u201c\u201e\u00ab']{1,2}\s*"
_OF_A_NOTICE = re.compile(r"\b(?:notice|kündigungsfrist|non-?renewal)\b", re.IGNORECASE)
_A_UNIT = re.compile(r"\b(?:days?|weeks?|months?|quarters?|years?|tage?|wochen?|monate?|quartale?|jahre?)$", re.IGNORECASE)
#: "the end of the Initial Term" stays what it says: a length there is not counted from anything.
_AS_A_TIME = re.compile(
    r"\b(?:end|expir\w+|conclusion|course|anniversary|during|within|ende|ablauf)\s+(?:of\s+|der\s+|des\s+)?(?:(?:the|its|each|such|any|said|then[\s-]current|relevant|jeweiligen)\s+){0,3}$",
    re.IGNORECASE,
)


def named_lengths(text: str) -> Mapping[str, str]:
    """Return the names that stand for one length of time, each with the words that tell it.

    A name given in passing (`thirty days (the "Notice Period")`) counts where it is that of a notice; what is named twice is not told.
    """
    told: dict[str, set[str]] = {}
    for one in definitions(text):
        words = " ".join(text[one.start : one.end].split())
        stated = lengths(words)
        means = re.search(rf"{_QUOTED}{re.escape(one.term)}", words)
        first = means is not None and means.start() <= _HEAD
        if (
            len(stated) == 1
            and not _A_UNIT.search(one.term)
            and ((first and means and stated[0].start > means.end()) or _OF_A_NOTICE.search(one.term))
        ):
            told.setdefault(one.term, set()).add(words[stated[0].start : stated[0].end])
    return dict(islice(((name, said.pop()) for name, said in told.items() if len(said) == 1), _MOST))


_MOST = 60  # names: each is looked for in every sentence
_HEAD = 12  # characters before a definition's own name: its number


def with_lengths(sentences: Iterable[Sentence], named: Mapping[str, str]) -> Iterator[Sentence]:
    """Yield the sentences, those that use a named length with its words beside them."""
    form = re.compile(
        rf"(?<!\w)(?<![\"\u201c\u201e])(?:{'|'.join(map(re.escape, sorted(named, key=len, reverse=True)))})(?P<many>s?)(?![\w\"\u201d])"
    )
    for sentence in sentences:
        told = form.sub(lambda found: _told(found, named), " ".join(sentence.text.split())) if named else ""
        yield replace(sentence, told=told) if named and told != " ".join(sentence.text.split()) else sentence


def _told(found: re.Match[str], named: Mapping[str, str]) -> str:
    name = found.group()
    if _AS_A_TIME.search(found.string[: found.start()]):
        return name
    return named.get(name) or named[name.removesuffix("s")]
