"""The letters themselves: sentences of the language's table around typed slots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from string import ascii_uppercase
from typing import NotRequired, TypedDict

from agents.negotiator.brief import Letter
from agents.negotiator.language import Language
from agents.negotiator.letters import formats, units
from agents.negotiator.letters.line import line_parts, price_line
from agents.negotiator.letters.questions import question_in
from agents.negotiator.letters.wording import Wording, wording_of
from agents.negotiator.leverage import NO_LEVERAGE, LeverageClaim
from agents.negotiator.outgoing import day_in_words
from agents.negotiator.steps import NO_STEPS, Giving, Step, Steps
from memory.domain.quote import Terms
from memory.domain.requisition import Requisition


class Parties(TypedDict):
    """Between whom a letter goes, and in which language."""

    operator: str
    vendor: str
    contact: str
    language: NotRequired[Language]


def rfq(
    *,
    operator: str,
    vendor: str,
    requisition: Requisition,
    confirm: Sequence[str] = (),
    reply_by: date | None = None,
    contact: str = "",
    language: Language = Language.EN,
) -> Letter:
    """Return the request for quotation. `confirm` are the points to be confirmed in writing."""
    words = wording_of(language)
    count = {
        "count": formats.number(requisition.quantity, language),
        "unit": units.counted(requisition.quantity, requisition.unit, language),
    }
    needs = [words.need.format(**count), *(words.must.format(item=item) for item in requisition.must_have)]
    wishes = [words.wish.format(item=item) for item in requisition.nice_to_have]
    need = _article(requisition.need) if language is Language.EN else requisition.need
    body = [words.rfq_ask.format(need=need), "\n".join([*needs, *wishes]), words.state]
    if confirm:
        body.append(_listed(words.confirm, confirm))
    if reply_by:
        body.append(words.reply_by.format(day=day_in_words(reply_by, language)))
    return written(words.rfq_subject.format(need=requisition.need), operator, vendor, body, contact, language)


def counteroffer(
    *,
    operator: str,
    vendor: str,
    need: str,
    terms: Terms | None = None,
    packages: Sequence[Terms] = (),
    questions: Sequence[str] = (),
    leverage: LeverageClaim = NO_LEVERAGE,
    steps: Steps = NO_STEPS,
    valid_until: date | None = None,
    contact: str = "",
    language: Language = Language.EN,
) -> Letter:
    """Return a counteroffer: one line with all terms, or several `packages` of which any would do; then the questions still open.

    That a lower offer exists is said only where `leverage` has evidence and the operator's permission; a step of the vendor's is
    thanked for, and what we give is pointed out, only where `steps` tells of one.
    Raises `ValueError` without terms, and for more packages than a vendor can compare.
    """
    words = wording_of(language)
    offers = tuple(packages) or (() if terms is None else (terms,))
    thanked = _thanked(steps, words)
    body = [f"{thanked} {words.not_there_yet}" if thanked else words.counter_thanks]
    body += [words.lower_offer] if leverage.may_be_said else []
    # What we give for a price stands after that price; what we add to our last letter comes before the offer.
    offer, given = _offer(offers, words, language, valid_until), _given(steps, offers, words, language)
    body += filter(None, (offer, given) if steps.giving is Giving.FOR_PRICE else (given, offer))
    body += [words.counter_ask if len(offers) == 1 else words.packages_ask]
    if questions:
        body.append(_listed(words.also_answer, [question_in(question, language) for question in questions]))
    return written(words.re_subject.format(need=need), operator, vendor, body, contact, language)


def fixed_sentences(
    offers: Sequence[Terms],
    language: Language = Language.EN,
    *,
    valid_until: date | None = None,
    leverage: LeverageClaim = NO_LEVERAGE,
    steps: Steps = NO_STEPS,
) -> tuple[str, ...]:
    """Return what must stand word for word in a counteroffer of these packages, however the rest is worded."""
    words = wording_of(language)
    said = (_thanked(steps, words), words.lower_offer if leverage.may_be_said else "", _given(steps, offers, words, language))
    return (*filter(None, said), *_offer(offers, words, language, valid_until).split("\n"))


def _thanked(steps: Steps, words: Wording) -> str:
    return {Step.NONE: "", Step.CAME_DOWN: words.came_down, Step.BETTER_TERMS: words.better_terms}[steps.theirs]


def _given(steps: Steps, offers: Sequence[Terms], words: Wording, language: Language) -> str:
    """Return the sentence about what we give: the parts of the line that all the packages say in the same words."""
    lines = [line_parts(terms, language) for terms in offers]
    parts = [lines[0][name] for name in steps.given if name in lines[0] and all(line.get(name) == lines[0][name] for line in lines)]
    forms = {Giving.IN_RETURN: words.give_in_return, Giving.MORE: words.give_more, Giving.FOR_PRICE: words.give_for_price}
    return forms[steps.giving].format(given=", ".join(parts)) if parts and steps.giving in forms else ""


def some_product(language: Language = Language.EN) -> str:
    """Return what a letter calls the need where the operator's own words may not be told."""
    return wording_of(language).some_product


