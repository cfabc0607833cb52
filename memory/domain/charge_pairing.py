"""Which lines of a statement are charges known already: also when another export of the account writes them otherwise. Pure.

Two equal charges of a day are two: each line of a file stands for one charge at most, and each known charge for one line of it. So a
file read again adds nothing, a longer one adds what is new, and an export of the same account in another format neither.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from memory.domain.base import digest_of
from memory.domain.charges import Charge
from memory.domain.merchants import merchant_of, words_of
from memory.domain.statement import LineStatus, StatementLine

#: What is no charge: a card's bill is the sum of charges told elsewhere, and own money stays own.
_SETTLEMENT = (
    "kreditkartenabrechnung",
    "kreditkarten-abrechnung",
    "abrechnung kreditkarte",
    "credit card payment",
    "autopay payment",
    "zahlung erhalten",
    "zahlung/überweisung erhalten",
    "payment received",
    "payment - thank you",
    "umbuchung",
    "kontoübertrag",
    "own transfer",
)
_GIVEN_BACK = (
    *("refund", "rückerstattung", "erstattung", "chargeback", "rückbuchung", "reversal", "storno", "rückzahlung", "remboursement"),
    *("gutschrift kreditkarte", "rücklastschrift", "returned"),
)
#: Of this part of its lines in common with an account, a file is of that account, whatever it calls itself; and at least so many.
_SAME_ACCOUNT, _LEAST_IN_COMMON = 0.6, 3


def charges_in(lines: Iterable[StatementLine], own_accounts: frozenset[str], known_merchants: frozenset[str]) -> list[Charge]:
    """Return the booked lines that took money, and those that gave it back, without ids.

    Transfers between own accounts and the bill of a card are none, and neither is what customers pay.
    """
    booked = [line for line in lines if line.status is LineStatus.BOOKED and not _own(line, own_accounts)]
    paid = {merchant_of(line.counterparty_name, line.reference).key for line in booked if line.amount.amount_minor < 0}
    return [_charge(line) for line in booked if line.amount.amount_minor <= 0 or _gives_back(line, paid | known_merchants)]


def account_of(charges: Sequence[Charge], known: Sequence[Charge]) -> str | None:
    """Return the known account that a file of another name is of, by the lines they have in common on the same days; None if of none."""
    theirs: dict[str, Counter[tuple[date, int, str]]] = defaultdict(Counter)
    for charge in known:
        theirs[charge.account][_mark(charge)] += 1
    mine = Counter(_mark(charge) for charge in charges)
    days = [charge.booked_on for charge in charges]
    first, last = min(days), max(days)
    best: tuple[int, str] | None = None
    for account, marks in sorted(theirs.items()):
        common = sum((mine & marks).values())
        begins, ends = min(mark[0] for mark in marks), max(mark[0] for mark in marks)
        ours = sum(1 for day in days if begins <= day <= ends)
        overlap = min(ours, sum(count for mark, count in marks.items() if first <= mark[0] <= last))
        if common >= _LEAST_IN_COMMON and common >= _SAME_ACCOUNT * overlap and (best is None or common > best[0]):
            best = (common, account)
    return best[1] if best else None


def fresh(charges: Sequence[Charge], known: Sequence[Charge], account: str) -> list[Charge]:
    """Return the charges of one file of an account that are not known yet, each with its id."""
    there: dict[tuple[date, int, str], list[Charge]] = defaultdict(list)
    by_reference = {charge.bank_reference or "": charge for charge in known if charge.account == account and charge.bank_reference}
    for charge in known:
        if charge.account == account:
            there[_mark(charge)].append(charge)
    taken = {charge.charge_id for charge in known}
    new, rest = [], []
    for charge in charges:
        same = by_reference.get(charge.bank_reference or "")
        if same is not None and same.amount == charge.amount:
            by_reference.pop(charge.bank_reference or "")
            if same in there[_mark(same)]:
                there[_mark(same)].remove(same)
        else:
            rest.append(charge)
    for charge in _without_twins(rest, there):
        ident = _new_id(charge, account, taken)
        taken.add(ident)
        new.append(charge.model_copy(update={"charge_id": ident, "account": account}))
    return new


def _without_twins(charges: Sequence[Charge], there: dict[tuple[date, int, str], list[Charge]]) -> list[Charge]:
    """Pair each charge with the known one of its day and amount that says most of the same words; return what finds none."""
    left = []
    by_mark: dict[tuple[date, int, str], list[Charge]] = defaultdict(list)
    for charge in charges:
        by_mark[_mark(charge)].append(charge)
    for mark, group in by_mark.items():
        pairs = sorted(
            (-_likeness(charge, other), number, place)
            for number, charge in enumerate(group)
            for place, other in enumerate(there.get(mark, ()))
            if _likeness(charge, other) > 0
        )
        mine, others = set[int](), set[int]()
        for _, number, place in pairs:
            if number not in mine and place not in others:
                mine.add(number)
                others.add(place)
        left += [charge for number, charge in enumerate(group) if number not in mine]
    return left


def _likeness(first: Charge, second: Charge) -> float:
    """Return how much two lines of one day and amount say the same; 0 where both say something and share no word."""
    a, b = words_of(first.name, first.reference), words_of(second.name, second.reference)
    if (first.name, first.reference) == (second.name, second.reference):
        return 3
    if merchant_of(first.name, first.reference).key == merchant_of(second.name, second.reference).key:
        return 2
    if not a or not b:
        return 0.5
    return len(a & b) / min(len(a), len(b))


def _new_id(charge: Charge, account: str, taken: set[str]) -> str:
    said = [account, charge.booked_on.isoformat(), charge.amount.amount_minor, charge.amount.currency, charge.name, charge.reference]
    digest, number = digest_of(said)[:20], 1
    while f"charge-{digest}-{number}" in taken:
        number += 1
    return f"charge-{digest}-{number}"


def _charge(line: StatementLine) -> Charge:
    return Charge(
        charge_id="",
        account=line.account[:80],
        booked_on=line.booked_on,
        amount=line.amount * -1,
        name=line.counterparty_name,
        reference=line.reference,
        counterparty_iban=line.counterparty_iban,
        bank_reference=line.bank_reference,
    )


def _mark(charge: Charge) -> tuple[date, int, str]:
    return charge.booked_on, charge.amount.amount_minor, charge.amount.currency


def _own(line: StatementLine, own_accounts: frozenset[str]) -> bool:
    words = f"{line.counterparty_name} {line.reference}".casefold()
    return line.counterparty_iban in own_accounts or any(mark in words for mark in _SETTLEMENT)


def _gives_back(line: StatementLine, merchants: Iterable[str]) -> bool:
    words = f"{line.counterparty_name} {line.reference}".casefold()
    return any(mark in words for mark in _GIVEN_BACK) or merchant_of(line.counterparty_name, line.reference).key in set(merchants)
