"""Why a sentence about terms was not kept, and what to say instead."""

from __future__ import annotations

import re

from agents.negotiation.preferences.phrases import KNOWN_WORDS, read_phrase
from memory.domain.errors import InputError
from memory.domain.preferences import Term

HINT = (
    'say for example: "a year\'s commitment is worth 8 % to me", "30 days to pay is worth 1 percent", "I don\'t want to be bound longer '
    'than a year", "premium support is worth 40 EUR a month", "I prefer monthly billing"'
)

_ABOUT: tuple[tuple[Term, re.Pattern[str]], ...] = (
    (Term.SETUP_FEE, re.compile(r"\b(?:set-? ?up|one-off|one-time) (?:fees?|costs?|charges?)\b")),
    (Term.NOTICE_DAYS, re.compile(r"\bnotice\b")),
    (
        Term.PRICE_CAP,
        re.compile(r"\bcap(?:ped)?\b|\bprice (?:increases?|rises?)\b|\bfixed prices?\b|\bprice (?:lock|guarantee|freeze|hold)\b"),
    ),
    (Term.SUPPORT, re.compile(r"\bsupport\b")),
    (Term.BILLING, re.compile(r"\bbill(?:ed|ing)\b|\bprepa(?:y|id|yment|ying)\b|\bin advance\b|\bup-? ?front\b|\binvoic(?:ed|ing)\b")),
    (Term.PAYMENT_DAYS, re.compile(r"\bto pay\b|\bpayments?\b|\bpaying\b|\bnet \d{1,3}\b")),
    (
        Term.TERM_MONTHS,
        re.compile(
            r"\b(?:commitments?|commit(?:ted|ting)?|contracts?|lock[- ]?in|bound|tied|locked(?: in)?|subscriptions?|month[- ]to[- ]month)\b|"
            r"\bcancel\w* (?:at )?any ?time\b"
        ),
    ),
)
_AGAINST = re.compile(r"\b(?:not|never|no longer|minus|less|without|nobody|neither|nor)\b|n't\b")
_FRAME = frozenset(
    [
        "i",
        "we",
        "me",
        "us",
        "my",
        "our",
        "is",
        "are",
        "be",
        "would",
        "will",
        "worth",
        "cost",
        "costs",
        "save",
        "saves",
        "prefer",
        "pay",
        "more",
        "for",
        "to",
        "nothing",
        "about",
        "percent",
        "cent",
        "pct",
        "want",
        "accept",
        "take",
        "only",
        "never",
        "must",
        "not",
        "no",
        "have",
        "need",
        "insist",
        "on",
        "it",
        "the",
        "a",
        "an",
        "d",
        "s",
        "don",
        "t",
        "won",
        "isn",
        "aren",
        "eur",
        "usd",
        "gbp",
        "chf",
        "euro",
        "euros",
        "month",
        "year",
    ]
)
_ELSEWHERE = re.compile(
    r"[äöüßàâçèéêëîïôûœáíñóú¿¡]|\b(?:der|die|das|und|nicht|kein|keine|keinen|mir|mich|ich|wir|wert|tage|monate|jahr|jahre|kostet|kosten|"
    r"je|ne|pas|nous|pour|jours|mois|vaut|valent|sans|pas|"
    r"el|los|las|quiero|queremos|para|por|d[ií]as|meses|vale|valen|sin|pagar|cuesta|prefiero)\b"
)


# Of terms in German, French and Spanish, and of what is made of them: enough to ask for English, not to read.
_FOREIGN_TERM = re.compile(
    r"bindung|laufzeit|zahlungsziel|kündigungsfrist|einrichtungsgebühr|vorauskasse|im voraus|jahresvertrag|monatsvertrag|zahlungsfrist|"
    r"\bengage(?:ment|r)\b|\bpréavis\b|\bpaiement\b|\bpayer\b|\bd'avance\b|\bfrais\b|"
    r"\bpermanencia\b|\bpreaviso\b|\bpagar?\b|\bpor adelantado\b|\bcuota de alta\b"
)
_FOREIGN_STANCE = re.compile(
    r"\bwert\b|\b(?:kostet|kosten) (?:mich|uns)\b|\bkeine?n?\b|\bnie\b|\bhöchstens\b|\bmindestens\b|\bnicht\b|"
    r"\b(?:vaut|valent|coûte|coûtent)\b|\bne (?:veux|voulons|paie|signe)\b|\bpas de\b|\bau (?:plus|moins)\b|\bjamais\b|"
    r"\b(?:vale|valen|cuesta|cuestan)\b|\bno (?:quiero|queremos|acepto)\b|\bnunca\b|\bcomo máximo\b|\bsin\b"
)


