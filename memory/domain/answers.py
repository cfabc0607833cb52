"""What a vendor's answer does with each term that we asked for: kept, changed, refused, or passed over in silence."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from memory.domain.base import Digest, Noun
from memory.domain.evidence import Span
from memory.domain.words import one_line

_LONGEST_WORDS = 80


class Answer(StrEnum):
    """What became of one term that we asked for."""

    KEPT = "kept"
    CHANGED = "changed"
    REFUSED = "refused"
    MISSING = "missing"


class TermAnswer(Noun):
    """One term of our counteroffer: what we asked, what the vendor says (None: nothing), and the words behind it.

    `span` stands in the mail, or in the attachment whose stored text is `source`.
    """

    term: str
    asked: str
    says: str | None = None
    answer: Answer
    span: Span | None = None
    source: Digest | None = None


def answers_in_words(answers: Sequence[TermAnswer]) -> str:
    """Return what a vendor did with our terms as a line for the operator, what it refused or changed first; '' when nothing is known."""
    told = [f"{lead}: {', '.join(found)}" for answer, lead in _LEADS.items() if (found := [_one(a) for a in answers if a.answer is answer])]
    return ". ".join(told) + "." if told else ""


_LEADS = {
    Answer.REFUSED: "Refused",
    Answer.CHANGED: "Changed",
    Answer.MISSING: "No word on",
    Answer.KEPT: "Kept",
}
_NAMES = {
    "unit_price": "price {}",
    "quantity": "quantity {}",
    "term": "term of {}",
    "billing": "billing {}",
    "setup_fee": "set-up fee {}",
    "payment_days": "{} days to pay",
    "price_increase_cap_bp": "cap of {} on increases",
    "notice_days": "{} days' notice",
    "support_level": "{} support",
    "free_months": "{} free months",
}


def _one(told: TermAnswer) -> str:
    asked = _NAMES.get(told.term, told.term.replace("_", " ") + " {}").format(_shown(told.term, told.asked))
    if told.answer is Answer.CHANGED and told.says is not None:
        return f"{asked} to {_shown(told.term, told.says)}"
    if told.answer is Answer.REFUSED and told.span is not None:
        return f'{asked} ("{one_line(told.span.text, _LONGEST_WORDS)}")'
    return asked


def _shown(term: str, value: str) -> str:
    if term == "price_increase_cap_bp" and value.isdigit():
        return f"{int(value) / 100:g} %"
    return one_line(value.removesuffix(" for all"), _LONGEST_WORDS)
