"""The words of one Word paragraph: inserted ones in, deleted ones out, hidden ones out, and each kind kept to be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_OUT = frozenset(map(qn, ("w:del", "w:moveFrom")))
_IN = frozenset(map(qn, ("w:ins", "w:moveTo")))
_RUN, _PARAGRAPH, _TEXT_BOX = qn("w:r"), qn("w:p"), qn("w:txbxContent")
_TEXT, _DELETED = qn("w:t"), qn("w:delText")
_BREAKS = {qn("w:tab"): " ", qn("w:ptab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_NOTES = {qn("w:footnoteReference"): "", qn("w:endnoteReference"): "e"}
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_SMALLEST = 4  # half points: letters below two points are no letters for people
_OFF = frozenset(("0", "false", "off"))
_WHITE = frozenset(("FFFFFF", "FEFEFE", "FFFFFE"))


@dataclass
class Noticed:
    """What a document says besides its words."""

    inserted: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Look:
    hidden: bool | None = None
    white: bool | None = None
    tiny: bool | None = None
    shaded: bool | None = None

    def over(self, other: _Look) -> _Look:
        """Return this look with what it leaves open taken from the other."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("hidden", "white", "tiny", "shaded"))
        return _Look(*(mine if mine is not None else theirs for mine, theirs in pairs))

    @property
    def unseen(self) -> bool:
        """Whether nobody sees such words."""
        return bool(self.hidden or self.tiny or (self.white and not self.shaded))


class Looks:
    """How runs look: by their own properties, else by their styles. Styles are followed to their bases."""

    def __init__(self, document: Document) -> None:
        self._styles = {str(style.get(qn("w:styleId"), "")): style for style in document.styles.element.findall(qn("w:style"))}
        self._known: dict[str, _Look] = {}

    def of_run(self, run: _Element, paragraph_look: _Look) -> _Look:
        """Return the look of a run."""
        properties = run.find(qn("w:rPr"))
        if properties is None:
            return paragraph_look
        style = properties.find(qn("w:rStyle"))
        named = self.of_style("" if style is None else str(style.get(qn("w:val"), "")))
        return _look(properties).over(named).over(paragraph_look)

    def of_style(self, name: str) -> _Look:
        """Return the look that a style gives."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> _Look:
        look = _Look()
        seen: set[str] = set()
        while name in self._styles and name not in seen and len(seen) < 20:
            seen.add(name)
            style = self._styles[name]
            properties = style.find(qn("w:rPr"))
            look = look if properties is None else look.over(_look(properties))
            base = style.find(qn("w:basedOn"))
            name = "" if base is None else str(base.get(qn("w:val"), ""))
        return look


def _look(properties: _Element) -> _Look:
    vanish = properties.find(qn("w:vanish"))
    size, colour, shade, mark = (properties.find(qn(name)) for name in ("w:sz", "w:color", "w:shd", "w:highlight"))
    points = "" if size is None else str(size.get(qn("w:val"), ""))
    fill = "" if shade is None else str(shade.get(qn("w:fill"), "")).upper()
    return _Look(
        hidden=None if vanish is None else str(vanish.get(qn("w:val"), "1")).lower() not in _OFF,
        white=None if colour is None else _is_white(colour),
        tiny=int(points) < _SMALLEST if points.isascii() and points.isdigit() and len(points) < 6 else None,
        shaded=True if mark is not None or (fill and fill not in {*_WHITE, "AUTO"}) else None,
    )


def _is_white(colour: _Element) -> bool:
    theme = str(colour.get(qn("w:themeColor"), ""))
    return str(colour.get(qn("w:val"), "")).upper() in _WHITE or theme in {"background1", "light1"}


def words_of(paragraph: _Element, looks: Looks, noticed: Noticed, *, style: str, ground: bool) -> tuple[str, list[_Element]]:
    """Return the words of a paragraph and the text boxes anchored in it; `ground` tells whether it stands on a shaded ground."""
    base = looks.of_style(style)
    base = _Look(shaded=True).over(base) if ground else base
    pieces: list[str] = []
    boxes: list[_Element] = []
    for kind, element in _pieces(paragraph, boxes):
        look = looks.of_run(element, base)
        text = _run_text(element, deleted=kind in _OUT)
        if kind in _OUT:
            noticed.deleted.append(text)
        elif look.unseen:
            noticed.hidden.append(text)
        elif _struck(element):
            noticed.struck.append(text)
        else:
            if kind in _IN:
                noticed.inserted.append(text)
            pieces.append(text)
    return "".join(pieces), boxes


def _pieces(paragraph: _Element, boxes: list[_Element]) -> Iterator[tuple[str, _Element]]:
    """Yield the runs of a paragraph in order, each with the change it stands in; text boxes are put aside."""
    pending: list[tuple[str, _Element]] = [("", child) for child in reversed(paragraph)]
    while pending:
        change, element = pending.pop()
        if element.tag == _RUN:
            yield change, element
            _boxes_in(element, boxes)
        elif element.tag == _ALTERNATIVES:
            pending.extend((change, child) for child in reversed(list(element)[:1]))
        elif isinstance(element.tag, str):
            # A deletion inside an insertion is a deletion.
            inner = element.tag if element.tag in _OUT or (element.tag in _IN and change not in _OUT) else change
            pending.extend((inner, child) for child in reversed(element))


def _boxes_in(run: _Element, boxes: list[_Element]) -> None:
    pending = list(reversed(run))
    while pending:
        element = pending.pop()
        if element.tag == _TEXT_BOX:
            boxes.append(element)
        elif element.tag == _ALTERNATIVES:
            # The same box stands there twice, for new and for old programs.
            pending.extend(list(element)[:1])
        elif isinstance(element.tag, str) and element.tag != _PARAGRAPH:
            pending.extend(reversed(element))


def _run_text(run: _Element, *, deleted: bool) -> str:
    pieces: list[str] = []
    for child in run:
        if child.tag == _TEXT or (deleted and child.tag == _DELETED):
            pieces.append(child.text or "")
        elif child.tag in _BREAKS:
            pieces.append(_BREAKS[child.tag])
        elif child.tag in _NOTES:
            pieces.append(f" [{_NOTES[child.tag]}{child.get(qn('w:id'), '')}]")
    return "".join(pieces)


def _struck(run: _Element) -> bool:
    properties = run.find(qn("w:rPr"))
    if properties is None:
        return False
    marks = (properties.find(qn(name)) for name in ("w:strike", "w:dstrike"))
    return any(mark is not None and str(mark.get(qn("w:val"), "1")).lower() not in _OFF for mark in marks)
