"""A paper against the policy: the clause, the rule and its version, the risk, the redline; never stricter or milder than policy itself."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.contract_reading.policy_check import Change, Conflict, State, check_policy, contract_terms
from agents.contract_reading.policy_check.editing import with_limit
from agents.contract_reading.policy_check.wording import mail_words, redline_words
from agents.negotiator.language import Language
from graphs.contract_import import read_contract_file
from graphs.policy.document import Policy
from graphs.policy.facts import Facts, Stage
from memory.domain.contract import Certainty, Clause, ClauseKind, ContractReview, Severity
from memory.domain.contract_policy import Measure, MeasuredTerm
from memory.domain.evidence import Span
from memory.domain.policy import Verdict

PAPER = """Subscription Agreement between Acme Mail GmbH ("Provider") and Ann Lee ("Customer").
1. This agreement is effective as of 1 March 2026. The initial term is 12 months.
2. It renews automatically for successive periods of twenty-four (24) months unless either party gives notice of non-renewal
at least ninety (90) days before the end of the term.
3. This agreement is governed by the laws of the State of Delaware.
4. Provider may increase the fees by up to fifteen percent (15%) per year.
5. Customer may not purchase similar services from any other provider during the term.
6. Provider's total liability is limited to the fees paid in the three (3) months before the claim.
7. Invoices are payable within 7 days of receipt.
"""
POLICY = """version: 3
rules:
  - {id: alone, kind: clause, says: No exclusivity., clauses: [exclusivity, non_compete], verdict: deny}
  - {id: there, kind: required_clause, says: Secrets are kept., clauses: [confidentiality, refund], verdict: require_approval}
  - id: fair
    kind: clause_range
    says: Fair terms.
    max_notice_days: 60
    max_renewal_months: 12
    max_price_increase: 7.5 %
    min_liability_cap_months: 12
    min_liability_cap: 5,000 EUR
    min_payment_days: 14
    min_warranty_months: 12
    governing_law: [Germany]
