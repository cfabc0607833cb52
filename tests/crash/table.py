"""The one table of a campaign."""

from __future__ import annotations

from collections.abc import Iterable

from campaign import Outcome

_HEAD = (
    *("run", "database", "kills", "frozen", "boundaries", "cases", "effects wanted", "attempts", "lost", "duplicate", "stuck"),
    *("settled by operator", "facts twice", "chain/projection errors", "seconds", "verdict"),
)


def row_of(outcome: Outcome) -> tuple[str, ...]:
    """Return the cells of one run."""
    found = outcome.verdict
    word = "fails, as it must" if outcome.run.control else "sound"
    if not outcome.passed:
        word = "PASSES, AND MUST NOT" if outcome.run.control else "NOT SOUND"
    figures = (
        *(outcome.kills, outcome.freezes, outcome.points, found.cases, found.wanted, found.attempts, found.lost, found.duplicate),
        *(found.stuck, outcome.settled, found.facts_twice, found.chain, round(outcome.seconds)),
    )
    return (outcome.run.name, outcome.run.database, *map(str, figures), word)


def drawn(rows: Iterable[tuple[str, ...]]) -> str:
    """Return the table as Markdown, its columns aligned."""
    cells = [_HEAD, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
