"""Embeddings from OpenAI or any server that speaks its API (Ollama, LM Studio, llama.cpp, vLLM).

With a server outside the house, the text of every note and question leaves it: the operator's choice, off by default.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from memory.domain.errors import InputError, QuartermasterError, UnavailableError
from memory.recall.embeddings.port import Vectors

OPENAI = "https://api.openai.com/v1"
_OFFLINE = "or set the embedding back to the offline one"


class Revealable(Protocol):
    """A secret that shows itself only when asked."""

    def reveal(self) -> str:
        """Return the plain value."""


class OpenAIEmbedding:
    """Asks `model` at `base_url`; `dimensions` shortens the vectors where the model can. `timeout_seconds` is per request.

    The key is revealed for each call and not kept. Raises `UnavailableError` when the server does not answer, refuses the
    key or answers nonsense, and `InputError` when it does not know the model.
    """

    def __init__(
        self,
        key: Revealable,
        *,
        model: str,
        base_url: str = OPENAI,
        dimensions: int | None = None,
        timeout_seconds: float = 30.0,
        retries: int = 2,
    ) -> None:
        self._key = key
        self._model = model
        self._base_url = base_url
        self._dimensions = dimensions
        self._timeout_seconds = timeout_seconds
        self._retries = retries

    @property
    def name(self) -> str:
        """The model, with its dimensions where they were asked for. The address is no part: it may move."""
        return f"openai:{self._model}" + (f":{self._dimensions}" if self._dimensions else "")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of length 1 per text, as the server gives it."""
        import numpy as np

        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        rows = self._ask(list(texts))
        if len(rows) != len(texts) or len({len(row) for row in rows}) != 1 or not rows[0]:
            raise UnavailableError(
                f"{self._base_url} did not return one vector per text", hint=f"check that {self._model!r} is an embedding model, {_OFFLINE}"
            )
        vectors = np.asarray(rows, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths) & (lengths > 0)):
            raise UnavailableError(
                f"{self._base_url} returned vectors without direction", hint=f"check that {self._model!r} is an embedding model, {_OFFLINE}"
            )
        unit: Vectors = vectors / lengths
        return unit

    def _ask(self, texts: list[str]) -> list[list[float]]:
        import httpx
        import openai
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        with httpx.Client(timeout=self._timeout_seconds) as http:
            client = OpenAIEmbeddings(
                model=self._model,
                dimensions=self._dimensions,
                openai_api_key=SecretStr(self._key.reveal()),
                openai_api_base=self._base_url,
                request_timeout=self._timeout_seconds,
                max_retries=self._retries,
                http_client=http,
                check_embedding_ctx_length=False,  # else token ids are sent, which only OpenAI takes, and tiktoken fetches its tables
            )
            try:
                return client.embed_documents(texts, chunk_size=128)
            except (openai.OpenAIError, ValueError, TypeError) as error:
                raise self._translated(error) from error

    def _translated(self, error: Exception) -> QuartermasterError:
        import openai

        where = f"the embedding server at {self._base_url}"
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return UnavailableError(f"{where} refuses the key", hint=f"store a valid key, {_OFFLINE}")
        if isinstance(error, openai.NotFoundError | openai.BadRequestError | openai.UnprocessableEntityError):
            return InputError(f"{where} does not accept model {self._model!r}", hint=f"check the model's name and dimensions, {_OFFLINE}")
        if isinstance(error, openai.APIConnectionError):
            return UnavailableError(f"{where} does not answer", hint=f"start it or check the address, {_OFFLINE}")
        return UnavailableError(f"{where} failed ({type(error).__name__})", hint=f"try again later, {_OFFLINE}")
