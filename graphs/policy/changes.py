"""What differs between two policies, in words."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from graphs.policy.document import Policy
from graphs.policy.rule import Rule
from memory.domain.base import Noun
from memory.domain.money import Money


def diff(old: Policy, new: Policy) -> tuple[str, ...]:
    """Return one line per difference; none when both say the same, whatever their comments and order."""
    return (*_frame(old, new), *_rules(old, new), *_examples(old, new))


def _frame(old: Policy, new: Policy) -> Iterator[str]:
    if old.default is not new.default:
        yield f"default: {old.default} → {new.default}"
    for stage in sorted(new.without_asking - old.without_asking):
        yield f"{stage} now goes without asking"
    for stage in sorted(old.without_asking - new.without_asking):
        yield f"{stage} no longer goes without asking"


def _rules(old: Policy, new: Policy) -> Iterator[str]:
    before, after = ({rule.id: rule for rule in policy.rules} for policy in (old, new))
    for name in sorted(before.keys() - after.keys()):
        yield f"rule {name} is gone: {before[name].says}"
    for name in sorted(after.keys() - before.keys()):
        yield f"rule {name} is new: {after[name].says}"
    for name in sorted(before.keys() & after.keys()):
        yield from _rule(before[name], after[name])


def _rule(before: Rule, after: Rule) -> Iterator[str]:
    if before.kind != after.kind:
        yield f"rule {after.id} becomes {after.kind} (was {before.kind}): {after.says}"
        return
    for name in type(after).model_fields:
        was, becomes = getattr(before, name), getattr(after, name)
        if was != becomes:
            yield f"rule {after.id}: {name} {_word(was)} → {_word(becomes)}"


def _examples(old: Policy, new: Policy) -> Iterator[str]:
    before, after = ({example.says: example for example in policy.examples} for policy in (old, new))
    for says in sorted(before.keys() - after.keys()):
        yield f"example is gone: {says}"
    for says in sorted(after.keys() - before.keys()):
        yield f"example is new: {says}"
    for says in sorted(s for s in before.keys() & after.keys() if before[s] != after[s]):
        yield f"example has changed: {says}"


def _word(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return f"[{', '.join(_word(item) for item in value)}]"
    if isinstance(value, Noun) and not isinstance(value, Money):
        return ", ".join(f"{name} {_word(item)}" for name, item in value if item is not None) or "everywhere"
    return str(value.value) if isinstance(value, Enum) else str(value)
