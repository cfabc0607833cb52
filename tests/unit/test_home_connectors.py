"""The connectors of a home: found by declaration, given only what they name, opened late."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.connectors import Connectors, discover
from app.home import Home, open_vault
from app.ports import RandomIds, SystemClock
from app.settings import load_settings
from memory.domain.effects import CALENDAR_PUT, CONTRACT_SIGN, MAIL_SEND, PAYMENT_INSTRUCT
from memory.domain.errors import RefusedError, UnavailableError
from tools.connectors.base import ConnectorContext
from tools.sandbox.gatehouse import Gatehouse
from tools.sandbox.ports import MemoryEvidence, MemoryRegistry, SetClock


@pytest.fixture
def connectors(tmp_path: Path) -> Connectors:
    vault = open_vault(Home(tmp_path), load_settings(tmp_path))
    context = ConnectorContext(
        home_files=tmp_path / "files",
        evidence=MemoryEvidence(),
        registry=MemoryRegistry(),
        clock=SetClock(),
        secrets=vault.scoped(()),
        tokens=Gatehouse().tokens,
        settings={"mail_address": "jo@a.example", "calendar_secret": "not declared by anybody"},
    )
    return Connectors(context, vault)


def test_every_effect_kind_has_one_connector(connectors: Connectors) -> None:
    kinds = [kind for declared in discover() for kind in declared.kinds]
    assert sorted(kinds) == sorted({MAIL_SEND, CONTRACT_SIGN, PAYMENT_INSTRUCT, CALENDAR_PUT})
    assert set(connectors) == set(kinds)
    assert len(connectors) == len(kinds)


def test_a_connector_that_is_not_set_up_is_unavailable_and_says_how_to_set_it_up(connectors: Connectors) -> None:
    with pytest.raises(UnavailableError, match="mail is not set up") as told:
        connectors[MAIL_SEND]
    assert told.value.hint


def test_a_kind_that_nobody_declares_is_not_there(connectors: Connectors) -> None:
    assert connectors.get("rocket.launch") is None


def test_a_connector_is_opened_once_and_sees_only_the_settings_and_secrets_it_names(connectors: Connectors) -> None:
    calendar: Any = connectors[CALENDAR_PUT]
    assert connectors[CALENDAR_PUT] is calendar
    assert calendar.context.settings == {}
    with pytest.raises(RefusedError, match="may not read"):
        calendar.context.secrets("mail")


def test_ids_are_short_typeable_and_do_not_repeat() -> None:
    ids = [RandomIds().new("CASE") for _ in range(500)]
    assert len(set(ids)) == 500
    assert all(re.fullmatch(r"CASE-[2-9a-hjkmnp-z]{10}", made) for made in ids)
    assert len(RandomIds().new("EV")) == len("EV-") + 16


def test_the_real_clock_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
