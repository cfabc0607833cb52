"""The watched folder: every statement that is whole is read once and put away, what is none is refused with a note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graphs.duties import DutySetting
from graphs.duties.duty import DueTime
from graphs.duties.statements import LONGEST, SETTLES_IN, StatementFolder
from memory.domain.base import sha256_hex
from memory.domain.errors import UnavailableError
from memory.domain.registry import Payee
from tools.reconciler import Reconciler, StatementReport
from tools.sandbox.ports import MemoryRegistry

CSV = b"Date,Amount,Currency,Name,IBAN,Reference\n2026-12-01,-685.44,EUR,Postbird GmbH,DE89370400440532013000,{reference}\n"
DUE = DueTime("statements", "now", datetime(2026, 11, 22, tzinfo=UTC))


@pytest.fixture
def new_url(request: pytest.FixtureRequest) -> Callable[[], str]:
    """SQLite: these tests are about files."""
    return request.getfixturevalue("sqlite_only")  # type: ignore[no-any-return]


class Watch:
    """A folder under watch, with the real reconciler behind it."""

    def __init__(self, core: Any, folder: Path) -> None:
        self.core, self.folder, self.imports = core, folder, 0
        payee = Payee(name="Postbird GmbH", iban="DE89370400440532013000", country="DE")
        registry = MemoryRegistry(payees={"p-postbird": payee})
        self.reconciler = Reconciler(core.database, core.unit_of_work, core.evidence, registry)
        self.setting = DutySetting(core.database, core.unit_of_work, core.clock, core.ids, UTC)
        self.watch = StatementFolder(self.setting, folder, self.take)
        self.inbox = self.watch.inbox
        self.inbox.mkdir(parents=True)

    def take(self, body: bytes, name: str) -> StatementReport:
        self.imports += 1
        return self.reconciler.import_statement(body, filename=name)

    def put(self, name: str, body: bytes = CSV) -> Path:
        (self.inbox / name).write_bytes(body)
        return self.inbox / name

    def look(self, after: timedelta = SETTLES_IN) -> str:
        self.core.clock.move(after)
        return self.watch.take_in(DUE, self.core.clock.now())

    def files(self) -> set[str]:
        return {str(p.relative_to(self.folder)) for p in self.folder.rglob("*") if p.is_file()}


@pytest.fixture
def watched(core: Any, tmp_path: Path) -> Watch:
    return Watch(core, tmp_path / "statements")


def test_a_statement_is_imported_once_and_put_away(watched: Watch) -> None:
    watched.put("november.csv")
    assert watched.look() == ""
    assert watched.look() == "1 statement read"
    assert watched.look() == ""
    assert watched.files() == {"done/november.csv"}
    assert (watched.imports, len(watched.core.events("statement.imported"))) == (1, 1)


def test_a_file_that_is_still_being_written_is_left_alone(watched: Watch) -> None:
    file = watched.put("slow.csv", CSV[:40])
    for part in range(3):
        assert watched.look() == ""
        file.write_bytes(CSV[: 60 + part])
    file.write_bytes(CSV)
    assert watched.look() == ""
    assert watched.look(timedelta(seconds=1)) == "", "looked at twice within a moment is no proof of rest"
    assert watched.look() == "1 statement read"
    assert watched.core.events("statement.refused") == []


def test_what_programs_have_not_finished_and_what_is_no_plain_file_is_not_looked_at(watched: Watch, tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_bytes(CSV)
    (watched.inbox / "link.csv").symlink_to(outside)
    (watched.inbox / "folder").mkdir()
    for name in (".hidden.csv", "~lock.csv", "a.csv.part", "b.CRDOWNLOAD", "c.tmp"):
        watched.put(name)
    for _ in range(3):
        assert watched.look() == ""
    assert watched.imports == 0
    assert outside.exists()


@pytest.mark.parametrize(
    ("name", "body"), [("scan.pdf", b"%PDF-1.7"), ("empty.xml", b""), ("half.xml", b"<Document><Bk"), ("n.csv", b"a;b\n1;2")]
)
def test_what_cannot_be_read_is_refused_with_a_note_and_told(watched: Watch, name: str, body: bytes) -> None:
    watched.put(name, body)
    watched.put("good.csv")
    watched.look()
    assert watched.look() == "1 statement read, 1 file refused"
    assert watched.files() == {f"refused/{name}", f"refused/{name}.why.txt", "done/good.csv"}
    fact = watched.core.events("statement.refused")[0].event
    assert (fact.filename, fact.digest) == (name, sha256_hex(body))
    note = (watched.folder / "refused" / f"{name}.why.txt").read_text()
    assert fact.reason in note
    assert fact.hint in note


def test_a_file_larger_than_any_statement_is_refused_unread(watched: Watch) -> None:
    with (watched.inbox / "huge.csv").open("wb") as huge:
        huge.truncate(LONGEST + 1)
    watched.look()
    assert watched.look() == "1 file refused"
    assert watched.imports == 0


def test_a_crash_between_reading_and_putting_away_changes_nothing(watched: Watch) -> None:
    watched.put("november.csv")
    watched.reconciler.import_statement(CSV, filename="november.csv")
    before = watched.core.rows("events")
    watched.look()
    assert watched.look() == "1 statement read"
    assert watched.core.rows("events") == before
    assert watched.files() == {"done/november.csv"}


def test_another_file_of_the_same_name_is_kept_beside_the_first(watched: Watch) -> None:
    other = CSV.replace(b"685.44", b"12.00")
    for body in (CSV, other, CSV):
        watched.put("export.csv", body)
        watched.look()
        watched.look()
    assert watched.files() == {"done/export.csv", f"done/export.{sha256_hex(other)[:12]}.csv"}


def test_one_file_that_stands_in_the_way_keeps_no_other_waiting(watched: Watch) -> None:
    taken = watched.take

    def away(body: bytes, name: str) -> StatementReport:
        if name == "a.csv":
            raise UnavailableError("the database is busy")
        return taken(body, name)

    watched.watch = StatementFolder(watched.setting, watched.folder, away)
    watched.put("a.csv")
    watched.put("b.csv", CSV.replace(b"685.44", b"1.00"))
    watched.look()
    with pytest.raises(UnavailableError):
        watched.look()
    assert watched.files() == {"inbox/a.csv", "done/b.csv"}


def test_a_booked_line_confirms_its_payment_and_a_contradiction_is_told(watched: Watch, approved: Callable[..., Any], effects: Any) -> None:
    from memory.outbox import EffectStatus, Move

    pay = approved(effects.payment())[0]
    watched.core.act("paid", moves=[Move(pay.key, EffectStatus.SUBMITTED), Move(pay.key, EffectStatus.CONFIRMED)])
    body = CSV.replace(b"{reference}", str(pay.payload["end_to_end_id"]).encode())
    watched.put("wrong.csv", body.replace(b"685.44", b"700.00"))
    watched.look()
    watched.look()
    told = watched.core.events("statement.questioned")[0].event
    assert "700.00" in told.contradictions[0]
    assert watched.files() == {"done/wrong.csv", "done/wrong.csv.why.txt"}
    watched.put("right.csv", body)
    watched.look()
    watched.look()
    assert [e.body["end_to_end_id"] for e in watched.core.events("payment.confirmed")] == [pay.payload["end_to_end_id"]]
