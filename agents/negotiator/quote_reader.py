"""From a vendor's mail to a quote: every figure with its span, nothing guessed, what is unclear turned into a question.

Where something is unclear the dearer reading goes into the terms and the question into `ambiguous`; the strategy accepts
nothing while a question is open. What was filled in from elsewhere (an earlier offer, the operator's tax rate) is `assumed`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from agents.negotiator.amount_roles import accepts
from agents.negotiator.arithmetic import told_by_arithmetic
from agents.negotiator.choosing import choose
from agents.negotiator.cross_checks import cross_check
from agents.negotiator.differences import differences_against, findings_of
from agents.negotiator.draft import Draft
from agents.negotiator.leftovers import ask_about_leftovers
from agents.negotiator.mail_text import Sentence, readable
from agents.negotiator.mention import Mention, Role
from agents.negotiator.mentions import mentions
from agents.negotiator.need_reading import denied_needs
from agents.negotiator.options import Chosen
from agents.negotiator.reading import Alternative, Attachment, QuoteFinding, QuoteReading, Stance, Topic
from agents.negotiator.side_terms import read_extras
from agents.negotiator.terms_reading import read_terms, restated_terms
from agents.negotiator.validity_reading import valid_until
from memory.domain.answers import Answer, TermAnswer
from memory.domain.base import Digest
from memory.domain.quote import Quote, Terms
from memory.domain.requisition import MONTHS, Requisition

_MOST_AMOUNTS = 60  # a price list, not an offer
_MOST_OPTIONS = 12  # nobody chooses among more; the others are told as findings

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
_BUT = re.compile(
    r"\b(?:but|except|however|provided|on (?:the )?condition|as long as|only if|only with|subject to|with the exception|apart from|unless|in return)\b",
    re.IGNORECASE,
)
_AS_BEFORE = re.compile(
    r"\b(?:(?:everything|anything|all) else|all other (?:terms|points|conditions|items)|(?:the )?(?:rest|other (?:terms|conditions|points)))\b[^.;\n]{0,30}?\b(?:stays?|remains?|stands?|unchanged|as (?:before|agreed|discussed|is|it was|quoted|offered|in)|(?:the )?same|identical)\b"
    r"|\b(?:same|unchanged) (?:terms|conditions|price|prices)\b[^.;\n]{0,20}\b(?:as|than) (?:last|before|previous\w*|in (?:our|the) (?:last|previous|earlier))\b"
    r"|\b(?:alles (?:andere|weitere|übrige)|(?:das|der|die) (?:Übrige|übrigen|restlichen|Rest))\b[^.;\n]{0,30}?\b(?:bleib\w*|unverändert|wie gehabt|wie (?:besprochen|vereinbart|bisher))\b|\bim Übrigen\b[^.;\n]{0,30}\b(?:unverändert|wie)\b"
    r"|\b(?:tout le reste|le reste|les autres (?:conditions|termes))\b[^.;\n]{0,30}?\b(?:inchangée?s?|rest\w+|ne chang\w+|demeur\w+|identiques?)\b"
    r"|\b(?:todo lo demás|lo demás|el resto|las demás condiciones)\b[^.;\n]{0,30}?\b(?:igual|sin cambios|se mantien\w*|qued\w*|no cambia)\b",
    re.IGNORECASE,
)
_PERCENT_OFF = re.compile(
    r"\b(\d{1,2}(?:[.,]\d{1,2})?) ?% (?:off|discount|reduction|rebate|less|cheaper)|\bdiscount of (\d{1,2}(?:[.,]\d{1,2})?) ?%",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Header:
    """What a quote bears that is not read from the text."""

    quote_id: str
    vendor_id: str
    round: int
    message: Digest


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
    attachments: Sequence[Attachment] = (),
    plan: str | None = None,
) -> QuoteReading:
    """Read the offer out of a mail's text and its attachments.

    `earlier` are the terms of this vendor's last quote, which stand where the mail is silent; `ours` our last
    counteroffer, against which differences are told. `received_on` turns "valid for 14 days" into a day. `plan` is the
    plan that was talked about so far (`Quote.plan`). Spans stand in the mail's text, or in an attachment's (`Quote.sources`).
    """
    mail = readable(text, attachments)
    header = _Header(quote_id, vendor_id, round, message)
    draft = Draft(mail, requisition, tax_rate_bp, earlier, ours, findings=list(mail.findings))
    found = mentions(mail, once=requisition.ceiling.period not in MONTHS, currency=requisition.ceiling.currency)
    if len(found) > _MOST_AMOUNTS:
        found = found[:_MOST_AMOUNTS]
        draft.ask(Topic.PRICE, "Your mail names very many amounts. Which single price do you offer for our need?")
    found = told_by_arithmetic(mail, found, requisition.quantity)
    draft.findings.extend(denied_needs(mail, requisition.must_have))
    final = bool(_FINAL.search(mail.text))
    chosen = choose(mail, found, requisition, ours.billing if ours else None, plan)
    acceptance = next((sentence for sentence in mail.sentences() if accepts(sentence.text)), None) if ours is not None else None
    if chosen is None:
        return _without_price(draft, found, acceptance=acceptance, final=final, header=header)
    terms = read_terms(draft, found, chosen, taken=acceptance is not None)
    _tell_reservation(draft, acceptance)
    _question_plan(draft, chosen, plan)
    _question_reference(draft)
    validity = _validity(draft, received_on)
    ask_about_leftovers(draft, found, received_on)
    cross_check(draft, found, chosen, terms)
    quote = _quote(draft, terms, header, validity, chosen.option.plan or plan)
    answers = _answers(draft, quote, acceptance)
    return QuoteReading(
        quote=quote,
        stance=_stance(terms, draft, answers),
        final=final,
        findings=(*draft.located_findings(), *findings_of(answers)),
        answers=answers,
        doubts=draft.located_doubts(),
        alternatives=tuple(_alternative(draft, found, chosen, index) for index in range(len(chosen.others[:_MOST_OPTIONS]))),
    )


def _validity(draft: Draft, received_on: date | None) -> date | None:
    validity, question = valid_until(draft.mail, received_on)
    draft.note("valid_until", validity.span if validity else None)
    if question:
        draft.findings.append(QuoteFinding(kind="unclear_validity", says=question))
        draft.ask(Topic.VALID_UNTIL, question)
    return validity.value if validity else None


def _tell_reservation(draft: Draft, acceptance: Sentence | None) -> None:
    """Tell of an acceptance with a condition: what follows the "but" is what counts."""
    if acceptance is not None and _BUT.search(acceptance.text):
        words = draft.mail.span(acceptance.start, acceptance.end)
        draft.findings.append(QuoteFinding(kind="accepted_but", says=f"accepted with a reservation: {words.text}"[:500], span=words))


def _question_plan(draft: Draft, chosen: Chosen, plan: str | None) -> None:
    """Ask when the offer names another plan than the one talked about."""
    named = chosen.option.plan
    if plan and named and plan.lower() != named.lower():
        draft.findings.append(QuoteFinding(kind="substitution", says=f'offered for "{named}"; so far it was "{plan}"'))
        draft.ask(Topic.PRODUCT, f'Your offer is for "{named[:60]}". Does the price also hold for "{plan[:60]}"?')


def _question_reference(draft: Draft) -> None:
    """Ask which terms a mail means that leaves others as they were, where none of this vendor's are known."""
    said = next(iter(draft.mail.matches(_AS_BEFORE)), None) if draft.earlier is None and draft.ours is None else None
    if said is not None:
        words = draft.mail.span(said.start(), said.end())
        question = f'You write "{words.text[:80]}". Please state all terms of your offer in full.'
        for topic in (Topic.PRICE, Topic.FEES, Topic.SMALL_PRINT, Topic.BILLING, Topic.TERM):
            draft.ask(topic, question, words)


