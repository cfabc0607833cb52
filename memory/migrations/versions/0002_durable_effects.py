"""Durable effects: who holds a call and until when, roles of processes, signed anchors, tasks for the edge, cases to go on with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and tables; an effect in flight keeps its place under the field's own word for it."""
    op.add_column("outbox", sa.Column("holder", sa.String(80), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("held_until", sa.String(32), nullable=False, server_default=""))
    op.add_column("heartbeats", sa.Column("role", sa.String(20), nullable=False, server_default="worker"))
    op.execute("UPDATE outbox SET status = 'submitted' WHERE status = 'submitting'")
    op.create_table(
        "anchors",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "edge_tasks",
        sa.Column("task_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False, server_default=""),
        sa.Column("worker", sa.String(80), nullable=False, server_default=""),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("answered_at", sa.String(32), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("task_id"),
    )
    _create_awake()
    op.create_table("schedules", sa.Column("name", sa.String(80), primary_key=True), sa.Column("due", sa.String(32), nullable=False))
    for verb in ("UPDATE", "DELETE"):
        _refuse("anchors", verb)
    if op.get_bind().dialect.name != "sqlite":
        for table in ("events", "evidence", "anchors"):
            _refuse_truncate(table)


def _create_awake() -> None:
    """Make the list of cases to go on with; every case is on it once, since nobody kept it before."""
    op.create_table(
        "awake",
        sa.Column("case_id", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index(op.f("ix_awake_at"), "awake", ["at"], unique=False)
    op.execute(
        "INSERT INTO awake (case_id, version, at) SELECT heads.stream, heads.version, events.at FROM heads "
        "JOIN events ON events.stream = heads.stream AND events.version = 1 WHERE events.kind = 'case.opened'"
    )


def downgrade() -> None:
    """The ledger is never taken apart by a migration."""
    raise NotImplementedError("a signed ledger cannot be unsigned; restore a backup instead")


def _refuse_truncate(table: str) -> None:
    """TRUNCATE asks no trigger of a row, so it gets one of its own."""
    op.execute(f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_refuse_delete()")


def _refuse(table: str, verb: str) -> None:
    name = f"{table}_refuse_{verb.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
