"""Facts about recurring charges: what statements showed, what was found in them, and what the operator said about it."""

from datetime import date
from typing import ClassVar

from memory.domain.base import Digest
from memory.domain.charges import Charge, Flag, Series, Subscription
from memory.domain.events.base import Event


class ChargeObserved(Event):
    """A statement of an account was read for charges: those that were new, and the days that it covers.

    A statement that adds no charge and no day is not recorded.
    """

    kind: ClassVar[str] = "charge.observed"
    statement: Digest
    filename: str
    account: str
    first_day: date
    last_day: date
    charges: tuple[Charge, ...]
    already_known: int


class SeriesFound(Event):
    """Charges were seen to recur. Later charges of the series join it by themselves; its id stays."""

    kind: ClassVar[str] = "series.found"
    series: Series


class ChargeFlagged(Event):
    """Something odd about charges was told to the operator; it is told once."""

    kind: ClassVar[str] = "charge.flagged"
    flag: Flag


class SeriesConfirmed(Event):
    """The operator knows this recurring charge: it is wanted, and belongs to the vendor, where one is named."""

    kind: ClassVar[str] = "series.confirmed"
    series_id: str
    vendor_id: str = ""
    by: str
    note: str = ""


class SeriesIgnored(Event):
    """The operator does not want to hear of this recurring charge again."""

    kind: ClassVar[str] = "series.ignored"
    series_id: str
    by: str
    reason: str = ""


class SeriesEnded(Event):
    """The operator says that this recurring charge was cancelled: after `ended_on` nothing more is owed."""

    kind: ClassVar[str] = "series.ended"
    series_id: str
    ended_on: date
    by: str
    reason: str = ""


class SubscriptionWatched(Event):
    """The operator brought in a running subscription, or what changed about it, from another tracker; `source` is its evidence."""

    kind: ClassVar[str] = "subscription.watched"
    subscription: Subscription
    source: Digest
    by: str