def _alternative(draft: Draft, found: Sequence[Mention], chosen: Chosen, index: int) -> Alternative:
    """Return another option with terms of its own, read as if it were the only one."""
    option, aside = chosen.others[index], draft.aside()
    terms = read_terms(aside, found, replace(chosen, option=option, others=(), unclear=False), taken=False)
    span, source = draft.mail.located(draft.mail.span(*option.price.place))
    return Alternative(label=option.plan, terms=terms, span=span, source=source, doubts=aside.located_doubts())


def _quote(draft: Draft, terms: Terms, header: _Header, valid: date | None, plan: str | None = None) -> Quote:
    spans, sources = draft.located_spans()
    return Quote(
        quote_id=header.quote_id,
        vendor_id=header.vendor_id,
        round=header.round,
        terms=terms,
        valid_until=valid,
        message=header.message,
        spans=spans,
        sources=sources,
        plan=plan or None,
        ambiguous=draft.questions,
        doubtful_validity=draft.doubtful_validity,
        assumed=tuple(draft.assumed),
    )


def _without_price(draft: Draft, found: Sequence[Mention], *, acceptance: Sentence | None, final: bool, header: _Header) -> QuoteReading:
    """Read a mail that names no price: it takes our offer, repeats its own, declines, or says nothing we can use."""
    text = draft.mail.text
    refusal = _REFUSES.search(text)
    if refusal:
        draft.findings.append(draft.mail.finding("declines", "the vendor declines", refusal.start(), refusal.end()))
        return _unread(draft, "the vendor declines to make an offer", stance=Stance.REFUSES, final=True)
    percent = _PERCENT_OFF.search(text)
    if acceptance is not None and draft.ours is not None and not percent:
        draft.note("unit_price", draft.mail.span(acceptance.start, acceptance.end))
        draft.assume("all terms as in our last offer, which the mail accepts")
        _tell_reservation(draft, acceptance)
        return _stands(draft, draft.ours, found, header, Stance.ACCEPTS, final=final, acceptance=acceptance)
    holds = _HOLDS.search(text) or next(
        (re.search(re.escape(mention.amount.text), text) for mention in found if mention.role is Role.REFUSED), None
    )
    if holds and draft.earlier is not None and not percent:
        draft.note("unit_price", draft.mail.span(holds.start(), holds.end()))
        draft.assume("all terms as in the vendor's earlier offer, by which it stands")
        return _stands(draft, draft.earlier, found, header, Stance.HOLDS, final=final)
    problem = (
        "the mail gives a discount but not the resulting price; ask for the price" if percent else "no price could be read in the mail"
    )
    return _unread(draft, problem, stance=Stance.UNREADABLE, final=final)


