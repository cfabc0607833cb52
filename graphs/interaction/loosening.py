"""Words that ask for fewer questions or fewer limits. They are recognised so that they can be answered, never so that they work."""

from __future__ import annotations

import re

_LOOSER = re.compile(
    r"\b(?:(?:skip|disable|turn off|switch off|remove|lift|drop|abolish|bypass|suspend|loosen|relax|ignore|override)\b[^.;!?\n]{0,30}"
    r"\b(?:approvals?|polic(?:y|ies)|rules?|reviews?|limits?|checks?|gates?|asking)|stop (?:asking|bothering)|auto-?approve|"
    r"without (?:asking|my|any approval|approval|review)|(?:don'?t|do not|never|no need to|needn'?t) (?:ever )?(?:ask|bother|prompt|notify)|automatically)\b"
)


def asks_for_less(text: str) -> bool:
    """Whether a text asks to be asked less, or for a rule to be lifted."""
    return _LOOSER.search(text.casefold()) is not None
