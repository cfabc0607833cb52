"""Several wishes about one passage, put into one: two redlines of the same sentence would contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agents.contract_reading.policy_check.doubts import TOGETHER, matter
from agents.contract_reading.policy_check.nouns import Change, Conflict, Redline, State
from memory.domain.contract_policy import Attitude
from memory.domain.policy import Verdict


def merged(conflicts: Sequence[Conflict]) -> tuple[Conflict, ...]:
    """Return the conflicts with one redline a passage, and one question for one matter.

    Each conflict that speaks of a passage carries the whole change to it. A clause that is missing altogether is one conflict: the value
    it would state is asked for in the sentence to be added. What is only silent is one conflict for the whole paper, and so is what
    stands in one other paper, or is left blank; a doubt about one clause is told once, whatever number of rules ask about it.
    """
    kept = _of_one_matter(_without_idle(conflicts))
    lines: dict[tuple[int, int], list[Redline]] = {}
    for line in (c.redline for c in kept if c.redline is not None):
        if line.was is not None:
            lines.setdefault((line.was.start, line.was.end), []).append(line)
    return tuple(_with(conflict, lines) for conflict in kept)


def _without_idle(conflicts: Sequence[Conflict]) -> list[Conflict]:
    """Return the conflicts without those that another one answers: no value is missed in a clause that is missing, or only doubted."""
    required = {c.clause: c for c in conflicts if c.attitude is Attitude.REQUIRED and c.state is not State.SILENT}
    idle = {
        id(c): required[c.clause]
        for c in conflicts
        if c.attitude is Attitude.WITHIN
        and c.clause in required
        and c.verdict is Verdict.REQUIRE_APPROVAL
        and (c.state is State.SILENT or (c.state is State.UNSURE and required[c.clause].state is State.UNSURE))
    }
    answered: dict[int, list[Conflict]] = {}
    for conflict in conflicts:
        if id(conflict) in idle:
            answered.setdefault(id(idle[id(conflict)]), []).append(conflict)
    return [_speaking_for(c, answered.get(id(c), [])) for c in conflicts if id(c) not in idle]


def _speaking_for(conflict: Conflict, others: Sequence[Conflict]) -> Conflict:
    if not others:
        return conflict
    valued = next((c.redline for c in others if c.redline is not None), None)
    line = valued if conflict.state is State.BROKEN and valued is not None else conflict.redline
    return conflict.model_copy(update={"redline": line, "also": _rules(conflict, others)})


def _rules(conflict: Conflict, others: Iterable[Conflict]) -> tuple[str, ...]:
    known = dict.fromkeys(rule for one in (conflict, *others) for rule in one.rules)
    return tuple(rule for rule in known if rule != conflict.rule)


def _of_one_matter(conflicts: Sequence[Conflict]) -> list[Conflict]:
    groups: dict[object, list[Conflict]] = {}
    for number, conflict in enumerate(conflicts):
        asks = conflict.verdict is Verdict.REQUIRE_APPROVAL
        together = conflict.left if conflict.left in TOGETHER else None
        key = number if not asks else "silent" if conflict.state is State.SILENT else together or number
        groups.setdefault(key, []).append(conflict)
    return [_as_one(group) for group in groups.values()]


def _as_one(group: Sequence[Conflict]) -> Conflict:
    first = group[0]
    silent = first.state is State.SILENT
    if len(group) == 1 and not silent:
        return first
    named = "; ".join(dict.fromkeys(matter(c.measure, c.clause) for c in group))
    lines = [c.redline for c in group if c.redline is not None]
    return first.model_copy(
        update={
            "also": _rules(first, group[1:]),
            "says": " ".join(dict.fromkeys(c.says for c in group)),
            "because": f"{TOGETHER[first.left]}: {named}" if first.left else f"it does not state{':' if len(group) > 1 else ''} {named}",
            "risk": " ".join(dict.fromkeys(c.risk for c in group)),
            "redline": _added(lines) if silent and lines else None,
        }
    )


def _added(lines: Sequence[Redline]) -> Redline:
    return lines[0].model_copy(
        update={
            "becomes": " ".join(dict.fromkeys(line.becomes for line in lines))[:4000],
            "numbers": tuple(dict.fromkeys(number for line in lines for number in line.numbers)),
            "amounts": tuple(dict.fromkeys(money for line in lines for money in line.amounts)),
        }
    )


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
