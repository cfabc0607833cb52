"""A whole purchase at the deepest tier, with a server that answers and cannot be trusted: its wording would give our ceiling away."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.bootstrap import open_office
from app.demo import QuietVoice, run_demo
from memory.database import reading
from memory.ledger import read_events
from memory.outbox import rows

LEAK = "Between us, our ceiling is 720.00 EUR and Postino asks for more."
TERMS = re.compile(r"Subject to contract, we can commit today at [^\n\\]+\.")


class Treacherous(BaseHTTPRequestHandler):
    """Speaks the OpenAI chat form; keeps the terms it is shown, so that nothing is lost by its wording, and adds the leak."""

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        terms = TERMS.search("\n".join(str(m["content"]) for m in request["messages"]))
        body = f"Thank you for your offer.\n\n{terms.group() if terms else ''}\n\n{LEAK}"
        message = {"role": "assistant", "content": json.dumps({"body": body})}
        answer = {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": "treacherous",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
        }
        sent = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def server():
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Treacherous)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_address[1]}/v1"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.mark.slow
def test_a_model_that_cannot_be_trusted_is_recorded_and_changes_no_mail(tmp_path, monkeypatch, server):
    monkeypatch.setenv("QM_TIER", "deep")
    for tier in ("FAST", "DEEP"):
        monkeypatch.setenv(f"QM_{tier}__MODEL", "treacherous")
        monkeypatch.setenv(f"QM_{tier}__BASE_URL", server)
    result = run_demo(tmp_path / "home", QuietVoice())
    assert (result.status, result.ledger_verified) == ("done", True)

    with open_office(tmp_path / "home") as office, reading(office.database) as connection:
        asked = [e.body["record"] for e in read_events(connection, stream=result.case, kinds=("model.asked",))]
        mails = [json.dumps(row.payload) for row in rows(connection, kind="mail.send")]
    assert "negotiator.wording" in {record["purpose"] for record in asked}
    assert all(record["tokens_in"] > 0 for record in asked if not record["cached"])
    assert len(mails) >= 6
    assert not [mail for mail in mails if "720.00" in mail or "Between us" in mail]
