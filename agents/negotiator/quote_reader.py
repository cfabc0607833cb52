"""From a vendor's mail to a quote: every figure with its span, nothing guessed, what is unclear turned into a question.

Where something is unclear the dearer reading goes into the terms and the question into `ambiguous`; the strategy accepts
nothing while a question is open. What was filled in from elsewhere (an earlier offer, the operator's tax rate) is `assumed`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from agents.negotiator import particulars
from agents.negotiator.choosing import choose
from agents.negotiator.differences import differences
from agents.negotiator.mail_text import readable
from agents.negotiator.mentions import Mention, Role, accepts, mentions
from agents.negotiator.need_reading import denied_needs
from agents.negotiator.reading import QuoteFinding, QuoteReading, Stance
from agents.negotiator.terms_reading import Draft, read_terms
from memory.domain.base import Digest
from memory.domain.quote import Quote, Terms
from memory.domain.requisition import MONTHS, Requisition

_MOST_AMOUNTS = 60  # a price list, not an offer

_FINAL = re.compile(
    r"\b(?:final (?:offer|price|quote|word)|last (?:offer|price|word)|best and final|best (?:we|I) can do|our (?:absolute )?limit|lowest (?:we|I) can|cannot (?:go|move|reduce) (?:any )?(?:further|lower)|no further (?:discount|room|movement))",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:price (?:remains|stands|is fixed)|stand(?:s)? by our|(?:cannot|can't|unable to|not able to) (?:offer|give|grant|reduce|lower|go)[^.]{0,30}(?:discount|price|lower|below|further)|no (?:further )?discount|our (?:previous |earlier |last )?(?:offer|quote|price) (?:remains|stands|is unchanged))",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:(?:must|have to|need to|regret to) decline|(?:cannot|can't|unable to|not able to|won't) (?:serve|supply|quote|submit|make (?:you )?an offer|offer (?:you )?this)|no longer (?:offer|sell|available)|not interested|withdraw our|discontinued|do not (?:offer|sell|serve))",
    re.IGNORECASE,
)
_PERCENT_OFF = re.compile(
    r"\b(\d{1,2}(?:[.,]\d{1,2})?) ?% (?:off|discount|reduction|rebate|less|cheaper)|\bdiscount of (\d{1,2}(?:[.,]\d{1,2})?) ?%",
    re.IGNORECASE,
)


def read_quote(
    text: str,
    *,
    quote_id: str,
    vendor_id: str,
    round: int,  # noqa: A002 - the name of the field it fills
    message: Digest,
    requisition: Requisition,
    tax_rate_bp: int = 1900,
    earlier: Terms | None = None,
    ours: Terms | None = None,
    received_on: date | None = None,
) -> QuoteReading:
    """Read the offer out of a mail's text.

    `earlier` are the terms of this vendor's last quote, which stand where the mail is silent; `ours` our last
    counteroffer, against which differences are told. `received_on` turns "valid for 14 days" into a day.
    """
    mail = readable(text)
    draft = Draft(mail, requisition, tax_rate_bp, earlier, ours, findings=list(mail.findings))
    found = mentions(mail, once=requisition.ceiling.period not in MONTHS)
    if len(found) > _MOST_AMOUNTS:
        found = found[:_MOST_AMOUNTS]
        draft.ask("Your mail names very many amounts. Which single price do you offer for our need?")
    draft.findings.extend(denied_needs(mail, requisition.must_have))
    final = bool(_FINAL.search(mail.text))
    chosen = choose(mail, found, requisition, ours.billing if ours else None)
    taken = any(accepts(sentence.text) for sentence in mail.sentences()) and ours is not None
    if chosen is None:
        return _without_price(draft, found, taken=taken, final=final, ids=(quote_id, vendor_id, round, message))
    terms = read_terms(draft, found, chosen, taken=taken)
    validity, question = particulars.valid_until(mail, received_on)
    draft.note("valid_until", validity.span if validity else None)
    if question:
        draft.findings.append(QuoteFinding(kind="unclear_validity", says=question))
    draft.findings.extend(differences(terms, ours, frozenset(draft.spans)))
    quote = _quote(draft, terms, (quote_id, vendor_id, round, message), validity.value if validity else None)
    return QuoteReading(quote=quote, stance=_stance(terms, draft), final=final, findings=tuple(draft.findings))


def _quote(draft: Draft, terms: Terms, ids: tuple[str, str, int, Digest], valid_until: date | None) -> Quote:
    return Quote(
        quote_id=ids[0],
        vendor_id=ids[1],
        round=ids[2],
        terms=terms,
        valid_until=valid_until,
        message=ids[3],
        spans=draft.spans,
        ambiguous=tuple(draft.questions),
        assumed=tuple(draft.assumed),
    )


def _without_price(draft: Draft, found: Sequence[Mention], *, taken: bool, final: bool, ids: tuple[str, str, int, Digest]) -> QuoteReading:
    """Read a mail that names no price: it takes our offer, repeats its own, declines, or says nothing we can use."""
    text, findings = draft.mail.text, tuple(draft.findings)
    refusal = _REFUSES.search(text)
    if refusal:
        says = QuoteFinding(kind="declines", says="the vendor declines", span=draft.mail.span(refusal.start(), refusal.end()))
        return QuoteReading(
            stance=Stance.REFUSES, final=True, problems=("the vendor declines to make an offer",), findings=(*findings, says)
        )
    percent = _PERCENT_OFF.search(text)
    if taken and draft.ours is not None and not percent:
        sentence = next(sentence for sentence in draft.mail.sentences() if accepts(sentence.text))
        draft.note("unit_price", draft.mail.span(sentence.start, sentence.end))
        draft.assume("all terms as in our last offer, which the mail accepts")
        return QuoteReading(quote=_quote(draft, draft.ours, ids, None), stance=Stance.ACCEPTS, final=final, findings=findings)
    holds = _HOLDS.search(text) or next(
        (re.search(re.escape(mention.amount.text), text) for mention in found if mention.role is Role.REFUSED), None
    )
    if holds and draft.earlier is not None and not percent:
        draft.note("unit_price", draft.mail.span(holds.start(), holds.end()))
        draft.assume("all terms as in the vendor's earlier offer, by which it stands")
        return QuoteReading(quote=_quote(draft, draft.earlier, ids, None), stance=Stance.HOLDS, final=final, findings=findings)
    problem = (
        "the mail gives a discount but not the resulting price; ask for the price" if percent else "no price could be read in the mail"
    )
    return QuoteReading(stance=Stance.UNREADABLE, final=final, problems=(problem,), findings=findings)


def _stance(terms: Terms, draft: Draft) -> Stance:
    ours, earlier = (known if known is not None and known.currency == terms.currency else None for known in (draft.ours, draft.earlier))
    met = ours is not None and terms.all_in_per_month() <= ours.all_in_per_month() and terms.term_months == ours.term_months
    if met and not draft.questions:
        return Stance.ACCEPTS
    holds = earlier is not None and terms.all_in_per_month() >= earlier.all_in_per_month()
    return Stance.HOLDS if holds else Stance.OFFERS
