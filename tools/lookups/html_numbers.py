"""The numbers that a browser puts before list items: clauses refer to each other by them, so they are part of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_LISTS = frozenset(("ol", "ul"))
_STYLES = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i", "upper-roman": "I"}


def lettered(number: int) -> str:
    """Return 1 as `a`, 26 as `z`, 27 as `aa` (as lists count)."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def roman(number: int) -> str:
    """Return a number from 1 to 3999 in small Roman numerals, others in figures."""
    if not 0 < number < 4000:
        return str(number)
    numeral = ""
    for value, sign in _ROMAN:
        numeral += sign * (number // value)
        number %= value
    return numeral


class ListNumbers:
    """Counts the items of nested lists."""

    def __init__(self) -> None:
        self._open: list[tuple[str, str, int]] = []

    @property
    def depth(self) -> int:
        """How many lists are open."""
        return max(len(self._open), 1)

    def enter(self, element: HtmlElement) -> None:
        """Note that a list begins."""
        if element.tag in _LISTS:
            style = str(element.get("style", "")).lower()
            kind = next((kind for name, kind in _STYLES.items() if name in style), str(element.get("type", "1")))
            self._open.append((element.tag, kind, _number(element.get("start"), 1) - 1))

    def leave(self, element: HtmlElement) -> None:
        """Note that a list ends."""
        if element.tag in _LISTS and self._open:
            self._open.pop()

    def mark(self, item: HtmlElement) -> str:
        """Return what stands before an item: `3. `, `(c) ` as `c. `, or a dash."""
        if not self._open or self._open[-1][0] == "ul":
            return "- "
        tag, kind, before = self._open[-1]
        number = _number(item.get("value"), before + 1)
        self._open[-1] = (tag, kind, number)
        word = {"a": lettered(number), "A": lettered(number).upper(), "i": roman(number), "I": roman(number).upper()}.get(kind, str(number))
        return f"{word}. "


def _number(said: str | None, otherwise: int) -> int:
    text = (said or "").strip()
    return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 7 else otherwise
