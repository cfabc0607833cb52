"""The words of money: currencies, periods, units a price is per, and words that make a figure a limit, a floor or a mere mention."""

from __future__ import annotations

import re

from memory.domain.money import CURRENCIES, Period

SYMBOLS = {
    "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "s$": "SGD", "hk$": "HKD", "r$": "BRL", "$": "USD", "rs.": "INR", "rs": "INR",
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY", "zł": "PLN", "₪": "ILS", "฿": "THB", "₽": "RUB", "₫": "VND",
}  # fmt: skip
NAMES = {
    "us dollars": "USD", "american dollars": "USD", "canadian dollars": "CAD", "australian dollars": "AUD", "dollars": "USD", "dollar": "USD",
    "bucks": "USD", "euros": "EUR", "euro": "EUR", "pounds sterling": "GBP", "british pounds": "GBP", "pounds": "GBP", "pound": "GBP",
    "quid": "GBP", "sterling": "GBP", "swiss francs": "CHF", "francs": "CHF", "franken": "CHF", "sfr": "CHF", "fr.": "CHF", "yen": "JPY",
    "rupees": "INR", "rupee": "INR", "rs.": "INR", "rs": "INR", "zloty": "PLN", "zlotys": "PLN", "koruna": "CZK", "kč": "CZK", "forint": "HUF", "yuan": "CNY",
    "rmb": "CNY", "kronor": "SEK", "swedish kronor": "SEK", "swedish krona": "SEK", "danish kroner": "DKK", "danish krone": "DKK",
    "norwegian kroner": "NOK", "norwegian krone": "NOK", "kroner": "", "kr": "", "kr.": "", "crowns": "", "cents": "", "cent": "", "pence": "",
}  # fmt: skip
"""An empty code means that several currencies go by the name."""
HUNDREDTHS = {
    "cents": frozenset({"EUR", "USD", "AUD", "CAD", "NZD", "SGD", "HKD"}),
    "cent": frozenset({"EUR", "USD", "AUD", "CAD", "NZD", "SGD", "HKD"}),
    "pence": frozenset({"GBP"}),
}
"""Names of a hundredth, with the currencies that call it so."""
NORDIC = frozenset({"SEK", "NOK", "DKK", "ISK"})
WORDLIKE = frozenset(
    "ALL AMD ANG BAM BOB CUP ETB GEL KES LAK MAD MOP MUR MOP PEN RON SLE SOS STN TOP TRY WST".split()  # noqa: SIM905  (a word list reads best as words)
)
"""Codes that are also words: believed only in capitals."""


def _either(words: object) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


_CODES = "|".join(sorted(code.lower() for code in CURRENCIES))
BEFORE = rf"(?:{_either(SYMBOLS)}|\b(?:{_CODES})\b)"
AFTER = rf"(?:{_either(SYMBOLS)}|(?<![a-z])(?:{_either(NAMES)}|{_CODES})(?![a-z]))"

PERIOD_WORDS = {
    Period.MONTH: r"months?|mo|mth|mnth|mon",
    Period.YEAR: r"years?|yr|yrs|annum|y",
    Period.QUARTER: r"quarters?|qtr|q",
    Period.HOUR: r"hours?|hrs?|h",
    Period.DAY: r"(?:working |business )?days?|d",
}
PERIOD_ADVERBS = {
    Period.MONTH: r"monthly|p\.?c\.?m\b\.?|p\.?m\b\.?(?![a-z])|pm",
    Period.YEAR: r"annually|annual|yearly|p\.?a\b\.?(?![a-z])",
    Period.QUARTER: r"quarterly",
    Period.HOUR: r"hourly|p\.?h\b\.?",
    Period.DAY: r"daily|day rate",
    Period.ONCE: r"once|one[- ]?off|one[- ]?time|up[- ]?front|lump[- ]sum|outright|flat(?: fee| rate)?|fixed(?: price| fee)|in one go",
}
WEEK = r"weeks?|wk"
UNITS = (
    r"seats?|users?|person|people|pax|members?|heads?|licen[cs]es?|contacts?|units?|pieces?|pcs?|items?|employees?|agents?|devices?|mailbox(?:es)?"
    r"|accounts?|words?|pages?|sessions?|visits?|lessons?|subscribers?|participants?|guests?|computers?|laptops?|monitors?|phones?|chairs?|desks?"
    r"|devs?|developers?|engineers?|designers?|students?|children|kids?|apps?|stores?|locations?|rooms?|offices?|branch|posts?|articles?|logos?|images?|videos?|photos?|km|mile|night|delivery|orders?|transactions?|requests?|events?|screens?|workstations?|staff|colleague|team member|head|copy|copies|domains?|sites?|servers?|invoices?|box|bottle|pair|set|one"
)
EACH = r"each|apiece|a ?piece|a pop|ea\b\.?|per piece|respectively"

