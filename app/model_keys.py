"""How a worker, which holds no key, reaches a model server that wants one: through the dispatcher's relay on this machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import sqlalchemy as sa

from memory.database import reading, writing
from memory.schema import cursors

if TYPE_CHECKING:
    from app.bootstrap import Office
    from app.settings import Settings
    from tools.llm.relay import KeyRelay

#: The vault's entry for the key of the model servers.
MODEL_KEY = "openai"
_PLACE = "model_relay"


def open_relay(office: Office) -> KeyRelay | None:
    """Start the relay and write down where it is; None when no model is set, or the vault has no key for it."""
    servers, vault = model_servers(office.settings), office.vault()
    if not servers or MODEL_KEY not in vault.names():
        return None
    from tools.llm.relay import KeyRelay

    relay = KeyRelay(servers, vault.get(MODEL_KEY))
    relay.start()
    _write_down(office.database, relay.addresses)
    return relay


def close_relay(office: Office, relay: KeyRelay) -> None:
    """Stop it."""
    _write_down(office.database, {})
    relay.stop()


def relay_address(database: sa.Engine, name: str) -> str:
    """Return where the relay to this server is today; empty when there is none."""
    with reading(database) as connection:
        body = connection.scalar(sa.select(cursors.c.body).where(cursors.c.name == _PLACE))
    return str(json.loads(body).get(name, "")) if body else ""


def model_servers(settings: Settings) -> dict[str, str]:
    """Return the base address of each server that may want the key, by name."""
    used = {"fast": settings.fast, "deep": settings.deep} if settings.tier != "rules" else {}
    servers = {name: server.base_url for name, server in used.items() if server.model}
    return servers | ({"embeddings": settings.embeddings_base_url} if settings.embeddings == "openai" else {})


def _write_down(database: sa.Engine, addresses: dict[str, str]) -> None:
    with writing(database, alone_on=[_PLACE]) as connection:
        connection.execute(cursors.delete().where(cursors.c.name == _PLACE))
        if addresses:
            connection.execute(cursors.insert().values(name=_PLACE, body=json.dumps(addresses)))
