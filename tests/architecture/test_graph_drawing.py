"""The architecture page draws the graph that the code builds, and `langgraph dev` finds it."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

from graphs.drawing import drawing, negotiation_drawing, renewal_drawing

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"


def _blocks(text: str) -> list[str]:
    return [part.split("```")[0].strip() for part in text.split("```mermaid\n")[1:]]


def test_the_architecture_page_shows_todays_graph():
    blocks = _blocks(PAGE.read_text(encoding="utf-8"))
    assert blocks == [drawing(), negotiation_drawing(), renewal_drawing()], "draw it again: python -m graphs.drawing docs/architecture.md"


def test_langgraph_json_names_a_graph_that_can_be_made():
    config = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))
    path, _, name = config["graphs"]["purchase"].partition(":")
    module = importlib.import_module(path.removeprefix("./").removesuffix(".py").replace("/", "."))
    graph = getattr(module, name)()
    assert {"read_request", "await_approval", "negotiate", "close_case"} <= set(graph.get_graph().nodes)


def test_the_state_has_a_schema_that_a_server_can_show():
    from graphs.studio import purchase

    graph = purchase()
    assert "case_id" in graph.get_input_jsonschema()["properties"]
    assert graph.get_output_jsonschema()["type"] == "object"
