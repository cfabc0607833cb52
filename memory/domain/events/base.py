"""What every event shares, and the way from a stored kind back to its type."""

from functools import cache
from importlib import import_module
from typing import ClassVar

from pydantic import ValidationError

from memory.domain.base import JsonObject, Noun
from memory.domain.errors import IntegrityError

_MODULES = (
    "cases",
    "sourcing",
    "negotiation",
    "contracts",
    "authority",
    "effects",
    "workspace",
    "control",
    "duties",
    "remediation",
    "charges",
    "renewals",
)


class Event(Noun):
    """A fact. Subclasses set `kind` (stable, `noun.past_participle`) and raise `version` when the body changes."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """Return the waits that this fact ends, each with the answer handed to the waiting gate."""
        return ()

    def stored_body(self) -> JsonObject:
        """Return the JSON body that is stored and hashed."""
        return self.model_dump(mode="json")


@cache
def event_types() -> dict[str, type[Event]]:
    """Return every event type by kind."""
    found: dict[str, type[Event]] = {}
    for name in _MODULES:
        module = import_module(f"memory.domain.events.{name}")
        for item in vars(module).values():
            if isinstance(item, type) and issubclass(item, Event) and "kind" in vars(item):
                found[item.kind] = item
    return found


def read_event(kind: str, version: int, body: JsonObject) -> Event:
    """Return the typed event of a stored body; raises `IntegrityError` when kind, version or body is not known."""
    event_type = event_types().get(kind)
    if event_type is None or version > event_type.version:
        raise IntegrityError(
            f"the ledger holds {kind} version {version}, which this program does not know",
            hint="upgrade Quartermaster; the ledger was written by a newer version",
        )
    try:
        return event_type.model_validate(body)
    except ValidationError as error:
        raise IntegrityError(f"the stored body of a {kind} event is not readable: {error}", hint="run qm ledger verify") from error
