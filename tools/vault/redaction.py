"""Keeps known secrets out of log lines: the value itself, and its base64, hexadecimal, URL and JSON forms, also in tracebacks."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from tools.vault.secret import Secret

_SHORTEST = 4
STARS = "****"


def _base64_cores(body: bytes) -> set[str]:
    """The part of the base64 text that is the same whatever stands around the secret, at each of the three alignments."""
    cores = set()
    for before in range(3):
        text = base64.b64encode(bytes(before) + body).decode().rstrip("=")
        core = text[(0, 2, 3)[before] : len(text) - ((len(body) + before) % 3 > 0)]
        cores |= {core, core.replace("+", "-").replace("/", "_")}
    return cores


def _forms(secret: Secret) -> set[str]:
    body = secret.reveal()
    text = body.decode(errors="replace")
    forms = {text, quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1], repr(text)[1:-1], body.hex(), *_base64_cores(body)}
    return {form for form in forms if len(form) >= _SHORTEST}


class Redaction(logging.Filter):
    """A filter for log handlers (a filter on a logger would miss its children). Add each secret with `learn`.

    Secrets shorter than 4 characters are left alone: taking them out would make every line unreadable.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__()
        self._forms: set[str] = set()
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: Secret) -> None:
        """Take this secret out of every line from now on."""
        self._forms |= _forms(secret)

    def clean(self, text: str) -> str:
        """Return the text with every known secret replaced by stars; the longest first, so that no rest stays."""
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, STARS)
        return text

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean message, arguments, traceback and stack of one record; keeps every record."""
        try:
            message = record.getMessage()
        except TypeError:  # a secret among the arguments refuses to be formatted, or the arguments do not fit
            message = f"{record.msg} (arguments withheld)"
        record.msg, record.args = self.clean(message), ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
            record.exc_info = None
        record.exc_text = self.clean(record.exc_text) if record.exc_text else None
        record.stack_info = self.clean(record.stack_info) if record.stack_info else None
        return True
