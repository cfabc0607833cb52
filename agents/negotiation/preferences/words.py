"""The operator's preferences in words, read into types and said back. What is not clear is refused with an example; nothing is guessed.

a year's commitment is worth 8 % to me          what binds costs: a yearly term must be 8 % cheaper
30 days to pay are worth 1 percent              what helps gains
premium support is worth 40 EUR a month
I don't want to be bound longer than a year     a hard limit
I prefer monthly billing                        without a figure a preference counts 2 %
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from memory.domain.errors import InputError
from memory.domain.money import CURRENCIES, Money, Period, Price
from memory.domain.preferences import BURDENS, PREFERRED_BP, Level, Term, TermLimit, TermWorth
from memory.domain.worth import limit_in_words, shown_level

HINT = (
    'say for example: "a year\'s commitment is worth 8 % to me", "30 days to pay is worth 1 percent", "I don\'t want to be bound longer '
    'than a year", "premium support is worth 40 EUR a month", "I prefer monthly billing"'
)

_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14,
    "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_N = rf"(?P<n>\d{{1,4}}|{'|'.join(_COUNTS)})"
_SPAN = rf"{_N}[ -]?(?P<unit>days?|weeks?|months?|quarters?|years?)(?:['\u2019]s?|s['\u2019])?"
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_CYCLES = {"monthly": "month", "quarterly": "quarter", "yearly": "year", "annual": "year", "annually": "year", "annualy": "year"}
_CYCLE = rf"(?P<cycle>{'|'.join(_CYCLES)})"
_BIND = r"(?:commitments?|commit(?:ted|ting)?|contracts?|terms?|lock[- ]?in|bound|binding|bind|tied|locked(?: in)?|subscriptions?|agreements?|plans?)"
_FIGURE = r"(?P<figure>\d{1,9}(?:[.,]\d{3})*(?:[.,]\d{1,2})?)"
_MONEY = rf"(?:(?P<sign>[€$£]) ?{_FIGURE}|{_FIGURE.replace('figure', 'figure2')} ?(?P<code>[a-z]{{3}}|€|\$|£|euros?))(?: ?(?P<per>(?:/|an? |per |each |every )(?:month|quarter|year|annum|mo|yr)|monthly|yearly|annually))?"
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "euro": "EUR", "euros": "EUR"}
_SHARE = re.compile(r"(?P<share>\d{1,3}(?:[.,]\d{1,2})?) ?(?:%|percent|per cent|pct)")
_AMOUNT = re.compile(_MONEY)

_ABOUT: tuple[tuple[Term, re.Pattern[str]], ...] = (
    (Term.SETUP_FEE, re.compile(r"\bset-? ?up fees?\b|\bset-? ?up costs?\b|\bone-?off fees?\b")),
    (Term.NOTICE_DAYS, re.compile(r"\bnotice\b")),
    (Term.PRICE_CAP, re.compile(r"\bcap(?:ped)?\b|\bprice (?:increases?|rises?)\b|\bfixed price|\bprice (?:lock|guarantee|freeze|hold)")),
    (Term.SUPPORT, re.compile(r"\bsupport\b")),
    (Term.BILLING, re.compile(r"\bbill(?:ed|ing)?\b|\bprepa(?:y|id|yment|ying)\b|\bin advance\b|\bup-? ?front\b|\binvoiced?\b")),
    (Term.PAYMENT_DAYS, re.compile(r"\bto pay\b|\bpayments?\b|\bpaying\b|\bnet \d{1,3}\b|\bpayable\b")),
    (Term.TERM_MONTHS, re.compile(rf"\b{_BIND}\b|\bcancel\w*\b")),
)


def read_preference(text: str) -> TermWorth | TermLimit:
    """Return what a sentence says of one term.

    Raises `InputError` with an example when it speaks of no term, of several, or gives no figure that can be read.
    """
    plain = " ".join(text.casefold().replace("\u2019", "'").replace("\u00a0", " ").split()).rstrip(".! ")
    term = _term(plain, text)
    if _is_limit(plain):
        return _limit(plain, term, text)
    return _worth(plain, term, text)


def stated_here(text: str) -> bool:
    """Tell whether a sentence is a preference about a term at all: it values one, or bounds one. Used where any instruction may come."""
    plain = " ".join(text.casefold().replace("\u2019", "'").split()).rstrip(".! ")
    spoken = [term for term, pattern in _ABOUT if pattern.search(plain)]
    mine = re.search(
        r"\bworth\b.*|\bcosts me\b|\bi (?:do not|don't|never|won't|will not) (?:want|accept|pay|sign|take|agree)\b|\bi prefer\b", plain
    )
    return bool(
        spoken and mine and len(plain) <= 200 and not re.search(r"\b(?:buy|find|get me|need|order|renew|cancel the|why|what|how)\b", plain)
    )


def in_words(preference: TermWorth | TermLimit) -> str:
    """Return what was understood, as it will be reckoned."""
    term = preference.term
    if isinstance(preference, TermLimit):
        if term is Term.SETUP_FEE:
            return "no set-up fee: a hard limit, nothing outside it is offered or accepted"
        return f"{_SUBJECTS[term]}: {limit_in_words(preference)}; a hard limit, nothing outside it is offered or accepted"
    worth = f"{_absolute(preference.a_year)} a year" if preference.a_year else f"{abs(preference.worth_bp) / 100:g} % of the yearly cost"
    named = f"{preference.value} support" if term is Term.SUPPORT else f"{_SUBJECTS[term]} {shown_level(term, preference.value)}"
    cost = preference.worth_bp < 0 or (preference.a_year is not None and preference.a_year.amount_minor < 0)
    if cost:
        return f"{named} costs you {worth}: an offer with it must be cheaper by that to be as good"
    return f"{named} is worth {worth}: an offer with it may cost that much more and be as good"


_SUBJECTS = {
    Term.TERM_MONTHS: "being bound for",
    Term.BILLING: "paying ahead, by the",
    Term.PAYMENT_DAYS: "time to pay of",
    Term.PRICE_CAP: "a cap on price increases of",
    Term.NOTICE_DAYS: "a notice period of",
    Term.SUPPORT: "support",
    Term.SETUP_FEE: "a set-up fee",
}


def _absolute(money: Money) -> Money:
    return Money(amount_minor=abs(money.amount_minor), currency=money.currency)


def _term(plain: str, text: str) -> Term:
    about = _without_figures(plain)
    found = [term for term, pattern in _ABOUT if pattern.search(about)]
    if Term.BILLING in found or Term.NOTICE_DAYS in found or Term.PAYMENT_DAYS in found or Term.SUPPORT in found or Term.PRICE_CAP in found:
        found = [term for term in found if term is not Term.TERM_MONTHS]  # "yearly billing of the contract" is about billing
    if {Term.BILLING, Term.PAYMENT_DAYS} <= set(found):
        found.remove(Term.PAYMENT_DAYS if re.search(r"advance|up-? ?front|prepa|billing", plain) else Term.BILLING)
    if len(found) != 1:
        what = "speaks of no term that can be weighed" if not found else f"speaks of {len(found)} terms at once"
        raise InputError(f"{text.strip()[:120]!r} {what}", hint=HINT)
    return found[0]


def _without_figures(plain: str) -> str:
    """Take out the worth itself: "40 EUR a month" is no term."""
    return _AMOUNT.sub(lambda m: " " if (m["sign"] or _currency(m["code"] or "")) else m[0], _SHARE.sub(_kept_cap, plain))


def _kept_cap(found: re.Match[str]) -> str:
    return found[0]


def _is_limit(plain: str) -> bool:
    if re.search(r"\bworth\b|\bcosts? me\b|\bprefer", plain):
        return False
    return bool(
        re.search(
            r"\bno (?:longer|more|less) than\b|\bnot? (?:longer|more|less) than\b|\bat (?:most|least)\b|\bnever\b|\blonger than\b|\bmore than\b|"
            r"\bless than\b|\bmaximum\b|\bmax\b|\bminimum\b|\bonly\b|^no\b|\b(?:don't|do not|won't|will not)\b|\bmust\b|\bwithout\b",
            plain,
        )
    )


def _limit(plain: str, term: Term, text: str) -> TermLimit:
    if term is Term.SETUP_FEE:
        return TermLimit(term=term, at_most=0)
    if term is Term.BILLING:
        return TermLimit(term=term, only=_allowed_cycles(plain, text))
    if term is Term.SUPPORT:
        return TermLimit(term=term, only=(_support(plain, text),))
    if term is Term.TERM_MONTHS and re.search(
        r"^(?:no|never|without)\b[^\d]*\b(?:commitment|lock|binding)|\bcancel\w* (?:any ?time|monthly)|\bonly (?:a )?monthly\b", plain
    ):
        return TermLimit(term=term, at_most=1)
    value = _number(plain, term, text)
    wants_more = re.search(r"\bat least\b|\bminimum\b|\bless than\b", plain)
    if wants_more:
        return TermLimit(term=term, at_least=value)
    if not re.search(r"\bthan\b|\bat most\b|\bmax|\bonly\b|\bnever\b|\bdon't\b|\bdo not\b|\bwon't\b|\bwill not\b|\bmust\b", plain):
        raise InputError(f"{text.strip()[:120]!r} does not say whether that is the most or the least", hint='say "at most" or "at least"')
    if re.search(r"\b(?:never|don't|do not|won't|will not)\b", plain) and not re.search(r"\bthan\b|\bat most\b", plain):
        raise InputError(
            f"{text.strip()[:120]!r} does not say up to where it may go",
            hint='say for example "I don\'t want to be bound longer than a year"',
        )
    return TermLimit(term=term, at_most=value)


def _allowed_cycles(plain: str, text: str) -> tuple[str, ...]:
    order = ("month", "quarter", "year")
    named = re.search(_CYCLE, plain)
    if re.search(r"\b(?:never|no|don't|do not|won't|will not|without)\b", plain):
        if named and _CYCLES[named["cycle"]] != "month":
            return order[: order.index(_CYCLES[named["cycle"]])]
        if named is None and re.search(r"advance|up-? ?front|prepa", plain):
            return ("month",)
    elif named:
        return (_CYCLES[named["cycle"]],)
    raise InputError(
        f"{text.strip()[:120]!r} does not say which billing is allowed", hint='say "only monthly billing" or "never pay in advance"'
    )


def _worth(plain: str, term: Term, text: str) -> TermWorth:
    if term is Term.SETUP_FEE:
        raise InputError("a set-up fee is money already and needs no worth", hint='to forbid it say "no set-up fee"')
    subject, _, said = _parted(plain)
    value = _VALUE.get(term, _number)(subject, term, text)
    gain = _gain(said, plain, text)
    sign = -1 if term in BURDENS and not isinstance(gain, _Preferred) else 1
    if isinstance(gain, _Preferred):
        return _preferred(term, value)
    value, sign = _turned(term, value, sign)
    if isinstance(gain, int):
        return TermWorth(term=term, value=value, worth_bp=sign * gain)
    return TermWorth(term=term, value=value, a_year=Money(amount_minor=sign * gain.amount_minor, currency=gain.currency))


class _Preferred:
    """No figure was given."""


def _turned(term: Term, value: Level, sign: int) -> tuple[Level, int]:
    """Return a freedom as the burden it saves: a monthly contract worth 5 % means that a year's costs 5 %."""
    if term is Term.TERM_MONTHS and value == 1:
        return 12, -1
    if term is Term.BILLING and value == "month":
        return "year", -1
    return value, sign


