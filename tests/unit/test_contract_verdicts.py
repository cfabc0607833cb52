"""What clauses of public agreements say of a value without a figure, and what is asked of the operator: said plainly, once, or not at all."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
import yaml

from agents.contract_reader.clauses import PATTERNS
from agents.contract_reader.sentences import Sentence
from agents.contract_reader.sightings import Sighting
from agents.contract_reader.weighing import weighed
from agents.contract_reading.checks import Check, CheckState, check_terms
from agents.contract_reading.policy_check import Conflict, State, check_policy, contract_terms
from agents.contract_reading.policy_check.editing import with_limit
from agents.contract_reading.policy_check.sayings import Left
from agents.contract_reading.policy_check.stating import leaves_freely, leaves_later, told
from agents.negotiator.language import Language
from graphs.contract_import import read_contract_file
from graphs.policy.document import Policy
from memory.domain.contract import Certainty, Clause, ClauseKind, ContractReview
from memory.domain.contract_policy import Measure, MeasuredTerm
from memory.domain.evidence import Span

RULES = """version: 1
rules:
  - {id: has, kind: required_clause, says: A cap., clauses: [liability_cap, governing_law], verdict: require_approval}
  - {id: free, kind: clause, says: No such thing., clauses: [uncapped_liability, exclusivity], verdict: deny}
  - id: fair
    kind: clause_range
    says: Fair terms.
    max_price_increase: 10 %
    min_payment_days: 14
    min_liability_cap_months: 12
    verdict: require_approval
  - {id: bound, kind: clause_range, says: Not for long., max_term_months: 12, max_renewal_months: 12, max_notice_days: 60, verdict: require_approval}