def _stands(
    draft: Draft,
    terms: Terms,
    found: Sequence[Mention],
    header: _Header,
    stance: Stance,
    *,
    final: bool,
    acceptance: Sentence | None = None,
) -> QuoteReading:
    """Return terms of before that the mail takes or repeats; what it says besides is read, and asked about."""
    stated = restated_terms(draft, found, read_extras(draft, found, terms))
    ask_about_leftovers(draft, found, None)
    quote = _quote(draft, stated, header, None)
    answers = _answers(draft, quote, acceptance)
    open_still = draft.questions or stated != terms or _refused(answers)
    return QuoteReading(
        quote=quote,
        stance=Stance.OFFERS if stance is Stance.ACCEPTS and open_still else stance,
        final=final,
        findings=(*draft.located_findings(), *findings_of(answers)),
        answers=answers,
        doubts=draft.located_doubts(),
    )


def _unread(draft: Draft, problem: str, *, stance: Stance, final: bool) -> QuoteReading:
    return QuoteReading(stance=stance, final=final, problems=(problem,), findings=draft.located_findings(), doubts=draft.located_doubts())


def _answers(draft: Draft, quote: Quote, acceptance: Sentence | None) -> tuple[TermAnswer, ...]:
    """Return what the mail does with each term of our last offer; a sentence that takes the offer takes what the mail does not name."""
    if draft.ours is None:
        return ()
    accepted = draft.mail.span(acceptance.start, acceptance.end) if acceptance is not None else None
    return differences_against(draft.ours, quote, draft.mail, accepted=accepted)


def _refused(answers: Sequence[TermAnswer]) -> bool:
    return any(told.answer is Answer.REFUSED for told in answers)


def _stance(terms: Terms, draft: Draft, answers: Sequence[TermAnswer]) -> Stance:
    ours, earlier = (known if known is not None and known.currency == terms.currency else None for known in (draft.ours, draft.earlier))
    met = ours is not None and terms.all_in_per_month() <= ours.all_in_per_month() and terms.term_months == ours.term_months
    if met and not draft.questions and not _refused(answers):
        return Stance.ACCEPTS
    holds = earlier is not None and terms.all_in_per_month() >= earlier.all_in_per_month()
    return Stance.HOLDS if holds else Stance.OFFERS
