"""Replay and proof, whatever the database: a projection folded beside a Postgres one is the same as one beside SQLite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.ledger_export import export
from graphs.replay import replay
from memory.anchors import make_signing_key, signer_from
from memory.database import writing
from memory.domain.events.cases import CaseOpened, CasePaused
from memory.projections.base import rebuild

#: Names that languages sort otherwise than their bytes: case, marks, punctuation, and what is longer in UTF-16 than in UTF-8.
NAMES = ("b", "B", "a", "A", "ä", "z", "Z", "-a", "a-", "a b", "a_b", "é", "e", "名", "🦉", "\uffee", "ß", "ss", "0", "10", "9")


def opened(core: Any, name: str) -> None:
    core.act(
        f"open/{name}",
        CaseOpened(case_id=f"CASE-{name}", instruction=name, evidence="a" * 64, channel="cli", graph_version=1),
        stream=f"CASE-{name}",
    )


def test_every_projection_is_what_the_ledger_says_in_whatever_order_names_are_sorted(core: Any) -> None:
    for name in NAMES:
        opened(core, name)
    found = {r.name: r for r in replay(core.database, core.projections)}
    assert all(r.equal for r in found.values()), [r.name for r in found.values() if not r.equal]
    assert found["cases"].events == len(NAMES)
    assert {n: r.live for n, r in found.items()} == core.fingerprints() == core.rebuilt()


def test_a_row_that_was_changed_added_or_lost_is_found(core: Any) -> None:
    for name in NAMES:
        opened(core, name)
    for statement in ("UPDATE cases SET title = 'x' WHERE title = 'b'", "DELETE FROM cases WHERE title = 'A'"):
        core.sql(statement)
        assert [r.name for r in replay(core.database, core.projections) if not r.equal] == ["cases"]
        with writing(core.database) as connection:
            rebuild(connection, next(p for p in core.projections if p.name == "cases"))
        assert all(r.equal for r in replay(core.database, core.projections))


def test_replay_writes_nothing(core: Any) -> None:
    opened(core, "a")
    with core.database.connect() as connection:
        before = sa.inspect(connection).get_table_names()
    replay(core.database, core.projections)
    with core.database.connect() as connection:
        assert sa.inspect(connection).get_table_names() == before


def test_a_bundle_of_either_database_is_checked_by_its_own_script(core: Any, tmp_path: Path) -> None:
    signer = signer_from(make_signing_key())
    for name in NAMES:
        opened(core, name)
        core.act(f"pause/{name}", CasePaused(reason=name), stream=f"CASE-{name}")
    done = export(core.database, tmp_path / "bundle", signer=signer, clock=core.clock)
    ran = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "bundle" / "verify.py", "--key", signer.public_key],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (done.events, done.signed, done.streams) == (2 * len(NAMES), 2 * len(NAMES), len(NAMES))