def _preferred(term: Term, value: Level) -> TermWorth:
    turned, sign = _turned(term, value, 1)
    return TermWorth(term=term, value=turned, worth_bp=sign * PREFERRED_BP)


def _parted(plain: str) -> tuple[str, str, str]:
    """Return what is valued, the verb, and how highly."""
    if found := re.search(r"\b(?:i|we) (?:would |'d )?pay (?P<gain>.*?) (?:more )?for (?P<subject>.+)$", plain):
        return found["subject"], "pay", found["gain"]
    if found := re.search(
        r"^(?P<subject>.*?)\b(?P<verb>(?:is|are|would be|be)? ?worth|costs? (?:me|us)|saves? (?:me|us))\b(?P<gain>.*)$", plain
    ):
        return found["subject"], found["verb"], found["gain"]
    if found := re.search(r"\bprefer(?:red|s)?\b(?P<subject>.*)$", plain):
        return found["subject"], "prefer", ""
    return plain, "", plain


def _gain(said: str, plain: str, text: str) -> int | Money | _Preferred:
    shares, amounts = _SHARE.findall(said), [m for m in _AMOUNT.finditer(said) if m["sign"] or _currency(m["code"] or "")]
    if len(shares) == 1 and not amounts:
        basis = int(Decimal(shares[0].replace(",", ".")) * 100)
        if basis > 10_000:
            raise InputError(f"{shares[0]} % is more than the whole cost", hint="give a share up to 100 %")
        return basis
    if len(amounts) == 1 and not shares:
        return _yearly(amounts[0], text)
    if not shares and not amounts and re.search(r"\bnothing\b", said):
        return 0
    if not shares and not amounts and re.search(r"\bprefer", plain):
        return _Preferred()
    raise InputError(f"{text.strip()[:120]!r} does not say how much it is worth in one figure", hint=HINT)


