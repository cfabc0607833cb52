"""What a counteroffer says of both sides' steps: thanks for coming down, and what we give; only where it is so, in four languages."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiator import Move, Negotiator, NegotiatorBrief, Offered, Side, letters
from agents.negotiator.agent import check_letter, position_of
from agents.negotiator.language import Language
from agents.negotiator.letters import Giving, Step, Steps, steps_of
from agents.negotiator.strategy import decide
from memory.domain.base import sha256_hex
from memory.domain.money import Money, Period, Price
from memory.domain.preference_defaults import defaults_for
from memory.domain.preferences import Preferences
from memory.domain.quote import Quote, Terms
from memory.domain.requisition import Requisition
from memory.domain.vendor import VendorFacts
from memory.domain.worth import comparable_total
from tools.llm.choice import NoModel
from tools.llm.scripted import ScriptedModel
from tools.llm.tiers import Tier

USUAL = defaults_for("software", "saas")


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


def terms(price: int = 5900, **changes: object) -> Terms:
    known: dict[str, object] = {
        "unit_price": Price(amount_minor=price, currency="EUR", period=Period.MONTH),
        "quantity": 5000,
        "unit": "contacts",
        "term_months": 12,
        "billing": Period.YEAR,
        "setup_fee": Money(amount_minor=0, currency="EUR"),
        "tax_rate_bp": 1900,
        "payment_days": 30,
    }
    return Terms.model_validate({**known, **changes})


def said(theirs: list[Terms], last: Terms | None, offer: Terms, *, clear: bool = True, preferences: Preferences = USUAL) -> Steps:
    seen = None if last is None else len(theirs) - 1
    return steps_of(theirs, seen, () if last is None else (last,), (offer,), preferences, clear=clear)


@pytest.mark.parametrize(
    ("theirs", "step"),
    [
        ([terms(5900), terms(5200)], Step.CAME_DOWN),
        ([terms(5900), terms(5900)], Step.NONE),
        ([terms(5900), terms(6100)], Step.NONE),
        ([terms(5200), terms(5900), terms(5500)], Step.NONE),
        ([terms(5900, payment_days=14), terms(5900)], Step.BETTER_TERMS),
        ([terms(5900), terms(5890, payment_days=0)], Step.NONE),
        ([terms(5900), terms(5200, quantity=4000)], Step.NONE),
        ([terms(5900), terms(5200, tax_rate_bp=700)], Step.NONE),
        ([terms(5900, setup_fee=Money(amount_minor=9900, currency="EUR")), terms(5900)], Step.CAME_DOWN),
    ],
)
def test_a_vendor_is_thanked_for_coming_down_only_where_it_did(theirs, step):
    last = terms(4500)
    assert said(theirs, last, last).theirs is step
    assert said(theirs, last, last, clear=False).theirs is Step.NONE, "two readings of one doubtful figure are no step"
    assert said(theirs, None, last).theirs is Step.NONE, "before we asked for anything nobody came towards us"


@pytest.mark.parametrize(
    ("last", "offer", "given"),
    [
        (terms(4500), terms(4500, payment_days=14), ("payment_days",)),
        (terms(4500), terms(4600), ("unit_price",)),
        (terms(4500, term_months=1, billing=Period.MONTH), terms(4500), ("term_months",)),
        (terms(4500), terms(4600, payment_days=60), ()),
        (terms(4500), terms(4500, payment_days=14, free_months=2), ()),
        (terms(4500), terms(4500), ()),
        (terms(4500), terms(4500, notice_days=30), ()),
        (terms(4500, notice_days=0), terms(4500, notice_days=30), ("notice_days",)),
    ],
)
def test_what_we_give_is_pointed_out_only_where_nothing_is_taken_for_it(last, offer, given):
    moved, stood = (said([terms(5900), latest], last, offer) for latest in (terms(5200), terms(5900)))
    if given:
        assert (moved.giving, moved.given) == (Giving.IN_RETURN, given)
        assert (stood.giving, stood.given) == (Giving.MORE, given)
    else:
        assert {moved.giving, stood.giving} & {Giving.IN_RETURN, Giving.MORE} == set()


def test_of_several_packages_only_what_all_of_them_give_is_said():
    last, offers = (terms(4500),), (terms(4500, payment_days=14), terms(4500, payment_days=14, notice_days=0))
    steps = steps_of([terms(5900), terms(5200)], 1, last, offers, USUAL, clear=True)
    assert steps.given == ("payment_days",)
    (down, given_, *_) = letters.fixed_sentences(offers, steps=steps)
    assert (down, given_) == ("Thank you for coming down.", "In return we come towards you: payment within 14 days.")
    both = (terms(4500), terms(4600, payment_days=14))
    steps = steps_of([terms(5900), terms(5200)], 1, both, (terms(4550, payment_days=14),), USUAL, clear=True)
    assert steps.giving is Giving.FOR_PRICE, "one of the packages before was the better one for them"


OFFERS = st.builds(
    lambda price, months, days, fee: terms(
        price,
        term_months=months,
        billing=Period.MONTH if months == 1 else Period.YEAR,
        payment_days=days,
        setup_fee=Money(amount_minor=fee, currency="EUR"),
    ),
    st.integers(3000, 7000),
    st.sampled_from([1, 12, 24]),
    st.sampled_from([0, 14, 30]),
    st.sampled_from([0, 9900]),
)


@settings(max_examples=200)
@given(st.lists(OFFERS, min_size=2, max_size=4), OFFERS, OFFERS)
def test_whatever_was_offered_nothing_untrue_is_said(theirs, last, offer):
    steps = said(theirs, last, offer)
    if steps.theirs is Step.CAME_DOWN:
        assert all(comparable_total(theirs[-1]) < comparable_total(before) for before in theirs[:-1])
    before = theirs[-1] if steps.giving is Giving.FOR_PRICE else last
    for name in steps.given:
        if name == "term_months":
            assert offer.term_months > before.term_months or before.billing is Period.MONTH
        elif name == "payment_days":
            assert offer.payment_days < before.payment_days
        else:
            assert (name, steps.giving is Giving.FOR_PRICE) in {("unit_price", False), ("setup_fee", False)}
            assert (offer.unit_price if name == "unit_price" else offer.setup_fee).amount_minor > (
                before.unit_price if name == "unit_price" else before.setup_fee
            ).amount_minor


def a_brief(*offers: tuple[Side, Terms], **changes: object) -> NegotiatorBrief:
    latest = next(offered for side, offered in reversed(offers) if side is Side.VENDOR)
    known: dict[str, object] = {
        "case_id": "case-1",
        "requisition": Requisition(
            requisition_id="r",
            need="email marketing tool",
            category="saas",
            quantity=5000,
            unit="contacts",
            ceiling=Price(amount_minor=6000, currency="EUR", period=Period.MONTH),
        ),
        "vendor": VendorFacts(vendor_id="brieflark", name="Brieflark"),
        "operator": "Ada Example",
        "quote": Quote(quote_id="q", vendor_id="brieflark", round=len(offers) // 2, terms=latest, message=sha256_hex(b"mail")),
        "history": tuple(Offered(round=number // 2, side=side, terms=offered) for number, (side, offered) in enumerate(offers)),
        "rounds_left": 2,
    }
    return NegotiatorBrief.model_validate({**known, **changes})


FIRST, ASKED = (Side.VENDOR, terms(5900)), (Side.OURS, terms(4000))


def proposed(brief: NegotiatorBrief, *bodies: str):
    model = ScriptedModel({"negotiator.wording": [{"body": body} for body in bodies] * 2}, clock=FixedClock()) if bodies else NoModel()
    return asyncio.run(Negotiator(model).propose(brief))


@pytest.mark.parametrize(
    ("language", "thanks"),
    [
        (Language.EN, "Thank you for coming down. Your offer is not yet where we need it to be."),
        (Language.DE, "Vielen Dank, dass Sie uns mit einem günstigeren Angebot entgegenkommen. Ihr Angebot"),
        (Language.FR, "Merci d'avoir revu votre offre à la baisse. Votre offre"),
        (Language.ES, "Gracias por haber rebajado su oferta. Su oferta"),
    ],
)
def test_a_vendor_that_came_down_gets_another_letter_than_one_that_stood_still(language, thanks):
    moved, stood = (proposed(a_brief(FIRST, ASKED, (Side.VENDOR, terms(price)), language=language)) for price in (5200, 5900))
    assert (moved.move, moved.held, stood.move, stood.held) == (Move.COUNTER, (), Move.COUNTER, ())
    assert thanks in moved.letter.body
    assert thanks.split(".", maxsplit=1)[0] not in stood.letter.body


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("giving", [Giving.IN_RETURN, Giving.MORE, Giving.FOR_PRICE])
@pytest.mark.parametrize("step", list(Step))
def test_every_such_sentence_passes_the_check_on_what_goes_out_and_stands_once(language, giving, step):
    brief = a_brief(FIRST, ASKED, (Side.VENDOR, terms(5200)), language=language)
    decision = decide(position_of(brief))
    assert decision.terms is not None
    steps = Steps(theirs=step, giving=giving, given=("unit_price", "term_months", "payment_days"))
    letter = letters.counteroffer(
        operator="Ada Example",
        vendor="Brieflark",
        contact="",
        need="email marketing tool",
        terms=decision.terms,
        steps=steps,
        language=language,
    )
    parts = letters.line_parts(decision.terms, language)
    sentence = ", ".join(parts[name] for name in ("unit_price", "term_months", "payment_days") if name in parts)
    assert letter.body.count(sentence) >= 1
    problems = [p for p in check_letter(brief, decision, letter) if not p.startswith("does not state once")]
    spared = letters.fixed_sentences((decision.terms,), language, steps=steps)
    assert all(letter.body.count(fixed) == 1 for fixed in spared)
    from agents.negotiator.checks.statements import check_statements

    assert check_statements(letter.body, spared=spared) == ()
    assert not [p for p in problems if "neither decided nor given" in p or "forbidden" in p]


def test_the_first_counteroffer_points_out_what_it_gives_for_its_price():
    theirs = terms(5900, term_months=1, billing=Period.MONTH)
    proposal = proposed(a_brief((Side.VENDOR, theirs), rounds_left=4))
    assert (proposal.move, proposal.held) == (Move.COUNTER, ())
    said_ = proposal.letter.body.split("\n\n")
    line = next(place for place, part in enumerate(said_) if part.startswith("Subject to contract"))
    assert said_[line + 1] == "For such a price we can give you this: billed yearly (12 months), payment within 14 days."


def test_a_models_wording_must_keep_the_thanks_and_what_we_give():
    brief = a_brief(FIRST, ASKED, (Side.VENDOR, terms(5200)), tier=Tier.DEEP)
    template = proposed(brief.model_copy(update={"tier": Tier.RULES}))
    fixed = template.letter.body.split("\n\n")[2:-2]
    thanks = fixed[0].split(". ")[0] + "."
    whole = " ".join([thanks, *fixed[1:]])
    assert proposed(brief, whole).worded_by == "model"
    assert proposed(brief, " ".join(fixed[1:])).worded_by == "template"


def test_an_earlier_offer_in_doubt_is_no_ground_for_thanks():
    brief = a_brief(FIRST, ASKED, (Side.VENDOR, terms(5200)), doubted=True)
    assert "coming down" not in proposed(brief).letter.body
