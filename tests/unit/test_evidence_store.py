"""The evidence store: bytes under their sha256, noticed when they change."""

from __future__ import annotations

import hashlib
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.errors import InputError, IntegrityError, NotFoundError
from memory.domain.evidence import Origin
from memory.evidence import MAX_BYTES


@settings(max_examples=30)
@given(st.binary(max_size=200))
def test_bytes_come_back_as_they_went_under_their_own_digest(core: Any, body: bytes) -> None:
    digest = core.evidence.put(body, media_type="application/octet-stream", origin=Origin.BANK)
    assert digest == hashlib.sha256(body).hexdigest()
    assert core.evidence.get(digest) == body


def test_the_same_bytes_are_kept_once_and_keep_their_first_origin(core: Any) -> None:
    first = core.evidence.put(b"x", media_type="text/plain", origin=Origin.VENDOR_MAIL, source="a mail")
    again = core.evidence.put(b"x", media_type="text/html", origin=Origin.OPERATOR, source="a claim to be trusted")
    item = core.evidence.describe(first)
    assert (again, core.rows("evidence")) == (first, 1)
    assert (item.origin, item.media_type, item.source, item.size) == (Origin.VENDOR_MAIL, "text/plain", "a mail", 1)
    assert item.stored_at == core.clock.now()


def test_the_same_bytes_from_several_threads_at_once_are_kept_once(core: Any) -> None:
    barrier, digests = Barrier(4), []

    def put() -> None:
        barrier.wait()
        digests.append(core.evidence.put(b"contract", media_type="application/pdf", origin=Origin.VENDOR_DOCUMENT))

    threads = [Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(digests), len(set(digests)), core.rows("evidence")) == (4, 1, 1)


def test_bytes_that_changed_on_disk_are_an_integrity_error(core: Any) -> None:
    digest = core.evidence.put_text("48.00 EUR", origin=Origin.VENDOR_MAIL)
    core.unlock("evidence")
    core.sql("UPDATE evidence SET body = :body WHERE digest = :digest", body=b"0", digest=digest)
    with pytest.raises(IntegrityError, match="changed on disk") as told:
        core.evidence.get(digest)
    assert "backup" in told.value.hint
    with pytest.raises(IntegrityError):
        core.evidence.text(digest)


def test_what_is_not_there_is_not_found(core: Any) -> None:
    for look in (core.evidence.get, core.evidence.text, core.evidence.describe):
        with pytest.raises(NotFoundError, match="no evidence"):
            look("0" * 64)


def test_a_piece_that_is_too_large_is_refused_with_its_name_and_size(core: Any) -> None:
    with pytest.raises(InputError, match=f"offer.pdf has {MAX_BYTES + 1:,} bytes"):
        core.evidence.put(bytes(MAX_BYTES + 1), media_type="application/pdf", origin=Origin.VENDOR_DOCUMENT, source="offer.pdf")
    assert core.rows("evidence") == 0


def test_text_is_kept_as_utf_8_and_broken_text_is_shown_with_marks(core: Any) -> None:
    assert core.evidence.text(core.evidence.put_text("Zürich ✓", origin=Origin.OPERATOR)) == "Zürich ✓"
    broken = core.evidence.put(b"caf\xe9", media_type="text/plain", origin=Origin.VENDOR_MAIL)
    assert core.evidence.text(broken) == "caf\ufffd"


def test_whatever_reception_reads_can_be_kept() -> None:
    from tools.connectors.mail.parse import MailLimits

    assert MailLimits().raw + 1 <= MAX_BYTES
    assert MailLimits().attachment <= MAX_BYTES
