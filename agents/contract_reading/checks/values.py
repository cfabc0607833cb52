"""What the passages say, in plain words. A reader takes the plain words of a passage and answers None rather than guess."""

from __future__ import annotations

import re
from collections.abc import Callable

from agents.contract_reader.money_values import EXCLUDED_IN_PART
from agents.contract_reader.places import governing_law
from agents.contract_reading.checks.nouns import Check
from agents.contract_reading.values.stretches import lengths, stretches

_BEFORE = re.compile(
    r"^'?s?'?[ ]?(?:of )?(?:prior|advance|previous|written|further)?[ ]?(?:written )?(?:notice|notification|before|prior|in advance)\b|^[^.;]{0,60}\b(?:prior to|before)\b"
)
_OF = re.compile(r"(?:notice|frist|no later than|at least|not less than|upon|with)(?: period)?(?: of)?(?: at least)? ?$")
_NAMES = {
    "indemnity": r"indemn",
    "confidentiality": r"confidential",
    "gross negligence": r"gross(?:ly)? negligen|grob",
    "wilful misconduct": r"wil+ful|intent|vorsatz|vorsätzlich|misconduct",
    "payment": r"payment obligation|obligations? to pay",
    "injury or death": r"\bdeath\b|injury",
    "intellectual property": r"intellectual property|proprietary rights|infring",
    "data protection": r"data protection|data subject|personal data",
    "breach of named sections": r"breach(?:es)? of (?:its |section)",
}
UNUSED = "unused prepaid fees"
_UP, _ALL = 90, 100  # shares of time in between are availability, not credit
_REASONS = {
    "non-payment": r"\bpay|\boverdue|\bpast due|\bfees?\b|balance|delay by the user|zahlung",
    "security": r"security|attack|integrity|threat|risk",
    "breach": r"violat|breach|restrict",
    "any reason": r"any reason|sole discretion|with or without cause|any time",
}


def value_of(check: Check, words: str, said: str) -> str | None:
    """Return what a passage states for a check, or None: `words` are plain, `said` is the passage as it stands (names need capitals)."""
    if check is Check.GOVERNING_LAW:
        return _law(" ".join(said.split()))
    reader = _READERS.get(check)
    return reader(words) if reader else None


def _notice(words: str) -> str | None:
    """The length of the notice: the stretch that stands before "notice", "prior" or "before", else after "notice of"."""
    stated = [one for one in stretches(words) if not one.implied]
    ends = [*(one.start for one in stated[1:]), len(words)]
    before = [one for one, end in zip(stated, ends, strict=False) if _BEFORE.search(words[one.end : end])]
    chosen = before or [one for one in stated if _OF.search(words[: one.start])]
    return str(chosen[0]) if chosen and chosen[0].count is not None else None  # "thirty (60) days"


def _first(words: str) -> str | None:
    stated = lengths(words)
    return str(stated[0]) if stated else None


def _renewal(words: str) -> str | None:
    for stated in lengths(words):
        if re.search(
            r"(?:successive|additional|further|consecutive|subsequent|for|periods? of|terms? of|um)(?: [\w-]+)? ?$", words[: stated.start]
        ):
            return f"for {stated}"
    if re.search(r"equal (?:in length|length)|equal to|same (?:length|period|term)", words):
        return "for the same length"
    return "until cancelled" if "until" in words else None


def _change(words: str) -> str | None:
    if "then-current" in words:  # a notice beside it is the one against renewal
        return "at renewal"
    notice = _notice(words)
    if notice:
        return f"on {notice}' notice"
    if re.search(r"\brenew|end of (?:a|the) (?:payment )?(?:term|period)", words):
        return "at renewal"
    if re.search(r"without (?:prior )?notice|sole discretion|at any time", words):
        return "at any time"
    return "by posting" if re.search(r"\bpost", words) else None


def _exit(words: str) -> str | None:
    notice = _notice(words)
    if notice:
        return f"on {notice}' notice"
    return "at any time" if re.search(r"at any time|anytime|any ?time|jederzeit", words) else None


def _refund(words: str) -> str | None:
    if re.search(r"pro[- ]?rat|unused|unearned|prepaid|pre-paid|remainder", words) and not re.search(r"\bno refunds?\b|not refund", words):
        return UNUSED
    if re.search(
        r"non-?refundable|not (?:be )?refund|\bno(?:t receive any)? refunds?|does not refund|no (?:obligation|entitlement)[^.;]{0,30}refund|not refundable",
        words,
    ):
        return "none"
    return None


