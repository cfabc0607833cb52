"""Statements that go to the database together keep their order, their errors and their transaction; jobs put that way are DBOS's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from memory.database import all_at_once, at_once, later, open_database, writing
from memory.engine.enqueuing import Repeater
from memory.engine.on_dbos import DbosEnqueuer, prepare
from memory.engine.port import Job, effects_queue

_NOTE = "INSERT INTO notes (word) VALUES (?)"


@pytest.fixture
def database(new_url: Callable[[], str]) -> Iterator[sa.Engine]:
    engine = open_database(new_url())
    with writing(engine) as connection:
        connection.execute(sa.text("CREATE TABLE notes (word VARCHAR(20) PRIMARY KEY)"))
    yield engine
    engine.dispose()


def words(database: sa.Engine) -> list[str]:
    with database.connect() as connection:
        return sorted(connection.scalars(sa.text("SELECT word FROM notes")))


def test_what_waits_is_there_for_the_next_statement_whoever_composed_it(database: sa.Engine) -> None:
    with writing(database) as connection:
        later(connection, _NOTE, ("one",))
        assert at_once(connection, "SELECT count(*) FROM notes").fetchone()[0] == 1
        later(connection, _NOTE, ("two",))
        assert connection.scalar(sa.text("SELECT count(*) FROM notes")) == 2
        later(connection, _NOTE, ("three",))
    assert words(database) == ["one", "three", "two"]


def test_statements_that_go_together_answer_each_for_itself(database: sa.Engine) -> None:
    with writing(database) as connection:
        later(connection, _NOTE, ("one",))
        added, found, nothing = all_at_once(
            connection,
            (_NOTE, ("two",)),
            ("SELECT word FROM notes ORDER BY word", ()),
            ("SELECT word FROM notes WHERE word = ?", ("no",)),
        )
        assert (added.rowcount, [row[0] for row in found.fetchall()], nothing.fetchone()) == (1, ["one", "two"], None)


def test_a_broken_statement_that_waited_for_the_commit_takes_all_back(database: sa.Engine) -> None:
    def write() -> None:
        with writing(database) as connection:
            later(connection, _NOTE, ("one",))
            later(connection, _NOTE, ("one",))

    with pytest.raises(sa.exc.IntegrityError):
        write()
    with writing(database) as connection:
        later(connection, _NOTE, ("two",))
    assert words(database) == ["two"]


def test_what_waits_is_forgotten_with_its_transaction(database: sa.Engine) -> None:
    def break_off() -> None:
        with writing(database) as connection:
            later(connection, _NOTE, ("one",))
            raise KeyError("nothing more")

    with pytest.raises(KeyError):
        break_off()
    with writing(database) as connection:
        at_once(connection, _NOTE, ("two",))
    assert words(database) == ["two"]


def _rows(database: sa.Engine) -> list[dict[str, Any]]:
    schema = "" if database.dialect.name == "sqlite" else "dbos."
    query = f"SELECT * FROM {schema}workflow_status JOIN {schema}workflow_input USING (workflow_uuid) ORDER BY workflow_uuid"
    with database.connect() as connection:
        return [dict(row) for row in connection.execute(sa.text(query)).mappings()]


_PLACE = {"workflow_uuid", "queue_name", "queue_partition_key", "inputs", "creator_xid", "created_at", "updated_at", "retention_timestamp"}


def test_a_repeated_job_is_the_row_that_the_engine_itself_would_have_written(new_url: Callable[[], str]) -> None:
    url = new_url()
    prepare(url)
    database, jobs = open_database(url), DbosEnqueuer(url)
    argument = 'CASE-3 "quoted" ü ?%s\\'
    try:
        for number in (1, 2):
            with writing(database) as connection:
                jobs.enqueue(connection, Job(f"job/{number}", "advance_case", f"CASE-{number}", f"CASE-{number}"))
        with writing(database) as connection:
            jobs.enqueue(connection, Job("job/3", "dispatch_effect", argument, "effect/3", queue=effects_queue("mail.send")))
            jobs.enqueue(connection, Job("job/3", "dispatch_effect", argument, "effect/3", queue=effects_queue("mail.send")))
            jobs._compose(connection, Job("job/4", "dispatch_effect", argument, "effect/4", queue=effects_queue("mail.send")))
        _, second, third, fourth = _rows(database)
    finally:
        jobs.close()
        database.dispose()
    assert {k: v for k, v in third.items() if k not in _PLACE} == {k: v for k, v in fourth.items() if k not in _PLACE}
    assert (third["inputs"], third["queue_name"], third["queue_partition_key"]) == (fourth["inputs"], "effects/mail", None)
    assert second["queue_partition_key"] == "CASE-2"
    assert len({row["creator_xid"] for row in (second, third, fourth)}) == 3


def test_what_differs_from_job_to_job_in_a_way_unknown_is_never_repeated(database: sa.Engine) -> None:
    composed: list[str] = []

    def compose(connection: sa.Connection, job: Job) -> None:
        composed.append(job.job_id)
        connection.execute(sa.text("INSERT INTO notes (word) VALUES (:word)"), {"word": f"at {len(composed)}"})

    repeater = Repeater(compose, str)
    for number in range(4):
        with writing(database) as connection:
            repeater.put(connection, Job(f"job/{number}", "name", "argument", "lane"), lane=None)
    assert composed == ["job/0", "job/1", "job/2", "job/3"]
    assert len(words(database)) == 4
