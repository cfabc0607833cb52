"""Several wishes about one passage, put into one: two redlines of the same sentence would contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agents.contract_reading.policy_check.nouns import Change, Conflict, Redline, State
from memory.domain.contract_policy import Attitude


def merged(conflicts: Sequence[Conflict]) -> tuple[Conflict, ...]:
    """Return the conflicts with one redline a passage: each that speaks of it carries the whole change.

    A clause that is missing altogether is one conflict: the value it would state is asked for in the sentence to be added.
    """
    missing = {c.clause for c in conflicts if c.attitude is Attitude.REQUIRED and c.state is State.BROKEN}
    valued = {c.clause: c.redline for c in conflicts if c.state is State.SILENT and c.redline is not None}
    kept = [
        c.model_copy(update={"redline": valued[c.clause]}) if c.attitude is Attitude.REQUIRED and c.clause in missing & set(valued) else c
        for c in conflicts
        if not (c.state is State.SILENT and c.clause in missing and c.verdict.strictness <= 1)
    ]
    lines: dict[tuple[int, int], list[Redline]] = {}
    for line in (c.redline for c in kept if c.redline is not None):
        if line.was is not None:
            lines.setdefault((line.was.start, line.was.end), []).append(line)
    return tuple(_with(conflict, lines) for conflict in kept)


def _with(conflict: Conflict, lines: dict[tuple[int, int], list[Redline]]) -> Conflict:
    line = conflict.redline
    if line is None or line.was is None:
        return conflict
    about = list({other.becomes: other for other in lines[line.was.start, line.was.end]}.values())
    return conflict if len(about) == 1 else conflict.model_copy(update={"redline": _one(line, about)})


def _one(line: Redline, about: list[Redline]) -> Redline:
    """Return one change: sentences of ours replace the passage, figures alone are all put into it."""
    own = [other for other in about if not other.figure_only]
    assert line.was is not None
    becomes = " ".join(other.becomes for other in own if other.becomes) if own else _spliced(line.was.text, [a.becomes for a in about])
    return line.model_copy(
        update={
            "change": Change.REPLACE if becomes else Change.DELETE,
            "becomes": becomes[:4000],
            "figure_only": not own,
            "numbers": tuple(dict.fromkeys(number for other in about for number in other.numbers)),
            "amounts": tuple(dict.fromkeys(money for other in about for money in other.amounts)),
        }
    )


def _spliced(sentence: str, versions: Iterable[str]) -> str:
    """Return the sentence with every edit of its versions in it, each being one stretch that was changed; of two that overlap the first."""
    edits = sorted((_edit(sentence, version) for version in versions), reverse=True)
    untouched = len(sentence)
    for start, end, words in edits:
        if end <= untouched:
            sentence, untouched = sentence[:start] + words + sentence[end:], start
    return sentence


def _edit(old: str, new: str) -> tuple[int, int, str]:
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, len(old) - tail, new[head : len(new) - tail]
