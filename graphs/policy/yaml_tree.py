"""YAML with line numbers and without surprises: no floats, no dates, no on/off as booleans, no aliases, no duplicate keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from memory.domain.errors import InputError

MAX_CHARACTERS = 200_000
_DEEPEST = 12
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "~": None, "": None}

Path = tuple[str | int, ...]


@dataclass
class Tree:
    """The values of a document, and the line (from 1) on which each path of keys begins."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Return the line of the nearest known part of a path."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_tree(text: str, *, source: str) -> Tree:
    """Return the one document in `text`. A plain figure with a point stays text, so that no amount ever becomes a float.

    Raises `InputError` for text that is empty, too long, too deep or not YAML, and for aliases and duplicate keys.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"{source} has {len(text):,} characters; a policy has at most {MAX_CHARACTERS:,}", hint="is this the right file?")
    try:
        node = _Composer(text).get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        raise InputError(f"{source}{where}: this is not readable YAML: {problem}", hint="check indentation, colons and quotes") from error
    tree = Tree()
    tree.value = _value(node, (), tree, source) if node is not None else None
    return tree


class _Composer(yaml.SafeLoader):
    """Builds nodes; refuses tags, aliases (which can make a small file huge) and depths no policy has."""

    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it bare
        mark = event.start_mark
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not used in a policy; write it out", mark)
        if event.tag is not None:
            raise yaml.composer.ComposerError(None, None, "tags (!name) are not used in a policy", mark)
        self.depth += 1
        if self.depth > _DEEPEST:
            raise yaml.composer.ComposerError(None, None, "it is nested too deeply", mark)
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _value(node: Node, path: Path, tree: Tree, source: str) -> Any:
    tree.lines[path] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        return _mapping(node, path, tree, source)
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, index), tree, source) for index, item in enumerate(node.value)]
    assert isinstance(node, ScalarNode)  # YAML has no fourth kind of node
    return _scalar(node)


def _mapping(node: MappingNode, path: Path, tree: Tree, source: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            raise InputError(f"{source}, line {line}: a field's name must be a plain word", hint="check the indentation")
        key = str(key_node.value)
        if key in found:
            raise InputError(f"{source}, line {line}: {key} is written twice in the same place", hint="keep one of the two")
        found[key] = _value(value_node, (*path, key), tree, source)
        tree.lines[*path, key] = line
    return found


def _scalar(node: ScalarNode) -> str | int | bool | None:
    text = str(node.value)
    if node.style is not None:  # quoted, or a block of text
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
