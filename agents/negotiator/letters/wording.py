"""What a language brings to the letters: one table of sentences, each with the slots it fills."""

from __future__ import annotations

from dataclasses import dataclass

from agents.negotiator.language import Language
from memory.domain.money import Period

Counted = tuple[str, str]
"""A phrase for one and a phrase for more, both with the slot `{count}`."""


@dataclass(frozen=True)
class TermWords:
    """How the line of terms is said, part by part. `running` is a price per stretch of time, bought once is the other kind."""

    net: str
    per: dict[Period, str]
    per_unit: str
    per_unit_running: dict[Period, str]
    cancellable: str
    billed_yearly: str
    billed: dict[Period, str]
    months: Counted
    for_count: str
    up_to_count: str
    fees: str
    no_fee_running: str
    no_fee_once: str
    payment: Counted
    payment_at_once: str
    price_cap: str
    price_fixed: str
    notice: Counted
    no_notice: str
    support: str
    free_months: Counted
    credit: str
    valid_until: str


@dataclass(frozen=True)
class Wording:
    """The sentences of the letters in one language. Whoever adds a language fills one of these and a `Format`."""

    greet_person: str
    greet_team: str
    behalf: str
    closing: str
    re_subject: str
    rfq_subject: str
    rfq_ask: str
    need: str
    must: str
    wish: str
    state: str
    confirm: str
    reply_by: str
    counter_thanks: str
    came_down: str
    better_terms: str
    not_there_yet: str
    give_in_return: str
    give_more: str
    give_for_price: str
    counter_terms: str
    counter_ask: str
    packages_two: str
    packages_more: str
    packages_ask: str
    also_answer: str
    lower_offer: str
    accept: str
    accept_next: str
    declined: str
    come_back: str
    farewell: str
    clarify: str
    clarify_default: str
    still_stands: str
    still_valid_until: str
    still_ask: str
    order_subject: str
    order_attached: str
    order_confirm: str
    contract: str
    some_product: str
    terms: TermWords


def wording_of(language: Language) -> Wording:
    """Return the table of a language."""
    from agents.negotiator.letters import english, french, german, spanish

    return {Language.EN: english.WORDING, Language.DE: german.WORDING, Language.FR: french.WORDING, Language.ES: spanish.WORDING}[language]
