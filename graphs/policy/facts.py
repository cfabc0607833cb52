"""Facts: everything a policy may look at. What is not known is None, and a rule that needs it never passes in silence."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, SerializerFunctionWrapHandler, StrictBool, StrictInt, model_serializer

from graphs.policy.written import Amount, WrittenMoney
from memory.domain.base import Noun, UtcTime
from memory.domain.contract import Severity
from memory.domain.contract_policy import MeasuredTerm
from memory.domain.vendor import VendorStatus

Count = Annotated[StrictInt, Field(ge=0)]
"""A whole number from 0; `12.0` and `True` are refused."""


class Stage(StrEnum):
    """At which step policy is asked."""

    PRECHECK = "precheck"
    OUTREACH = "outreach"
    COUNTEROFFER = "counteroffer"
    AWARD = "award"
    COMMIT = "commit"
    DELIVER = "deliver"
    PAY = "pay"
    CALENDAR = "calendar"

    @property
    def binds(self) -> bool:
        """Whether what happens here is, or executes, a commitment of money."""
        return self in {Stage.AWARD, Stage.COMMIT, Stage.DELIVER, Stage.PAY}


class Window(Noun):
    """A stretch of the last `days` days, over one category or (None) over everything."""

    days: Annotated[StrictInt, Field(ge=1, le=3660)]
    category: str | None = None


class WindowSpend(Window):
    """What was committed or paid in a window by all *other* cases: the case that is being judged is not in it."""

    amount: Amount


class Facts(Noun):
    """The facts of one question to policy.

    `all_in_total` covers the whole commitment term: tax, set-up and shipping included. `budget_left` is what the category's
    budget holds without this case's own reservation; it may be negative. `spent_in_window` needs one entry per window that
    `Policy.windows()` names. An approval counts only when `approval_id` is one that covers this very effect.
    """

    stage: Stage
    case_id: str
    category: str
    top_category: str
    now: UtcTime

    vendor_id: str | None = None
    vendor_name: str | None = None
    vendor_status: VendorStatus | None = None
    vendor_known: StrictBool = False
    """Whether we have contracted with this vendor before."""
    data_region: str | None = None

    all_in_total: Amount | None = None
    all_in_per_month: Amount | None = None
    ceiling: Amount | None = None
    """The requisition's ceiling over the same term as `all_in_total`."""
    budget_left: WrittenMoney | None = None
    spent_in_window: tuple[WindowSpend, ...] = ()

    term_months: Count | None = None
    auto_renews: StrictBool | None = None
    renewal_months: Count | None = None
    notice_days: Count | None = None
    clauses: tuple[str, ...] | None = None
    """The `ClauseKind` values found; None when no contract was read."""
    unsure_clauses: tuple[str, ...] | None = None
    """Those of which the reader is not sure: for a rule they are neither there nor absent."""
    contract_terms: tuple[MeasuredTerm, ...] | None = None
    """The values the contract states; None when nobody measured them."""
    contract_findings: tuple[Severity, ...] | None = None
    """The severity of each finding; None when no contract was read."""

    approval_id: str | None = None
    approved_total: Amount | None = None

    contact_registered: StrictBool | None = None
    mails_in_case: Count | None = None
    """How many mails this case has already sent."""
    payee_registered: StrictBool | None = None
    payee_changed_at: UtcTime | None = None
    """When the payee's bank details last changed; None when they never did since they were registered."""
    sender_verified: StrictBool | None = None
    untrusted_origin: StrictBool = True
    """Whether text that a vendor wrote went into what is proposed. Unless the caller knows better, it did."""
    effect_kind: str | None = None
    operator_present: StrictBool = False

    @property
    def approval_covers(self) -> bool:
        """Whether the operator has approved this: at stages that bind money, up to a total that is not exceeded."""
        if self.approval_id is None:
            return False
        if self.all_in_total is None or self.approved_total is None:
            return self.all_in_total is None and not self.stage.binds
        same = self.all_in_total.currency == self.approved_total.currency
        return same and self.all_in_total <= self.approved_total

    def spent(self, window: Window) -> WindowSpend | None:
        """Return what was spent in a window, or None when nobody counted it."""
        return next((s for s in self.spent_in_window if (s.days, s.category) == (window.days, window.category)), None)

    @model_serializer(mode="wrap")
    def _without_later_fields(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is not known and was not asked when older facts were kept, so that their digests stand."""
        written: dict[str, Any] = serialize(self)
        return {name: value for name, value in written.items() if name not in _LATER or value is not None}


#: Fields that came after the first facts were kept.
_LATER = frozenset({"unsure_clauses", "contract_terms"})
