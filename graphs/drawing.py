"""Draws the graphs as Mermaid, for the architecture page: `python -m graphs.drawing docs/architecture.md` renews it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from graphs.negotiation import negotiation_graph
from graphs.purchase import purchase_graph
from graphs.renewal import renewal_graph

_BLOCK = re.compile(r"```mermaid\n.*?```", re.DOTALL)


def drawing() -> str:
    """Return the purchase graph as Mermaid text."""
    return _tidy(purchase_graph().compile().get_graph().draw_mermaid())


def negotiation_drawing() -> str:
    """Return the negotiation sub-graph as Mermaid text."""
    return _tidy(negotiation_graph().compile().get_graph().draw_mermaid())


def renewal_drawing() -> str:
    """Return the renewal graph as Mermaid text."""
    return _tidy(renewal_graph().compile().get_graph().draw_mermaid())


def _tidy(text: str) -> str:
    # Error handlers stand behind every step and would hide the picture; the page says so in words.
    lines = [
        line.replace("\t", "    ").rstrip()
        for line in text.splitlines()
        if "__error_handler__" not in line and not line.strip().startswith("repair(")
    ]
    return "\n".join(lines).strip()


def renew(page: Path) -> None:
    """Replace the drawings of a page by today's, in order."""
    drawings = iter((drawing(), negotiation_drawing(), renewal_drawing()))
    page.write_text(_BLOCK.sub(lambda _: f"```mermaid\n{next(drawings)}\n```", page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
