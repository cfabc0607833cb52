"""Bank statement lines, and which of them prove that a payment of ours happened. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from pydantic import Field

from memory.domain.base import Noun, digest_of
from memory.domain.money import Money
from memory.domain.registry import Iban

EARLIEST = timedelta(days=1)
LATEST = timedelta(days=10)
"""The window around the day to pay on: weekends, holidays, and one bank day for the transfer (PSD2, art. 83), with room."""


class LineStatus(StrEnum):
    """Whether the bank has booked the line. Only booked money has moved (ISO 20022 `Ntry/Sts`)."""

    BOOKED = "BOOK"
    PENDING = "PDNG"


class StatementLine(Noun):
    """One line of an account: negative amounts left it. `line_id` is stable, so that reading a file again adds nothing."""

    line_id: str
    account: str
    booked_on: date
    amount: Money
    status: LineStatus = LineStatus.BOOKED
    end_to_end_id: str | None = None
    reference: str = ""
    counterparty_name: str = ""
    counterparty_iban: str | None = None
    bank_reference: str | None = None


class ExpectedPayment(Noun):
    """A payment that was instructed and is not yet confirmed. `amount` is positive.

    `by_hand` is what its reference says when the operator makes it by hand, which has no end-to-end id of ours; '' otherwise.
    """

    end_to_end_id: str
    amount: Money
    payee_iban: Iban
    execute_on: date
    by_hand: str = ""


class MatchedBy(StrEnum):
    """On what a match rests."""

    REFERENCE = "reference"
    """Our end-to-end id, with amount, currency and IBAN."""
    DETAILS = "details"
    """Amount, currency, IBAN and date, and no other line or payment that would fit as well."""


class Match(Noun):
    """A line that confirms a payment."""

    line: StatementLine
    payment: ExpectedPayment
    by: MatchedBy


class Contradiction(Noun):
    """A booked line that carries our id and yet is not what was instructed. It confirms nothing; the operator must look."""

    line: StatementLine
    payment: ExpectedPayment
    why: str = Field(min_length=1)


class Reconciliation(Noun):
    """The outcome of matching: what is confirmed, what contradicts, what is left on either side."""

    matches: tuple[Match, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    unmatched_lines: tuple[StatementLine, ...] = ()
    unmatched_payments: tuple[ExpectedPayment, ...] = ()


def numbered(lines: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    """Give each line its id: the digest of what it says, and how many equal ones came before it in the same file.

    Two true identical charges of a day thus stay two, and the same file, or a longer one, read again adds only what is new.
    """
    seen: Counter[str] = Counter()
    result = []
    for line in lines:
        digest = digest_of(line.model_dump(mode="json", exclude={"line_id"}))[:24]
        seen[digest] += 1
        result.append(line.model_copy(update={"line_id": f"line-{digest}-{seen[digest]}"}))
    return tuple(result)


def match(lines: Sequence[StatementLine], payments: Sequence[ExpectedPayment]) -> Reconciliation:
    """Say which booked lines confirm which payments; first by our id, then by amount, IBAN and date.

    A pending line never confirms anything. A line confirms one payment at most, and a payment is confirmed once.
    """
    matches, contradictions = _by_reference([line for line in lines if line.status is LineStatus.BOOKED], payments)
    taken = {m.line.line_id for m in matches} | {c.line.line_id for c in contradictions}
    named = {m.payment.end_to_end_id for m in matches} | {c.payment.end_to_end_id for c in contradictions}
    free = [line for line in lines if line.status is LineStatus.BOOKED and line.line_id not in taken and _names_nothing(line)]
    matches += _by_details(free, [payment for payment in payments if payment.end_to_end_id not in named])
    taken |= {m.line.line_id for m in matches}
    confirmed = {m.payment.end_to_end_id for m in matches}
    return Reconciliation(
        matches=tuple(matches),
        contradictions=tuple(contradictions),
        unmatched_lines=tuple(line for line in lines if line.line_id not in taken),
        unmatched_payments=tuple(payment for payment in payments if payment.end_to_end_id not in confirmed),
    )


def _by_reference(lines: Sequence[StatementLine], payments: Sequence[ExpectedPayment]) -> tuple[list[Match], list[Contradiction]]:
    matches: list[Match] = []
    contradictions: list[Contradiction] = []
    for payment in payments:
        confirmed = False
        for line in lines:
            if not _carries(line, payment.end_to_end_id) and not (payment.by_hand and payment.by_hand in carried(line)):
                continue
            why = "it was booked a second time" if confirmed else _difference(line, payment)
            if why:
                contradictions.append(Contradiction(line=line, payment=payment, why=why))
            else:
                matches.append(Match(line=line, payment=payment, by=MatchedBy.REFERENCE))
                confirmed = True
    return matches, contradictions


def _names_nothing(line: StatementLine) -> bool:
    return line.end_to_end_id in {None, "", "NOTPROVIDED"}


def _carries(line: StatementLine, end_to_end_id: str) -> bool:
    """Whether the id stands in its own field or, where the bank gives no such field, as a word of the reference text."""
    if not _names_nothing(line):
        return line.end_to_end_id == end_to_end_id
    if end_to_end_id not in line.reference:
        return False
    return re.search(rf"(?<![A-Za-z0-9-]){re.escape(end_to_end_id)}(?![A-Za-z0-9-])", line.reference) is not None


def carried(line: StatementLine) -> tuple[str, ...]:
    """Return what a line may carry as its id: its own field or, where the bank gives none, each word of the reference text."""
    if not _names_nothing(line):
        return (line.end_to_end_id or "",)
    return tuple(dict.fromkeys(re.findall(r"[A-Za-z0-9-]+", line.reference)))


def _difference(line: StatementLine, payment: ExpectedPayment) -> str:
    if line.amount.currency != payment.amount.currency or line.amount.amount_minor != -payment.amount.amount_minor:
        return f"the bank booked {line.amount} for a payment of {payment.amount}"
    if line.counterparty_iban and line.counterparty_iban != payment.payee_iban:
        return "it went to another account than the payee's"
    return ""


def _by_details(lines: Sequence[StatementLine], payments: Sequence[ExpectedPayment]) -> list[Match]:
    """Pair what fits in only one way: a line that could be either of two payments proves neither."""
    waiting: dict[tuple[int, str], list[ExpectedPayment]] = defaultdict(list)
    for payment in payments:
        waiting[payment.amount.amount_minor, payment.payee_iban].append(payment)
    fits = [
        (line, payment)
        for line in lines
        for payment in waiting.get((-line.amount.amount_minor, line.counterparty_iban or ""), ())
        if _fits(line, payment)
    ]
    per_line = Counter(line.line_id for line, _ in fits)
    per_payment = Counter(payment.end_to_end_id for _, payment in fits)
    return [
        Match(line=line, payment=payment, by=MatchedBy.DETAILS)
        for line, payment in fits
        if per_line[line.line_id] == 1 and per_payment[payment.end_to_end_id] == 1
    ]


def _fits(line: StatementLine, payment: ExpectedPayment) -> bool:
    return (
        line.counterparty_iban == payment.payee_iban
        and not _difference(line, payment)
        and payment.execute_on - EARLIEST <= line.booked_on <= payment.execute_on + LATEST
    )
