"""What comes on top of a price or off it besides per cents: free months, credits, charges that are left open, support."""

from __future__ import annotations

import re

from agents.negotiator.mail_text import MailText, Sentence
from agents.negotiator.mention import Mention, Role
from agents.negotiator.particulars import Found
from agents.negotiator.refused_terms import refusal_of
from memory.domain.money import Money

_FREE_MONTHS = re.compile(
    r"\bfirst (?P<n1>\d{1,2})? ?months?(?: of (?:service|use|the (?:term|contract)))?(?: is| are| will be|,)? (?:completely |entirely |totally )?(?:free\b|on us|on the house|at no (?:extra )?(?:cost|charge)|without charge|not charged|not billed)"
    r"|\b(?P<n2>\d{1,2}) (?:extra |additional |bonus )?(?:months? (?:completely )?(?:free\b|for free|on us|on the house|at no (?:extra )?(?:cost|charge)|without charge)|free months?)"
    r"|\bfree (?:of charge )?(?:for|during) (?:the )?first (?P<n3>\d{1,2})? ?months?"
    r"|\b(?P<n4>a|an extra|one) (?:month (?:free|on us)|free month)\b"
    r"|\bpay (?:only )?(?:for )?(?P<paid>\d{1,2}) months?,? (?:and )?(?:get|receive|use) (?P<got>\d{1,2})\b",
    re.IGNORECASE,
)
_TRIAL = re.compile(r"\btrial\b", re.IGNORECASE)
_ONE_OFF = re.compile(
    r"\b(?:credit(?:ed)?|voucher|first (?:invoice|bill|payment)|one-?\s?(?:time|off)|once|welcome|sign-?up bonus|starting bonus)\b",
    re.IGNORECASE,
)
_OFF = re.compile(r"\b(?:off|discount|rebate|deduct\w*|minus|less|reduction|credit)\b", re.IGNORECASE)
_CHARGE = r"(?:set-?\s?up|onboarding|implementation|activation|installation|migration|integrations?|configuration|customi[sz]ation|training|shipping|delivery|freight|handling|travel|support|maintenance|hosting|(?:platform|service|admin\w*|transaction|licen[cs]e|processing|account|usage) (?:fees?|charges?)|fees?|charges|extras|customs|duties|insurance|expenses|the (?:annual )?service (?:charge|fee))"
_LEFT_OPEN = re.compile(
    rf"\b{_CHARGE}\b[^.;:]{{0,60}}?\b(?:(?:quoted|charged|billed|invoiced|priced|sold|offered|calculated) (?:separately|additionally|extra|at cost|by effort|on top|by (?:time|the hour))|(?:at cost|on request|upon request|extra charge|at extra cost|to be (?:determined|agreed|quoted|confirmed|defined)|tbd|tba|by effort|according to effort|on a time[- ]and[- ]materials? basis)|(?:is|are) (?:extra|additional|not (?:included|part of|covered|contained))|not included|not covered|(?:may|will) (?:apply|be added|be charged(?! (?:monthly|yearly|per))|incur))\b"
    rf"|\b(?:plus|excluding|excl\.?|exclusive of|without|before|not including|does not include|do not include|in addition to|on top comes?) (?:any |the |all |applicable |a |an |our |your |\d[\d.,]* ?% )*(?:annual |monthly |mandatory |additional |one-time )*{_CHARGE}\b(?![^.;,]{{0,30}}\d)",
    re.IGNORECASE,
)
_CLEAR = re.compile(
    r"\b(?:no|free|waived|(?<!not )included|without any|zero|optional(?:ly)?|if (?:you|required|needed|desired))\b", re.IGNORECASE
)
_SETUP = re.compile(
    r"\b(?:set-?\s?up|onboarding|implementation|activation|installation|migration|configuration|shipping|delivery|freight|handling|training)\b",
    re.IGNORECASE,
)
_SUPPORT_LINE = re.compile(
    r"(?:^|[\n;])[ \-*\u2022]*(?:included )?(?:support|assistance|service[- ]?level)(?:[- ]?level| plan| package| included)?[ ]?(?::|\|)[ ]*(?P<level>[^\n;]{2,150}?)[.]?(?=\n|;|$)",
    re.IGNORECASE,
)
_SUPPORT = re.compile(
    r"\b(?P<level>(?:(?:premium|standard|basic|gold|silver|bronze|platinum|priority|enterprise|extended|business|dedicated|24/7|24x7|24/5|round-the-clock|phone|telephone|e-?mail|chat|business[- ]hours|8x5|9-to-5)(?:,? (?:and |& )?)?)+ ?support)\b(?P<rest>[^.;\n]{0,25})"
    r"|\b(?P<level2>support (?:(?:via|by|per|through|over|on) [^.;,:\d\n]{3,45}?|(?:8x5|24/7|24x7|24/5|8/5|9x5)))(?= ?\(?(?:is |are )?incl)",
    re.IGNORECASE,
)
_INCLUDED = re.compile(r"[ ,(]*(?:is |are )?included\)?\s*$", re.IGNORECASE)
_NOT_INCLUDED = re.compile(r"\b(?:optional|extra|additional|costs?|not|add-on|available for|can be|for an?|from)\b|\d", re.IGNORECASE)


