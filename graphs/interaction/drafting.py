"""Drafts of policy changes: the lines to write, and proof that a policy with them can be read and keeps its owner's examples."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from graphs.policy.changes import diff
from graphs.policy.document import Policy
from memory.domain.errors import InputError

_PLAIN = re.compile(r"[a-z][a-z0-9_]*|\d+(?:\.\d+)? [A-Z]{3}")
_NOT_STRINGS = frozenset({"yes", "no", "true", "false", "null", "on", "off", "y", "n"})

Fields = Mapping[str, str | int | list[str] | dict[str, list[str]]]
"""Fields of a rule as they are written; names of vendors and clauses come as a list."""


@dataclass(frozen=True)
class Drafted:
    """A change of policy: the lines (`-` goes, `+` comes), what it means in words, and what stands in its way, if anything."""

    lines: tuple[str, ...]
    changes: tuple[str, ...]
    problem: str = ""


def added_rule(policy: Policy, fields: Fields) -> Drafted | None:
    """Return the draft of a new rule, written at the head of the rules; None when the text has no `rules:` line."""
    lines = policy.text.splitlines()
    head = next((n for n, line in enumerate(lines) if re.match(r"rules:\s*(?:#.*)?$", line)), None)
    if head is None:
        return None
    indent = _indent_of_rules(lines, head)
    names = {rule.id for rule in policy.rules}
    wanted = str(fields["id"])
    free = next(name for n in range(1, 1000) if (name := wanted if n == 1 else f"{wanted}_{n}") not in names)
    written = [f"{name}: {_written(value)}" for name, value in {**fields, "id": free}.items()]
    block = [f"{indent}- {written[0]}", *(f"{indent}  {line}" for line in written[1:])]
    return _drafted(policy, [*lines[: head + 1], *block, *lines[head + 1 :]], ("under rules:", *(f"+ {line}" for line in block)))


def edited_rule(policy: Policy, rule_id: str, fields: Fields) -> Drafted | None:
    """Return the draft of a changed rule; None when its lines cannot be changed one by one (written on one line, or spread out)."""
    lines = policy.text.splitlines()
    start = next((n for n, line in enumerate(lines) if re.match(rf"\s*-\s+id:\s*[\"']?{re.escape(rule_id)}[\"']?\s*(?:#.*)?$", line)), None)
    if start is None:
        return None
    body = " " * (len(lines[start]) - len(lines[start].lstrip()) + 2)
    end = next((n for n in range(start + 1, len(lines)) if lines[n].strip() and not lines[n].startswith(body)), len(lines))
    shown = [f"in rule {rule_id}:"]
    for name, value in fields.items():
        new = f"{body}{name}: {_written(value)}"
        place = next((n for n in range(start + 1, end) if lines[n].startswith(f"{body}{name}:")), None)
        if place is None:
            lines.insert(start + 1, new)
            end += 1
        else:
            shown.append(f"- {lines[place].strip()}")
            lines[place] = new
        shown.append(f"+ {new.strip()}")
    return _drafted(policy, lines, tuple(shown))


def _indent_of_rules(lines: list[str], head: int) -> str:
    first = next((line for line in lines[head + 1 :] if line.lstrip().startswith("- ")), "  - ")
    return first[: len(first) - len(first.lstrip())]


def _written(value: object) -> str:
    """Return a value as YAML on one line; JSON strings and lists are YAML. Amounts and slugs need no quotes."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in _NOT_STRINGS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _drafted(policy: Policy, lines: list[str], shown: tuple[str, ...]) -> Drafted:
    try:
        draft = Policy.load("\n".join(lines) + "\n", source="the draft")
    except InputError as error:
        return Drafted(shown, (), problem=error.message.splitlines()[0])
    return Drafted(shown, diff(policy, draft))
