"""Where a model is, and how to treat it."""

from __future__ import annotations

import ipaddress
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from memory.domain.base import JsonObject, Noun

_NEWER_NAME_HOSTS = ("api.openai.com", ".openai.azure.com")


class Secret(Protocol):
    """A key that does not print itself."""

    def reveal(self) -> bytes:
        """Return the bytes."""


class Endpoint(Noun):
    """Where a model is and how to treat it."""

    base_url: str
    """For example http://127.0.0.1:11434/v1 (Ollama), :1234/v1 (LM Studio), :8080/v1 (llama.cpp), :8000/v1 (vLLM)."""
    model: str = Field(min_length=1)
    timeout_s: float = Field(default=60.0, gt=0)
    """How long one request may take, without its retries."""
    retries: int = Field(default=1, ge=0)
    max_tokens: int = Field(default=4096, gt=0)
    """The longest answer. Generous: an answer that is cut off is worth nothing."""
    max_prompt_chars: int = Field(default=200_000, gt=0)
    """The longest prompt, in characters; about four make a token. A longer one is left to the rules."""
    temperature: float | None = None
    """0 suits local models; some hosted ones refuse any value, hence none."""

    @field_validator("base_url")
    @classmethod
    def _plain_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("base_url must be an http or https address such as http://127.0.0.1:11434/v1")
        if parts.username or parts.password:
            raise ValueError("base_url must not carry a user or password; keep the key in the vault")
        return value.rstrip("/")

    @property
    def identity(self) -> str:
        """The model and where it runs: the same name on another server is another model."""
        return f"{self.model} at {self.base_url}"

    @property
    def length_limit(self) -> JsonObject:
        """The request field that bounds the answer.

        OpenAI's reasoning models refuse the older name; other servers ignore the newer one (Ollama: ollama#7125) or
        refuse it, and then generate until the context is full.
        """
        host = urlsplit(self.base_url).hostname or ""
        newer = host.endswith(_NEWER_NAME_HOSTS)
        return {"max_completion_tokens" if newer else "max_tokens": self.max_tokens}

    @property
    def on_this_machine(self) -> bool:
        """Whether prompts stay on this machine."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"
