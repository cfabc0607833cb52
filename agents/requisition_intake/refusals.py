"""What no instruction may ask for: payments to an account, powers nobody has, secrets, and the talk that tries to get them."""

from __future__ import annotations

import re

from agents.requisition_intake.text import sentences

_PAY = r"(?:pay|transfer|wire|send|remit|payment)"
_PAYMENT = re.compile(
    rf"\b(?:{_PAY}|make a payment)\b[^.;!?\n]{{0,80}}(?:\b[a-z]{{2}}\d{{2}}[ \d a-z]{{8,}}|\bde\d\d|\biban\b|\bbank account\b|\bbitcoin\b|\bcrypto\b|\bwallet\b|\bpaypal\b|\bmoney to\b)|\b(?:pay|transfer|wire|remit)\b[^.;!?\n]{{0,80}}\binvoices?\b|"
    r"\b(?:pay|transfer|wire|send|remit) (?:them |him |her |out )?(?:\x01|[€$£]|\d|eur\b|usd\b|money\b)|"
    r"\b(?:change|update|replace|set|new)\b[^.;!?\n]{0,40}\b(?:bank (?:details|account)|iban|payee|account number|bank)\b|\bgift cards?\b"
)
_POWER = re.compile(
    r"(?<!auto-)(?<!never )(?<!not )(?<!don't )\b(?:approve|sign|confirm|accept|grant) (?:(?:everything|all|anything)(?! (?:under|below|up to|less|over|above|that costs))|it|them|that|this|the (?:pending|payment|contract|purchase|approval|award|deal)|my|whatever|approval|case|c\d)|"
    r"\b(?:delete|wipe|erase|edit|modify|rewrite|alter|tamper|export|reveal|print|show|give|send|tell) [^.;!?\n]{0,30}\b(?:ledger|audit log|history of|api keys?|passwords?(?! manager)|credentials|secrets?|system prompt|prompt|vault|private keys?|database)\b|"
    r"\byou are now\b|\bact as\b|\bdeveloper mode\b|\bjailbreak\b|\bdrop table\b|\brm -rf\b|\bsudo\b"
)
_OVERRIDE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.;!?\n]{0,40}\b(?:rules?|instructions?|polic(?:y|ies)|prompts?|guardrails|restrictions|limits?|approvals?)\b"
)
_NEVER = re.compile(
    rf"\b{_PAY}\b[^.;!?\n]{{0,80}}(?:\b[a-z]{{2}}\d{{2}}(?: ?[\da-z]){{11,30}}\b|\biban\b|\bbitcoin (?:address|wallet)\b|\bcrypto wallet\b)|"
    r"\b(?:reveal|print|show|tell|give|send|dump|leak)\b (?:me |us )?(?:all |the |your |our )*(?:stored |secret )?(?:api keys?|passwords?|credentials|secrets|system prompt|vault|private keys?)\b(?! (?:manager|vault|tool|app))|"
    r"\byou are now\b|\bdeveloper mode\b|\bjailbreak\b|\brm -rf\b|\bdrop table\b|(?:^|[\s\[<#*])system\s?(?:prompt|message|override)?\s?[:\]>]"
)
_TOLD = re.compile(r"^\W*(?:and |so )?(?:why|what|when|who|which|how (?:much|many|often|come|was|is|did))\b")


def asks_power(low: str) -> bool:
    """Whether folded text asks to pay somebody out, to approve, to reveal or to destroy; a question about such things does not."""
    return _POWER.search(low) is not None or (_PAYMENT.search(low) is not None and _TOLD.match(low) is None)


def overrides(low: str) -> bool:
    """Whether folded text tells the reader to forget its rules."""
    return _OVERRIDE.search(low) is not None


def refused(low: str) -> list[tuple[int, int]]:
    """Return the sentences that can never be part of an order, whatever else stands in them: the reading goes on without them."""
    return [place for place in sentences(low) if _NEVER.search(low, *place) is not None]


def refusal(text: str) -> str | None:
    """Return why an instruction that was not understood would be refused in any words, for its answer; None where it is merely unclear."""
    low = text.lower()
    if _PAYMENT.search(low) is not None:
        return "I do not move money on an instruction: what an approved case owes is paid to a party of the registry, and to nobody else."
    if refused(low) or _POWER.search(low) is not None or _OVERRIDE.search(low) is not None:
        return (
            "No instruction can approve in your place, show a secret or set a rule aside: approvals and policy changes have their own door."
        )
    return None
