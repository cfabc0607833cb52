"""From text to `Policy`, with every fault named: file, line, rule, field and what to write instead."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, StrictBool, StrictInt, ValidationError
from pydantic_core import ErrorDetails

from graphs.policy.document import Policy
from graphs.policy.engine import DEFAULT_RULE, evaluate
from graphs.policy.examples import Example, with_unsaid
from graphs.policy.facts import Facts, Stage
from graphs.policy.rule import ActiveRule, AppliesTo, Rule, rule_kinds
from graphs.policy.yaml_tree import Path, Tree, read_tree
from memory.domain.base import Noun, sha256_hex
from memory.domain.errors import InputError
from memory.domain.policy import Verdict

_TOLD = 5  # faults told at once
_INSTEAD = {"on": "applies_to", "when": "applies_to", "limit": "amount", "max": "amount", "name": "id", "type": "kind", "text": "says"}
NounT = TypeVar("NounT", bound=Noun)


class _Outline(Noun):
    """The document around rules and examples."""

    version: Annotated[StrictInt, Field(ge=1)]
    default: Literal[Verdict.REQUIRE_APPROVAL, Verdict.DENY] = Verdict.REQUIRE_APPROVAL
    without_asking: tuple[Stage, ...] = ()
    mention_lower_offers: StrictBool = True
    rules: Annotated[tuple[Any, ...], Field(min_length=1, max_length=500)]
    examples: Annotated[tuple[Any, ...], Field(max_length=500)] = ()


class _Faults:
    """The faults found so far, each with its line."""

    def __init__(self, source: str, tree: Tree) -> None:
        self._source = source
        self._tree = tree
        self._found: list[tuple[int, str, str]] = []

    def add(self, path: Path, message: str, mend: str) -> None:
        self._found.append((self._tree.line(path), message, mend))

    def add_from(self, error: ValidationError, model: type[Noun], path: Path, who: str) -> None:
        for item in error.errors(include_url=False):
            message, mend = _told(item, model)
            self.add((*path, *item["loc"]), f"{who}{message}", mend)

    def raise_any(self) -> None:
        if not self._found:
            return
        found = sorted(dict.fromkeys(self._found))
        told = [f"{self._source}, line {line}: {message}" for line, message, _ in found[:_TOLD]]
        more = [f"and {len(found) - _TOLD} more"] if len(found) > _TOLD else []
        raise InputError("\n".join(told + more), hint=found[0][2])


@functools.lru_cache(maxsize=16)  # a process reads the same few texts at each start of an office; a policy is frozen
def load_policy(text: str, *, source: str) -> Policy:
    """Return the policy written in `text`. Raises `InputError`, naming up to five faults at once."""
    tree = read_tree(text, source=source)
    faults = _Faults(source, tree)
    outline = _outline(tree, faults, source)
    active = tuple(_rules(outline.rules, faults))
    examples = tuple(_examples(outline.examples, faults))
    faults.raise_any()
    policy = Policy(
        version=f"{outline.version}-{sha256_hex(text.encode())[:12]}",
        default=outline.default,
        without_asking=frozenset(outline.without_asking),
        active=active,
        examples=examples,
        text=text,
        source=source,
        mention_lower_offers=outline.mention_lower_offers,
    )
    _keep_promises(policy, faults)
    return policy


def _outline(tree: Tree, faults: _Faults, source: str) -> _Outline:
    if not tree.value:
        raise InputError(f"{source} holds no policy", hint="start from the sample: it has version, default, without_asking and rules")
    if not isinstance(tree.value, dict):
        raise InputError(
            f"{source}, line 1: a policy is a list of named fields", hint=f"write fields such as {', '.join(_Outline.model_fields)}"
        )
    try:
        return _Outline.model_validate(tree.value)
    except ValidationError as error:
        faults.add_from(error, _Outline, (), "")
        faults.raise_any()
        raise


def _rules(items: tuple[Any, ...], faults: _Faults) -> Iterator[ActiveRule]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        rule = _rule(item, ("rules", index), faults)
        if rule is None:
            continue
        if rule.rule.id in seen or rule.rule.id == DEFAULT_RULE:
            faults.add(("rules", index, "id"), f"rule {rule.rule.id}: this id is taken", "give each rule an id of its own")
        seen.add(rule.rule.id)
        yield rule


def _rule(item: object, path: Path, faults: _Faults) -> ActiveRule | None:
    if not isinstance(item, dict):
        faults.add(path, "a rule is a list of named fields", "write - id: ..., kind: ..., says: ...")
        return None
    who = f"rule {item.get('id') or 'without id'}: "
    kinds = rule_kinds()
    kind = kinds.get(str(item.get("kind")))
    if kind is None:
        faults.add((*path, "kind"), f"{who}there is no kind {item.get('kind')!r}", _nearest(str(item.get("kind")), list(kinds), "kinds"))
        return None
    rule: Rule | None = _read(faults, kind.model, item, path, who)
    return ActiveRule(rule, kind) if rule is not None else None


def _examples(items: tuple[Any, ...], faults: _Faults) -> Iterator[Example]:
    for index, item in enumerate(items):
        filled = {**item, "facts": with_unsaid(item.get("facts"))} if isinstance(item, dict) else item
        example = _read(faults, Example, filled, ("examples", index), f"example {index + 1}: ")
        if example is not None:
            yield example


def _read(faults: _Faults, model: type[NounT], item: object, path: Path, who: str) -> NounT | None:
    try:
        return model.model_validate(item)
    except ValidationError as error:
        faults.add_from(error, model, path, who)
        return None


def _keep_promises(policy: Policy, faults: _Faults) -> None:
    ids = {rule.id for rule in policy.rules} | {DEFAULT_RULE}
    for index, example in enumerate(policy.examples):
        strangers = sorted(set(example.because) - ids)
        broken = f"there is no rule {strangers[0]}" if strangers else example.broken_by(evaluate(policy, example.facts))
        if broken:
            faults.add(
                ("examples", index),
                f'the example "{example.says}" is broken: {broken}',
                "mend the rule, or the example if you changed your mind",
            )
    faults.raise_any()


def _told(item: ErrorDetails, model: type[Noun]) -> tuple[str, str]:
    """Return what is wrong with a field, and the mend."""
    where = ".".join(str(part) for part in item["loc"]) or "the whole"
    if item["type"] == "extra_forbidden":
        known = _fields_at(model, item["loc"][:-1])
        return f"there is no field {where}", _nearest(str(item["loc"][-1]), known, "fields")
    if item["type"] == "missing":
        return f"the field {where} is missing", f"add {item['loc'][-1]}: ..."
    words = item["msg"].removeprefix("Value error, ")
    return f"field {where}: {words}", _mend(item)


def _mend(item: ErrorDetails) -> str:
    kinds = {
        "int_type": "write a whole number without quotes or decimals",
        "bool_type": "write true or false",
        "string_type": "put quotes around it",
        "tuple_type": "write a list: [first, second]",
        "enum": "use one of the words named",
        "literal_error": "use one of the words named",
    }
    return kinds.get(item["type"], "correct the field as the message says")


def _nearest(word: str, known: list[str], what: str) -> str:
    meant = _INSTEAD.get(word)
    meant = meant if meant in known else next(iter(difflib.get_close_matches(word, known, n=1)), None)
    return f"{f'did you mean {meant}? ' if meant else ''}known {what}: {', '.join(sorted(known))}"


def _fields_at(model: type[Noun], path: tuple[str | int, ...]) -> list[str]:
    inner: dict[str, type[Noun]] = {"applies_to": AppliesTo, "facts": Facts}
    names = [part for part in path if isinstance(part, str)]
    return sorted((inner.get(names[-1], model) if names else model).model_fields)
