"""HTML mail to the text a person would see: invisible nodes are dropped first and reported, then tags become lines.

Hidden text is how instructions for assistants are smuggled past a human reader: `display:none`, zero-size or white letters,
text pushed off the page, comments. What is dropped is returned, so that it can be shown as a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from tools.hidden_style import WHITE, declarations, hides, hiding_selectors

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

    _Step = PageElement | str | int

LARGEST_MARKUP = 1_000_000
"""Characters of HTML that are read; more is cut, which the parser reports as a finding."""
_EXCERPTS = 20
_EXCERPT_WIDTH = 300
_SILENT = ("script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe", "select", "textarea")
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "br", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("table", "tbody", "tfoot", "thead", "tr", "ul"),
    )
)
_BREAK = "\n"
_CELLS = frozenset(("td", "th"))
_STRUCK = frozenset(("s", "strike", "del"))
_ANCESTORS_READ = 40


@dataclass(frozen=True)
class SeenText:
    """The visible text and what was hidden from a reader."""

    text: str
    hidden: tuple[str, ...] = ()


def visible_text(markup: str) -> SeenText:
    """Return the text of an HTML mail as a reader sees it. Quoted blocks get `> ` in front of each line."""
    from bs4 import BeautifulSoup

    # lxml and not html.parser: that one takes quadratic time on unclosed tags and raises on some markup.
    soup = BeautifulSoup(markup[:LARGEST_MARKUP], "lxml")
    pieces, hidden = _walked(soup, _hiding_selectors(soup))
    return SeenText(_tidy("".join(pieces)), tuple(hidden))


def _walked(soup: BeautifulSoup, selectors: frozenset[str]) -> tuple[list[str], list[str]]:
    """Return the rendered pieces and excerpts of what was hidden. Without recursion: a hostile mail nests thousands deep."""
    from bs4.element import NavigableString, PreformattedString, Tag

    pieces: list[str] = []
    hidden: list[str] = []
    quotes = 0
    pending: list[_Step] = [soup]
    while pending:
        step = pending.pop()
        if isinstance(step, int):
            quotes += step
        elif isinstance(step, PreformattedString):
            _excerpt([step], hidden)
        elif isinstance(step, Tag):
            if _is_hidden(step, selectors):
                _excerpt(step.strings, hidden)
            elif step.name not in _SILENT:
                pending.extend(reversed(_steps(step)))
        elif isinstance(step, NavigableString):
            pieces.append(re.sub(r"\s+", " ", str(step)))
        else:
            pieces.append(f"\n{'> ' * min(quotes, 5)}" if step == _BREAK else str(step))
    return pieces, hidden


def _excerpt(strings: Iterable[str], hidden: list[str]) -> None:
    if len(hidden) >= _EXCERPTS:
        return
    words = " ".join(" ".join(islice(strings, 50)).split())
    # Conditional comments of Outlook and doctypes hold markup, not words.
    if words and not words.lower().startswith(("[if", "<![endif", "html", "doctype")):
        hidden.append(words[:_EXCERPT_WIDTH])


def _steps(tag: Tag) -> list[_Step]:
    """Return what a tag renders as: its children between line breaks, a cell's end, a deeper or shallower quote, struck words."""
    inside: list[_Step] = list(tag.children)
    if tag.name in _CELLS:
        return [*inside, " | "]
    if tag.name == "blockquote":
        return [1, _BREAK, *inside, -1, _BREAK]
    if tag.name in _STRUCK:
        return ["~~", *inside, "~~"]
    if tag.name == "li":
        return [_BREAK, "- ", *inside]
    return [_BREAK, *inside, _BREAK] if tag.name in _BLOCKS else inside


def _hiding_selectors(soup: BeautifulSoup) -> frozenset[str]:
    return frozenset().union(*(hiding_selectors(sheet.get_text()) for sheet in soup.find_all("style")))


def _is_hidden(tag: Tag, selectors: frozenset[str]) -> bool:
    if tag.has_attr("hidden") or (tag.name == "input" and str(tag.get("type", "")).lower() == "hidden"):
        return True
    if selectors and not selectors.isdisjoint(_names(tag)):
        return True
    declared = declarations(str(tag.get("style", "")))
    if tag.name == "font":
        declared.setdefault("color", str(tag.get("color", "")).lower().replace(" ", ""))
    return hides(declared, on_white=_stands_on_white(tag, declared))


def _names(tag: Tag) -> set[str]:
    marks = [f".{name}" for name in tag.get_attribute_list("class") if name]
    if tag.get("id"):
        marks.append(f"#{tag['id']}")
    return {tag.name.lower(), *(mark.lower() for mark in marks), *(f"{tag.name}{mark}".lower() for mark in marks)}


def _stands_on_white(tag: Tag, declared: dict[str, str]) -> bool:
    if declared.get("color", "") not in WHITE:
        return True
    for parent in islice(chain((tag,), tag.parents), _ANCESTORS_READ):
        style = declarations(str(parent.get("style", "")))
        ground = style.get("background-color") or style.get("background") or str(parent.get("bgcolor", "")).lower()
        if ground:
            return ground in WHITE
    return True


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()).removesuffix(" |") for line in text.split("\n"))
    return re.sub(r"\n(?:(?:> ?)*\n){2,}", "\n\n", "\n".join(lines)).strip()
