"""Subscriptions kept in Wallos, taken over: its export, or what its API gives, becomes watched subscriptions and renewals.

An entry is told by its name (and by its number, where the API gave one); taken over again it adds only what changed. Logos, members and
notification settings are not taken over.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from graphs.interaction.vendor import vendor_id_of
from graphs.watching import superseded
from memory.domain.base import canonical_json, sha256_hex
from memory.domain.charges import Cadence, Subscription
from memory.domain.contract import decide_by
from memory.domain.days import NO_HOLIDAYS
from memory.domain.errors import InputError
from memory.domain.events import Event
from memory.domain.events.charges import SubscriptionWatched
from memory.domain.events.contracts import RenewalDropped, RenewalScheduled
from memory.domain.events.sourcing import VendorUpdated
from memory.domain.evidence import Origin
from memory.domain.merchants import merchant_of
from memory.domain.money import CURRENCIES, Money
from memory.domain.terms import Length, plan_from_end
from memory.domain.vendor import VendorFacts
from memory.domain.words import one_line
from memory.evidence import EvidenceStore
from memory.unit_of_work import UnitOfWork
from memory.views.charge_vendors import VendorMarks
from memory.views.charges import subscription_list
from memory.views.renewal_twins import LISTED, Standing, alike_terms, standing
from memory.views.renewals import Renewal

_MOST = 2000
#: From this length on a term is worth a renewal of its own in the calendar; shorter ones are watched by their charges.
_SHORTEST_TERM = 3
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₪": "ILS"}
_SYMBOLS |= {"kr": "SEK", "R$": "BRL", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "CHF": "CHF", "A$": "AUD", "C$": "CAD", "NZ$": "NZD"}
_UNITS = {1: "days", 2: "weeks", 3: "months", 4: "years"}
_CADENCES = {
    ("days", 7): Cadence.WEEKLY,
    ("weeks", 1): Cadence.WEEKLY,
    ("days", 14): Cadence.FORTNIGHTLY,
    ("weeks", 2): Cadence.FORTNIGHTLY,
    ("days", 28): Cadence.FOUR_WEEKLY,
    ("weeks", 4): Cadence.FOUR_WEEKLY,
    ("days", 30): Cadence.MONTHLY,
    ("months", 1): Cadence.MONTHLY,
    ("months", 2): Cadence.TWO_MONTHLY,
    ("days", 90): Cadence.QUARTERLY,
    ("months", 3): Cadence.QUARTERLY,
    ("months", 6): Cadence.HALF_YEARLY,
    ("days", 365): Cadence.YEARLY,
    ("months", 12): Cadence.YEARLY,
    ("years", 1): Cadence.YEARLY,
    ("months", 24): Cadence.TWO_YEARLY,
    ("years", 2): Cadence.TWO_YEARLY,
}
_PLAIN = {
    "daily": ("days", 1),
    "weekly": ("weeks", 1),
    "monthly": ("months", 1),
    "quarterly": ("months", 3),
    "yearly": ("years", 1),
    "annually": ("years", 1),
    "täglich": ("days", 1),
    "wöchentlich": ("weeks", 1),
    "monatlich": ("months", 1),
    "jährlich": ("years", 1),
}
_EVERY = re.compile(r"(?:every|alle)\s+(\d{1,3})\s+(day|week|month|year|tag|woche|monat|jahr)", re.IGNORECASE)
_GERMAN = {"tag": "days", "woche": "weeks", "monat": "months", "jahr": "years"}
_TRIAL = re.compile(
    r"(?:trial|test(?:phase|zeitraum|version)?|probe(?:zeit|abo|monat)?)\b[^0-9\n]{0,40}(\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SubscriptionsTaken:
    """What taking over a list did: entries that are new or changed, those that stood like that, renewals watched, and remarks."""

    changed: tuple[Subscription, ...]
    unchanged: int
    renewals: tuple[str, ...]
    remarks: tuple[str, ...]


def read_wallos(text: str, *, filename: str, currency: str | None = None) -> tuple[tuple[Subscription, ...], tuple[str, ...]]:
    """Return the subscriptions of an export, and remarks. Raises `InputError` naming each entry and field that cannot be read.

    `currency` is for entries whose currency the file does not tell: the API gives only its number.
    """
    rows = _entries(text, filename)
    found, faults, remarks = list[Subscription](), list[str](), list[str]()
    for number, row in enumerate(rows, start=1):
        try:
            one, remark = _subscription({_plain(key): value for key, value in row.items()}, currency)
        except ValueError as error:
            faults.append(f"entry {number} ({one_line(str(row.get('Name', row.get('name', ''))), 40)}): {error}")
            continue
        if any(one.subscription_id == other.subscription_id for other in found):
            one = one.model_copy(update={"subscription_id": f"{one.subscription_id[:70]}-{number}"})
        found.append(one)
        remarks += [f"{one.name}: {remark}"] * bool(remark)
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults[:20])
        raise InputError(
            f"{filename} has {len(faults)} fault(s):\n{listed}", hint="mend the entries named; nothing of the file was taken over"
        )
    return tuple(found), tuple(remarks)


def take_over(
    found: tuple[Subscription, ...],
    remarks: tuple[str, ...],
    *,
    database: sa.Engine,
    unit_of_work: UnitOfWork,
    evidence: EvidenceStore,
    by: str,
    today: date,
    holidays: frozenset[date] = NO_HOLIDAYS,
) -> SubscriptionsTaken:
    """Record what is new or changed; longer terms are put under watch with their last day to act."""
    known = {one.subscription_id: one for one in subscription_list(database)}
    watched = standing(database, today)
    changed, renewals, told = [], [], list(remarks)
    for read in found:
        one = read.model_copy(update={"vendor_id": _vendor(read, watched.vendors)})
        if known.get(one.subscription_id) == one:
            continue
        body = canonical_json(one.model_dump(mode="json"))
        source = evidence.put(body, media_type="application/json", origin=Origin.OPERATOR, source=f"Wallos: {one.name}"[:200])
        facts: list[Event] = [SubscriptionWatched(subscription=one, source=source, by=by)]
        renewal, earlier = _renewal(one, source, today, holidays), _watch_of(one, watched)
        paper = _contract_of(one, watched) if renewal else None
        if renewal and paper:
            renewal = None
            told.append(f"{one.name}: watched already, as the contract with {paper.vendor_name} until {paper.term_end}")
            facts += [superseded(earlier, paper.uid, "a contract under watch says the same, and more", by=by)] if earlier else []
        facts += [renewal] if renewal else []
        facts += [_over(earlier)] if earlier and not one.active else []
        if one.active and one.vendor_id not in watched.vendors.ids:
            facts.insert(0, VendorUpdated(facts=VendorFacts(vendor_id=one.vendor_id, name=one.name, website=one.url or None), by=by))
        renewals += [renewal.uid] if renewal else []
        version = sha256_hex(
            body + canonical_json(known[one.subscription_id].model_dump(mode="json") if one.subscription_id in known else {})
        )
        unit_of_work.act(f"subscription/{one.subscription_id}/{version[:16]}", facts, actor=by)
        changed.append(one)
    return SubscriptionsTaken(tuple(changed), len(found) - len(changed), tuple(renewals), tuple(told))


def _vendor(one: Subscription, vendors: VendorMarks) -> str:
    """Return the vendor of an entry: the one of that name or alias, else of that domain, else a new one."""
    host = re.sub(r"^https?://(www\.)?", "", one.url).split("/")[0]
    return vendors.named(merchant_of(one.name).key) or (vendors.at_host(host) if host else "") or vendor_id_of(one.name)


def _contract_of(one: Subscription, watched: Standing) -> Renewal | None:
    """Return the contract that an entry is about: it says more of its term than a list does. Another one of that vendor is no reason."""
    if f"{one.subscription_id}-decide-by" in watched.superseded:
        return next(iter(watched.with_vendor(one.vendor_id)), None)
    papers = [line for line in watched.with_vendor(one.vendor_id) if not line.uid.startswith(LISTED)]
    months = one.cadence.months if one.cadence else None
    return next((line for line in papers if one.annual is not None and alike_terms(line, one.annual, months)), None)


def _watch_of(one: Subscription, watched: Standing) -> Renewal | None:
    return next((line for line in watched.lines if line.uid == f"{one.subscription_id}-decide-by"), None)


def _over(line: Renewal) -> RenewalDropped:
    return RenewalDropped(vendor_id=line.vendor_id, contract=line.contract, uid=line.uid, reason="your list says that it does not go on")


def _entries(text: str, filename: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{filename} is not JSON: {error}", hint="export from Wallos: Settings, Export subscriptions as JSON") from None
    rows = found.get("subscriptions") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{filename} holds no list of subscriptions", hint="export from Wallos: Settings, Export subscriptions as JSON")
    if len(rows) > _MOST:
        raise InputError(f"{filename} holds {len(rows):,} entries; at most {_MOST:,} are read", hint="split the file")
    return rows


def _plain(key: str) -> str:
    return key.strip().casefold().replace(" ", "_")


def _subscription(row: dict[str, Any], currency: str | None) -> tuple[Subscription, str]:
    """Return one entry, and a remark where something was left out. Raises `ValueError` in words."""
    name = one_line(str(row.get("name") or ""), 140)
    if not name:
        raise ValueError("name: is missing")
    cadence, remark = _cadence(row)
    notes = str(row.get("notes") or "")[:2000]
    return (
        Subscription(
            subscription_id=f"subscription-{vendor_id_of(name)[:60]}",
            name=name,
            price=_price(row, currency),
            cadence=cadence,
            next_on=_day(row, "next_payment"),
            started_on=_day(row, "start_date"),
            trial_ends_on=_trial(notes),
            cancel_by=_day(row, "cancellation_date"),
            active=_active(row),
            auto_renews=str(row.get("renewal", row.get("auto_renew", "1"))).casefold() not in {"manual", "0", "manuell", "no", "false"},
            category=one_line(str(row.get("category") or row.get("category_name") or ""), 120),
            paid_with=one_line(str(row.get("payment_method") or row.get("payment_method_name") or ""), 120),
            url=_url(row),
            notes=notes,
        ),
        remark,
    )


def _price(row: dict[str, Any], currency: str | None) -> Money:
    written = str(row.get("price", "")).strip()
    number = re.search(r"\d[\d.,' ]*", written)
    if number is None:
        raise ValueError(f"price: {written[:20]!r} is no amount")
    sign = written.replace(number[0], "").strip()
    code = _SYMBOLS.get(sign, sign.upper()) or str(row.get("currency") or row.get("currency_code") or currency or "").upper()
    if code not in CURRENCIES:
        what = f"{sign!r} is no currency that is known" if sign else "the file does not tell the currency"
        raise ValueError(f"price: {what}; say it with --currency")
    try:
        return Money.of(_decimal(number[0]), code)
    except (InvalidOperation, ValueError):
        raise ValueError(f"price: {written[:20]!r} is no amount") from None


def _decimal(text: str) -> Decimal:
    digits = text.strip(" .,").replace(" ", "").replace("'", "")
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma > point and len(digits) - comma - 1 <= 2:
        digits = digits.replace(".", "").replace(",", ".")
    return Decimal(digits.replace(",", ""))


def _cadence(row: dict[str, Any]) -> tuple[Cadence | None, str]:
    written = str(row.get("payment_cycle") or "").strip().casefold()
    if written:
        every = _EVERY.search(written)
        unit = (_GERMAN.get(every[2], f"{every[2]}s") if every else "", int(every[1]) if every else 0)
        unit = _PLAIN.get(written, unit)
    elif row.get("cycle") is not None:
        unit = (_UNITS.get(int(row["cycle"]), ""), int(row.get("frequency") or 1))
    else:
        return None, "the export does not tell how often it is paid; export it anew with a newer Wallos, or take it for paid once"
    cadence = _CADENCES.get(unit)
    rhythm = f"every {unit[1]} {unit[0]}" if unit[0] else written or "its cycle"
    return cadence, "" if cadence else f"{rhythm} is no rhythm that is watched; it is kept without one"


def _active(row: dict[str, Any]) -> bool:
    if "inactive" in row:
        return str(row["inactive"]) not in {"1", "True", "true"}
    return (
        str(row.get("active") or "yes").casefold() not in {"no", "nein", "0", "false"}
        and str(row.get("state") or "").casefold() != "disabled"
    )


def _day(row: dict[str, Any], field: str) -> date | None:
    text = str(row.get(field) or "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"{field}: {text[:20]!r} is not a date such as 2026-11-22") from None


def _trial(notes: str) -> date | None:
    """Return the end of a trial where the notes tell it: Wallos has no field for it."""
    found = _TRIAL.search(notes)
    if found is None:
        return None
    text = found[1]
    try:
        return date.fromisoformat(text) if "-" in text else date(*reversed([int(part) for part in text.split(".")]))
    except ValueError:
        return None


def _url(row: dict[str, Any]) -> str:
    url = str(row.get("url") or "").strip()
    return url[:500] if re.match(r"https?://[^\s<>\"]+$", url) else ""


def _renewal(one: Subscription, source: str, today: date, holidays: frozenset[date]) -> RenewalScheduled | None:
    """Return the renewal of a subscription that renews by itself for at least a quarter, from its next payment."""
    if not one.active or not one.auto_renews or one.cadence is None or one.next_on is None or one.cadence.months < _SHORTEST_TERM:
        return None
    term_end = one.next_on - timedelta(days=1)
    if term_end < today or one.annual is None:
        return None
    last_day = decide_by(term_end, 0, holidays)
    plan = plan_from_end(term_end, Length(months=one.cadence.months))
    return RenewalScheduled(
        vendor_id=one.vendor_id,
        contract=source,
        term_end=term_end,
        decide_by=min(last_day, one.cancel_by) if one.cancel_by and one.cancel_by >= today else last_day,
        notice_days=0,
        auto_renews=True,
        renewal_months=one.cadence.months,
        annual_cost=one.annual,
        uid=f"{one.subscription_id}-decide-by",
        term_start=plan.start,
        plan=plan,
    )
