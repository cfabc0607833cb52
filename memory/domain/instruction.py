"""The instruction: what the operator said, as typed fields, each with the piece of text behind it."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from memory.domain.base import JsonObject, Noun
from memory.domain.evidence import Span
from memory.domain.money import Price


class Intent(StrEnum):
    """What the operator wants done. UNKNOWN does nothing but ask."""

    PURCHASE = "purchase"
    BUDGET_UPDATE = "budget_update"
    VENDOR_SUGGESTION = "vendor_suggestion"
    QUESTION = "question"
    CASE_CONTROL = "case_control"
    POLICY_CHANGE = "policy_change"
    RENEWAL_ACTION = "renewal_action"
    UNKNOWN = "unknown"


class Urgency(StrEnum):
    """How long thinking may take: HOT skips deep model work and falls back to the operator early; COLD may take its time."""

    HOT = "hot"
    NORMAL = "normal"
    COLD = "cold"


class Category(StrEnum):
    """What kind of thing is bought. CONTRACTOR is a person hired for a job; SERVICES are done by a firm or a profession."""

    SAAS = "saas"
    HARDWARE = "hardware"
    SERVICES = "services"
    CONTRACTOR = "contractor"


class BudgetChange(Noun):
    """A new budget, or a change to one. `amount` is the new level (`set`, or raise/lower *to*); `delta` a change *by*."""

    kind: Literal["budget_change"] = "budget_change"
    mode: Literal["set", "raise", "lower"]
    scope: str | None = Field(default=None, max_length=120)
    """The budget's name as stated: "software", "marketing"; none means the whole."""
    category: Category | None = None
    amount: Price | None = None
    delta: Price | None = None
    percent: int | None = Field(default=None, ge=0)


class CaseCommand(Noun):
    """Pause, cancel, resume or retry a case; `subject` describes it when no id was given."""

    kind: Literal["case_command"] = "case_command"
    action: Literal["pause", "cancel", "resume", "retry"]
    subject: str | None = Field(default=None, max_length=120)


class RenewalCommand(Noun):
    """What to do with a running contract when its term ends."""

    kind: Literal["renewal_command"] = "renewal_command"
    action: Literal["renew", "cancel", "renegotiate", "remind"]
    vendor: str | None = None
    days_before: int | None = Field(default=None, ge=0)
    """For `remind`: how many days before the renewal."""


class QuestionAsked(Noun):
    """Something to be answered from the ledger and the read models, with references."""

    kind: Literal["question_asked"] = "question_asked"
    topic: Literal["spend", "renewals", "case", "why", "vendor", "budget", "approvals", "status"]
    subject: str = Field(max_length=2000)
    amount: Price | None = None
    """An amount the question mentions ("why did we pay Acme 480 EUR?")."""


class VendorSuggested(Noun):
    """A vendor to look at too. A suggestion is not an approval: it is qualified like any other."""

    kind: Literal["vendor_suggested"] = "vendor_suggested"
    name: str | None = None
    website: str | None = Field(default=None, max_length=300)
    email: str | None = Field(default=None, max_length=300)
    purpose: str | None = Field(default=None, max_length=120)
    """What it would be for, as stated."""


class PolicyWish(Noun):
    """A wish to change the policy, in the operator's words. It becomes a proposal to approve, never a silent edit."""

    kind: Literal["policy_wish"] = "policy_wish"
    text: str = Field(max_length=2000)
    rule: Literal["review_above", "allow_below", "deny_vendor", "allow_vendor", "renewals", "clause", "spend_cap", "other"] = "other"
    """A first guess at the kind of rule meant."""
    amount: Price | None = None
    vendor: str | None = None


Details = Annotated[
    BudgetChange | CaseCommand | RenewalCommand | QuestionAsked | VendorSuggested | PolicyWish,
    Field(discriminator="kind"),
]


class Understood(Noun):
    """What an instruction says, field by field; a field the text does not give is empty, never guessed.

    `ceiling` is as stated: per unit when `ceiling_per` names one ("seat", "each"), otherwise for all of it. `deadline` is
    the last acceptable day in UTC. `missing` names the fields to ask for before anything starts. `spans` maps a field to
    the text behind it (`text == instruction[start:end]`); lists also have one span per item under `must_have.0` and so on.
    """

    intent: Intent
    need: str | None = Field(default=None, max_length=200)
    category: Category | None = None
    quantity: int | None = Field(default=None, ge=1, strict=True)
    unit: str | None = Field(default=None, max_length=60)
    ceiling: Price | None = None
    ceiling_per: str | None = Field(default=None, max_length=60)
    deadline: date | None = None
    must_have: tuple[str, ...] = ()
    nice_to_have: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    vendor: str | None = Field(default=None, max_length=120)
    case: str | None = Field(default=None, max_length=60)
    missing: tuple[str, ...] = ()
    spans: dict[str, Span] = Field(default_factory=dict)
    details: Details | None = None

    def public(self) -> JsonObject:
        """Return the object that `qm ask --json` prints under `understood`: fixed keys in a fixed order, JSON values only."""
        whole = self.model_dump(mode="json")
        return {key: whole[key] for key in PUBLIC_FIELDS}


PUBLIC_FIELDS = (
    "intent",
    "need",
    "category",
    "quantity",
    "unit",
    "ceiling",
    "deadline",
    "must_have",
    "nice_to_have",
    "urgency",
    "vendor",
    "case",
    "missing",
    "spans",
)
"""The fields of `Understood.public`, in order."""
