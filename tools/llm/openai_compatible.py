"""Any server that speaks OpenAI's chat completions: OpenAI itself, Ollama, LM Studio, llama.cpp, vLLM, a LiteLLM proxy.

Which way of structured output a server supports is found by trying, from the strictest down, and remembered. The raw
text is read by our own code in every way, so that a wrong answer still has its text and its token count.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from memory.domain.base import JsonObject
from memory.domain.clock import Clock
from tools.llm.asking import Completion, Message, Source, ask_twice
from tools.llm.cost import Rate
from tools.llm.endpoint import Endpoint, Secret
from tools.llm.port import Answered, ModelUnavailableError, Question, T
from tools.llm.structured import METHODS, bound, cut_off, message_of, spoken

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI
    from openai import APIStatusError

_UNSUPPORTED = frozenset({400, 422, 501})  # how servers say that they do not know a way of structured output
_FOREIGN_BODY = (ValueError, TypeError, AttributeError, LookupError)  # how the client trips over a body of another form
_ANY_KEY = "none"  # the client demands a key, a local server ignores it


class OpenAICompatible:
    """A model behind an OpenAI-compatible server. Every call has a timeout; every failure is one of the port's errors.

    `methods` remembers, by `Endpoint.identity`, which way of structured output worked. `via` gives the address through which the
    server is reached today, where that is another one: a relay that holds the key. Empty is straight.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        clock: Clock,
        methods: MutableMapping[str, str],
        key: Secret | None = None,
        rate: Rate | None = None,
        via: Callable[[], str] = lambda: "",
    ) -> None:
        self._via = via
        self._endpoint = endpoint
        self._methods = methods
        self._key = key
        self._source = Source(model=endpoint.model, clock=clock, rate=rate)

    @property
    def identity(self) -> str:
        """The name under which answers are cached."""
        return self._endpoint.identity

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        """Return the server's answer. Raises `ModelUnavailableError` and `ModelAnswerError`."""
        return await ask_twice(question, answer, complete=self._complete, source=self._source)

    async def _complete(self, messages: tuple[Message, ...], answer: type[BaseModel]) -> Completion:
        length = sum(len(message.text) for message in messages)
        if length > self._endpoint.max_prompt_chars:
            raise ModelUnavailableError(
                f"the prompt has {length} characters, more than {self.identity} takes", hint="raise max_prompt_chars"
            )
        attempts = self._endpoint.retries + 1
        try:
            # The client's timeout counts from byte to byte; a server that drips would hold the case for ever.
            async with asyncio.timeout(self._endpoint.timeout_s * attempts + attempts), self._opened() as chat:
                return await self._first_supported(chat, messages, answer)
        except TimeoutError as error:
            raise self._unavailable(
                f"did not answer within {self._endpoint.timeout_s:g} s", "raise timeout_s or take a smaller model"
            ) from error

    async def _first_supported(self, chat: ChatOpenAI, messages: tuple[Message, ...], answer: type[BaseModel]) -> Completion:
        refusals: list[str] = []
        known = self._methods.get(self.identity)
        for method in sorted(METHODS, key=lambda method: method != known):
            try:
                said = await self._said(chat, messages, bound(method, answer))
            except _UnsupportedError as error:
                refusals.append(f"{method}: {error}")
                continue
            ignored = method == "function_calling" != known and not (said.tool_calls or said.invalid_tool_calls)
            if ignored and "{" not in said.text:
                refusals.append(f"{method}: ignored")
                continue
            self._methods[self.identity] = method
            return self._completion(said)
        raise self._unavailable(f"takes no way of structured output ({'; '.join(refusals)})", "check base_url and model with `qm doctor`")

    async def _said(self, chat: ChatOpenAI, messages: tuple[Message, ...], how: JsonObject) -> AIMessage:
        """Return the server's message. Raises `_UnsupportedError` when it refuses `how`, `ModelUnavailableError` for the rest."""
        import httpx
        import openai
        from langsmith.run_helpers import tracing_context

        # LangChain would warn about a refusal that we expect, and trace prompts to a third party if the environment says so.
        warnings.filterwarnings("ignore", message="(This model does not support|Invalid schema for) OpenAI's structured output")
        turns = [(message.role, message.text) for message in messages]
        try:
            with tracing_context(enabled=False):
                return await chat.ainvoke(turns, **how)
        except openai.LengthFinishReasonError as error:
            return cut_off(error.completion)
        except openai.ContentFilterFinishReasonError:
            return message_of("", finish_reason="content_filter")
        except openai.APITimeoutError as error:
            raise self._unavailable(
                f"did not answer within {self._endpoint.timeout_s:g} s", "raise timeout_s or take a smaller model"
            ) from error
        except openai.APIStatusError as error:
            raise self._refused(error) from error
        except (openai.OpenAIError, httpx.HTTPError) as error:
            raise self._unavailable(f"cannot be reached: {error}", "start the server, or check base_url") from error
        except _FOREIGN_BODY as error:
            raise self._unavailable(
                f"answered with something else than a chat completion: {error}", "check that base_url ends in /v1"
            ) from error

    def _refused(self, error: APIStatusError) -> Exception:
        if type(error).__name__.endswith("ContextOverflowError"):
            return self._unavailable("cannot take a prompt this long", "set a larger context on the server, or a lower max_prompt_chars")
        if error.status_code in _UNSUPPORTED:
            return _UnsupportedError(self._clean(error.message))
        hints = {
            401: "set the key with `qm init`",
            403: "the key may not use this model",
            404: "check base_url and the model's name",
            429: "wait, or check the account's limits",
        }
        return self._unavailable(
            f"refused with status {error.status_code}: {error.message}", hints.get(error.status_code, "look at the server's log")
        )

    def _unavailable(self, reason: str, hint: str) -> ModelUnavailableError:
        return ModelUnavailableError(f"{self.identity} {self._clean(reason)[:500]}", hint=hint)

    def _clean(self, text: str) -> str:
        """Return server text that can be stored and shown: without our key, which some servers echo, and without broken characters."""
        known = self._key.reveal().decode() if self._key else ""
        return (text.replace(known, "****") if known else text).encode(errors="replace").decode()

    def _completion(self, said: AIMessage) -> Completion:
        usage: Any = said.usage_metadata or {}
        stop = {"length": "length", "content_filter": "refused"}.get(said.response_metadata.get("finish_reason", ""), "end")
        return Completion.model_validate(
            {
                "text": self._clean(spoken(said)),
                "tokens_in": usage.get("input_tokens", 0),
                "tokens_out": usage.get("output_tokens", 0),
                "stop": stop,
            }
        )

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[ChatOpenAI]:
        """Open a client for one completion: a kept one would be tied to an event loop that may be gone by the next question."""
        import httpx
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        end, address = self._endpoint, self._via()
        # No redirects, and no proxy on the way to this machine: a prompt goes where base_url says and nowhere else.
        async with httpx.AsyncClient(
            timeout=end.timeout_s, follow_redirects=False, trust_env=not (address or end.on_this_machine)
        ) as client:
            yield ChatOpenAI(
                model=end.model,
                base_url=address or end.base_url,
                api_key=SecretStr(self._key.reveal().decode() if self._key else _ANY_KEY),
                timeout=end.timeout_s,
                max_retries=end.retries,
                extra_body=end.length_limit,
                cache=False,
                temperature=end.temperature,
                http_async_client=client,
                use_responses_api=False,
            )


class _UnsupportedError(Exception):
    """The server does not take this way of structured output."""