def _data(words: str) -> str | None:
    within = _first(words)
    what = "export" if re.search(r"export|retriev|download|accessible|available|copy of", words) else None
    what = (
        what
        or ("return" if re.search(r"\breturn|deliver", words) else None)
        or ("deletion" if re.search(r"delet|purg|destroy|erase|lösch", words) else None)
    )
    return f"{what}, {within}" if what and within else what


def _cap(words: str) -> str | None:
    if EXCLUDED_IN_PART.search(words) and not re.search(r"exceed|(?<!not )limited to|up to", words):
        return None
    if re.search(
        r"\b(?:liab|haft)\w*[^.;]{0,80}(?:any direct|excluded|whatsoever|ausgeschlossen)|(?:excluded|exclu(?:des|ding)|any direct)[^.;]{0,80}\bliab",
        words,
    ) and not re.search(r"exceed|(?<!not )limited to|up to", words):
        return "excluded"
    money = re.search(
        r"(?:[$€£] ?\d[\d.,]*(?: ?(?:million|mio))?|(?:eur|usd|gbp|chf) ?\d[\d.,]*|\d[\d.,]* ?(?:eur|euros?|usd|dollars|gbp|chf)\b)", words
    )
    months = next((d for d in lengths(words) if d.unit in {"month", "year"}), None)
    if re.search(r"\bfees?\b|\bpaid\b|\bpayable\b|vergütung", words) and months:
        return f"fees of {months}"
    if money:
        return money.group().strip(" .,").upper()
    return "as the main agreement limits it" if re.search(r"limitations?[^.]{0,60}in the agreement", words) else None


def _named(words: str) -> str | None:
    return ", ".join(name for name, form in _NAMES.items() if re.search(form, words)) or None


def _reasons(words: str) -> str | None:
    return ", ".join(name for name, form in _REASONS.items() if re.search(form, words)) or None


def _percent(words: str) -> str | None:
    shares = re.findall(r"\d{1,3}(?:[.,]\d+)? ?%", words)
    return shares[0].replace(" ", "") if shares else None


def _credit(words: str) -> str | None:
    """The largest share that follows the word credit, or stands before it; shares of time up ("99.9 %") are none."""
    shares = [
        *re.findall(r"credits?\b[^%]{0,90}?(\d{1,3}(?:\.\d+)?) ?%", words),
        *re.findall(r"(\d{1,3}(?:\.\d+)?) ?% (?:monthly )?credit", words),
    ]
    credited = [share for share in shares if not _UP <= float(share) < _ALL]
    return f"up to {max(credited, key=float)}%" if credited else None


def _late(words: str) -> str | None:
    share = _percent(words)
    if share is None:
        return None
    period = next(
        (
            p
            for p in ("month", "year", "annum", "day")
            if re.search(rf"\b(?:per |a |each )?{p}(?:ly)?\b|annual" if p == "year" else rf"\b{p}(?:ly)?\b", words)
        ),
        None,
    )
    return f"{share} a {'year' if period == 'annum' else period}" if period else share


def _law(said: str) -> str | None:
    said = re.sub(r"\b(?:state|federal) (?=law\b)|\bfederal laws of the United States(?: of America)? and (?:the )?", "", said)
    named = governing_law(said)
    others = {governing_law(said[law.start() :]) for law in re.finditer(r"\b[Ll]aws? of\b", said)} - {None, named}
    return None if others else named  # one law here and another there: no single answer


_READERS: dict[Check, Callable[[str], str | None]] = {
    Check.AUTO_RENEWAL: _renewal,
    Check.NOTICE_WINDOW: _notice,
    Check.PRICE_CHANGE: _change,
    Check.PRICE_CHANGE_NOTICE: _notice,
    Check.TERMS_CHANGE: _change,
    Check.SUSPENSION: _reasons,
    Check.EXIT_WITHOUT_CAUSE: _exit,
    Check.REFUND: _refund,
    Check.DATA_RETURN: _data,
    Check.LIABILITY_CAP: _cap,
    Check.UNCAPPED_LIABILITY: _named,
    Check.SERVICE_CREDITS: _credit,
    Check.LATE_FEES: _late,
    Check.KILL_FEE: _percent,
    Check.ACCEPTANCE: _first,
}
