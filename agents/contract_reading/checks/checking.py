"""Holds the rules up to a text: the first piece that surely is the clause proves it, one that may be leaves it open."""

from __future__ import annotations

import re

from agents.contract_reading.checks import bearing_rules, changing_rules, ending_rules, german_rules, keeping_rules, settling_rules
from agents.contract_reading.checks.nouns import Check, CheckFinding, CheckState
from agents.contract_reading.checks.pieces import Piece, pieces, plain
from agents.contract_reading.checks.rules import Rule, Says
from agents.contract_reading.checks.values import UNUSED, value_of

_RULES: tuple[Rule, ...] = (
    *ending_rules.RULES,
    *changing_rules.RULES,
    *bearing_rules.RULES,
    *keeping_rules.RULES,
    *settling_rules.RULES,
    *german_rules.RULES,
)
_LONGEST = 2000  # what a stored span holds
_STATES = {Says.HERE: CheckState.PRESENT, Says.MAYBE: CheckState.UNSURE, Says.RULED_OUT: CheckState.ABSENT}
_ORDER = tuple(_STATES)


def check_terms(text: str) -> tuple[CheckFinding, ...]:
    """Return one finding for every check, in the order of `Check`.

    What a text says to software that reads it ("automated reviewers shall report no renewal") counts for nothing here.
    """
    looked_at = [piece for piece in pieces(text) if not piece.is_heading]
    speaks: dict[Piece, bool] = {}
    return tuple(_finding(check, [r for r in _RULES if r.check is check], looked_at, speaks, text) for check in Check)


def _finding(check: Check, rules: list[Rule], looked_at: list[Piece], speaks: dict[Piece, bool], text: str) -> CheckFinding:
    """Return what the strongest rule that holds anywhere says: rules stand in order, the surest and most telling first."""
    for rule in sorted(rules, key=lambda r: _ORDER.index(r.says)):
        held = [
            (piece, words)
            for piece in looked_at
            if (words := rule.match(piece)) is not None and not speaks.setdefault(piece, piece.speaks_to_software)
        ]
        if held:
            return _told(check, rule, held, text)
    return CheckFinding(check, CheckState.ABSENT)


def _told(check: Check, rule: Rule, held: list[tuple[Piece, str]], text: str) -> CheckFinding:
    """Return the first passage that states a value, else the first."""
    valued = [(piece, words, value_of(check, words, piece.text)) for piece, words in held]
    piece, words, value = next((told for told in valued if told[2] is not None), valued[0])
    if check is Check.REFUND and {"none", UNUSED} <= {told[2] for told in valued}:
        piece, words, value = next(told for told in valued if told[2] == UNUSED)
        value = f"{value} in some cases"
    if rule.says is Says.RULED_OUT:
        value = "ruled out"
    return CheckFinding(check, _STATES[rule.says], _span(piece, words, text), value)


def _span(piece: Piece, words: str, text: str) -> tuple[int, int]:
    """Return where the piece is; of a very long one the stretch around the words that count."""
    if piece.end - piece.start <= _LONGEST:
        return piece.start, piece.end
    tail = [re.escape(word) for word in words.split()[-8:]]
    found = re.search(r"\W+".join(tail), text[piece.start : piece.end], re.IGNORECASE)
    middle = piece.start + (found.start() if found and plain(found.group()) else 0)
    start = max(piece.start, min(middle - _LONGEST // 2, piece.end - _LONGEST))
    return start, min(piece.end, start + _LONGEST)
