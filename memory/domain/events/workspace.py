"""Facts about the operator's own house: registry, budgets, policy, statements, chat."""

from datetime import date
from typing import ClassVar

from memory.domain.base import Digest, JsonObject
from memory.domain.events.base import Event
from memory.domain.money import Money, Price
from memory.domain.preferences import TermPreference
from memory.domain.registry import Account, Contact, Payee, Signatory
from memory.domain.seal import OperatorFact, PartyFact


class WorkspaceMade(Event):
    """A home was made."""

    kind: ClassVar[str] = "workspace.made"
    operator: str
    demo: bool = False


class HolidaysNoted(Event):
    """The public holidays that days are counted with from now on: those of `place` (ISO 3166: DE, DE-BY; "" for none), of whole years.

    The days themselves are recorded, so that what was computed with them comes out the same whatever a later list of holidays says.
    """

    kind: ClassVar[str] = "holidays.noted"
    place: str
    first_year: int
    last_year: int
    days: tuple[date, ...]
    source: str


class ContactAdded(PartyFact):
    """The operator put a contact into the registry."""

    kind: ClassVar[str] = "contact.added"
    version: ClassVar[int] = 3
    contact_id: str
    vendor_id: str | None = None
    by: str
    contact: Contact


class PayeeAdded(PartyFact):
    """The operator put a payee into the registry. Text from a vendor never can."""

    kind: ClassVar[str] = "payee.added"
    version: ClassVar[int] = 3
    payee_id: str
    vendor_id: str | None = None
    by: str
    payee: Payee


class SignatoryAdded(PartyFact):
    """The operator put a signatory into the registry."""

    kind: ClassVar[str] = "signatory.added"
    version: ClassVar[int] = 3
    signatory_id: str
    by: str
    signatory: Signatory


class AccountAdded(PartyFact):
    """The operator put an own bank account into the registry."""

    kind: ClassVar[str] = "account.added"
    version: ClassVar[int] = 3
    account_id: str
    by: str
    account: Account


class BudgetSet(Event):
    """What a category may cost per period; category "all" is the house's ceiling."""

    kind: ClassVar[str] = "budget.set"
    category: str
    limit: Price
    by: str
    instruction: str = ""


class BudgetReserved(Event):
    """Money was set aside for a case."""

    kind: ClassVar[str] = "budget.reserved"
    case_id: str
    category: str
    top_category: str = ""
    amount: Money


class BudgetCommitted(Event):
    """Money set aside was spent, at the settled amount."""

    kind: ClassVar[str] = "budget.committed"
    case_id: str
    category: str
    top_category: str = ""
    amount: Money


class BudgetReleased(Event):
    """Money set aside was given back."""

    kind: ClassVar[str] = "budget.released"
    case_id: str
    category: str
    top_category: str = ""
    amount: Money
    reason: str


class PolicyAdopted(OperatorFact):
    """A version of the policy came into force; the text is kept as evidence."""

    kind: ClassVar[str] = "policy.adopted"
    version: ClassVar[int] = 2
    policy_version: str
    text: Digest
    by: str
    reason: str = ""


class PolicyProposed(Event):
    """A change of policy was asked for in words; it changes nothing until the operator adopts it."""

    kind: ClassVar[str] = "policy.proposed"
    proposal_id: str
    instruction: str
    suggestion: str


class MemoryMissed(Event):
    """Contract and vendor memory was away and did not take in what a case taught; `qm memory rebuild` makes it up."""

    kind: ClassVar[str] = "memory.missed"
    reason: str


class PreferenceSet(Event):
    """A standing preference: below an explicit instruction, above a default."""

    kind: ClassVar[str] = "preference.set"
    name: str
    value: str
    by: str


class TermWeighed(Event):
    """The operator said what a term of offers is worth, or set a limit on it; `scope` is a category, "" means all purchases."""

    kind: ClassVar[str] = "term.weighed"
    scope: str = ""
    preference: TermPreference
    words: str
    by: str


class TermDropped(Event):
    """The operator took back what was said of a term, by its key."""

    kind: ClassVar[str] = "term.dropped"
    scope: str = ""
    key: str
    by: str


class StatementImported(Event):
    """A bank statement was read."""

    kind: ClassVar[str] = "statement.imported"
    statement: Digest
    filename: str
    lines: tuple[JsonObject, ...]
    matched: int
    already_known: int


class InstructionReceived(Event):
    """A chat-style instruction, as given and as understood."""

    kind: ClassVar[str] = "instruction.received"
    instruction_id: str
    text: str
    understood: JsonObject
    surface: str


class InstructionAnswered(Event):
    """What was answered and done, with the ledger events it rests on, and the level of precedence that applied."""

    kind: ClassVar[str] = "instruction.answered"
    instruction_id: str
    answer: str
    references: tuple[str, ...] = ()
    case_id: str | None = None
    precedence: str = ""


class DecisionReviewed(Event):
    """The operator looked at an automatic decision in the weekly review."""

    kind: ClassVar[str] = "decision.reviewed"
    event_id: str
    verdict: str
    note: str = ""
