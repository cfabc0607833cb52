"""The key relay: the dispatcher's key reaches the model server, and nobody else, whatever a worker asks of the relay."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel

from app.bootstrap import open_office
from app.dispatcher import DispatcherRole
from app.home import lay_out, open_vault
from app.model_keys import relay_address
from app.models import open_model
from tools.llm.port import ModelUnavailableError, Question
from tools.llm.prompts import Prompt, trusted
from tools.llm.relay import KeyRelay
from tools.llm.tiers import Tier
from tools.vault.secret import Secret

KEY = "sk-very-secret-0123456789"


class Answer(BaseModel):
    word: str


class ModelServer(ThreadingHTTPServer):
    """Speaks chat completions to whoever has the key, and notes what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Speaking)
        self.seen: list[tuple[str, str]] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Speaking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, ModelServer)
        self.rfile.read(int(self.headers["Content-Length"]))
        server.seen.append((self.path, self.headers.get("Authorization", "")))
        known = self.headers.get("Authorization") == f"Bearer {KEY}"
        said = {"role": "assistant", "content": json.dumps({"word": "yes"})}
        body = {
            "id": "1", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "message": said, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }  # fmt: skip
        raw = json.dumps(body if known else {"error": {"message": "no key"}}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ModelServer]:
    one = ModelServer()
    thread = Thread(target=one.serve_forever)
    thread.start()
    yield one
    one.shutdown()
    thread.join()
    one.server_close()


@pytest.fixture
def relay(server: ModelServer) -> Iterator[KeyRelay]:
    one = KeyRelay({"fast": server.base}, Secret(KEY))
    one.start()
    yield one
    one.stop()


def _post(address: str, path: str = "", headers: dict[str, str] | None = None, body: bytes = b"{}") -> tuple[int, bytes]:
    where = urlsplit(address)
    line = HTTPConnection(where.hostname or "", where.port, timeout=30)
    try:
        line.request("POST", where.path + path, body, headers or {})
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def test_a_question_arrives_with_the_key_and_the_answer_comes_back_without_it(relay: KeyRelay, server: ModelServer) -> None:
    status, body = _post(relay.addresses["fast"], "/chat/completions", {"Authorization": "Bearer none"})
    assert (status, server.seen) == (200, [("/v1/chat/completions", f"Bearer {KEY}")])
    assert KEY.encode() not in body


@pytest.mark.parametrize(
    "path", ["/models", "/files", "/chat/completions/../files", "/chat/completions?x=1", "//evil.example/chat/completions", ""]
)
def test_any_other_request_is_refused_and_goes_nowhere(relay: KeyRelay, server: ModelServer, path: str) -> None:
    assert _post(relay.addresses["fast"], path)[0] == 404
    assert server.seen == []


def test_who_does_not_know_the_address_gets_nothing(relay: KeyRelay, server: ModelServer) -> None:
    host = relay.addresses["fast"].rsplit("/", 2)[0]
    assert [_post(f"{host}/{guess}/fast", "/chat/completions")[0] for guess in ("", "x", "0" * 32)] == [404, 404, 404]
    assert _post(relay.addresses["fast"].replace("/fast", "/deep"), "/chat/completions")[0] == 404
    assert server.seen == []


def test_a_request_without_end_is_not_taken(relay: KeyRelay, server: ModelServer) -> None:
    assert _post(relay.addresses["fast"], "/chat/completions", {"Content-Length": "99999999999"})[0] == 413
    assert server.seen == []


def test_a_worker_asks_its_model_through_the_dispatcher_and_holds_no_key(tmp_path: Path, server: ModelServer) -> None:
    home = lay_out(tmp_path / "home", {"operator_name": "Ann", "tier": "fast", "fast": {"base_url": server.base, "model": "m"}})
    question = Question(
        prompt=Prompt.of("q", "# q\n\n## Input\n\nSay {{what}}."), slots={"what": trusted("yes")}, tier=Tier.FAST, case_id="C", purpose="t"
    )
    with open_office(home.root) as keeper, open_office(home.root, vaultless=True) as worker:
        open_vault(home, keeper.settings).put("openai", Secret(KEY))
        model: Any = open_model(worker)
        with pytest.raises(ModelUnavailableError):
            asyncio.run(model.ask(question, Answer))
        role = DispatcherRole(keeper, "dispatcher")
        role.begin()
        try:
            assert asyncio.run(model.ask(question, Answer)).value.word == "yes"
        finally:
            role.end()
        assert relay_address(worker.database, "fast") == ""
    assert (server.seen[-1][1], KEY in str(vars(model))) == (f"Bearer {KEY}", False)
