"""What fails every second is told once, and tried ever more rarely."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import pairwise

import pytest

from app.patience import Patience
from memory.domain.errors import NotFoundError, UnavailableError
from tools.sandbox.ports import SetClock


def test_the_same_failure_is_told_once_and_tried_ever_more_rarely(caplog: pytest.LogCaptureFixture) -> None:
    clock, tries = SetClock(), []
    patience = Patience("the mail", clock)

    def missing() -> int:
        tries.append(clock.now())
        raise NotFoundError("there is no secret 'mail' in the vault")

    with caplog.at_level(logging.WARNING):
        for _ in range(1200):
            assert patience.run(missing) == 0
            clock.move(timedelta(seconds=1))
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(tries)]
    assert gaps == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    (line,) = caplog.messages
    assert "no secret" in line
    assert "qm doctor" in line


def test_what_works_again_works_at_once_and_another_failure_is_told_anew(caplog: pytest.LogCaptureFixture) -> None:
    clock = SetClock()
    patience = Patience("the mail", clock)

    def away() -> int:
        raise UnavailableError("away")

    def gone() -> int:
        raise NotFoundError("gone")

    assert [patience.run(work) for work in (away, lambda: 3)] == [0, 0]
    clock.move(timedelta(seconds=2))
    assert [patience.run(work) for work in (lambda: 3, lambda: 4, gone)] == [3, 4, 0]
    clock.move(timedelta(seconds=2))
    patience.run(away)
    assert [message.split(":")[1].split()[0] for message in caplog.messages] == ["away", "gone", "away"]
