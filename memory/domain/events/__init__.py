"""Every fact the ledger can hold, by its stable kind.

Kinds follow `noun.past_participle` and are never renamed; a changed body gets a higher `version` and an upcaster.
`read_event` is the only way from stored bytes back to a type.
"""

from memory.domain.events.base import Event, event_types, read_event

__all__ = ["Event", "event_types", "read_event"]
