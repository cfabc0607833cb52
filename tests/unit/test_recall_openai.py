"""The OpenAI-compatible embedding against a server of our own on loopback, which hashes words into 16 numbers."""

import base64
import json
import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from memory.domain.errors import InputError, UnavailableError
from memory.recall.embeddings.openai_api import OpenAIEmbedding


class Key:
    def reveal(self) -> str:
        return "sk-test-1234567890"


def vector(text: str) -> list[float]:
    row = [1.0] + [0.0] * 15
    for word in text.lower().split():
        row[zlib.crc32(word.encode()) % 16] += 1.0
    return row


class EmbeddingServer(ThreadingHTTPServer):
    daemon_threads = False
    status = 200
    rows_lost = 0
    number = 1.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.requests: list[tuple[dict[str, Any], str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Answer(BaseHTTPRequestHandler):
    server: EmbeddingServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((asked, self.headers["Authorization"]))
        rows = [vector(text) for text in asked["input"]][self.server.rows_lost :]
        rows = [[value * self.server.number for value in row] for row in rows]
        plain = asked.get("encoding_format") != "base64"
        packed = [row if plain else base64.b64encode(struct.pack("<16f", *row)).decode() for row in rows]
        body: dict[str, Any] = {"error": {"message": "no"}}
        if self.server.status == 200:
            data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(packed)]
            body = {"object": "list", "model": asked["model"], "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def asking(server: EmbeddingServer, **options: Any) -> OpenAIEmbedding:
    return OpenAIEmbedding(Key(), model="text-embed", base_url=server.url, retries=0, timeout_seconds=10, **options)


def test_texts_go_out_as_they_are_and_unit_vectors_come_back_in_order(server: EmbeddingServer) -> None:
    texts = [f"clause number {i}" for i in range(150)]
    vectors = asking(server).embed(texts)
    expected = np.array([vector(text) for text in texts])
    assert np.allclose(vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    assert [text for asked, _ in server.requests for text in asked["input"]] == texts
    assert {key for _, key in server.requests} == {"Bearer sk-test-1234567890"}


def test_dimensions_are_asked_for_and_are_part_of_the_name(server: EmbeddingServer) -> None:
    embedding = asking(server, dimensions=16)
    embedding.embed(["a clause"])
    assert server.requests[0][0]["dimensions"] == 16
    assert embedding.name == "openai:text-embed:16"
    assert asking(server).name == "openai:text-embed"


def test_no_texts_cost_no_request(server: EmbeddingServer) -> None:
    assert len(asking(server).embed([])) == 0
    assert server.requests == []


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (401, UnavailableError, "refuses the key"),
        (404, InputError, "does not accept model 'text-embed'"),
        (429, UnavailableError, "RateLimitError"),
        (500, UnavailableError, "InternalServerError"),
    ],
)
def test_each_refusal_says_what_to_do_and_never_shows_the_key(
    server: EmbeddingServer, status: int, error: type[UnavailableError], message: str
) -> None:
    server.status = status
    with pytest.raises(error, match=message) as caught:
        asking(server).embed(["a clause"])
    assert "offline" in caught.value.hint
    assert "sk-test" not in str(caught.value) + caught.value.hint


def test_an_answer_with_a_vector_too_few_is_refused(server: EmbeddingServer) -> None:
    server.rows_lost = 1
    with pytest.raises(UnavailableError, match="one vector per text"):
        asking(server).embed(["a clause", "another clause"])


@pytest.mark.parametrize("number", [0.0, float("inf")])
def test_vectors_without_direction_are_refused(server: EmbeddingServer, number: float) -> None:
    server.number = number
    with pytest.raises(UnavailableError, match="without direction"), np.errstate(invalid="ignore"):
        asking(server).embed(["a clause"])


def test_a_server_that_is_not_there_is_named() -> None:
    embedding = OpenAIEmbedding(Key(), model="text-embed", base_url="http://127.0.0.1:9/v1", retries=0, timeout_seconds=5)
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:9/v1 does not answer"):
        embedding.embed(["a clause"])
