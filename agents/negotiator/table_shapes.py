"""Lists and tables in shapes of their own put into lines: steps of a price by quantity, and a table squeezed into one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from agents.negotiator.aligned_text import AlignedText, Edit
from agents.negotiator.figures import CURRENCY, NUMBER, value_of, whole

_AMOUNT = rf"(?:(?:{CURRENCY})\s?{NUMBER}|{NUMBER}\s?(?:{CURRENCY}))"
_STEP = re.compile(
    rf"^[ \t]*(?:[-*\u2022\u00b7][ \t]+)?(?P<band>(?P<low>{NUMBER}) ?(?:(?:-|\u2013|to|until) ?(?P<high>{NUMBER})|\+|(?:or|and) more|and above)|(?:from|as of|over) (?P<low2>{NUMBER}))"
    rf"(?: (?:pcs\.?|pieces|units))?[ \t]*[:=|]?[ \t]+(?P<amount>{_AMOUNT})[ \t]*[.,;]?[ \t]*$",
    re.MULTILINE,
)
_SQUEEZED = re.compile(
    r"^(?P<head>[^\n|]{1,40}(?:\|[^\n|]{1,40}?){1,6}?) ?(?P<rule>[-=]{2,}(?:[+|][-=]{2,})+)(?P<body> [^\n]+)$", re.MULTILINE
)
_LAST_AND_FIRST = re.compile(r"^(?P<last>\s*\S*\d\S*|\s*\S+)\s+(?P<first>[^\W\d].*)$")


def in_lines(text: AlignedText) -> AlignedText:
    """Return the text with such lists and tables in the shapes that the rules for tables read."""
    text = text.edited(list(_unsqueezed(text.text)))
    return text.edited(list(_steps(text.text)))


def _steps(text: str) -> Iterator[Edit]:
    """Write "1-24  EUR 89.00" as "(1-24): EUR 89.00 each" where more units cost less each: then it can only be the price of one."""
    run: list[re.Match[str]] = []
    for found in (*_STEP.finditer(text), None):
        if found is not None and (not run or not text[run[-1].end() : found.start()].strip()):
            run.append(found)
            continue
        if len(run) >= 2 and _falls(run):
            for step in run:
                low, high = step["low"] or step["low2"], step["high"]
                band = f"({low}-{high}): " if high else f"({low}+): "
                yield Edit(step.start(), step.end(), (band, step.span("amount"), " each;"))
        run = [found] if found is not None else []


def _falls(run: list[re.Match[str]]) -> bool:
    """Whether the quantities rise and the amounts fall from step to step."""
    lows = [whole(step["low"] or step["low2"]) or 0 for step in run]
    amounts = [value_of(re.search(NUMBER, step["amount"]).group())[0] for step in run]  # type: ignore[union-attr]
    return all(low < after for low, after in pairwise(lows)) and all(amount > after for amount, after in pairwise(amounts))


def _unsqueezed(text: str) -> Iterator[Edit]:
    """Part the rows of a table whose line breaks were lost: its rule says how many columns a row has."""
    for found in _SQUEEZED.finditer(text):
        columns = len(re.split(r"[+|]", found["rule"]))
        if found["head"].count("|") + 1 != columns:
            continue
        yield Edit(found.start("rule"), found.end("rule") + 1, ("\n",))
        breaks, start = list[int](), found.start("body")
        cells = found["body"].split("|")
        for index, cell in enumerate(cells):
            if index and index % (columns - 1) == 0 and index < len(cells) - 1:
                parted = _LAST_AND_FIRST.match(cell)
                if parted is None:
                    break
                breaks.append(start + parted.start("first"))
            start += len(cell) + 1
        yield from (Edit(at, at, ("\n",)) for at in breaks)
