"""The key relay: passes a worker's questions on to the model servers, with the key that only the dispatcher holds.

It listens on loopback, behind an address that cannot be guessed, knows two requests, and sends them to the servers of the settings
and nowhere else. A worker can spend tokens by it; it never learns the key.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import urlsplit

from tools.llm.endpoint import Secret

LOOPBACK = "127.0.0.1"
_ALLOWED = frozenset({"chat/completions", "embeddings"})
_LARGEST = 8 * 1024 * 1024
_PATIENCE_S = 600.0


class KeyRelay:
    """Serves from `start` to `stop`. `servers` gives the base address of each model server by name."""

    def __init__(self, servers: Mapping[str, str], key: Secret) -> None:
        token = secrets.token_urlsafe(24)

        class Passing(_Passing):
            upstreams: ClassVar[Mapping[str, str]] = dict(servers)
            own_token = token
            own_key = key

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Passing)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, name="key-relay", daemon=True)
        self.addresses = {name: f"http://{LOOPBACK}:{self._server.server_port}/{token}/{name}" for name in servers}

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Passing(BaseHTTPRequestHandler):
    upstreams: ClassVar[Mapping[str, str]]
    own_token: ClassVar[str]
    own_key: ClassVar[Secret]
    timeout = 30

    def do_POST(self) -> None:
        """Pass one request on, or refuse it."""
        token, _, rest = self.path.removeprefix("/").partition("/")
        name, _, request = rest.partition("/")
        length = self.headers.get("Content-Length", "")
        if not hmac.compare_digest(token.encode(), self.own_token.encode()) or name not in self.upstreams or request not in _ALLOWED:
            self._answer(404, b"")
        elif not length.isdecimal() or int(length) > _LARGEST:
            self._answer(413, b"")
        else:
            self._pass_on(self.upstreams[name], request, self.rfile.read(int(length)))

    def _pass_on(self, base: str, request: str, body: bytes) -> None:
        there = urlsplit(base)
        kind = HTTPSConnection if there.scheme == "https" else HTTPConnection
        # Not urllib: it would follow a redirect, and take the key along.
        line = kind(there.hostname or "", there.port, timeout=_PATIENCE_S)
        try:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.own_key.reveal().decode()}"}
            line.request("POST", f"{there.path.rstrip('/')}/{request}", body, headers)
            answer = line.getresponse()
            self._answer(answer.status, answer.read())
        except (OSError, HTTPException):
            self._answer(502, b"")
        finally:
            line.close()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: paths hold the token."""