MAX_AFTER = r"max(?:imum)?\b\.?|tops|at (?:the )?(?:very )?most|or (?:less|under|below|cheaper|lower)|limit|cap|ceiling|budget|is (?:the|my|our) (?:max(?:imum)?|limit|cap|ceiling|budget)|and not a cent more|is (?:fine|ok|okay)"
TOTAL = (
    r"in total|total|all[- ]in|altogether|overall|for (?:everything|all(?: of (?:it|them))?|the lot|both|the whole thing)|all told|combined"
)
TAX = r"(?:(?:incl(?:\.|uding|usive)?|excl(?:\.|uding|usive)?|plus|ex|with|without|before|after|\+|inc\.?)(?: of)? ?(?:all )?(?:the )?(?:vat|tax(?:es)?|gst|mwst|shipping|delivery)(?: and (?:vat|shipping|delivery|tax(?:es)?))?|net|gross)\b"
BILLED = r"(?:if )?(?:billed|paid|invoiced|payable) (?:monthly|annually|yearly|quarterly|upfront)"
IN_CURRENCY = r"in (?:euros?|eur|dollars|usd|pounds|gbp|francs|chf)\b"

MAX_BEFORE = (
    r"under|underneath|below|beneath|max(?:imum|imally)?\.?|up to|upto|at (?:the )?(?:very )?most|no(?:t|thing)? (?:more|higher|costlier|pricier|greater|(?:more )?expensive|more costly) than|nothing (?:over|above)"
    r"|not (?:over|above|to exceed|exceeding|exceed)|(?:less|lower|cheaper|fewer) than|within|sub|<=?|≤|budget|budgeted|cap(?:ped)?|limit(?:ed)?|ceiling|spend(?:ing)?|pay|afford|for"
    r"|keep (?:it|this|that|them)|stay|costs?|costing|price[ds]?|rate|fee|allowance|don't exceed|not exceed|never (?:over|above|more than)|top"
    r"|around|about|approx\.?|approximately|roughly|circa|ca\.?|~|near|maybe|something like|say|@|at|have|got|allocate[ds]?|of"
)
MONEY_VERBS = r"(?:(?:willing to |can |will |could |i |we |please |don't )*(?:spend(?:ing)?|pay(?:ing)?|costs?|costing|priced|unit price|price|quote[sd]?|budget(?:ed)?|go|stay(?:ing)?|afford)\s+(?:is |of |it |at |must be |should be |must |should )*)"
MIN_BEFORE = r"at (?:the )?(?:very )?least|(?:no|not) (?:less|cheaper|lower) than|min(?:imum)?\.?|>=?|≥|(?:more|greater|higher) than|over|above|exceeding|upwards of|from|starting (?:at|from)|not (?:under|below)"
SOFT = r"ideally|preferably|hopefully|hoping|target(?:ing)?|aim(?:ing)?|would like|rather"
FILL = r"of|is|are|was|to|at|be|about|around|like|only|just|a|an|the|total|roughly|approx\.?|approximately|say|our|my|for this|for it|it|this|that|them|under|below|up|max(?:imum)?\.?|monthly|yearly|annual|hard|absolute|strict|price|budget|limit|cap|ceiling|circa|ca\.?|set|somewhere|something|maybe|not|more|than|exceed|'s|us|you|rate|fee"
OTHER_AMOUNT = re.compile(
    r"\b(?:currently|(?:are|'re|am|'m|were|was|been|be) (?:now |already )?(?:paying|charged|billed|spending|invoiced)|we (?:now |already )?(?:pay|spend)(?! up| at| no| max)|pays? now|paid|used to|instead of|down from|up from|costs us|charged|charges|"
    r"deposit|shipping(?= (?:costs?|fees?|is|was|of|at)\b|[^a-z]*$)|set-?up (?:fee|cost)|revenue|turnover|sales of|worth|owe|save|saves|saving|refund|discount|list price|normally|usually|last (?:year|month|time)|quoted|"
    r"asks?|wants|hands? (?:me|us)|raised to|went up|increase[ds]? to|rose)\b[^.;!?\n]{0,50}$"
)
"""Before a figure: it is a price paid now, a fee, a turnover; not what this purchase may cost."""
CORRECTION = re.compile(
    r"\b(?:no wait|wait|sorry|actually|make (?:it|that)|i mean(?:t)?|scratch that|correction|on second thought|let'?s say|rather|change that to|or better)\b"
)
