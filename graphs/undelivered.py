"""Whether a signed contract ever left the house: only one that did takes the vendor's consent to be given up."""

from __future__ import annotations

import sqlalchemy as sa

from memory import outbox
from memory.domain.events.contracts import OrderPlaced
from memory.domain.events.effects import EffectContradicted
from memory.domain.events.remediation import RemediationSent
from memory.ledger import read_events
from memory.outbox import EffectStatus


def order_never_left(connection: sa.Connection, case_id: str) -> bool:
    """Whether an order was written and is known not to have been delivered, nor told of in a letter."""
    facts = list(read_events(connection, stream=case_id, kinds=(OrderPlaced.kind, RemediationSent.kind, EffectContradicted.kind)))
    orders = {str(fact.body["effect_key"]) for fact in facts if fact.kind == OrderPlaced.kind}
    told = any(fact.kind == RemediationSent.kind or fact.body["effect_key"] in orders for fact in facts if fact.kind != OrderPlaced.kind)
    return bool(orders) and not told and all(outbox.read(connection, key).status is EffectStatus.FAILED for key in orders)
