"""A seeded bank account of some years: subscriptions as they are really booked, among everyday shopping, with the truth beside it.

What makes it hard is in it on purpose: days of booking that wander over weekends and month ends, amounts that drift with exchange
rates or by usage, price rises, two subscriptions of one merchant, changed spellings, skipped months, trials, and against them equal
amounts that do not recur: tickets, cash, the same lunch, weekly shopping.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from memory.domain.charges import Cadence
from memory.domain.days import add_months

_SATURDAY = 5


@dataclass(frozen=True)
class BookedLine:
    """One line of the account: `minor` is positive for money that left. `series` names the truth it belongs to, or is empty."""

    booked_on: date
    minor: int
    name: str
    reference: str
    series: str = ""


@dataclass(frozen=True)
class TrueSeries:
    """A subscription that really runs: its name, cadence, and whether its price is fixed."""

    name: str
    cadence: Cadence
    fixed: bool
    raised: bool = False


@dataclass
class BankYears:
    """The account: its lines in the order of their days, and what is true of them."""

    lines: list[BookedLine] = field(default_factory=list)
    truth: dict[str, TrueSeries] = field(default_factory=dict)


_NAMES = (
    "Notion Labs, Inc.",
    "GITHUB, INC.",
    "FIGMA",
    "PADDLE.NET* TABLEPLUS",
    "Hetzner Online GmbH",
    "Slack T0{n}AB Dublin IE",
    "ADOBE *CREATIVE CLOUD",
    "LINEAR APP* {n}X8K",
    "OPENAI *CHATGPT SUBSCR",
    "Zoom Video Communications Inc.",
    "PAYPAL *SPOTIFY",
    "GOOGLE *GSUITE_example",
    "DROPBOX*{n}ABC1",
    "1PASSWORD TORONTO CA",
    "IONOS SE",
    "Deutsche Telekom AG",
    "FS *JETBRAINS",
    "MAILCHIMP *MISC",
    "Netlify.com",
    "VERCEL INC.",
    "CLOUDFLARE",
    "Basecamp 37signals LLC",
    "Canva* {n}-6642",
    "Loom Inc SAN FRANCISCO CA",
    "Allianz Versicherungs-AG",
    "sipgate GmbH",
    "lexoffice Haufe",
    "Fastmail Pty Ltd",
    "Calendly",
    "Typeform SL Barcelona",
    "Miro.com",
    "AIRTABLE.COM/BILL",
    "GRAMMARLY CO*{n}F",
    "Backblaze Inc",
    "Plausible Insights OU",
)
_SHOPS = (
    "REWE SAGT DANKE {n}//Berlin/DE",
    "EDEKA Markt {n}",
    "ALDI SUED {n}",
    "LIDL Dienstleistung",
    "dm-drogerie markt {n}",
    "AMZN Mktp DE*{n}AB7Q2",
    "Shell {n}",
    "ROSSMANN {n}",
)
_TABLES = (
    "Cafe Luna",
    "Pizzeria Roma",
    "Sushi Bar Nord",
    "Imbiss am Markt",
    "Backhaus Sommer",
)
_EVEN = [
    ("DB Vertrieb GmbH", (299, 349, 1990)),
    ("BVG App", (320, 990)),
    ("GA NR{n} BLZ10050000", (5000, 10000, 20000)),
    ("Parkhaus Mitte", (200, 400)),
]
_ONCE = (
    "Hotel Adler",
    "IKEA Berlin",
    "MediaMarkt",
    "Zahnarzt Dr. Weiss",
    "Buchhandlung Lesen",
    "Deutsche Post",
    "Thalia",
    "Decathlon",
    "Eventim",
    "Bauhaus",
    "Apotheke am Ring",
)


def bank_years(seed: int, *, years: int = 2, start: date = date(2024, 1, 1), subscriptions: int = 16) -> BankYears:
    """Return the account of a seed: always the same for the same arguments."""
    chance, account = Random(seed), BankYears()  # noqa: S311  # a simulation, no secret
    end = add_months(start, 12 * years) - timedelta(days=1)
    names = chance.sample(_NAMES, subscriptions)
    for number, name in enumerate(names):
        _KINDS[number % len(_KINDS)](chance, account, name, start, end)
    _shopping(chance, account, start, end)
    account.lines.sort(key=lambda line: (line.booked_on, line.name, line.minor))
    return account


def _monthly(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    _run(chance, account, name, Cadence.MONTHLY, _price(chance), start, end)


def _raised(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    price = _price(chance)
    when, factor = start + (end - start) * chance.uniform(0.35, 0.75), chance.uniform(1.05, 2.2)
    _run(chance, account, name, Cadence.MONTHLY, price, start, end, lambda day, _: round(price * factor) if day >= when else price)
    account.truth[name] = TrueSeries(name, Cadence.MONTHLY, fixed=True, raised=True)


def _abroad(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    price = _price(chance)
    _run(chance, account, name, Cadence.MONTHLY, price, start, end, lambda _d, _n: round(price * chance.uniform(0.975, 1.025)))


def _by_usage(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    price = _price(chance) * 3
    _run(chance, account, name, Cadence.MONTHLY, price, start, end, lambda _d, _n: round(price * chance.uniform(0.5, 1.8)), fixed=False)


def _yearly(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    _run(chance, account, name, Cadence.YEARLY, _price(chance) * 10, start, end)


def _quarterly(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    _run(chance, account, name, Cadence.QUARTERLY, _price(chance) * 3, start, end)


def _month_end(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    _run(chance, account, name, Cadence.MONTHLY, _price(chance), start, end, day=31)


def _two_plans(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    price = _price(chance)
    other = price if chance.random() < 0.4 else round(price * chance.uniform(1.3, 3))
    first = chance.randint(1, 12)
    _run(chance, account, name, Cadence.MONTHLY, price, start, end, day=first)
    _run(chance, account, name, Cadence.MONTHLY, other, start, end, day=first + chance.randint(9, 15), series=f"{name} 2")


def _trial(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    begins = start + timedelta(days=chance.randint(40, 200))
    account.lines.append(BookedLine(begins, chance.choice((0, 100)), _spelled(chance, name), "", ""))
    _run(chance, account, name, Cadence.MONTHLY, _price(chance), begins + timedelta(days=14), end, day=(begins + timedelta(days=14)).day)


def _stopped(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    _run(chance, account, name, Cadence.MONTHLY, _price(chance), start, start + (end - start) * chance.uniform(0.3, 0.7))


def _skipped(chance: Random, account: BankYears, name: str, start: date, end: date) -> None:
    _run(chance, account, name, Cadence.MONTHLY, _price(chance), start, end, skip=0.08)


_KINDS: list[Callable[[Random, BankYears, str, date, date], None]] = [
    *(_monthly, _raised, _abroad, _by_usage, _yearly, _quarterly, _month_end, _two_plans, _trial, _stopped, _skipped)
]


def _run(
    chance: Random,
    account: BankYears,
    name: str,
    cadence: Cadence,
    price: int,
    start: date,
    end: date,
    amount: Callable[[date, int], int] | None = None,
    *,
    day: int = 0,
    series: str = "",
    fixed: bool = True,
    skip: float = 0.0,
) -> None:
    """Book one subscription: due on the same day, booked up to two days later, on a bank day."""
    wanted, own = day or chance.randint(1, 28), series or name
    first = start.replace(day=min(wanted, 28)) if start.day == 1 else start
    anchor = date(first.year, 1, wanted) if wanted > 28 else first
    late = chance.choice((0, 0, 1, 2))
    account.truth[own] = TrueSeries(own, cadence, fixed)
    offset = chance.randrange(cadence.months) if cadence.months > 1 and start.day == 1 else 0
    for number in range(200):
        due = add_months(anchor, offset + number * cadence.months)
        booked = _bank_day(due + timedelta(days=chance.randint(0, late)))
        if booked > end:
            break
        if chance.random() >= skip:
            minor = amount(due, number) if amount else price
            account.lines.append(BookedLine(booked, minor, _spelled(chance, name), _text(chance), own))


def _shopping(chance: Random, account: BankYears, start: date, end: date) -> None:
    days = (end - start).days + 1
    for day in (start + timedelta(days=n) for n in range(days)):
        if chance.random() < 0.45:
            account.lines.append(
                BookedLine(_bank_day(day), round(chance.lognormvariate(8, 0.7)), _spelled(chance, chance.choice(_SHOPS)), _text(chance))
            )
        if chance.random() < 0.2:
            account.lines.append(BookedLine(_bank_day(day), round(chance.lognormvariate(7.2, 0.4) / 50) * 50, chance.choice(_TABLES), ""))
        if chance.random() < 0.15:
            name, amounts = chance.choice(_EVEN)
            account.lines.append(BookedLine(_bank_day(day), chance.choice(amounts), _spelled(chance, name), ""))
        if chance.random() < 0.06:
            account.lines.append(BookedLine(_bank_day(day), round(chance.lognormvariate(9, 0.9)), chance.choice(_ONCE), ""))
        if day.weekday() == _SATURDAY and chance.random() < 0.7:
            account.lines.append(BookedLine(_bank_day(day), round(chance.gauss(450, 130)), "Baeckerei Korn", ""))


def _price(chance: Random) -> int:
    return chance.choice((499, 799, 900, 999, 1200, 1500, 1999, 2900, 3900, 4999, 5900, 9900))


def _bank_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)


def _spelled(chance: Random, name: str) -> str:
    return name.replace("{n}", str(chance.randint(100, 9999)))


def _text(chance: Random) -> str:
    return chance.choice(
        ("", f"Rechnung R{chance.randint(10**7, 10**8)}", f"Kauf {chance.randint(1, 28):02d}.{chance.randint(1, 12):02d}.", "VISA 4711")
    )