def _yearly(found: re.Match[str], text: str) -> Money:
    per = (found["per"] or "").strip()
    if not per:
        raise InputError(
            f"{text.strip()[:120]!r} does not say for how long: a month, or a year?", hint='say "40 EUR a month" or "480 EUR a year"'
        )
    times = 12 if "mo" in per else 4 if "quarter" in per else 1
    number = found["figure"] or found["figure2"]
    code = _SIGNS.get(found["sign"] or "") or _currency(found["code"] or "")
    assert code is not None
    return Money.of(_decimal(number), code) * times


def _currency(code: str) -> str | None:
    named = _SIGNS.get(code, code.upper())
    return named if named in CURRENCIES else None


def _decimal(number: str) -> Decimal:
    whole = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", number)
    return Decimal(whole.replace(",", "."))


def _number(plain: str, term: Term, text: str) -> int:
    if term is Term.PRICE_CAP:
        return _cap(plain, text)
    spans = {(m["n"], m["unit"]) for m in re.finditer(_SPAN, plain)}
    if term is Term.PAYMENT_DAYS and not spans and (net := re.search(r"\bnet (\d{1,3})\b", plain)):
        return int(net[1])
    if term is Term.TERM_MONTHS and not spans:
        if cycle := re.search(_CYCLE, plain):
            return _MONTHS[_CYCLES[cycle["cycle"]]]
        if re.search(r"\bcancel\w*\b|\bmonth[- ]to[- ]month\b", plain):
            return 1
    if len(spans) != 1:
        raise InputError(f"{text.strip()[:120]!r} does not name one {_WHAT[term]}", hint=HINT)
    n, unit = spans.pop()
    count, stem = _COUNTS.get(n) or int(n), unit.rstrip("s")
    if term is Term.TERM_MONTHS:
        if stem not in _MONTHS:
            raise InputError(f"{count} {unit} is no length of a contract", hint="give it in months or years")
        return count * _MONTHS[stem]
    return count * _DAYS[stem]


