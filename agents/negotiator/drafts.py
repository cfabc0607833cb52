"""The check on a model's draft of a letter: the decided sentences stand word for word, and nothing is said beside them but courtesy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from agents.negotiator.checks.spelling import plain
from agents.negotiator.checks.statements import check_statements
from agents.negotiator.checks.vocabulary import strange_words
from agents.negotiator.language import Language
from agents.negotiator.outgoing import Secrets, check_outgoing

_MOST_WORDS = 220
_SIGNS = frozenset({"So", "Sm", "Sc", "Sk"})
"""Unicode categories of signs; an amount, a share or an emoji needs one, a courtesy does not."""


def check_draft(
    draft: str, *, fixed: Sequence[str], language: Language, parties: Sequence[str] = (), secrets: Secrets | None = None
) -> tuple[str, ...]:
    """Return what speaks against sending a model's `draft` of a letter's middle part; empty when nothing does.

    `fixed` sentences (the offer, our questions) must each stand in it exactly once, word for word; so no figure can change or move.
    Outside them, and the names of the `parties`, there may be no figure at all, in digits or in words of any of the languages, no
    sentence that limits, compares, presses or promises, and no word that a courteous letter in `language` does not need.
    """
    body = " ".join(plain(draft).split())
    kept = [" ".join(plain(sentence).split()) for sentence in fixed]
    rest = body
    found: list[str] = []
    for sentence in sorted(kept, key=len, reverse=True):
        if rest.count(sentence) != 1:
            found.append(f"leaves out {sentence[:60]!r}" if sentence not in rest else f"says twice {sentence[:60]!r}")
        rest = rest.replace(sentence, " | ")
    found += check_outgoing(rest, allowed_figures=parties, secrets=secrets or Secrets(), language=language)
    found += check_statements(rest, spared=parties)
    if words := strange_words(rest, language, spared=parties):
        found.append("says more than courtesy needs: " + ", ".join(repr(word) for word in words[:5]))
    if signs := {mark for mark in rest.replace("|", "") if unicodedata.category(mark) in _SIGNS}:
        found.append("uses the sign " + " ".join(sorted(signs)))
    if len(re.findall(r"\S+", body)) > _MOST_WORDS:
        found.append("is too long")
    return tuple(dict.fromkeys(found))
