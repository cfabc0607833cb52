"""LangGraph's savers for SQLite and Postgres, usable from an event loop without holding the database across it.

The asynchronous SQLite saver that ships with LangGraph begins a transaction and needs the loop again to commit it. A node that
writes to the same file meanwhile blocks that loop, and both wait for each other. Here each call is a transaction that has ended when
the call returns, on the loop's own thread: a hop to another thread costs more than the call. An asynchronous connection to Postgres
belongs to one loop, and each run of a case has a loop of its own, so there too the synchronous saver is used, on connections that
outlive a run.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.postgres._internal import get_connection
from langgraph.checkpoint.sqlite import SqliteSaver


class PrunedSaver(BaseCheckpointSaver[str]):
    """A saver of either kind: the synchronous calls under the names by which an asynchronous run calls them, and a way to forget."""

    def keep_newest(self, thread_id: str) -> None:
        """Forget all but the newest checkpoint of the case and of each sub-graph that is still open."""
        raise NotImplementedError

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the checkpoint that `config` names, or the newest of its thread."""
        return self.get_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002  # the name is LangGraph's
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield checkpoints, newest first."""
        for item in list(self.list(config, filter=filter, before=before, limit=limit)):
            yield item

    async def aput(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        """Store a checkpoint."""
        return self.put(config, checkpoint, metadata, new_versions)

    async def aput_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        """Store what a task wrote, all of it or nothing."""
        self.put_writes(config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a thread."""
        self.delete_thread(thread_id)


class PrunedSqliteSaver(PrunedSaver, SqliteSaver):
    """The SQLite saver."""

    def keep_newest(self, thread_id: str) -> None:
        """Forget all but the newest checkpoint of the case and of each sub-graph that is still open."""
        with self.cursor() as cursor:
            rows = cursor.execute(
                "SELECT checkpoint_ns, max(checkpoint_id), metadata FROM checkpoints WHERE thread_id = ? GROUP BY checkpoint_ns",
                (thread_id,),
            ).fetchall()
            root = next((newest for place, newest, _ in rows if not place), None)
            kept = {place: newest for place, newest, about in rows if not place or _began_at(about) == root}
            for place in {place for place, *_ in rows} | {""}:
                there = (thread_id, place, kept.get(place, ""))
                cursor.execute("DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id <> ?", there)
                cursor.execute("DELETE FROM writes WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id <> ?", there)


def _began_at(metadata: bytes | None) -> str | None:
    """Return the checkpoint of the case from which a sub-graph was called."""
    parents: dict[str, str] = json.loads(metadata or b"{}").get("parents", {})
    return parents.get("")


class PrunedPostgresSaver(PrunedSaver, PostgresSaver):
    """The Postgres saver."""

    def keep_newest(self, thread_id: str) -> None:
        """Forget all but the newest checkpoint of the case and of each sub-graph that is still open."""
        # What goes together without a transaction around it is one all the same, and one way there and back.
        with self.lock, get_connection(self.conn) as connection, connection.pipeline():
            for statement in _KEEP_NEWEST:
                connection.execute(statement, {"thread": thread_id})


#: LangGraph's own way to prune asks a dozen questions; of a case's few rows three statements are enough.
_KEEP_NEWEST = (
    """
    WITH newest AS (
        SELECT DISTINCT ON (checkpoint_ns) checkpoint_ns, checkpoint_id, metadata -> 'parents' ->> '' AS began_at
        FROM checkpoints WHERE thread_id = %(thread)s ORDER BY checkpoint_ns, checkpoint_id DESC
    )
    DELETE FROM checkpoints c WHERE c.thread_id = %(thread)s AND NOT EXISTS (
        SELECT 1 FROM newest n WHERE n.checkpoint_ns = c.checkpoint_ns AND n.checkpoint_id = c.checkpoint_id
        AND (n.checkpoint_ns = '' OR n.began_at = (SELECT checkpoint_id FROM newest WHERE checkpoint_ns = ''))
    )""",
    """
    DELETE FROM checkpoint_writes w WHERE w.thread_id = %(thread)s AND NOT EXISTS (
        SELECT 1 FROM checkpoints c
        WHERE c.thread_id = w.thread_id AND c.checkpoint_ns = w.checkpoint_ns AND c.checkpoint_id = w.checkpoint_id
    )""",
    """
    DELETE FROM checkpoint_blobs b WHERE b.thread_id = %(thread)s AND NOT EXISTS (
        SELECT 1 FROM checkpoints c
        WHERE c.thread_id = b.thread_id AND c.checkpoint_ns = b.checkpoint_ns
        AND c.checkpoint -> 'channel_versions' ->> b.channel = b.version
    )""",
)
