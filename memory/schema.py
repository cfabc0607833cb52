"""The tables that hold the truth. They change by migration only; projections are rebuilt instead.

`events` and `evidence` are append-only: triggers refuse UPDATE and DELETE (see `migrations`).
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

#: SQLite numbers rows by itself only in an INTEGER primary key.
_Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

events = sa.Table(
    "events",
    metadata,
    sa.Column("seq", _Sequence, primary_key=True, autoincrement=True),
    sa.Column("event_id", sa.String(40), nullable=False, unique=True),
    sa.Column("stream", sa.String(80), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(60), nullable=False, index=True),
    sa.Column("canonical", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("stream", "version"),
)

heads = sa.Table(
    "heads",
    metadata,
    sa.Column("stream", sa.String(80), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

acts = sa.Table(
    "acts",
    metadata,
    sa.Column("act_key", sa.String(240), primary_key=True),
    sa.Column("stream", sa.String(80), nullable=False, index=True),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("last_version", sa.Integer, nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("effect_key", sa.String(40), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("reference", sa.String(240), nullable=False, index=True),
    sa.Column("authorization_id", sa.String(40), nullable=False),
    sa.Column("status", sa.String(20), nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("updated_at", sa.String(32), nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("holder", sa.String(80), nullable=False, server_default=""),
    sa.Column("held_until", sa.String(32), nullable=False, server_default=""),
)

evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("media_type", sa.String(120), nullable=False),
    sa.Column("origin", sa.String(20), nullable=False),
    sa.Column("source", sa.String(500), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("stored_at", sa.String(32), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

cursors = sa.Table(
    "cursors",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)

heartbeats = sa.Table(
    "heartbeats",
    metadata,
    sa.Column("worker", sa.String(80), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("detail", sa.String(200), nullable=False),
    sa.Column("role", sa.String(20), nullable=False, server_default="worker"),
)

#: Cases that something happened to since they last came to rest, each with the version of what woke it. A case that stays here is
#: one whose job was lost; it is woken again.
awake = sa.Table(
    "awake",
    metadata,
    sa.Column("case_id", sa.String(80), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", sa.String(32), nullable=False, index=True),
)

#: The last time each schedule was due and was put into the queue: a due time is put once, whoever sees it first.
schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("due", sa.String(32), nullable=False),
)

#: Signed statements about the heads of all chains. Each names the one before it and the heads that moved since, so that all of them
#: together give the signed head of every stream. `body` holds the canonical bytes that are signed, `digest` their sha256.
anchors = sa.Table(
    "anchors",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("public_key", sa.String(64), nullable=False),
    sa.Column("signature", sa.String(128), nullable=False),
)

#: Briefs that an edge worker may answer. Rows are transient: what counts is the proposal that the case records in the ledger.
edge_tasks = sa.Table(
    "edge_tasks",
    metadata,
    sa.Column("task_id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("brief", sa.Text, nullable=False),
    sa.Column("proposal", sa.Text, nullable=False, server_default=""),
    sa.Column("worker", sa.String(80), nullable=False, server_default=""),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("answered_at", sa.String(32), nullable=False, server_default=""),
)

projection_versions = sa.Table(
    "projection_versions",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)
