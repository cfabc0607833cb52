"""The three ways in which servers give JSON of a given form, and how to read what they say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from memory.domain.base import JsonObject
from tools.llm.schema import strict_schema

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

Method = Literal["json_schema", "function_calling", "json_mode"]
METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "json_mode")
"""From the strictest down."""
_TOOL = "give_answer"


def bound(method: Method, answer: type[BaseModel]) -> JsonObject:
    """Return the request fields that make a server answer with JSON of type `answer` in one of the three ways."""
    schema = strict_schema(answer)
    if method == "json_schema":
        return {"response_format": {"type": "json_schema", "json_schema": {"name": answer.__name__, "schema": schema, "strict": True}}}
    if method == "json_mode":
        return {"response_format": {"type": "json_object"}}
    function = {"name": _TOOL, "description": "Give the answer.", "parameters": schema}
    return {"tools": [{"type": "function", "function": function}], "tool_choice": {"type": "function", "function": {"name": _TOOL}}}


def spoken(said: AIMessage) -> str:
    """Return the JSON text of the answer, from the tool call where there is one."""
    if said.tool_calls:
        return json.dumps(said.tool_calls[0]["args"], ensure_ascii=False)
    if said.invalid_tool_calls:
        return said.invalid_tool_calls[0]["args"] or ""
    return said.text


def message_of(text: str, *, finish_reason: str, tokens_in: int = 0, tokens_out: int = 0) -> AIMessage:
    """Return a message as a server would have sent it."""
    from langchain_core.messages import AIMessage

    usage = {"input_tokens": tokens_in, "output_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}
    return AIMessage(content=text, response_metadata={"finish_reason": finish_reason}, usage_metadata=usage)


def cut_off(completion: Any) -> AIMessage:
    """Return the message of a completion that ran into the length limit; it has cost tokens all the same."""
    usage = completion.usage
    text = completion.choices[0].message.content or ""
    return message_of(
        text, finish_reason="length", tokens_in=usage.prompt_tokens if usage else 0, tokens_out=usage.completion_tokens if usage else 0
    )
