"""Three surfaces decide on one approval at once: one wins, two are told that their answer is stale."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time
from contextlib import ExitStack

import pytest

SURFACES = ("cli", "dashboard", "notebook")

#: Each surface is a process with an office of its own; all wait for the same word before they answer.
DECIDING = textwrap.dedent("""
    import json, sys, time
    from pathlib import Path
    from app.bootstrap import open_office
    from memory.domain.approval import Approve, Edit, Edits, Reject
    from memory.domain.errors import QuartermasterError

    home, surface, approval_id, url, go = sys.argv[1:]
    flags = {"database_url": url} if url else {}
    with open_office(Path(home), flags=flags) as office:
        approval = office.service.approval(approval_id)
        common = {"approval_id": approval_id, "digest": approval.action.digest, "by": "operator"}
        answer = {
            "cli": lambda: Approve(**common),
            "dashboard": lambda: Edit(**common, edits=Edits(order_note="To the office, please.")),
            "notebook": lambda: Reject(**common, reason="too dear"),
        }[surface]()
        office.vault()  # opened before the word is given, so that only the decision is raced
        Path(go + "." + surface).touch()
        while not Path(go).exists():
            time.sleep(0.001)
        try:
            told = office.service.decide(answer, surface=surface).status.value
        except QuartermasterError as error:
            told = error.code
    print(json.dumps({"told": told}))
""")


@pytest.fixture(params=["sqlite", "postgresql"])
def asked(request):
    """A town whose case waits for the approval, the case, and the address of its books when they are not in the home's file."""
    if request.param == "sqlite":
        return *request.getfixturevalue("at_the_gate"), ""
    url = request.getfixturevalue("postgres").migrated()
    town = request.getfixturevalue("found")(database_url=url)
    return town, town.to_approval(), url


@pytest.mark.slow
def test_one_of_three_surfaces_wins_and_two_are_told_stale(asked, tmp_path):
    town, case_id, url = asked
    approval_id, go = town.asked(case_id).approval_id, tmp_path / "go"
    with ExitStack() as stack:
        surfaces = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", DECIDING, str(town.office.home.root), name, approval_id, url, str(go)],
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for name in SURFACES
        ]
        while not all(go.with_name(f"go.{name}").exists() for name in SURFACES):
            assert all(surface.poll() is None for surface in surfaces), "a surface ended before it was asked"
            time.sleep(0.01)
        go.touch()
        told = [json.loads(surface.communicate(timeout=60)[0])["told"] for surface in surfaces]
    assert sorted(told)[-2:] == ["stale", "stale"], told
    answers = [e for e in town.events(case_id) if e.kind in {"approval.granted", "approval.edited", "approval.rejected"}]
    assert [e.kind.removeprefix("approval.") for e in answers] == [word for word in told if word != "stale"]
    assert town.facts(case_id).stage in {"approved, signing", "approved with changes, signing", "rejected"}