"""
SHARED = Policy.load(POLICY, source="policy.yaml")
GERMAN = """Vertrag zwischen der Acme Mail GmbH (Auftragnehmer) und Ann Lee (Auftraggeber).
1. Der Vertrag tritt am 1. März 2026 in Kraft. Die Laufzeit beträgt 12 Monate.
2. Der Vertrag verlängert sich automatisch um jeweils 24 Monate, wenn er nicht mit einer Frist von neunzig Tagen vor dem Ende der Laufzeit gekündigt wird.
3. Der Auftragnehmer darf die Daten des Auftraggebers zum Training von KI-Modellen verwenden, und es gilt, was wir sonst mit Ihnen vereinbart haben.
"""


@functools.cache
def conflicts(paper: str = PAPER, policy: str = POLICY) -> tuple[Conflict, ...]:
    """The conflicts of a paper; how sure the reader is of which sentence is not tried here, so its doubts are settled first."""
    read = read_contract_file(paper.encode(), filename="paper.txt")
    meant = {ClauseKind.EXCLUSIVITY, ClauseKind.AI_TRAINING}
    known = [clause for clause in read.review.clauses if clause.certainty is Certainty.SURE or clause.kind in meant]
    sure = tuple(clause.model_copy(update={"certainty": Certainty.SURE}) for clause in known)
    return check_policy(read.review.model_copy(update={"clauses": sure}), read.text, Policy.load(policy, source="policy.yaml").positions())


def one(found: tuple[Conflict, ...], clause: ClauseKind) -> Conflict:
    (only,) = [conflict for conflict in found if conflict.clause is clause]
    return only


def test_each_conflict_names_its_clause_its_rule_and_the_version() -> None:
    found = conflicts()
    assert found[0].verdict is Verdict.DENY
    assert (found[0].rule, found[0].says) == ("alone", "No exclusivity.")
    assert all(conflict.policy_version.startswith("3-") for conflict in found)
    for conflict in found:
        assert conflict.span is None or PAPER[conflict.span.start : conflict.span.end] == conflict.span.text
        assert conflict.risk.endswith((".", "!"))
    assert {(c.clause.value, c.state.value) for c in found} == {
        ("exclusivity", "broken"),
        ("confidentiality", "broken"),
        ("refund", "broken"),
        ("notice", "broken"),
        ("renewal", "broken"),
        ("price_increase", "broken"),
        ("liability_cap", "broken"),
        ("payment_terms", "broken"),
        ("governing_law", "broken"),
        ("warranty", "silent"),
    }


def test_two_figures_of_one_sentence_are_changed_in_one_redline() -> None:
    found = conflicts()
    notice, renewal = one(found, ClauseKind.NOTICE).redline, one(found, ClauseKind.RENEWAL).redline
    assert notice is not None
    assert notice == renewal
    assert notice.becomes == (
        "2. It renews automatically for successive periods of twelve (12) months unless either party gives notice of non-renewal\n"
        "at least sixty (60) days before the end of the term."
    )


def test_a_redline_is_the_smallest_change_that_will_do() -> None:
    found = conflicts()
    lines = {c.clause: c.redline for c in found if c.redline}
    assert lines[ClauseKind.PRICE_INCREASE].becomes == "4. Provider may increase the fees by up to 7.5% per year."
    assert lines[ClauseKind.PAYMENT_TERMS].becomes == "7. Invoices are payable within 14 days of receipt."
    assert (lines[ClauseKind.EXCLUSIVITY].change, lines[ClauseKind.EXCLUSIVITY].becomes) == (Change.DELETE, "")
    assert lines[ClauseKind.GOVERNING_LAW].becomes == "3. This agreement is governed by the laws of Germany."
    assert (
        "the fees paid or payable for the 12 months before the event or 5,000 EUR, whichever is higher"
        in lines[ClauseKind.LIABILITY_CAP].becomes
    )
    assert (lines[ClauseKind.CONFIDENTIALITY].change, lines[ClauseKind.CONFIDENTIALITY].was) == (Change.ADD, None)


def test_a_german_paper_gets_german_sentences_in_its_own_names() -> None:
    policy = POLICY + "  - {id: ai, kind: clause, says: My data is mine., clauses: [ai_training]}\n"
    lines = {c.clause: c.redline for c in conflicts(GERMAN, policy) if c.redline}
    assert lines[ClauseKind.AI_TRAINING].becomes == (
        "3. Der Auftragnehmer verwendet die Daten des Auftraggebers nicht, um eigene oder fremde Modelle zu trainieren oder zu verbessern."
    )
    assert "um jeweils 12 Monate, wenn er nicht mit einer Frist von 60 Tagen vor" in lines[ClauseKind.NOTICE].becomes
    (silent,) = (c.redline for c in conflicts(GERMAN, policy) if c.state is State.SILENT and c.redline)
    assert "Auf diesen Vertrag ist das Recht von Deutschland anzuwenden." in silent.becomes
    assert {line.language for line in lines.values()} == {"de"}


def test_a_clause_that_is_missing_is_one_conflict_with_the_value_it_should_state() -> None:
    policy = POLICY.replace("[confidentiality, refund]", "[warranty]")
    found = one(conflicts(policy=policy), ClauseKind.WARRANTY)
    assert (found.rule, found.state) == ("there", State.BROKEN)
    assert found.redline is not None
    assert found.redline.becomes == "The Provider warrants its services for 12 months from delivery."


def test_what_the_reader_is_not_sure_of_is_a_question_without_a_redline() -> None:
    read = read_contract_file(PAPER.encode(), filename="paper.txt")
    doubtful = tuple(c.model_copy(update={"certainty": Certainty.UNSURE}) for c in read.review.clauses)
    found = check_policy(
        read.review.model_copy(update={"clauses": doubtful}), read.text, Policy.load(POLICY, source="policy.yaml").positions()
    )
    unsure = [conflict for conflict in found if conflict.state is State.UNSURE]
    assert {c.clause for c in unsure} >= {ClauseKind.EXCLUSIVITY, ClauseKind.NOTICE, ClauseKind.PRICE_INCREASE, ClauseKind.GOVERNING_LAW}
    assert all(c.verdict is Verdict.REQUIRE_APPROVAL and c.redline is None and c.span for c in unsure)
    assert all(c.risk.startswith("Read the passage yourself. ") for c in unsure)


def test_a_clause_whose_value_was_not_read_is_told_apart_from_a_paper_that_says_nothing() -> None:
    vague = PAPER.replace("within 7 days of receipt", "as the order form says, and paid in days to be agreed").replace(
        "limited to the fees paid in the three (3) months before the claim", "limited to the General Cap Amount"
    )
    found = one(conflicts(vague), ClauseKind.LIABILITY_CAP)
    assert (found.state, found.because) == (
        State.UNSURE,
        "the cap on liability: it depends on the order form or cover page, which was not read",
    )
    assert found.span
    assert found.redline is None


def test_a_law_that_the_paper_only_names_by_a_word_of_its_own_is_not_taken_for_a_place() -> None:
    found = one(conflicts(PAPER.replace("the State of Delaware", "the Governing Member State")), ClauseKind.GOVERNING_LAW)
    assert (found.state, found.verdict) == (State.UNSURE, Verdict.REQUIRE_APPROVAL)


def test_a_paper_that_is_said_not_to_renew_beside_a_clause_that_renews_it_is_asked_about() -> None:
    span = Span(start=0, end=9, text="some word")
    clauses = (
        Clause(kind=ClauseKind.RENEWAL, span=span, value="does not renew by itself"),
        Clause(kind=ClauseKind.AUTO_RENEWAL, span=span, value="until cancelled"),
    )
    review = ContractReview(contract="a" * 64, text="b" * 64, pages=1, clauses=clauses, auto_renews=False)
    found = [c for c in check_policy(review, "some word", SHARED.positions()) if c.clause is ClauseKind.RENEWAL]
    assert {(c.state, c.verdict) for c in found} == {(State.UNSURE, Verdict.REQUIRE_APPROVAL)}
    assert "notice" in {c.clause.value for c in check_policy(review, "some word", SHARED.positions())}


def test_where_no_renewal_is_wanted_one_of_unknown_length_is_a_breach() -> None:
    paper = PAPER.replace("for successive periods of twenty-four (24) months ", "")
    policy = POLICY.replace("max_renewal_months: 12", "max_renewal_months: 0")
    found = one(conflicts(paper, policy), ClauseKind.RENEWAL)
    assert (found.state, found.because) == (
        State.BROKEN,
        "for how long it renews: it renews by itself, for how long is not stated; wanted is no renewal by itself",
    )
    assert one(conflicts(paper), ClauseKind.RENEWAL).state is State.UNSURE


def test_a_conflict_is_a_finding_as_heavy_as_its_verdict() -> None:
    found = conflicts()
    assert one(found, ClauseKind.EXCLUSIVITY).finding.severity is Severity.BLOCKER
    assert one(found, ClauseKind.NOTICE).finding.severity is Severity.CONCERN
    assert one(found, ClauseKind.NOTICE).finding.text.startswith(
        "the notice period: 90 days; wanted is at most 60 days (fair). You must decide 90 days"
    )


@pytest.mark.parametrize(
    ("sentence", "measure", "value", "limit", "becomes"),
    [
        ("with a 90-day notice", Measure.NOTICE_DAYS, 90, 30, "with a 30-day notice"),
        ("three months before the end", Measure.NOTICE_DAYS, 92, 60, "60 days before the end"),
        ("net of 90 days or 90 days", Measure.NOTICE_DAYS, 90, 60, None),
        ("for two years", Measure.RENEWAL_MONTHS, 24, 12, "for 12 months"),
        ("for twelve months", Measure.RENEWAL_MONTHS, 12, 1, "for 1 month"),
        ("rise 5 % or 15 %", Measure.PRICE_INCREASE_BP, 1500, 750, "rise 5 % or 7.5 %"),
        ("rise at will", Measure.PRICE_INCREASE_BP, 1500, 750, None),
        ("renewed yearly", Measure.RENEWAL_MONTHS, 12, 0, None),
    ],
)
def test_a_figure_is_changed_only_where_it_stands_once(
    sentence: str, measure: Measure, value: int, limit: int, becomes: str | None
) -> None:
    assert with_limit(sentence, MeasuredTerm(measure=measure, number=value), limit, Language.EN) == becomes


def test_every_sentence_of_a_language_has_its_counterpart_in_the_other() -> None:
    english, german = redline_words(Language.EN), redline_words(Language.DE)
    assert english.instead.keys() == german.instead.keys()
    assert english.added.keys() == german.added.keys()
    assert english.within.keys() == german.within.keys() == set(Measure) - {Measure.LIABILITY_CAP}
    assert set(mail_words(Language.EN).names) == set(mail_words(Language.DE).names) == set(ClauseKind)


VALUES = {
    ClauseKind.NOTICE: ["30 days", "90 days", None],
    ClauseKind.RENEWAL: ["renews by itself for 24 months", "does not renew by itself", "renews by itself"],
    ClauseKind.AUTO_RENEWAL: ["for 12 months", "until cancelled", None],
    ClauseKind.PRICE_INCREASE: ["at most 5 %", "no cap", None],
    ClauseKind.LIABILITY_CAP: ["the fees of 3 months", "excluded", "10,000.00 EUR", "the fees paid"],
    ClauseKind.PAYMENT_TERMS: ["30 days", "7 days"],
    ClauseKind.GOVERNING_LAW: ["Germany", "Delaware"],
    ClauseKind.WARRANTY: ["24 months", None],
}


@st.composite
def clauses(draw: st.DrawFn) -> Clause:
    kind = draw(st.sampled_from([*VALUES, ClauseKind.EXCLUSIVITY, ClauseKind.NON_COMPETE, ClauseKind.REFUND, ClauseKind.CONFIDENTIALITY]))
    value = draw(st.sampled_from(VALUES.get(kind, [None])))
    start = draw(st.integers(0, 50))
    return Clause(
        kind=kind, span=Span(start=start, end=start + 9, text="some words"[:9]), value=value, certainty=draw(st.sampled_from(Certainty))
    )


@settings(deadline=None, max_examples=50)
@given(st.lists(clauses(), max_size=8), st.none() | st.integers(1, 120), st.none() | st.booleans())
def test_the_reader_tells_exactly_what_policy_decides(found: list[Clause], notice: int | None, renews: bool | None) -> None:
    review = ContractReview(contract="a" * 64, text="b" * 64, pages=1, clauses=tuple(found), notice_days=notice, auto_renews=renews)
    paper = contract_terms(review)
    facts = Facts(
        stage=Stage.COMMIT,
        case_id="c",
        category="crm",
        top_category="saas",
        now=datetime(2026, 11, 23, tzinfo=UTC),
        clauses=tuple(kind.value for kind in paper.clauses),
        unsure_clauses=tuple(kind.value for kind in paper.unsure),
        contract_terms=paper.terms,
    )
    policy = SHARED
    told = check_policy(review, "some words " * 9, policy.positions())
    for active in policy.active:
        of_rule = [conflict.verdict for conflict in told if active.rule.id in conflict.rules]
        decided = active.kind.judge(active.rule, facts).verdict
        assert max(of_rule, key=lambda verdict: verdict.strictness, default=Verdict.ALLOW) is decided


EUROPE_ONLY = """version: 5
rules:
  - {id: here, kind: data_region, says: In Europe., regions: [EU, CH], verdict: deny, applies_to: {categories: [saas]}}
