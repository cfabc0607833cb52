"""The mail that asks for changes: the clause word for word, our sentence, and nothing of the operator's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.contract_reading.policy_check import Change, Conflict, Redline, State, check_redline_mail, redline_mail
from agents.contract_reading.policy_check.naming import names_in
from agents.contract_reading.policy_check.redlining import redline_for
from agents.negotiator.language import Language
from agents.negotiator.outgoing import Secrets
from memory.domain.contract import ClauseKind
from memory.domain.contract_policy import Attitude, ClausePosition, Measure, MeasuredTerm
from memory.domain.evidence import Span
from memory.domain.money import Money
from memory.domain.policy import Verdict

WHO = {"operator": "Ann Lee", "vendor": "Acme Mail", "title": "Order form 7"}
OURS = "Never above 500 EUR, whatever Rivalsoft says."


def position(attitude: Attitude, clause: ClauseKind, **limit: object) -> ClausePosition:
    told = {"rule": "secret_rule_name", "policy_version": "9-abc", "says": OURS, "verdict": Verdict.DENY}
    return ClausePosition.model_validate({**told, "attitude": attitude, "clause": clause, **limit})


def conflict(wanted: ClausePosition, sentence: str | None, term: MeasuredTerm | None = None, paper: str = "") -> Conflict:
    span = Span(start=0, end=len(sentence), text=sentence) if sentence is not None else None
    told = wanted.model_dump(include={"rule", "policy_version", "says", "attitude", "clause", "measure"})
    return Conflict(
        **told,
        state=State.BROKEN,
        verdict=Verdict.DENY,
        span=span,
        because="our reasons",
        risk="our risk",
        redline=redline_for(wanted, span, term, names_in(paper)),
    )


EVERY = [
    *(position(Attitude.FORBIDDEN, kind) for kind in ClauseKind),
    *(position(Attitude.REQUIRED, kind) for kind in ClauseKind),
    position(Attitude.WITHIN, ClauseKind.NOTICE, measure=Measure.NOTICE_DAYS, at_most=60),
    position(Attitude.WITHIN, ClauseKind.RENEWAL, measure=Measure.RENEWAL_MONTHS, at_most=0),
    position(Attitude.WITHIN, ClauseKind.RENEWAL, measure=Measure.RENEWAL_MONTHS, at_most=1),
    position(Attitude.WITHIN, ClauseKind.INITIAL_TERM, measure=Measure.TERM_MONTHS, at_most=12),
    position(Attitude.WITHIN, ClauseKind.PRICE_INCREASE, measure=Measure.PRICE_INCREASE_BP, at_most=750),
    position(Attitude.WITHIN, ClauseKind.PAYMENT_TERMS, measure=Measure.PAYMENT_DAYS, at_least=14),
    position(Attitude.WITHIN, ClauseKind.WARRANTY, measure=Measure.WARRANTY_MONTHS, at_least=24),
    position(Attitude.WITHIN, ClauseKind.LIABILITY_CAP, measure=Measure.LIABILITY_CAP, at_least=12),
    position(Attitude.WITHIN, ClauseKind.LIABILITY_CAP, measure=Measure.LIABILITY_CAP, amount=Money.of(5000, "EUR")),
    position(Attitude.WITHIN, ClauseKind.LIABILITY_CAP, measure=Measure.LIABILITY_CAP, amount=Money.of(5000, "EUR"), at_least=6),
    position(Attitude.WITHIN, ClauseKind.GOVERNING_LAW, measure=Measure.GOVERNING_LAW, places=("Germany", "Austria")),
]
GERMAN = "Der Kunde und der Anbieter vereinbaren, dass die Leistungen mit den Preisen für das Jahr zu zahlen sind."


@pytest.mark.parametrize("language", [Language.EN, Language.DE])
def test_no_mail_tells_the_rule_its_words_its_reasons_or_a_figure_nobody_decided(language: Language) -> None:
    paper = GERMAN if language is Language.DE else ""
    for wanted in EVERY:
        sentence = None if wanted.attitude is Attitude.REQUIRED else "4.2 The vendor's own words."
        mail = redline_mail([conflict(wanted, sentence, paper=paper)], language=language, **WHO)
        assert mail.letter is not None
        for ours in (wanted.rule, wanted.says, "our reasons", "our risk", wanted.policy_version, "policy", "deny", "{", "}"):
            assert ours not in mail.letter.subject + mail.letter.body
        assert check_redline_mail(mail, Secrets(), language) == (), wanted


@settings(deadline=None, max_examples=25)
@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_the_clause_stands_in_the_mail_word_for_word(sentence: str) -> None:
    mail = redline_mail([conflict(position(Attitude.FORBIDDEN, ClauseKind.EXCLUSIVITY), sentence)], **WHO)
    assert mail.letter is not None
    shown = "".join(mark for mark in " ".join(sentence.split()) if mark.isprintable() or mark.isspace())
    body = "".join(mark for mark in mail.letter.body if mark.isprintable() or mark == " ")
    assert shown in body


def test_a_point_that_would_tell_a_secret_is_withheld_and_the_others_are_asked() -> None:
    secrets = Secrets(amounts=(Money.of(5000, "EUR"),), words=("Rivalsoft",))
    told = [
        conflict(position(Attitude.FORBIDDEN, ClauseKind.NON_COMPETE), "You must not work for Rivalsoft."),
        conflict(position(Attitude.WITHIN, ClauseKind.NOTICE, measure=Measure.NOTICE_DAYS, at_most=60), None),
    ]
    mail = redline_mail(told, secrets=secrets, **WHO)
    assert mail.letter is not None
    assert "Rivalsoft" not in mail.letter.body
    assert [held.conflict.clause for held in mail.withheld] == [ClauseKind.NON_COMPETE]
    assert [asked.clause for asked in mail.asked] == [ClauseKind.NOTICE]
    assert check_redline_mail(mail, secrets) == ()


def test_a_mail_whose_words_were_changed_to_tell_the_ceiling_is_caught() -> None:
    mail = redline_mail([conflict(position(Attitude.FORBIDDEN, ClauseKind.EXCLUSIVITY), "Buy from us alone.")], **WHO)
    assert mail.letter is not None
    spoilt = mail.model_copy(update={"letter": mail.letter.model_copy(update={"body": mail.letter.body + "\nOur limit is 720 EUR."})})
    assert check_redline_mail(spoilt, Secrets(amounts=(Money.of(720, "EUR"),)))


def test_what_is_unsure_or_silent_is_not_asked_of_the_vendor() -> None:
    silent = conflict(position(Attitude.WITHIN, ClauseKind.NOTICE, measure=Measure.NOTICE_DAYS, at_most=60), None)
    update = {"state": State.SILENT, "verdict": Verdict.REQUIRE_APPROVAL}
    unsure = conflict(position(Attitude.FORBIDDEN, ClauseKind.AUDIT), "They may look.").model_copy(update={"state": State.UNSURE})
    mail = redline_mail([silent.model_copy(update=update), unsure], **WHO)
    assert (mail.letter, mail.asked, mail.withheld) == (None, (), ())
    assert redline_mail([silent], **WHO).letter is not None


def test_a_mail_never_grows_beyond_what_a_letter_holds() -> None:
    long = [
        Conflict(
            rule="r",
            policy_version="1",
            says="s",
            attitude=Attitude.FORBIDDEN,
            clause=ClauseKind.AUDIT,
            state=State.BROKEN,
            verdict=Verdict.DENY,
            because="b",
            risk="r",
            redline=Redline(change=Change.DELETE, was=Span(start=n * 2000, end=n * 2000 + 1900, text="word " * 380)),
        )
        for n in range(40)
    ]
    mail = redline_mail(long, **WHO)
    assert mail.letter is not None
    assert len(mail.asked) + len(mail.withheld) == 40
    assert {held.because for held in mail.withheld} == {"it does not fit into one mail"}


def test_the_vendors_marks_that_nobody_sees_stay_out_of_the_mail() -> None:
    mail = redline_mail([conflict(position(Attitude.FORBIDDEN, ClauseKind.AUDIT), "They\u202e may\u200b look.\x07")], **WHO)
    assert mail.letter is not None
    assert "“They may look.”" in mail.letter.body


def test_a_vendor_of_another_language_is_written_to_in_english_throughout() -> None:
    mail = redline_mail([conflict(position(Attitude.FORBIDDEN, ClauseKind.AUDIT), "They may look.")], language=Language.FR, **WHO)
    assert mail.letter is not None
    assert mail.letter.body.startswith("Hello Acme Mail team,")
    assert "Kind regards" in mail.letter.body