"""
POSITIONS = Policy.load(RULES, source="policy.yaml").positions()


@pytest.mark.parametrize(
    ("measure", "sentence", "number"),
    [
        (Measure.NOTICE_DAYS, "SUBSCRIPTIONS AUTOMATICALLY RENEW for successive periods unless you cancel before the renewal date.", 0),
        (Measure.NOTICE_DAYS, "Customer may choose not to renew its Subscription Period by notifying Linear at an address.", 0),
        (Measure.TERM_MONTHS, "These Terms will remain in effect until terminated.", 0),
        (Measure.TERM_MONTHS, 'It continues in effect for fourteen (14) days ("Evaluation Term").', 1),
        (Measure.RENEWAL_MONTHS, "Provider and Partner may mutually agree to extend the Term, including by email communication.", 0),
        (Measure.PAYMENT_DAYS, "We bill every other week on Friday and all invoices are payable upon receipt.", 0),
        (Measure.PRICE_INCREASE_BP, "Der Provider kann die Preise bei Verlängerung des Vertrages um höchstens 8 % anheben.", 800),
        (Measure.PAYMENT_DAYS, "Rechnungen sind sofort und ohne Abzug zur Zahlung fällig.", 0),
        (Measure.LIABILITY_CAP, "Our liability shall not exceed the fees paid or payable in the [12] months preceding the claim.", 12),
        (
            Measure.LIABILITY_CAP,
            "The Company shall not be liable to you or to any third party for any direct, indirect or special damages.",
            0,
        ),
        (Measure.LIABILITY_CAP, "We can't be liable to you or any third party for damages, including lost profits.", 0),
    ],
)
def test_what_a_clause_says_plainly_is_read(measure: Measure, sentence: str, number: int) -> None:
    said = told(measure, "", sentence)
    assert said is not None
    assert (said.term.number, said.left) == (number, None)


@pytest.mark.parametrize(
    "sentence",
    [
        "Anthropic may update the published rates, to be effective the earlier of 30 days after the updates are posted.",
        "- 30 days notice for price increases",
        "Renewals are charged at Provider's then-current list prices.",
    ],
)
def test_a_right_to_raise_prices_without_a_figure_has_no_limit(sentence: str) -> None:
    said = told(Measure.PRICE_INCREASE_BP, "", sentence)
    assert said is not None
    assert said.term.unlimited


@pytest.mark.parametrize(
    ("measure", "sentence", "left"),
    [
        (Measure.TERM_MONTHS, "All subscriptions will be for the period described on the applicable Order.", Left.ORDER),
        (Measure.TERM_MONTHS, "This MNDA commences on the Effective Date and expires at the end of the MNDA Term.", Left.ORDER),
        (Measure.TERM_MONTHS, "It continues until all subscriptions hereunder have expired or have been terminated.", Left.ORDER),
        (Measure.NOTICE_DAYS, "It renews unless one party gives notice before the Non-Renewal Notice Date.", Left.ORDER),
        (Measure.PAYMENT_DAYS, "Customer will pay the fees and taxes in each invoice within the Payment Period.", Left.ORDER),
        (Measure.PAYMENT_DAYS, "We will charge your designated payment method on the applicable billing date.", Left.CARD),
        (Measure.PAYMENT_DAYS, "Die Entgelte werden monatlich im Voraus per SEPA-Lastschrift eingezogen.", Left.CARD),
        (Measure.RENEWAL_MONTHS, "- Automatic Renewal: Yes, on each billing cycle", Left.BILLING),
        (Measure.LIABILITY_CAP, "Each party's liability will not be more than the General Cap Amount.", Left.ORDER),
        (Measure.LIABILITY_CAP, "[Company Name]'s liability to you will not exceed [Damages Limit].", Left.BLANK),
        (Measure.LIABILITY_CAP, "The Contractor's total liability shall not exceed the total project fee.", Left.FEES),
        (Measure.LIABILITY_CAP, "Liability is subject to the limitations stated in the Agreement.", Left.MAIN),
        (Measure.LIABILITY_CAP, "The Provider is not liable for indirect damages, such as lost profits.", Left.INDIRECT),
        (Measure.GOVERNING_LAW, "The Governing Law will govern all interpretations and disputes.", Left.ORDER),
        (Measure.GOVERNING_LAW, "This Agreement shall be governed by the laws of [State/Country].", Left.BLANK),
        (Measure.PRICE_INCREASE_BP, "We may adjust the fees once a year in line with the Consumer Price Index.", Left.INDEX),
    ],
)
def test_where_a_value_stands_elsewhere_that_is_said(measure: Measure, sentence: str, left: Left) -> None:
    said = told(measure, "", sentence)
    assert said is not None
    assert (said.left, said.term.understood) == (left, False)


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        (Measure.NOTICE_DAYS, "Any termination or suspension may be undertaken with or without notice to you."),
        (Measure.NOTICE_DAYS, "Perplexity shall delete all Personal Data within thirty days of the end of the provision of the Services."),
        (Measure.TERM_MONTHS, "During the Subscription Period, Customer may access and use the Cloud Service."),
        (Measure.TERM_MONTHS, "The remaining terms of this Agreement will remain in full force and effect."),
        (Measure.TERM_MONTHS, "Limits on Liability and Indemnity survive termination of this agreement indefinitely."),
        (Measure.RENEWAL_MONTHS, "If the Subscription Period includes a partial month, only its days are counted."),
        (Measure.PAYMENT_DAYS, "Refunds are issued to the original payment method and may take several business days to process."),
        (Measure.PAYMENT_DAYS, "We may suspend Service for non-payment after [15] days notice."),
        (Measure.PAYMENT_DAYS, "The parties will work together to resolve the dispute within 15 days."),
        (Measure.PAYMENT_DAYS, "The Servicing Fee shall be payable on each Payment Date for the immediately prior Servicing Period."),
        (Measure.PAYMENT_DAYS, "Credit cards: on average 3.5% is charged by the credit card vendor."),
        (Measure.GOVERNING_LAW, "14.3 Governing Law and Chosen Courts."),
        (Measure.LIABILITY_CAP, "The Consultant is liable for all benefits, including, but not limited to, retirement plans."),
        (Measure.PRICE_INCREASE_BP, "The warranty shall not apply to unauthorized modifications or to Services provided at no charge."),
    ],
)
def test_a_sentence_about_something_else_is_no_clause_whose_value_is_missed(measure: Measure, sentence: str) -> None:
    assert told(measure, "", sentence) is None


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("You may terminate these Terms at any time by canceling your account.", 0),
        ("You may decide to cancel your Account whenever you want, at your sole discretion.", 0),
        ("Either party may terminate this MNDA for any or no reason upon written notice to the other party.", 0),
        ("Der Kunde kann den Vertrag jederzeit kündigen.", 0),
        ("We may terminate your access at any time, with or without cause.", None),
        ("Either party may terminate at any time if the other fails to cure a breach.", None),
        ("Customer may discontinue use of the Services at any time.", None),
    ],
)
def test_who_may_leave_whenever_it_likes_is_told_from_who_may_not(sentence: str, days: int | None) -> None:
    assert leaves_freely("", sentence) == days
    assert leaves_later("You may cancel at any time; it takes effect at the end of the current billing period.")


def _review(*clauses: tuple[ClauseKind, str, str | None, Certainty]) -> ContractReview:
    text, made = "", []
    for kind, words, value, certainty in clauses:
        made.append(Clause(kind=kind, span=Span(start=len(text), end=len(text) + len(words), text=words), value=value, certainty=certainty))
        text += words + " "
    return ContractReview(contract="a" * 64, text="b" * 64, pages=1, clauses=tuple(made))


def test_who_may_leave_at_any_time_is_not_asked_how_long_it_is_bound() -> None:
    review = _review((ClauseKind.TERMINATION, "You may cancel this contract at any time.", None, Certainty.SURE))
    numbers = {term.measure: term.number for term in contract_terms(review).terms}
    assert numbers == {Measure.NOTICE_DAYS: 0, Measure.TERM_MONTHS: 0, Measure.RENEWAL_MONTHS: 0}
    doubtful = _review((ClauseKind.TERMINATION, "You may cancel this contract at any time.", None, Certainty.UNSURE))
    assert Measure.TERM_MONTHS not in {term.measure for term in contract_terms(doubtful).terms}


def test_all_that_an_order_form_states_is_one_question_and_all_that_is_missing_another() -> None:
    sure = Certainty.SURE
    review = _review(
        (ClauseKind.LIABILITY_CAP, "Liability will not be more than the General Cap Amount.", None, sure),
        (ClauseKind.GOVERNING_LAW, "The Governing Law will govern all disputes.", None, sure),
        (ClauseKind.INITIAL_TERM, "Subscriptions are for the period described on the Order.", None, sure),
    )
    found = check_policy(review, "x" * 400, POSITIONS)
    by_state = {state: [c for c in found if c.state is state] for state in State}
    (asked,), (silent,) = by_state[State.UNSURE], by_state[State.SILENT]
    assert asked.because == (
        "the order form or cover page, which was not read, has to say: how much they pay for damage at most; how long it binds you at first"
    )
    assert set(asked.rules) == {"fair", "bound"}
    assert (
        silent.because
        == "it does not state: the time to pay; whether and how far prices may rise; the notice period; whether and for how long it renews"
    )
    assert set(silent.rules) == {"fair", "bound"}
    assert not by_state[State.BROKEN]


def test_a_doubted_clause_that_two_rules_ask_about_is_asked_about_once() -> None:
    review = _review((ClauseKind.LIABILITY_CAP, "This describes Provider's entire liability.", None, Certainty.UNSURE))
    (asked,) = (c for c in check_policy(review, "x" * 99, POSITIONS) if c.clause is ClauseKind.LIABILITY_CAP and c.state is State.UNSURE)
    assert asked.rule == "has"
    assert asked.redline is None


@pytest.mark.parametrize(
    ("kind", "passage", "kept"),
    [
        (
            ClauseKind.EXCLUSIVITY,
            "Perplexity shall not use Customer Content to train any generative artificial intelligence models.",
            False,
        ),
        (ClauseKind.EXCLUSIVITY, "We will not use, sell, or share your content with third parties.", False),
        (ClauseKind.EXCLUSIVITY, "Customer shall purchase all its requirements exclusively from Vendor.", True),
        (ClauseKind.NON_COMPETE, "You agree not to engage in activity that significantly harms our Users.", False),
        (
            ClauseKind.NON_COMPETE,
            "You may not access it for the purpose of creating a product or service competitive with the Services.",
            False,
        ),
        (ClauseKind.NON_COMPETE, "Consultant shall not work for a competitor of Client for one year.", True),
        (ClauseKind.UNCAPPED_LIABILITY, "IN NO EVENT WILL WE BE LIABLE FOR ANY SPECIAL, INCIDENTAL OR CONSEQUENTIAL DAMAGES.", False),
        (ClauseKind.UNCAPPED_LIABILITY, "Maximum Liability: Limited to fees paid in the 12 months prior to claim", False),
        (ClauseKind.UNCAPPED_LIABILITY, "The cap does not apply to Customer's indemnification obligations.", True),
        (ClauseKind.LIABILITY_CAP, "We shall not be liable for any damage caused by use of any third party web sites or services.", False),
    ],
)
def test_a_risk_that_its_own_words_do_not_name_is_not_asked_about(kind: ClauseKind, passage: str, kept: bool) -> None:
    told_of = [s.kind for s in weighed([Sighting(kind, 0, Certainty.UNSURE, passage)], ())]
    assert told_of == ([kind] if kept else [])


@pytest.mark.parametrize(
    ("kind", "sentence", "holds"),
    [
        (
            ClauseKind.PRICE_INCREASE,
            "An Authorized User may make changes to the Services, and you agree to pay any Fees associated with such changes.",
            False,
        ),
        (ClauseKind.PRICE_INCREASE, "The parties shall attempt to agree upon an adjustment in the amount of fees payable.", False),
        (ClauseKind.EXCLUSIVITY, "Purchase Orders shall be subject exclusively to the terms and conditions of this Agreement.", False),
        (ClauseKind.EXCLUSIVITY, "Sponsorships will be sold, and merchants will not be granted exclusivity as providers.", False),
        (ClauseKind.AI_TRAINING, "You may apply Inputs and Outputs to derivative product development or training other models.", False),
        (
            ClauseKind.AI_TRAINING,
            '"Customer Claim" means a claim that Output, which includes data used to train a model, infringes rights.',
            False,
        ),
        (ClauseKind.AI_TRAINING, "Vendor may use Customer Data to train its machine learning models.", True),
        (ClauseKind.PAYMENT_TERMS, "All fees shall be paid within 15 days from receipt of an invoice.", True),
        (ClauseKind.PAYMENT_TERMS, "The invoice is issued and delivered to the User within 5 working days.", False),
        (ClauseKind.LIABILITY_CAP, "Consultant is liable for benefits, including, but not limited to, retirement plans.", False),
    ],
)
def test_a_rule_knows_a_clause_from_a_sentence_that_shares_its_words(kind: ClauseKind, sentence: str, holds: bool) -> None:
    assert any(pattern.holds(Sentence(0, len(sentence), sentence).flat) for pattern in PATTERNS[kind]) is holds


_GERMAN: dict[str, dict[str, list[str]]] = yaml.load(
    (Path(__file__).parent / "contract_german_sentences.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)


def _is_there(kind: str, sentence: str) -> bool:
    if kind in {check.value for check in Check}:
        return next(f for f in check_terms(sentence) if f.check.value == kind).state is CheckState.PRESENT
    return any(pattern.holds(sentence) for pattern in PATTERNS[ClauseKind(kind)])


@pytest.mark.parametrize("kind", _GERMAN)
def test_a_german_clause_is_told_from_sentences_that_only_look_like_it(kind: str) -> None:
    missed = [sentence for sentence in _GERMAN[kind]["yes"] if not _is_there(kind, sentence)]
    wrong = [sentence for sentence in _GERMAN[kind]["no"] if _is_there(kind, sentence)]
    assert (missed, wrong) == ([], [])


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (Check.SUBPROCESSORS, "Der Auftragnehmer darf sich zur Erfüllung Dritter als Erfüllungsgehilfen bedienen."),
        (Check.LIABILITY_CAP, "Die Haftung richtet sich bei leichter Fahrlässigkeit nach Ziffer 9."),
        (Check.ACCEPTANCE, "Zur Abnahme gelten die Regeln der Anlage 2."),
        (Check.PRICE_CHANGE, "Eine Preisgleitklausel ist in der Anlage vereinbart."),
        (Check.KILL_FEE, "Für Stornierungen gilt die Gebührentabelle: Stornogebühr nach Aufwand, 40 % der Vergütung."),
    ],
)
def test_a_german_sentence_that_touches_on_a_clause_is_never_taken_for_silence(check: Check, sentence: str) -> None:
    assert next(f for f in check_terms(sentence) if f.check is check).state is not CheckState.ABSENT


TERMS = """Allgemeine Geschäftsbedingungen
1. Diese Bedingungen gelten für alle Verträge zwischen dem Anbieter und dem Kunden. Sie gelten ausschließlich gegenüber Unternehmern.
2. Rechnungen sind innerhalb von 14 Tagen nach Zugang ohne Abzug zahlbar.
3. Der Anbieter ist berechtigt, die Entgelte einmal jährlich mit einer Ankündigungsfrist von sechs Wochen zu erhöhen.
4. Der Vertrag läuft auf unbestimmte Zeit. Er kann von jeder Partei mit einer Frist von vier Wochen zum Monatsende gekündigt werden.
5. Der Anbieter haftet unbeschränkt bei Vorsatz und grober Fahrlässigkeit sowie für Schäden aus der Verletzung des Lebens.
6. Bei leicht fahrlässiger Verletzung einer wesentlichen Vertragspflicht ist die Haftung auf den vertragstypischen, vorhersehbaren Schaden begrenzt.
7. Es gilt das Recht der Bundesrepublik Deutschland. Ausschließlicher Gerichtsstand ist Kiel.
"""


@functools.cache
def _against(paper: str) -> tuple[Conflict, ...]:
    read = read_contract_file(paper.encode(), filename="paper.txt")
    return check_policy(read.review, read.text, POSITIONS)


def test_usual_german_terms_are_objected_to_for_what_they_say_and_for_nothing_else() -> None:
    assert [(c.clause, c.state) for c in _against(TERMS)] == [(ClauseKind.PRICE_INCREASE, State.BROKEN)]
    (line,) = (c.redline for c in _against(TERMS))
    assert line is not None
    assert line.becomes.endswith("sechs Wochen zu erhöhen. Die Preise dürfen um nicht mehr als 10 % im Jahr steigen.")


def test_a_german_duty_to_buy_from_one_alone_is_denied_and_a_word_in_passing_is_asked_about() -> None:
    bound = TERMS.replace("7. Es gilt", "7. Der Kunde verpflichtet sich, Hosting ausschließlich vom Anbieter zu beziehen.\n8. Es gilt")
    assert [c.clause for c in _against(bound) if c.verdict.value == "deny"] == [ClauseKind.EXCLUSIVITY]
    passing = TERMS.replace("7. Es gilt", "7. Exklusivität ist Teil unseres Partnerprogramms.\n8. Es gilt")
    assert [(c.state, c.verdict.value) for c in _against(passing) if c.clause is ClauseKind.EXCLUSIVITY] == [
        (State.UNSURE, "require_approval")
    ]


def test_what_binds_the_contractor_alone_and_what_the_vendor_owes_without_a_limit_denies_nothing() -> None:
    theirs = TERMS.replace("7. Es gilt", "7. Der Anbieter wird exklusiv für den Kunden tätig. Der Anbieter haftet unbegrenzt.\n8. Es gilt")
    assert not [c for c in _against(theirs) if c.verdict.value == "deny"]
    owed = "Provider's liability under this Agreement is unlimited."
    assert not any(pattern.holds(owed) for pattern in PATTERNS[ClauseKind.UNCAPPED_LIABILITY])
    assert any(pattern.holds("Customer's liability is unlimited.") for pattern in PATTERNS[ClauseKind.UNCAPPED_LIABILITY])


def test_a_limit_on_prices_is_put_behind_a_sentence_that_holds_more_than_the_price() -> None:
    renews = "It renews for periods of 24 months at Provider's then-current list prices unless either party objects."
    review = _review(
        (ClauseKind.PRICE_INCREASE, renews, "at renewal", Certainty.SURE), (ClauseKind.RENEWAL, renews, "for 24 months", Certainty.SURE)
    )
    same = review.clauses[1].model_copy(update={"span": review.clauses[0].span})
    found = check_policy(review.model_copy(update={"clauses": (review.clauses[0], same)}), renews, POSITIONS)
    assert {c.redline.becomes for c in found if c.redline and c.redline.was} == {
        "It renews for periods of 12 months at Provider's then-current list prices unless either party objects. "
        "Prices may not rise by more than 10 % a year."
    }


def test_a_title_and_a_word_about_exclusivity_are_no_reason_to_refuse_beside_the_sentence_that_binds() -> None:
    paper = (
        "Supply Agreement between Acme GmbH and Customer.\n9. Exclusivity of supply 9.1.\n"
        "Customer shall purchase all its requirements of the Products exclusively from Vendor.\n"
        "The parties discussed in March what exclusivity with a provider is worth to a supplier."
    )
    denied = [c.span.text for c in _against(paper) if c.verdict.value == "deny" and c.span]
    assert len(denied) == 1
    assert denied[0].endswith("Customer shall purchase all its requirements of the Products exclusively from Vendor.")


def test_a_length_whose_unit_leaves_its_number_open_is_edited_too() -> None:
    term = MeasuredTerm(measure=Measure.RENEWAL_MONTHS, number=24)
    assert with_limit("for two (2) year(s) each", term, 12, Language.EN) == "for twelve (12) months each"


def test_an_exclusive_right_that_is_granted_is_asked_about_and_not_refused() -> None:
    paper = "Licence Agreement.\nLicensor grants to Licensee an exclusive, non-transferable license to distribute the Products in the Territory."
    asked = [(c.state, c.verdict.value) for c in _against(paper) if c.clause is ClauseKind.EXCLUSIVITY]
    assert asked == [(State.UNSURE, "require_approval")]


FRENCH = (
    "Le présent contrat est conclu entre le prestataire et le client pour une durée de douze mois. La responsabilité du prestataire est "
    "limitée au montant versé au cours des douze derniers mois. Le droit français est applicable. Les factures sont payables à trente jours. "
    "Le contrat se renouvelle par tacite reconduction, sauf dénonciation trois mois avant la fin de la période en cours, et le client reçoit "
    "alors une confirmation écrite du prestataire dans les meilleurs délais."
)


def test_a_paper_in_a_language_that_is_not_read_is_asked_about_and_not_called_silent() -> None:
    assert not [c for c in _against(FRENCH) if c.state is State.BROKEN]
    read = read_contract_file(FRENCH.encode(), filename="paper.txt")
    assert any("neither in English nor in German" in finding.text for finding in read.review.findings)
