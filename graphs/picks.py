"""Which of several packages a vendor's answer takes up: the letter it names. Its own words decide; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_uppercase

from memory.domain.quote import Terms

_NAMED = re.compile(
    r"\b(?:options?|packages?|variants?|proposals?|offers?|alternatives?|pakete?s?|angebot|variante|option|offre|formule|proposition|opción|opcion|paquete|oferta)\s+"
    r"[\"'(\u201e\u201c\u00ab]?([A-D])\b"
    r"|^\s*[\"'(]?([A-D])[\"')]?(?:[.,:)!]| (?:works|is fine|please|passt|convient|nos va))",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(r"^\s*>|^(?:On|Am|Le|El) .{5,160}(?:wrote|schrieb|a écrit|escribió)|^-{2,}", re.MULTILINE)


def picked(answer: str, packages: Sequence[Terms]) -> Terms | None:
    """Return the package that an answer names, or None when it names none, several, or one that was not offered."""
    history = _QUOTED.search(answer)
    own = answer[: history.start()] if history else answer
    named = {(found[1] or found[2]).upper() for found in _NAMED.finditer(own)}
    if len(named) != 1:
        return None
    place = ascii_uppercase.index(named.pop())
    return packages[place] if place < len(packages) else None