_WHAT = {Term.TERM_MONTHS: "length of a contract", Term.PAYMENT_DAYS: "time to pay", Term.NOTICE_DAYS: "notice period"}


def _cap(plain: str, text: str) -> int:
    if shares := _SHARE.findall(plain):
        return int(Decimal(shares[0].replace(",", ".")) * 100)
    if re.search(r"\bfixed price|\bno price (?:increase|rise)|\bprice (?:lock|guarantee|freeze|hold)", plain):
        return 0
    raise InputError(f"{text.strip()[:120]!r} does not say which cap", hint='say for example "a price cap of 3 % is worth 2 %"')


def _support(plain: str, _text: object = "", text: str = "") -> str:
    found = re.search(
        r"\b(?P<level>premium|priority|enterprise|business|gold|platinum|silver|standard|basic|phone|telephone|24/7|24x7|dedicated|email|chat)\b[^.]{0,20}\bsupport\b",
        plain,
    )
    if found is None:
        raise InputError(
            f"{(text or plain)[:120]!r} does not say which support", hint='say for example "premium support is worth 40 EUR a month"'
        )
    return found["level"]


def _support_value(plain: str, _term: Term, text: str) -> Level:
    return _support(plain, "", text)


def _billing_value(plain: str, _term: Term, text: str) -> Level:
    if cycle := re.search(_CYCLE, plain):
        return _CYCLES[cycle["cycle"]]
    if span := re.search(_SPAN, plain):
        stem = span["unit"].rstrip("s")
        if stem in _MONTHS and (_COUNTS.get(span["n"]) or int(span["n"])) * _MONTHS[stem] == _MONTHS[stem]:
            return stem
    raise InputError(f"{text.strip()[:120]!r} does not say how far ahead is paid", hint='say "paying a year in advance costs me 3 %"')


_VALUE: dict[Term, Callable[[str, Term, str], Level]] = {Term.SUPPORT: _support_value, Term.BILLING: _billing_value}


_WALK_AWAY = re.compile(r"\bwalk(?:ing|s)?[ -]?away\b")


def speaks_of_walking_away(text: str) -> bool:
    """Tell whether a sentence names the operator's walk-away."""
    return bool(_WALK_AWAY.search(text.casefold()))


def read_walk_away(text: str) -> Price:
    """Return the walk-away that a sentence names: "my walk-away is 600 EUR a year", or without a period for what is bought once.

    Raises `InputError` with an example when there is not exactly one amount.
    """
    plain = " ".join(text.casefold().split())
    found = [m for m in _AMOUNT.finditer(plain) if m["sign"] or _currency(m["code"] or "")]
    if len(found) != 1:
        raise InputError(f"{text.strip()[:120]!r} does not name one amount", hint='say "my walk-away is 600 EUR a year"')
    per, number = (found[0]["per"] or "").strip(), found[0]["figure"] or found[0]["figure2"]
    code = _SIGNS.get(found[0]["sign"] or "") or _currency(found[0]["code"] or "")
    assert code is not None
    period = Period.ONCE if not per else Period.MONTH if "mo" in per else Period.QUARTER if "quarter" in per else Period.YEAR
    return Price(amount_minor=Money.of(_decimal(number), code).amount_minor, currency=code, period=period)