def elsewhere(plain: str) -> bool:
    """Tell whether a sentence makes something of a term in German, French or Spanish."""
    return bool(_FOREIGN_TERM.search(plain) and _FOREIGN_STANCE.search(plain))


def speaks_of(plain: str) -> tuple[Term, ...]:
    """Return the terms that a sentence names anywhere, understood or not."""
    return tuple(term for term, pattern in _ABOUT if pattern.search(plain))


def refusal(plain: str, text: str) -> InputError:
    """Return the error for a sentence that no reading takes whole: the first of its faults, and what to say instead."""
    quoted = repr(text.strip()[:120])
    if _ELSEWHERE.search(plain):
        return InputError(f"{quoted} is not in English", hint=f"preferences are read in English only; {HINT}")
    return _about_worth(plain, quoted) or _about_the_term(plain, quoted)


def _about_worth(plain: str, quoted: str) -> InputError | None:
    """Return what is wrong with a sentence that values something; None where it values nothing."""
    found = re.search(r"(?P<subject>.*?)\b(?:worth|costs? (?:me|us)|saves? (?:me|us)|prefer\w*)\b", plain)
    if found is None:
        return None
    if len(re.findall(r"\d+(?:[.,]\d+)*", plain[found.end() :])) > 1:
        return InputError(f"{quoted} does not say how much it is worth in one figure", hint=f"say one thing at a time; {HINT}")
    if more := _unknown(plain):
        return _left_over(more, quoted)
    if against := _AGAINST.search(plain):
        return InputError(
            f'{quoted} turns its meaning with "{against[0]}"',
            hint='say what it is worth without it ("... is worth 8 %"), or "worth nothing"',
        )
    return _about_the_subject(re.sub(r" (?:is|are|would be|would|'d be)$", "", found["subject"].strip()), quoted)


def _about_the_subject(subject: str, quoted: str) -> InputError | None:
    """Return what is wrong with what is valued; None where nothing stands before the worth."""
    phrase = read_phrase(subject) if subject else None
    if phrase is not None and (phrase.value is None or phrase.bound is not None):
        return InputError(f'{quoted}: "{subject}" gives no one value', hint=f"say for how long, how far ahead, or how many days; {HINT}")
    if phrase is not None:
        return InputError(f"{quoted} does not say how much it is worth in one figure", hint=HINT)
    if subject and len(speaks_of(subject)) == 1:
        return InputError(f'{quoted}: "{subject}" is not one term with its value', hint=HINT)
    return None


def _about_the_term(plain: str, quoted: str) -> InputError:
    terms = speaks_of(plain)
    if len(terms) > 1 and re.search(r"\band\b|\bor\b", plain):
        return InputError(f"{quoted} speaks of more than one thing", hint=f"say one thing at a time; {HINT}")
    if terms == (Term.SETUP_FEE,):
        return InputError(f"{quoted} cannot be kept: a set-up fee is money and counts as such", hint='to forbid it say "no set-up fee"')
    if more := _unknown(plain):
        return _left_over(more, quoted)
    if not terms and re.search(r"\b\d+ (?:days?|weeks?|months?)\b|\b(?:a|one) month\b", plain):
        return InputError(
            f"{quoted} does not say of what", hint='say for example "at most 12 months\' commitment" or "at most 30 days\' notice"'
        )
    if not terms:
        return InputError(f"{quoted} speaks of no term that can be weighed", hint=HINT)
    return InputError(f"{quoted} is not understood as a whole", hint=HINT)


def _unknown(words: str) -> tuple[str, ...]:
    """Return the words that stand in no sentence that can be read."""
    return tuple(word for word in re.findall(r"[a-z]{2,}", words) if word not in KNOWN_WORDS | _FRAME)


def _left_over(words: tuple[str, ...], quoted: str) -> InputError:
    named = ", ".join(f'"{word}"' for word in dict.fromkeys(words))
    return InputError(f"{quoted}: {named} {'is' if len(set(words)) == 1 else 'are'} not understood", hint=f"say it without; {HINT}")
