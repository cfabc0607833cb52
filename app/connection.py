"""How a page gets to the office: opened once per process, shared by all tabs; no graph, agent or connector is loaded."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from app.bootstrap import Office, open_office
from app.dashboard_server import feed_address, parsed_arguments
from app.settings import home_folder
from memory.views.health import LedgerCheck, check_ledger, ledger_head

#: Beyond this many events a full check on every change would be felt; then it is made on demand.
_CHECK_AT_ONCE = 20_000


def office() -> Office:
    """Return the office of the home this process was started for."""
    home, _ = parsed_arguments(sys.argv[1:])
    return _opened(home_folder(home)).office


def calendar_address() -> str:
    """Return the address under which a calendar program on this machine finds the dates."""
    _, port = parsed_arguments(sys.argv[1:])
    return feed_address(port)


def ledger_check(seq: int) -> LedgerCheck:
    """Return the check of the ledger as it stands, or of an earlier head when it has grown too long to check each time."""
    here = office()
    return _checked(here.home.root, ledger_head(here.database) if seq <= _CHECK_AT_ONCE else "on demand")


def check_again() -> None:
    """Forget earlier checks, so that the next one reads every event again."""
    _checked.clear()


def zone() -> tzinfo:
    """Return the time zone of the browser, UTC when it does not say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


class _Opened:
    """An office that stays open as long as the process."""

    def __init__(self, root: Path) -> None:
        self._stack = ExitStack()
        self.office = self._stack.enter_context(open_office(root))

    def close(self) -> None:
        """Let go of the database."""
        self._stack.close()


@st.cache_resource(max_entries=4, show_spinner=False, on_release=_Opened.close)
def _opened(root: Path) -> _Opened:
    return _Opened(root)


@st.cache_data(max_entries=8, show_spinner=False)
def _checked(root: Path, head: str) -> LedgerCheck:
    del root, head  # they are the key of the cache: the same head needs no second look
    here = office()
    return check_ledger(here.database, here.clock.now())
