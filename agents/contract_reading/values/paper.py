"""A contract's text with its dates, found once: what the readers of its days share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cached_property

from agents.contract_reading.values import making
from agents.contract_reading.values.making import Dated
from agents.contract_reading.values.written_dates import Order, WrittenDate, figure_order, written_dates

_I = re.IGNORECASE
_SEEN = 0.6  # a finder's chance for a date from which it is the agreement's where the words around tell nothing
_MOST_DATES = 2000  # a contract has some thirty; a hostile text has as many as it likes

_FILING = re.compile(
    r"(?:\b(?:8|10|20|6)-?[KQF](?:SB)?(?:/A)?|\bS-\d{1,2}(?:/A)?|\bSB-2(?:/A)?|\bF-\d{1,2}(?:/A)?|\b424B\d|\bN-\w+|\b485\w+|\b10-?12G(?:/A)?|\bDEF\w+|source:[^\n]{0,80}|filed[^.\n]{0,30})\s*,?\s*$",
    _I,
)


class Paper:
    """A contract's text with its dates found once. `marked` are passages in which a finder saw the agreement date, best first."""

    def __init__(self, text: str, order: Order | None = None, marked: Sequence[tuple[int, int, float]] = ()) -> None:
        self.text = text
        self.marked = marked
        self._order = order

    @cached_property
    def order(self) -> Order:
        """Which figure of a date in figures is the month."""
        return figure_order(self.text) if self._order is None else self._order

    @cached_property
    def dates(self) -> tuple[WrittenDate, ...]:
        """Every date but those of the filing that the page breaks name."""
        return tuple(one for one in written_dates(self.text, self.order)[:_MOST_DATES] if not self._is_of_a_filing(one))

    def dates_in(self, start: int, end: int) -> tuple[WrittenDate, ...]:
        """Return the dates that begin between two places."""
        return tuple(one for one in self.dates if start <= one.start < end)

    def before(self, place: int, length: int) -> str:
        """Return the words before a place, on one line."""
        return flat(self.text[max(0, place - length) : place])

    def after(self, place: int, length: int) -> str:
        """Return the words after a place, on one line."""
        return flat(self.text[place : place + length])

    def find(self, words: str) -> tuple[date, ...]:
        """Return the whole dates in some words of the paper."""
        return tuple(one.day for one in written_dates(words, self.order) if one.day)

    def _is_of_a_filing(self, one: WrittenDate) -> bool:
        return bool(_FILING.search(self.text[max(0, one.start - 90) : one.start].replace("\n", " ")))

    @cached_property
    def made_on(self) -> Dated | None:
        """The agreement date, or None where it is open or not stated."""
        return making.made_on(self) or making.marked_day(self, self.marked, _SEEN)

    @cached_property
    def signed_on(self) -> Dated | None:
        """The latest date beside the signatures."""
        return making.signed_on(self)


def flat(words: str) -> str:
    """Return words on one line."""
    return re.sub(r"\s+", " ", words)
