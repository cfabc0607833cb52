"""`--as-of`: renewals, charges, spend and cases as they were known on a day; with nothing that came later, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

PAPER = """Hosting Agreement. The subscription fee is 25.00 EUR per month.
This agreement is effective as of 1 March 2026. The initial term is 12 months.
It renews for successive periods of 12 months unless either party gives notice at least 30 days before the end of the term.
"""


@pytest.fixture
def watched(qm: Callable, tmp_path: Path) -> str:
    paper = tmp_path / "hosting.txt"
    paper.write_text(PAPER)
    qm("vendors", "add", "North Host")
    qm("budget", "set", "software", "400 EUR/month")
    return qm("contracts", "import", paper, "--vendor", "north-host", "--json").json["renewal"]["uid"]


def test_what_came_later_is_not_known_then(qm: Callable, watched: str, head: Callable) -> None:
    before, today = head(), datetime.now(UTC).date().isoformat()
    assert [line["uid"] for line in qm("renewals", "list", "--as-of", today, "--json").json["renewals"]] == [watched]
    assert len(qm("spend", "--as-of", today, "--json").json["budgets"]) == 1
    for command in (
        "renewals",
        "renewals list",
        "renewals risks",
        "charges list",
        "cases list",
        "vendors list",
        "tasks list",
        "approvals list",
    ):
        ran = qm(*command.split(), "--as-of", "2020-01-01", "--json")
        assert ran.code == 0, ran.err
        assert watched not in ran.out
    assert qm("spend", "--as-of", "2020-01-01", "--json").json["budgets"] == []
    assert qm("cases", "show", "CASE-1", "--as-of", "2020-01-01", "--json").code == 3
    assert qm("renewals", "list", "--as-of", "yesterday", "--json").code == 2
    assert head() == before
