"""Which part of an HTML page is its text: not the navigation around it, and not what styles hide."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from tools.hidden_style import WHITE, declarations, hides

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AROUND = frozenset(("nav", "aside", "dialog", "menu"))
_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar", "toolbar")
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookie|consent|breadcrumbs?|navbar|nav|menu|sidebar|skip(?:-?(?:link|nav|to))?|toc|table-of-contents|share|social|newsletter|pagination)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MOST_OF_IT = 0.5
_LINKS = 0.6
_ANCESTORS = 40


def main_part(root: HtmlElement) -> HtmlElement:
    """Return the element that holds the page's own text: `main` or the one `article` when most words stand there, else the whole."""
    whole = len(root.text_content())
    for path in ("//main | //*[@role='main']", "//article"):
        found = root.xpath(path)
        if len(found) == 1 and len(found[0].text_content()) >= _MOST_OF_IT * whole and not hidden_element(found[0], frozenset()):
            part: HtmlElement = found[0]
            return part
    return root


def aside(element: HtmlElement) -> bool:
    """Whether an element stands around the text: navigation, a site's head and foot, banners, lists of links."""
    if element.tag in _AROUND or str(element.get("role", "")).lower() in _ROLES:
        return True
    if element.tag in {"header", "footer"}:
        return not any(True for _ in element.iterancestors("article", "main", "section"))
    named = f"{element.get('class', '')} {element.get('id', '')}"
    if element.tag in {"html", "body", "main", "article"} or not named.strip() or not _FURNITURE.search(named[:300]):
        return False
    return _mostly_links(element) or "cookie" in named.lower() or "consent" in named.lower()


def _mostly_links(element: HtmlElement) -> bool:
    words = len("".join(element.text_content().split()))
    linked = sum(len("".join(link.text_content().split())) for link in islice(element.iter("a"), 500))
    return words > 0 and linked >= _LINKS * words


def hidden_element(element: HtmlElement, selectors: frozenset[str]) -> bool:
    """Whether a person who looks at the page does not see this element; `selectors` are those that the style sheets hide."""
    if element.get("hidden") is not None or (element.tag == "input" and str(element.get("type", "")).lower() == "hidden"):
        return True
    if selectors and not selectors.isdisjoint(_names(element)):
        return True
    declared = declarations(str(element.get("style", "")))
    if element.tag == "font":
        declared.setdefault("color", str(element.get("color", "")).lower().replace(" ", ""))
    return bool(declared) and hides(declared, on_white=_stands_on_white(element, declared))


def _names(element: HtmlElement) -> set[str]:
    marks = [f".{name}" for name in str(element.get("class", "")).split()[:50]]
    if element.get("id"):
        marks.append(f"#{element.get('id')}")
    return {element.tag.lower(), *(mark.lower() for mark in marks), *(f"{element.tag}{mark}".lower() for mark in marks)}


def _stands_on_white(element: HtmlElement, declared: dict[str, str]) -> bool:
    if declared.get("color", "") not in WHITE:
        return True
    for parent in islice((element, *islice(element.iterancestors(), _ANCESTORS)), _ANCESTORS):
        style = declarations(str(parent.get("style", "")))
        ground = style.get("background-color") or style.get("background") or str(parent.get("bgcolor", "")).lower()
        if ground:
            return ground in WHITE
    return True
