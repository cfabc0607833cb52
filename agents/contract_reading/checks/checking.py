"""Holds the rules up to a text: the first piece that surely is the clause proves it, one that may be leaves it open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agents.contract_reading.checks import bearing_rules, changing_rules, ending_rules, keeping_rules, settling_rules
from agents.contract_reading.checks.nouns import Check, CheckFinding, CheckState
from agents.contract_reading.checks.pieces import Piece, pieces, plain
from agents.contract_reading.checks.rules import Rule, Says
from agents.contract_reading.checks.values import value_of

_RULES: tuple[Rule, ...] = (
    *ending_rules.RULES,
    *changing_rules.RULES,
    *bearing_rules.RULES,
    *keeping_rules.RULES,
    *settling_rules.RULES,
)
_LONGEST = 2000  # what a stored span holds
_SHOWN = 60


def check_terms(text: str) -> tuple[CheckFinding, ...]:
    """Return one finding for every check, in the order of `Check`.

    What a text says to software that reads it ("automated reviewers shall report no renewal") counts for nothing here.
    """
    looked_at = [piece for piece in pieces(text) if not piece.is_heading]
    speaks: dict[Piece, bool] = {}
    return tuple(_finding(check, [r for r in _RULES if r.check is check], looked_at, speaks, text) for check in Check)


def _finding(check: Check, rules: list[Rule], looked_at: list[Piece], speaks: dict[Piece, bool], text: str) -> CheckFinding:
    open_or_barred: CheckFinding | None = None
    proven: CheckFinding | None = None
    for piece, rule, words in _matches(rules, looked_at):
        if speaks.setdefault(piece, piece.speaks_to_software):
            continue
        span = _span(piece, words, text)
        if rule.says is Says.HERE:
            found = CheckFinding(check, CheckState.PRESENT, span, value_of(check, words, piece.text))
            if found.value is not None:
                return found
            proven = proven or found
        elif rule.says is Says.MAYBE and (open_or_barred is None or open_or_barred.state is CheckState.ABSENT):
            open_or_barred = CheckFinding(check, CheckState.UNSURE, span, value_of(check, words, piece.text))
        elif open_or_barred is None:
            open_or_barred = CheckFinding(check, CheckState.ABSENT, span, "ruled out")
    return proven or open_or_barred or CheckFinding(check, CheckState.ABSENT)


def _matches(rules: Iterable[Rule], looked_at: Iterable[Piece]) -> Iterator[tuple[Piece, Rule, str]]:
    for piece in looked_at:
        for rule in rules:
            words = rule.match(piece)
            if words is not None:
                yield piece, rule, words
                break


def _span(piece: Piece, words: str, text: str) -> tuple[int, int]:
    """Return where the piece is; of a very long one the stretch around the words that count."""
    if piece.end - piece.start <= _LONGEST:
        return piece.start, piece.end
    tail = [re.escape(word) for word in words.split()[-8:]]
    found = re.search(r"\W+".join(tail), text[piece.start : piece.end], re.IGNORECASE)
    middle = piece.start + (found.start() if found and plain(found.group()) else 0)
    start = max(piece.start, min(middle - _LONGEST // 2, piece.end - _LONGEST))
    return start, min(piece.end, start + _LONGEST)