def _offer(offers: Sequence[Terms], words: Wording, language: Language, valid_until: date | None) -> str:
    if not 1 <= len(offers) <= _MOST_PACKAGES:
        raise ValueError(f"a counteroffer holds one to {_MOST_PACKAGES} packages, not {len(offers)}")
    lines = [price_line(terms, language, valid_until) for terms in offers]
    if len(lines) == 1:
        return words.counter_terms.format(line=lines[0])
    intro = words.packages_two if len(lines) == 2 else words.packages_more
    return "\n".join([intro, *(f"{letter}) {line}" for letter, line in zip(ascii_uppercase, lines, strict=False))])


_MOST_PACKAGES = 4  # with more than a handful nobody compares; two or three reveal what a vendor prefers


def acceptance(
    *,
    operator: str,
    vendor: str,
    need: str,
    terms: Terms,
    valid_until: date | None = None,
    was_valid_until: date | None = None,
    contact: str = "",
    language: Language = Language.EN,
) -> Letter:
    """Return the choice of the vendor's offer, subject to contract, and the wish to see that contract as a PDF.

    An offer whose validity has passed (`was_valid_until`) is chosen with the request to confirm it. The letter must not conclude a
    contract by itself: only the operator's approval binds, and that comes after the paper was read.
    """
    words = wording_of(language)
    body = [words.accept.format(line=price_line(terms, language, valid_until))]
    if was_valid_until is not None:
        body.append(f"{words.still_valid_until.format(day=day_in_words(was_valid_until, language))} {words.still_ask}")
    body.append(words.accept_next)
    return written(words.re_subject.format(need=need), operator, vendor, body, contact, language)


def decline(*, operator: str, vendor: str, need: str, contact: str = "", language: Language = Language.EN) -> Letter:
    """Return a courteous refusal that gives no reason away."""
    words = wording_of(language)
    return written(words.re_subject.format(need=need), operator, vendor, [words.declined, words.come_back], contact, language)


def farewell(*, operator: str, vendor: str, need: str, contact: str = "", language: Language = Language.EN) -> Letter:
    """Return the end of a talk because the need is gone: nothing was ordered, no reason is given away."""
    words = wording_of(language)
    return written(words.re_subject.format(need=need), operator, vendor, [words.farewell, words.come_back], contact, language)


def clarification(
    *, operator: str, vendor: str, need: str, questions: Sequence[str] = (), contact: str = "", language: Language = Language.EN
) -> Letter:
    """Return questions to be answered before anything is decided."""
    words = wording_of(language)
    asked = [question_in(question, language) for question in questions] or [words.clarify_default]
    return written(words.re_subject.format(need=need), operator, vendor, [words.clarify, _bullets(asked)], contact, language)


def still_stands(
    *,
    operator: str,
    vendor: str,
    need: str,
    terms: Terms,
    was_valid_until: date | None = None,
    contact: str = "",
    language: Language = Language.EN,
) -> Letter:
    """Return the question whether the vendor's offer still stands, with the offer as it was understood."""
    words = wording_of(language)
    asked = [words.still_stands.format(line=price_line(terms, language))]
    asked += [words.still_valid_until.format(day=day_in_words(was_valid_until, language))] if was_valid_until else []
    return written(words.re_subject.format(need=need), operator, vendor, [" ".join(asked), words.still_ask], contact, language)


def order(
    *, operator: str, vendor: str, need: str, po_number: str, contract: str = "", contact: str = "", language: Language = Language.EN
) -> Letter:
    """Return the order: the signed contract attached, and the order number the invoice must name."""
    words = wording_of(language)
    body = [
        words.order_attached.format(contract=contract or words.contract, order=po_number),
        words.order_confirm.format(order=po_number),
    ]
    return written(words.order_subject.format(order=po_number, need=need), operator, vendor, body, contact, language)


def written(subject: str, operator: str, vendor: str, body: Sequence[str], contact: str, language: Language = Language.EN) -> Letter:
    """Return a letter as all of them are laid out: greeting, on whose behalf, the body's paragraphs, closing."""
    words = wording_of(language)
    parts = [_greeting(vendor, contact, words), words.behalf.format(operator=operator), *body, words.closing.format(operator=operator)]
    return Letter(subject=_one_line(subject)[:200], body="\n\n".join(parts) + "\n")


def _listed(lead: str, items: Sequence[str]) -> str:
    return f"{lead}\n{_bullets(items)}"


def _bullets(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _article(need: str) -> str:
    word = need.split(maxsplit=1)[0].lower()
    if word in {"a", "an", "the", "some"} or word[0].isdigit() or word.endswith("s"):
        return need
    return f"{'an' if word[0] in 'aeiou' else 'a'} {need}"


def _greeting(vendor: str, contact: str, words: Wording) -> str:
    # A contact entered without a person's name carries the vendor's, or an address.
    person = _one_line(contact)
    if not person or "@" in person or person.casefold() == vendor.casefold():
        return words.greet_team.format(vendor=vendor)
    return words.greet_person.format(name=person)


def _one_line(text: str) -> str:
    return " ".join(text.split())