"""


def kept(sentence: str) -> tuple[Conflict, ...]:
    text = PAPER + f"8. {sentence}\n"
    clause = Clause(kind=ClauseKind.DATA_REGION, span=Span(start=len(PAPER), end=len(text) - 1, text=f"8. {sentence}"))
    review = ContractReview(contract="a" * 64, text="b" * 64, pages=1, clauses=(clause,))
    return check_policy(review, text, Policy.load(EUROPE_ONLY, source="policy.yaml").positions("saas"))


def test_data_that_a_paper_keeps_elsewhere_is_denied_with_its_sentence_and_what_to_ask_for() -> None:
    (found,) = kept("Customer Data is stored in the United States.")
    assert (found.verdict, found.state, found.because) == (Verdict.DENY, State.BROKEN, "where the data is kept: US; wanted is EU or CH")
    assert found.span is not None
    assert found.redline is not None
    assert (found.redline.change, found.redline.becomes) == (
        Change.REPLACE,
        "8. The Customer's data is stored and processed in the European Union only.",
    )


@pytest.mark.parametrize(
    ("sentence", "verdicts"),
    [
        ("Customer Data is stored in Frankfurt.", []),
        ("Customer Data is stored in Germany or in Switzerland.", []),
        ("Customer Data never leaves the EEA.", []),
        ("Customer Data may be stored anywhere.", [Verdict.DENY]),
        ("Customer Data is stored in the EU or the United States.", [Verdict.REQUIRE_APPROVAL]),
        ("Customer Data is not stored in the United States.", [Verdict.REQUIRE_APPROVAL]),
    ],
)
def test_regions_that_are_wanted_pass_and_what_can_be_read_two_ways_is_asked(sentence: str, verdicts: list[Verdict]) -> None:
    assert [conflict.verdict for conflict in kept(sentence)] == verdicts


def test_a_paper_that_names_no_region_is_asked_about_and_a_rule_for_other_categories_is_told_as_not_asked() -> None:
    policy = Policy.load(EUROPE_ONLY, source="policy.yaml")
    review = ContractReview(contract="a" * 64, text="b" * 64, pages=1, clauses=())
    (silent,) = check_policy(review, PAPER, policy.positions("saas"))
    assert (silent.state, silent.verdict) == (State.SILENT, Verdict.REQUIRE_APPROVAL)
    assert (policy.positions(), policy.narrowed()) == ((), ("here",))


def test_policy_denies_at_the_signature_what_the_reader_denies_of_the_place_of_the_data() -> None:
    (rule,) = (active for active in Policy.load(EUROPE_ONLY, source="policy.yaml").active)
    seen = {"case_id": "c", "category": "crm", "top_category": "saas", "data_region": "EU", "clauses": ("data_region",)}
    for place, verdict in (("US", Verdict.DENY), ("EU", Verdict.ALLOW)):
        known = MeasuredTerm(measure=Measure.DATA_REGION, place=place)
        told = rule.kind.judge(
            rule.rule, Facts(stage=Stage.COMMIT, now=datetime(2026, 11, 23, tzinfo=UTC), contract_terms=(known,), **seen)
        )
        assert told.verdict is verdict
