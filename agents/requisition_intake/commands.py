"""What the commands and questions carry beyond the common fields, for the service to act on."""

from __future__ import annotations

import re

from agents.requisition_intake import lexicon
from agents.requisition_intake.amount import Amount
from agents.requisition_intake.parties import find_email, find_link
from agents.requisition_intake.text import Source
from memory.domain.instruction import (
    BudgetChange,
    CaseCommand,
    Category,
    Details,
    Intent,
    PolicyWish,
    QuestionAsked,
    RenewalCommand,
    VendorSuggested,
)
from memory.domain.money import Period

_CATEGORY_WORDS = {
    Category.SAAS: r"saas|software|apps",
    Category.HARDWARE: r"hardware|equipment|devices|gear",
    Category.CONTRACTOR: r"contractors?|freelancers?|contracting|freelance",
    Category.SERVICES: r"services|professional services",
}
_TOPICS: tuple[tuple[str, str], ...] = (
    ("why", r"^\W*(?:\w+\W+){0,4}why\b|\bhow come\b|\breason\b|\bexplain\b"),
    ("approvals", r"\bapprov\w+|\bpending\b|\bwaiting for me\b|\bneeds? me\b"),
    ("budget", r"\bbudgets?\b|\bleft\b|\bremaining\b|\bhow much (?:can|may) (?:i|we)\b"),
    ("renewals", r"\brenew\w*|\bexpir\w*|\bcoming (?:up|due)\b|\bcontracts? (?:end|ends|run|runs|out)|\bnotice\b|\bend(?:s|ing)?\b"),
    ("case", r"\bcase\b|\bc-?\d+\b|\brequisition\b"),
    (
        "spend",
        r"\bspen[dt]\w*|\bpaid\b|\bpay\b|\bcosts?\b|\bcosting\b|\bowe\b|\bcommitted\b|\bsaved?\b|\bsavings\b|\btotal\b|\binvoice[sd]?\b",
    ),
    ("status", r"\bstatus\b|\bprogress\b|\bhow(?:'s| is)\b|\bupdate\b|\bgoing\b"),
)
_ACTIONS: tuple[tuple[str, str], ...] = (
    ("retry", r"\b(?:retry|re-?run|try again|redo|start again)\b"),
    ("resume", r"\b(?:resume|continue|restart|unpause|un-pause|reopen|re-open|carry on|proceed|go on|unfreeze|reactivate|pick up)\b"),
    ("pause", r"\b(?:pause|stop|suspend|hold|freeze|halt|park|wait|on ice)\b"),
)
_RENEWALS: tuple[tuple[str, str], ...] = (
    ("remind", r"\b(?:remind|(?:wake|ping|alert|notify|warn|nudge|tell) (?:me|us))\b"),
    ("cancel", r"\b(?:don'?t|do not|never|not|won't|no need to)\s+(?:\w+\s+)?(?:renew|extend|prolong)|\b(?:cancel|terminate|end|quit|drop|stop|kill|ditch|lapse|expire|run out|give notice|unsubscribe|discontinue|non-renew|turn off|switch off|get out of|get us out of|close|wind down)\b"),
    ("renegotiate", r"\brenegotiat\w*|\bre-negotiat\w*|\bnegotiat\w*|\bbetter (?:price|deal|rate)|\bdowngrade\b"),
)  # fmt: skip
_POLICIES: tuple[tuple[str, str], ...] = (
    ("renewals", r"\bauto-?renew\w*|\brenewals?\b"),
    ("deny_vendor", r"\b(?:never|don't|do not|stop|no longer|ban|block|blacklist)\b[^.;]{0,30}\b(?:buy|use|order|purchase|deal|work|business|using|buying|from)\b|\bban\b|\bblack-?list|\bblock"),
    ("allow_vendor", r"\bonly (?:buy|use|order|work)|\bwhite-?list|\ballow-?list|\btrust\b|\bprefer\b"),
    ("clause", r"\bclauses?\b|\bcontracts? with\b|\bprepay\w*|\bpayment terms\b|\bterms?\b|\bjurisdiction\b"),
    ("allow_below", r"\b(?:stop|don't|do not|no need to|without|never)\b[^.;]{0,20}\bask|\bauto-?approve|\bautomatic\w*|\bwithout (?:my )?(?:approval|asking|review)"),
    ("review_above", r"\b(?:review|approv\w+|sign-?off|ask me|check with me|permission|ok)\b"),
    ("spend_cap", r"\b(?:cap|limit|at most|no more than|maximum)\b"),
)  # fmt: skip


Named = tuple[Category, tuple[int, int]]
"""A category, and where the words stand that name it."""


def stated_category(text: str) -> Named | None:
    """Return the category a command names outright ("on SaaS", "hardware budget")."""
    for category, words in _CATEGORY_WORDS.items():
        if (match := re.search(rf"\b(?:{words})\b", text)) is not None:
            return category, match.span()
    return None


def named_category(text: str) -> Named | None:
    """Return the category a command names outright or by a catalogue thing ("the laptop purchase")."""
    stated = stated_category(text)
    if stated is not None:
        return stated
    rented = re.search(r"\b(?:subscriptions|cloud|licen[cs]es|tools?)\b(?! purchase)", text)
    if rented is not None:
        return Category.SAAS, rented.span()
    thing = next((m for m in lexicon.pattern().finditer(text) if m["phrase"] not in lexicon.GENERIC_WORDS), None)
    category = lexicon.category_of(thing["phrase"]) if thing is not None else None
    return (category, thing.span()) if thing is not None and category is not None else None


