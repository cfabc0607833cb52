"""The terms beside price and term: payment, cap, notice, support, free months, credits, and charges that are left open."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.negotiator import particulars
from agents.negotiator.draft import Draft
from agents.negotiator.extras_reading import credit, free_months, left_open, support_level
from agents.negotiator.mail_text import Sentence
from agents.negotiator.mention import Mention
from agents.negotiator.product_reading import substitution
from agents.negotiator.reading import QuoteFinding, Topic
from agents.negotiator.refused_terms import refusal_of
from memory.domain.evidence import Span
from memory.domain.money import Period
from memory.domain.quote import Terms
from memory.domain.requisition import MONTHS

_ON_TERM = re.compile(r"\b(?:commit\w*|sign\w*|term|contract|agreement)\b", re.IGNORECASE)
_ON_CONDITION = re.compile(r"\b(?:if|when|provided|as long as|in return|subject to|on condition|before|once)\b", re.IGNORECASE)


def read_small_print(draft: Draft, silent: Terms | None) -> dict[str, int | str | None]:
    """Return payment days, cap, notice and support; where the mail is silent, what stood before (`silent`)."""
    values: dict[str, int | str | None] = {}
    for name, read_all in (("price_increase_cap_bp", particulars.price_increase_caps), ("notice_days", particulars.notices)):
        refused = refusal_of(draft.mail, name)
        # What is granted in the place of a refused figure stands outside the words that refuse it.
        found = next((one for one in read_all(draft.mail) if refused is None or not _overlap(one.span, refused)), None)
        draft.note(name, found.span if found else None)
        values[name] = found.value if found else None if refused else getattr(silent, name, None)
    payment = particulars.payment_days(draft.mail, refusal_of(draft.mail, "payment_days"))
    draft.note("payment_days", payment.span if payment else None)
    before = None if refusal_of(draft.mail, "payment_days") else getattr(silent, "payment_days", None)
    values["payment_days"] = payment.value if payment else before
    support = support_level(draft.mail)
    draft.note("support_level", support.span if support else None)
    values["support_level"] = support.value if support else getattr(silent, "support_level", None)
    return values


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def read_extras(draft: Draft, found: Sequence[Mention], terms: Terms) -> Terms:
    """Return the terms with free months and a credit put in, after asking for what the mail leaves open."""
    _ask_left_open(draft)
    _ask_substitution(draft)
    return _with_credit(draft, found, _with_free_months(draft, found, terms))


def _ask_left_open(draft: Draft) -> None:
    for start, end, one_off in left_open(draft.mail):
        words = draft.mail.span(start, end)
        draft.findings.append(QuoteFinding(kind="fee_excluded", says=f"not in the price: {words.text}"[:500], span=words))
        topic = Topic.SETUP_FEE if one_off else Topic.FEES
        draft.ask(topic, f'What does this cost: "{words.text[:80]}"? Please state one price that includes everything.', words)


def _ask_substitution(draft: Draft) -> None:
    other = substitution(draft.mail)
    if other is None:
        return
    words = draft.mail.span(other.start, other.end)
    draft.findings.append(QuoteFinding(kind="substitution", says=f"something else than was asked for: {words.text}"[:500], span=words))
    draft.ask(
        Topic.PRODUCT, f'Your mail offers something else than we asked for ("{words.text[:120]}"). Can you offer what we asked for?', words
    )


def _is_less_those(found: Sequence[Mention], terms: Terms, free: int) -> bool:
    """Whether the price of a year is that of the months which are left: then it contains them already."""
    year = terms.unit_price.money.amount
    return any(mention.period is Period.MONTH and mention.amount.value * (12 - free) == year for mention in found)


def _with_free_months(draft: Draft, found: Sequence[Mention], terms: Terms) -> Terms:
    read = free_months(draft.mail)
    if read is None or terms.unit_price.period not in MONTHS:
        return terms
    free, sentence = read
    if _ON_CONDITION.search(sentence.text) or (_needs_yearly(sentence, draft) and terms.billing is not Period.YEAR):
        draft.findings.append(
            QuoteFinding(kind="conditional_discount", says=f"free months on a condition: {free.span.text}", span=free.span)
        )
        if _ON_TERM.search(sentence.text):
            draft.ask(
                Topic.FREE_MONTHS,
                f'Is the price of {terms.unit_price.money} what is left after "{free.span.text[:80]}", and how long is the term in all?',
                free.span,
            )
        return terms
    draft.note("free_months", free.span)
    if terms.unit_price.period is Period.YEAR and _is_less_those(found, terms, free.value):
        return terms
    if terms.unit_price.period is not Period.MONTH or free.value >= terms.term_months:
        draft.ask(
            Topic.FREE_MONTHS,
            f'Is the price of {terms.unit_price.money} what is left after "{free.span.text[:80]}", and how long is the term in all?',
            free.span,
        )
        return terms
    return terms.model_copy(update={"free_months": free.value})


def _needs_yearly(sentence: Sentence, draft: Draft) -> bool:
    own = draft.mail.only(sentence.start, sentence.end)
    return any(found.value is Period.YEAR for found in particulars.billings(own)) or "pay yearly" in sentence.text.lower()


def _with_credit(draft: Draft, found: Sequence[Mention], terms: Terms) -> Terms:
    amount, mention, unsure = credit(tuple(found), terms.currency)
    if mention is None:
        return terms
    words = draft.mail.span(mention.clause_start, mention.clause_end)
    if unsure:
        draft.ask(Topic.CREDIT, f'What does "{words.text[:80]}" come off, and is it already in the price you state?', words)
    if amount is None:
        return terms
    draft.note("credit", draft.mail.span(*mention.place))
    return terms.model_copy(update={"credit": amount})
