"""Answers of models, kept by the question's key, and what each case has used on models: both survive a restart."""

from __future__ import annotations

import json

import sqlalchemy as sa

from memory.database import reading, writing
from memory.projections.conversation import model_usage
from memory.schema import answers


class SqlAnswers:
    """The answer cache in the database."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database

    def get(self, key: str) -> bytes | None:
        """Return what was put under `key`, or nothing."""
        with reading(self._database) as connection:
            body: bytes | None = connection.scalar(sa.select(answers.c.body).where(answers.c.key == key))
        return body

    def put(self, key: str, body: bytes) -> None:
        """Keep `body` under `key`; a later one replaces it."""
        with writing(self._database, alone_on=[f"answer {key}"]) as connection:
            if not connection.execute(answers.update().where(answers.c.key == key).values(body=body)).rowcount:
                connection.execute(answers.insert().values(key=key, body=body))


def model_use(database: sa.Engine, case_id: str) -> tuple[int, int]:
    """Return cost (in millionths of a currency unit) and tokens that the ledger has for a case."""
    with reading(database) as connection:
        rows = connection.scalars(sa.select(model_usage.c.record).where(model_usage.c.case_id == case_id)).all()
    records = [json.loads(row) for row in rows]
    return (
        sum(r.get("cost_micro") or 0 for r in records),
        sum((r.get("tokens_in") or 0) + (r.get("tokens_out") or 0) for r in records),
    )
