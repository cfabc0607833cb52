"""Lean events: what the canonical bytes and the chain say already is not stored beside them a second time."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop `prev` (the hash of the event before) and `at` (in the bytes): 100 bytes an event. An anchor is never replaced either."""
    for name in ("prev", "at"):
        op.execute(f"ALTER TABLE events DROP COLUMN {name}")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER anchors_refuse_replace BEFORE INSERT ON anchors "
            "WHEN EXISTS (SELECT 1 FROM anchors WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'anchors is append-only'); END"
        )


def downgrade() -> None:
    """The ledger is never taken apart by a migration."""
    raise NotImplementedError("what was dropped is in the bytes; restore a backup instead")