def free_months(mail: MailText) -> tuple[Found[int], Sentence] | None:
    """Return how many months of the first term are free, with the sentence that says so; a trial is none."""
    return mail.once("free months", lambda: _free_months(mail))


def _free_months(mail: MailText) -> tuple[Found[int], Sentence] | None:
    for sentence in mail.sentences():
        found = _FREE_MONTHS.search(sentence.text)
        if not found or _TRIAL.search(sentence.text) or _is_refused(mail, sentence, found):
            continue
        months = int(found["got"]) - int(found["paid"]) if found["paid"] else int(found["n1"] or found["n2"] or found["n3"] or 1)
        if 0 < months <= 60:
            return Found(months, mail.span(sentence.start + found.start(), sentence.start + found.end())), sentence
    return None


def _is_refused(mail: MailText, sentence: Sentence, found: re.Match[str]) -> bool:
    refused = refusal_of(mail, "free_months")
    words = mail.span(sentence.start + found.start(), sentence.start + found.end())
    return refused is not None and refused.start < words.end and words.start < refused.end


def credit(found: tuple[Mention, ...], currency: str) -> tuple[Money | None, Mention | None, bool]:
    """Return a one-off amount off the price, the words, and whether it is uncertain what an amount off refers to."""
    off = [
        mention
        for mention in found
        if mention.role is Role.DISCOUNT
        and mention.discount is None
        and mention.amount.currency == currency
        and "%" not in _clause(mention)
    ]
    if not off:
        return None, None, False
    if len({mention.amount.value for mention in off}) > 1:
        return None, off[0], True
    first = off[0]
    words = first.sentence.text
    if first.period is not None or not _ONE_OFF.search(words) or not _OFF.search(words):
        return None, first, not re.search(r"\bsav\w+", words, re.IGNORECASE)
    return first.amount.money, first, False


def _clause(mention: Mention) -> str:
    offset = mention.sentence.start
    return mention.sentence.text[mention.clause_start - offset : mention.clause_end - offset]


def left_open(mail: MailText) -> tuple[tuple[int, int, bool], ...]:
    """Return where a charge is named without its amount, and whether it is one that is paid once."""
    return mail.once("left open", lambda: _open_charges(mail))


def _open_charges(mail: MailText) -> tuple[tuple[int, int, bool], ...]:
    places: list[tuple[int, int, bool]] = []
    for sentence in mail.sentences():
        for found in _LEFT_OPEN.finditer(sentence.text):
            clause = sentence.text[max(0, found.start() - 25) : found.end() + 20]
            if re.search(r"\d[\d.,]* ?(?:EUR|USD|GBP|CHF|CAD|[€$£])|[€$£] ?\d|(?:EUR|USD|GBP|CHF) ?\d", found.group()) or _CLEAR.search(
                clause
            ):
                continue
            places.append((sentence.start + found.start(), sentence.start + found.end(), bool(_SETUP.search(found.group()))))
    return tuple(places)


def support_level(mail: MailText) -> Found[str] | None:
    """Return the support that the price includes, in the vendor's own words."""
    return mail.once("support", lambda: _support(mail))


def _support(mail: MailText) -> Found[str] | None:
    found = _SUPPORT_LINE.search(mail.text)
    if found and not re.search(r"\b(?:costs?|extra|on request)\b|\d[.,]\d\d\b", found["level"], re.IGNORECASE):
        span = mail.span(found.start("level"), found.start("level") + len(_INCLUDED.sub("", found["level"])))
        return Found(span.text[:200], span)
    for words in _SUPPORT.finditer(mail.text):
        ahead = re.split(r"[.;\n]", mail.text[max(0, words.start() - 25) : words.start()])[-1]
        level = "level" if words["level"] else "level2"
        if not _NOT_INCLUDED.search(words["rest"] or "") and not re.search(
            r"\b(?:no|without|optional|extra|instead of)\b", ahead, re.IGNORECASE
        ):
            span = mail.span(*words.span(level))
            return Found(span.text[:200], span)
    return None
