"""The negotiator's letters: what they say, what a vendor's desk hears in them, and what they never tell."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiator import Move, Negotiator, NegotiatorBrief, Offered, OtherVendor, Secrets, Side, check_outgoing, letters
from agents.negotiator.agent import check_letter, position_of
from agents.negotiator.language import Language
from agents.negotiator.strategy import decide
from memory.domain.base import sha256_hex
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.money import Money, Period, Price
from memory.domain.quote import PricedPer, Quote, Terms
from memory.domain.requisition import Requisition
from memory.domain.vendor import VendorFacts
from tools.llm.choice import NoModel
from tools.llm.port import Answered, Model, Question, T
from tools.llm.scripted import ScriptedModel
from tools.llm.tiers import Tier

MAIL = sha256_hex(b"mail")


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


def eur(amount_minor: int) -> Money:
    return Money(amount_minor=amount_minor, currency="EUR")


def terms(price: int = 5900, **changes: object) -> Terms:
    known: dict[str, object] = {
        "unit_price": Price(amount_minor=price, currency="EUR", period=Period.MONTH),
        "quantity": 5000,
        "unit": "contacts",
        "term_months": 12,
        "billing": Period.YEAR,
        "setup_fee": eur(0),
        "tax_rate_bp": 1900,
    }
    return Terms.model_validate({**known, **changes})


def a_quote(price: int = 5900, **changes: object) -> Quote:
    known = {"quote_id": "q", "vendor_id": "brieflark", "round": 0, "terms": terms(price), "message": MAIL}
    return Quote.model_validate({**known, **changes})


def a_need(**changes: object) -> Requisition:
    ceiling = Price(amount_minor=6000, currency="EUR", period=Period.MONTH)
    known = {
        "requisition_id": "r",
        "need": "email marketing tool",
        "category": "saas",
        "quantity": 5000,
        "unit": "contacts",
        "ceiling": ceiling,
    }
    return Requisition.model_validate({**known, **changes})


def a_brief(**changes: object) -> NegotiatorBrief:
    known: dict[str, object] = {
        "case_id": "case-1",
        "requisition": a_need(must_have=("EU data residency",)),
        "vendor": VendorFacts(vendor_id="brieflark", name="Brieflark"),
        "operator": "Ada Example",
        "others": (OtherVendor(name="Postino", amounts=(eur(6400),)),),
    }
    return NegotiatorBrief.model_validate({**known, **changes})


def propose(brief: NegotiatorBrief, model: Model | None = None):
    return asyncio.run(Negotiator(model or NoModel()).propose(brief))


def after_quote(**changes: object) -> NegotiatorBrief:
    quote = a_quote()
    return a_brief(quote=quote, history=(Offered(round=0, side=Side.VENDOR, terms=quote.terms),), **changes)


def test_the_first_letter_asks_for_a_quote_and_lists_the_needs():
    proposal = propose(a_brief(missing_evidence=("SSO",)))
    assert (proposal.move, proposal.held) == (Move.REQUEST_QUOTE, ())
    lines = proposal.letter.body.splitlines()
    assert "Need: 5,000 contacts" in lines
    assert "Need: EU data residency" in lines
    assert "- SSO" in lines
    assert "I write for Ada Example as its purchasing assistant." in lines


@pytest.mark.parametrize(
    ("contact", "greeting"),
    [
        ("Mia Lerche", "Hello Mia Lerche,"),
        ("", "Hello Brieflark team,"),
        ("brieflark", "Hello Brieflark team,"),
        ("sales@brieflark.example", "Hello Brieflark team,"),
        ("Mia Lerche 2", "Hello Mia Lerche 2,"),
    ],
)
def test_a_letter_greets_the_registered_person_and_without_one_the_team(contact, greeting):
    proposal = propose(a_brief(contact=contact))
    assert proposal.held == ()
    assert proposal.letter.body.splitlines()[0] == greeting


def test_a_counteroffer_states_all_terms_in_one_line():
    proposal = propose(after_quote())
    assert (proposal.move, proposal.held, proposal.worded_by) == (Move.COUNTER, (), "template")
    line = "Subject to contract, we can commit today at 45.00 EUR net per month, billed yearly (12 months), up to 5,000 contacts, no set-up fee."
    assert line in proposal.letter.body.splitlines()


def test_an_acceptance_repeats_the_terms_and_asks_for_the_contract():
    quote = a_quote(4750)
    history = tuple(Offered(round=1, side=side, terms=quote.terms) for side in (Side.OURS, Side.VENDOR))
    proposal = propose(a_brief(quote=quote, history=history))
    assert (proposal.move, proposal.terms, proposal.held) == (Move.ACCEPT, quote.terms, ())
    assert (
        "We would like to go ahead with your offer of 47.50 EUR net per month, billed yearly (12 months), up to 5,000 contacts, no set-up fee, "
        "subject to contract." in proposal.letter.body
    )
    assert "Please send the contract as a PDF for signature." in proposal.letter.body


def test_an_order_names_the_signed_contract_and_the_order_number():
    letter = letters.order(operator="Ada Example", vendor="Brieflark", need="email marketing tool", po_number="PO-2026-0001")
    assert "Please find attached the signed contract, order PO-2026-0001." in letter.body


@pytest.mark.parametrize(
    ("offer", "line"),
    [
        (
            terms(4750, setup_fee=eur(9900)),
            "47.50 EUR net per month, billed yearly (12 months), up to 5,000 contacts, plus one-off fees of 99.00 EUR net",
        ),
        (
            terms(4750, term_months=1, billing=Period.MONTH),
            "47.50 EUR net per month, billed monthly, cancellable monthly, up to 5,000 contacts, no set-up fee",
        ),
        (
            terms(990, priced_per=PricedPer.UNIT, quantity=5, unit="seats", payment_days=30),
            "9.90 EUR net per seat per month, billed yearly (12 months), for 5 seats, no set-up fee, payment within 30 days",
        ),
        (
            terms(
                unit_price=Price(amount_minor=18900, currency="EUR", period=Period.ONCE),
                priced_per=PricedPer.UNIT,
                quantity=10,
                unit="monitors",
                term_months=1,
                billing=Period.ONCE,
            ),
            "189.00 EUR net per monitor, for 10 monitors, no further fees",
        ),
    ],
)
def test_every_kind_of_price_is_said_in_full(offer, line):
    assert letters.price_line(offer) == line


def test_the_claims_of_a_move_point_into_the_vendors_mail():
    ref = EvidenceRef(digest=MAIL, origin=Origin.CATALOGUE)
    facts = VendorFacts(vendor_id="brieflark", name="Brieflark", list_price=Price(amount_minor=5900, currency="EUR", period=Period.MONTH))
    with_evidence = propose(after_quote(vendor=facts, list_price_evidence=(ref,)))
    assert [claim.text for claim in with_evidence.claims] == ["list price 59.00 EUR per month"]
    without = propose(after_quote(vendor=facts))
    assert without.claims == ()
    assert [claim.text for claim in without.struck] == ["list price 59.00 EUR per month"]


def test_a_wish_that_names_our_limit_is_not_told():
    need = a_need(must_have=("under 60 EUR a month", "EU data residency", "max 5 euros per user"), need="email tool for at most 60 EUR")
    proposal = propose(a_brief(requisition=need))
    assert proposal.held == ()
    assert "60" not in proposal.letter.body + proposal.letter.subject
    assert "euro" not in proposal.letter.body
    assert "Need: EU data residency" in proposal.letter.body


def test_a_wish_that_names_another_vendor_is_not_told():
    proposal = propose(a_brief(requisition=a_need(must_have=("better than Postino", "API"))))
    assert "Postino" not in proposal.letter.body
    assert "Need: API" in proposal.letter.body


SECRETS = Secrets(amounts=(eur(6000), eur(72_000), eur(5042), eur(125_000)), words=("Postino", "Wise", "green-fox-17"))
ALLOWED = (eur(4500), 5000, 12, "PO-60-A", date(2026, 12, 4))


@pytest.mark.parametrize(
    "text",
    [
        "Our limit is 60 EUR.",
        "Our limit is 60,00 €.",
        "Our limit is EUR 60.00.",
        "That makes 720 euros a year.",
        "That makes 720 a year.",
        "at most 50.42 EUR net",
        "at most 50,42 net",
        "We have 1.250,00 EUR.",
        "We have 1,250 EUR.",
        "We have 1250.",
        "We have 1.25k EUR.",
        "about sixty euros",
        "seven hundred and twenty a year",
        "one thousand two hundred fifty",
        "6 0 EUR",
        "6-0 euro",
        "６０ EUR",  # noqa: RUF001
        "6\u200b0 EUR",
        "$60",
        "Postino offered less.",
        "POSTINO",
        "P o s t i n o",
        "post-ino",
        "Wise is cheaper",
        "the word is green fox 17",
    ],
)
def test_a_secret_is_found_in_any_spelling(text):
    named = any(word in text for word in ("ostino", "o s t", "ost-ino", "OSTINO", "Wise", "fox"))
    wanted = "names another party" if named else "tells a forbidden amount"
    assert any(problem.startswith(wanted) for problem in check_outgoing(text, allowed_figures=ALLOWED, secrets=SECRETS))


@pytest.mark.parametrize("text", ["46.00 EUR", "45.00 USD", "in 3 days", "20 % less", "by 2026-12-05", "two weeks", "PO-61-A", "45.01"])
def test_a_figure_nobody_decided_is_found(text):
    assert check_outgoing(text, allowed_figures=ALLOWED, secrets=Secrets())


@pytest.mark.parametrize(
    "text",
    [
        "We can commit today at 45.00 EUR net per month (12 months) for 5,000 contacts.",
        "45 EUR, by 4 December 2026, or 2026-12-04; order PO-60-A.",
        "Otherwise we would like to have one more answer.",
        "",
    ],
)
def test_a_clean_text_passes(text):
    assert check_outgoing(text, allowed_figures=ALLOWED, secrets=SECRETS) == ()


def test_a_count_that_equals_a_secret_amount_may_be_told_as_a_count_only():
    secrets = Secrets(amounts=(Money.of(5000, "EUR"),))
    assert check_outgoing("for 5,000 contacts", allowed_figures=(5000,), secrets=secrets) == ()
    assert check_outgoing("for 5,000 EUR", allowed_figures=(5000,), secrets=secrets)


def test_the_vendors_own_figure_may_be_said_back_even_when_it_is_our_ceiling():
    assert check_outgoing("your offer of 60.00 EUR", allowed_figures=(eur(6000),), secrets=SECRETS) == ()


@given(st.integers(100, 500_000), st.sampled_from(["{:,.2f} EUR", "EUR {:.2f}", "€{:,.2f}", "{:.2f}"]))
@settings(max_examples=200, deadline=None)
def test_any_forbidden_amount_is_found_in_every_notation(minor, notation):
    secrets = Secrets(amounts=(eur(minor),))
    said = notation.format(Decimal(minor) / 100)
    swapped = said.translate(str.maketrans(",.", ".,"))
    for text in (f"we pay {said} for it", f"we pay {swapped} for it"):
        assert "tells a forbidden amount" in check_outgoing(text, allowed_figures=(), secrets=secrets)


@given(
    st.integers(1000, 20_000),
    st.lists(st.integers(1000, 20_000), min_size=1, max_size=5),
    st.integers(500, 20_000),
    st.sampled_from([0, 700, 1900]),
    st.none() | st.integers(5000, 300_000),
)
@settings(max_examples=25, deadline=None)
def test_no_letter_of_the_templates_tells_a_secret_whatever_the_figures(ceiling, prices, rival_price, tax, best):
    need = a_need(ceiling=Price(amount_minor=ceiling, currency="EUR", period=Period.MONTH), must_have=("SSO", "EU data residency"))
    history: list[Offered] = []
    for number, price in enumerate(sorted(prices, reverse=True)):
        quote = a_quote(terms=terms(price, tax_rate_bp=tax))
        history.append(Offered(round=number, side=Side.VENDOR, terms=quote.terms))
        brief = a_brief(
            requisition=need,
            quote=quote,
            history=tuple(history),
            tax_rate_bp=tax,
            best_alternative=eur(best) if best else None,
            others=(OtherVendor(name="Postino", amounts=(eur(rival_price),)),),
            rounds_left=4 - number,
        )
        proposal = propose(brief)
        assert proposal.held == ()
        if proposal.move is not Move.COUNTER:
            return
        assert proposal.terms is not None
        history.append(Offered(round=number, side=Side.OURS, terms=proposal.terms))


QUESTIONS = (
    "Is the price of {} net, or does it include VAT?",
    "Is {} the price of one, or of all 5,000 contacts?",
    "Your total of {} does not follow from the price stated. What is the total for the term, and what does it contain?",
    'What does "{}" stand for in your offer?',
)


@given(
    st.integers(1, 12).map(lambda euros: euros * 100),
    st.integers(50, 1500),
    st.sampled_from(QUESTIONS),
    st.sampled_from([None, 300, 500]),
    st.sampled_from([0, 500]),
    st.sampled_from(list(Language)),
    st.integers(0, 2),
)
@settings(max_examples=60, deadline=None)
def test_tiny_figures_of_the_vendors_own_and_decided_shares_hold_no_letter_back(limit, price, form, cap, fee, language, asked):
    need = a_need(ceiling=Price(amount_minor=limit, currency="EUR", period=Period.MONTH))
    offered = terms(price, price_increase_cap_bp=cap, setup_fee=eur(fee), payment_days=14)
    quote = a_quote(terms=offered, ambiguous=(form.format(eur(limit)),))
    for rival in (limit, price, 900):
        others = (OtherVendor(name="Postino", amounts=(eur(rival),)),)
        history = (Offered(round=0, side=Side.VENDOR, terms=offered),)
        brief = a_brief(requisition=need, quote=quote, history=history, others=others, language=language, questions_asked=asked)
        assert propose(brief).held == ()


def test_what_a_question_holds_up_to_the_vendor_may_be_said_in_it_and_nowhere_else():
    secrets = Secrets(amounts=(eur(500),), words=("Postino",))
    question = "Is the price of 5.00 EUR net, or does it include VAT?"
    known = {"secrets": secrets, "allowed_figures": (question,), "quoted": (question,)}
    assert check_outgoing(f"Hello,\n\n{question}\n", **known) == ()
    assert check_outgoing(question.replace("price of 5.00", "price of\n5.00"), **known) == ()
    for leak in ("We have 5.00 EUR.", "We have 5.", "We have five euros.", "We can spend about 4.90.", "We have 5_.0_0 EUR"):
        assert check_outgoing(f"{question} {leak}", **known)
    assert check_outgoing(question.replace("5.00", "5.00 EUR plus 5.00"), **known)
    named = 'What does "Postino 5.00 EUR" stand for in your offer?'
    assert check_outgoing(named, secrets=secrets, allowed_figures=(named,), quoted=(named,)) == ("names another party or a secret word",)


def test_a_share_is_no_leak_in_the_decided_line_and_one_beside_it():
    brief = a_brief(
        requisition=a_need(ceiling=Price(amount_minor=5250, currency="EUR", period=Period.MONTH)),
        quote=a_quote(5000, terms=terms(5000, price_increase_cap_bp=500)),
        language=Language.FR,
        others=(),
    )
    decided = propose(brief)
    assert decided.move is Move.COUNTER
    assert (decided.held, "hausse annuelle du prix de 5\u00a0% au plus" in decided.letter.body) == ((), True)
    said = decided.letter.model_copy(update={"body": decided.letter.body + "\nNotre plafond est 5 % de plus que votre prix.\n"})
    assert "tells a forbidden amount, as a share" in check_letter(brief, decide(position_of(brief)), said)


GOOD = (
    "Many thanks for your quick answer. Subject to contract, we can commit today at 45.00 EUR net per month, billed yearly (12 months), up to 5,000 contacts, "
    "no set-up fee. If that suits you, a short written confirmation is all we need."
)


def worded(body: str) -> ScriptedModel:
    return ScriptedModel({"negotiator.wording": [{"body": body}] * 2}, clock=FixedClock())


def test_a_model_may_word_the_letter():
    model = worded(GOOD)
    proposal = propose(after_quote(tier=Tier.DEEP), model)
    assert (proposal.worded_by, proposal.tier, proposal.held) == ("model", Tier.DEEP, ())
    assert "Many thanks" in proposal.letter.body
    assert proposal.letter.body.startswith("Hello Brieflark team,\n\nI write for Ada Example as its purchasing assistant.")
    assert len(proposal.calls) == 1


def test_the_model_never_sees_the_ceiling_or_the_other_vendors():
    model = worded(GOOD)
    propose(after_quote(tier=Tier.DEEP, best_alternative=eur(61_111)), model)
    seen = " ".join(message.text for call in model.exchanges for message in call)
    for secret in ("60.00", "720.00", "Postino", "64.00", "611.11"):
        assert secret not in seen


@pytest.mark.parametrize(
    "body",
    [
        GOOD + " Our budget ends at 60 EUR.",
        GOOD + " Postino asked for less.",
        GOOD + " Otherwise 49.00 EUR would do as well.",
        GOOD + " We promise to stay with you for years.",
        GOOD.replace("45.00", "46.00"),
        "Thanks, that is a nice offer, could you come down a little further?",
        GOOD + " We accept whatever you say.",
        "word " * 300 + GOOD,
    ],
)
def test_a_wording_that_tells_changes_or_promises_something_is_replaced_by_the_template(body):
    proposal = propose(after_quote(tier=Tier.DEEP), worded(body))
    assert (proposal.worded_by, proposal.tier) == ("template", Tier.RULES)
    assert proposal.fallback.startswith("model_answer: the wording was refused")
    assert proposal.held == ()


def test_without_a_model_the_template_is_sent():
    proposal = propose(after_quote(tier=Tier.DEEP))
    assert proposal.worded_by == "template"
    assert proposal.fallback.startswith("model_unavailable")


def test_a_fast_tier_does_not_ask_a_model_at_all():
    class Refusing:
        async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
            raise AssertionError(f"asked for {question.purpose} as {answer}")

    assert propose(after_quote(tier=Tier.FAST), Refusing()).worded_by == "template"


def test_questions_stand_in_the_clarification():
    quote = a_quote(ambiguous=("Is the price of 59.00 EUR net, or does it include VAT?",))
    proposal = propose(a_brief(quote=quote, history=(Offered(round=0, side=Side.VENDOR, terms=quote.terms),)))
    assert (proposal.move, proposal.held) == (Move.CLARIFY, ())
    assert "- Is the price of 59.00 EUR net, or does it include VAT?" in proposal.letter.body


def test_an_unreadable_answer_is_asked_about_and_a_denied_must_have_ends_it():
    assert propose(a_brief(answer_unreadable=True)).move is Move.CLARIFY
    denied = propose(after_quote(denied_needs=("EU data residency: the vendor says that it is not met",)))
    assert denied.move is Move.WALK_AWAY
    assert "We will not go ahead" in denied.letter.body
    assert "residency" not in denied.letter.body


def test_hostile_names_and_needs_cannot_break_a_letter_into_headers():
    need = a_need(need="tool\r\nBcc: everyone@example.org")
    subject = propose(a_brief(requisition=need)).letter.subject
    assert "\n" not in subject
    assert "\r" not in subject


def test_an_expired_quote_is_not_accepted_before_the_vendor_has_confirmed_it():
    quote = a_quote(4750, valid_until=date(2026, 12, 1))
    history = tuple(Offered(round=1, side=side, terms=quote.terms) for side in (Side.OURS, Side.VENDOR))
    brief = a_brief(quote=quote, history=history, today=date(2026, 12, 2))
    proposal = propose(brief)
    assert (proposal.move, proposal.held) == (Move.CLARIFY, ())
    assert "- Does your offer still stand? It was valid until 2026-12-01." in proposal.letter.body
    assert propose(brief.model_copy(update={"today": date(2026, 12, 1)})).move is Move.ACCEPT


def test_the_first_letter_names_the_day_by_which_an_answer_is_wanted():
    proposal = propose(a_brief(reply_by=date(2026, 11, 27)))
    assert proposal.held == ()
    assert "I would be glad to have your answer by 27 November 2026." in proposal.letter.body