def details_of(  # noqa: PLR0911  (one return per intent)
    source: Source, intent: Intent, amounts: tuple[Amount, ...], vendor: str | None
) -> Details | None:
    """Return what the service needs to carry out an intent; None for a purchase and for what was not understood."""
    first = next((p for a in amounts if (p := a.price(Period.ONCE)) is not None), None)
    match intent:
        case Intent.BUDGET_UPDATE:
            return _budget(source, amounts)
        case Intent.CASE_CONTROL:
            return CaseCommand(action=_pick(_ACTIONS, source.low, "cancel"), subject=_subject(source))
        case Intent.RENEWAL_ACTION:
            return RenewalCommand(action=_pick(_RENEWALS, source.low, "renew"), vendor=vendor, days_before=_days_before(source.low))
        case Intent.QUESTION:
            topic = _pick(_TOPICS, source.low, "vendor" if vendor else "status")
            return QuestionAsked(topic=topic, subject=source.words(0, len(source.raw))[:2000], amount=first)
        case Intent.VENDOR_SUGGESTION:
            return _suggestion(source, vendor)
        case Intent.POLICY_CHANGE:
            rule = _pick(_POLICIES, source.low, "other")
            return PolicyWish(text=source.words(0, len(source.raw))[:2000], rule=rule, amount=first, vendor=vendor)
    return None


def _pick(table: tuple[tuple[str, str], ...], low: str, otherwise: str) -> str:
    return next((name for name, pattern in table if re.search(pattern, low)), otherwise)


def _budget(source: Source, amounts: tuple[Amount, ...]) -> BudgetChange:
    low = source.low
    mode = (
        "raise"
        if re.search(r"\b(?:raise|increase|bump|double|triple|lift|top up|expand|extend|grow|boost|add|more|up)\b", low)
        else "lower"
        if re.search(r"\b(?:lower|cut|reduce|halve|trim|shrink|decrease|slash|down|less)\b", low)
        else "set"
    )
    percent = re.search(r"\b(\d{1,3})\s?(?:%|percent)", low)
    stated = budget_amount(source, amounts)
    price = stated.price(budget_period(low)) if stated is not None else None
    by = (
        stated is not None
        and re.search(
            r"\bby\s+(?:an? )?(?:extra |another )?$|\b(?:another|extra|add|top up[^.;]{0,40} with)\s*$",
            low[max(0, figure_start(low, stated) - 30) : figure_start(low, stated)],
        )
        is not None
    )
    scope = re.search(
        r"\b(?:raise|increase|lower|cut|reduce|set|bump|change|update|double|halve|trim|the|my|our|for|on|new)\s+(?P<scope>(?!the\b|my\b|our\b|by\b|to\b)[a-z][\w-]*(?: [a-z][\w-]*)?)\s+(?:budget|spend|spending|allowance)",
        low,
    ) or re.search(r"\bbudget (?:for|on) (?:the |our |my )?(?P<scope>[a-z][\w-]*)", low)
    return BudgetChange(
        mode=mode,
        scope=scope["scope"] if scope else None,
        category=named[0] if (named := named_category(low)) is not None else None,
        amount=None if by else price,
        delta=price if by else None,
        percent=int(percent[1]) if percent else 100 if "double" in low else 50 if "halve" in low else None,
    )


def budget_amount(source: Source, amounts: tuple[Amount, ...]) -> Amount | None:
    """Return the amount the budget changes to: the one after "to" when "from" another is said."""
    to = [
        a
        for a in amounts
        if re.search(
            r"\b(?:to|at|=|:|is|be)\s*(?:now |about |max(?:imum)? )*$",
            source.low[max(0, figure_start(source.low, a) - 16) : figure_start(source.low, a)],
        )
    ]
    if to:
        return to[-1]
    return amounts[0] if amounts else None


def budget_period(low: str) -> Period:
    """Return the period of a budget whose amount names none: "for this year", else a month."""
    named = re.search(r"\b(?:this|next|per|for the|the (?:whole|coming|full)|every|each) (?P<period>year|quarter|month)\b", low)
    if named is not None:
        return Period(named["period"])
    return Period.QUARTER if re.search(r"\bq[1-4]\b", low) else Period.MONTH


def figure_start(low: str, amount: Amount) -> int:
    """Return where the figure itself (or its currency sign) starts, past the words that lead to it."""
    digit = re.compile(r"[€$£¥\d]|\b(?:eur|usd|gbp|chf)\b").search(low, amount.start, amount.end)
    return digit.start() if digit else amount.start


def _subject(source: Source) -> str | None:
    match = re.search(
        r"\b(?:the|our|my)\s+(?P<what>[^.;!?\n]{2,80}?\s(?:purchase|order|case|request|requisition|search|negotiations?|talks|deal))\b",
        source.low,
    )
    return source.words(match.start("what"), match.end("what"))[:120] if match else None


def _days_before(low: str) -> int | None:
    match = re.search(r"\b(\d{1,3}|two|three|four|six|eight) (days?|weeks?|months?)\b[^.;]{0,20}\b(?:before|ahead|prior|in advance)", low)
    if match is None:
        return None
    number = int(match[1]) if match[1].isdigit() else {"two": 2, "three": 3, "four": 4, "six": 6, "eight": 8}[match[1]]
    return number * (7 if match[2].startswith("week") else 30 if match[2].startswith("month") else 1)


def _suggestion(source: Source, vendor: str | None) -> VendorSuggested:
    link, email = find_link(source.low), find_email(source.low)
    purpose = re.search(r"\bfor (?:the |our |my |a |an )?(?P<what>[^.;!?,\n]{3,100})", source.low)
    return VendorSuggested(
        name=vendor,
        website=source.raw[link[0] : link[1]][:300] if link else None,
        email=source.raw[email[0] : email[1]][:300] if email else None,
        purpose=source.words(purpose.start("what"), purpose.end("what"))[:120] if purpose else None,
    )
