"""The pages through Streamlit's own test runner: what they show, and what an answer on them writes."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from app.bootstrap import open_office
from memory.database import reading
from memory.domain.approval import ApprovalStatus
from memory.domain.events.authority import ApprovalEdited
from memory.engine.in_process import InProcessEngine
from memory.ledger import read_events
from memory.projections.cases import cases
from memory.views.approvals import approval_card


def words(app: AppTest) -> str:
    """Everything on the page that is text."""
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.text,
        app.caption,
        app.markdown,
        app.code,
        app.info,
        app.success,
        app.warning,
        app.error,
    )
    return "\n".join(str(item.value) for kind in kinds for item in kind)


def status_of(home: Path, case_id: str) -> str:
    with open_office(home, jobs=InProcessEngine()) as office, reading(office.database) as connection:
        return str(connection.scalar(sa.select(cases.c.status).where(cases.c.case_id == case_id)))


def card_of(home: Path, approval_id: str):
    with open_office(home, jobs=InProcessEngine()) as office:
        return approval_card(office.database, approval_id)


@pytest.mark.parametrize("page", ["home", "approvals", "ask", "case", "renewals", "health"])
def test_every_page_opens_on_a_home_with_a_history(opened, furnished, page: str) -> None:
    app = opened(furnished.home, page)

    assert app.title


@pytest.mark.parametrize("page", ["home", "approvals", "ask", "case", "renewals", "health"])
def test_every_page_opens_on_an_empty_home(opened, empty_home: Path, page: str) -> None:
    app = opened(empty_home, page)

    assert app.title


def test_a_server_that_others_can_reach_shows_nothing_but_the_warning(opened, furnished) -> None:
    from streamlit import config

    config.set_option("server.address", "0.0.0.0")
    app = opened(furnished.home)

    assert not app.title
    assert "not safe to use" in app.error[0].proto.title


def test_home_answers_in_its_title(opened, furnished) -> None:
    app = opened(furnished.home)

    assert app.title[0].value == "6 things need you"
    assert "128\\.52 EUR" in words(app)
    assert "840\\.00 EUR" in words(app)


def test_an_empty_home_says_that_nothing_is_needed(opened, empty_home: Path) -> None:
    assert opened(empty_home).title[0].value == "Nothing needs you"


def test_the_open_card_shows_the_exact_effects_and_what_silence_means(opened, furnished) -> None:
    page = words(opened(furnished.home, "approvals", approval=furnished.approval_id))

    approval = card_of(furnished.home, furnished.approval_id).approval
    assert str(approval.action.effects[0].payload["contract"]) in page
    assert str(approval.action.effects[1].payload["end_to_end_id"]) in page
    assert "Papertern GmbH" in page
    assert "DE89370400440532013000" in page
    assert "expires to “no”" in page
    assert "The price may rise by 5 % at each renewal." in page
    assert "we can offer 52.00 EUR" in page


def test_approving_records_the_answer_bound_to_the_digest(opened, fresh_furnished) -> None:
    app = opened(fresh_furnished.home, "approvals", approval=fresh_furnished.approval_id)

    app.text_area(key=f"reason-{fresh_furnished.approval_id}").set_value("fair price")
    app.button(key=f"approve-{fresh_furnished.approval_id}").click().run()

    card = card_of(fresh_furnished.home, fresh_furnished.approval_id)
    assert (card.status, card.surface, card.decided_by, card.reason) == (ApprovalStatus.GRANTED, "dashboard", "Ada Operator", "fair price")
    assert "Approved" in words(app)


def test_an_answered_card_stays_on_the_page_and_offers_no_second_answer(opened, fresh_furnished) -> None:
    app = opened(fresh_furnished.home, "approvals", approval=fresh_furnished.approval_id)
    app.button(key=f"approve-{fresh_furnished.approval_id}").click().run()

    assert not [b for b in app.button if b.key and b.key.startswith(("approve-", "reject-", "edit-"))]
    assert "nothing more can be decided here" in words(app)


def test_rejecting_without_a_reason_decides_nothing(opened, fresh_furnished) -> None:
    app = opened(fresh_furnished.home, "approvals", approval=fresh_furnished.approval_id)

    app.button(key=f"reject-{fresh_furnished.approval_id}").click().run()

    assert card_of(fresh_furnished.home, fresh_furnished.approval_id).open
    assert "needs a reason" in app.warning[0].proto.title


def test_rejecting_with_a_reason_is_recorded(opened, fresh_furnished) -> None:
    app = opened(fresh_furnished.home, "approvals", approval=fresh_furnished.approval_id)

    app.text_area(key=f"reason-{fresh_furnished.approval_id}").set_value("too dear")
    app.button(key=f"reject-{fresh_furnished.approval_id}").click().run()

    card = card_of(fresh_furnished.home, fresh_furnished.approval_id)
    assert (card.status, card.reason) == (ApprovalStatus.REJECTED, "too dear")


def test_edits_are_shown_as_a_difference_and_sent_as_an_edited_action(opened, fresh_furnished) -> None:
    ident = fresh_furnished.approval_id
    app = opened(fresh_furnished.home, "approvals", approval=ident)

    app.text_input(key=f"reference-{ident}").set_value("PO 77 newsletter")
    app.text_area(key=f"note-{ident}").set_value("Please invoice in December.").run()
    difference = next(c.value for c in app.code if c.language == "diff")
    app.button(key=f"edit-{ident}").click().run()

    assert "+ reference: PO 77 newsletter" in difference
    assert "+ note with the order: Please invoice in December." in difference
    card = card_of(fresh_furnished.home, ident)
    assert card.status is ApprovalStatus.EDITED
    assert card.edited is not None
    assert card.edited.effects[1].payload["remittance"] == "PO 77 newsletter"
    with open_office(fresh_furnished.home, jobs=InProcessEngine()) as office, reading(office.database) as connection:
        event = next(e.event for e in read_events(connection, kinds=(ApprovalEdited.kind,)))
    assert isinstance(event, ApprovalEdited)
    assert event.edits.order_note == "Please invoice in December."
    assert event.edits.execute_on is None


def test_an_edit_that_was_never_shown_is_not_sent(opened, fresh_furnished) -> None:
    ident = fresh_furnished.approval_id
    app = opened(fresh_furnished.home, "approvals", approval=ident)

    app.text_input(key=f"reference-{ident}").set_value("typed and clicked at once")
    app.button(key=f"approve-{ident}").click().run()

    assert card_of(fresh_furnished.home, ident).open
    assert "Look at your changes first" in app.warning[0].proto.title
    assert any(c.language == "diff" for c in app.code)


def test_a_reference_that_no_bank_passes_on_is_refused_before_it_is_sent(opened, fresh_furnished) -> None:
    ident = fresh_furnished.approval_id
    app = opened(fresh_furnished.home, "approvals", approval=ident)

    app.text_input(key=f"reference-{ident}").set_value("Zahlung für März ✓").run()

    assert app.button(key=f"edit-{ident}").disabled
    assert "cannot be changed like that" in app.error[0].proto.title


def test_a_note_that_is_too_long_decides_nothing(opened, fresh_furnished) -> None:
    ident = fresh_furnished.approval_id
    app = opened(fresh_furnished.home, "approvals", approval=ident)

    app.text_area(key=f"note-{ident}").set_value("x" * 1200)
    app.button(key=f"approve-{ident}").click().run()

    assert not app.exception
    assert card_of(fresh_furnished.home, ident).open
    assert "Nothing was decided" in words(app) or "too long" in words(app)


def test_a_second_tab_is_told_calmly_that_the_answer_was_given_elsewhere(opened, fresh_furnished) -> None:
    ident = fresh_furnished.approval_id
    first = opened(fresh_furnished.home, "approvals", approval=ident)
    second = opened(fresh_furnished.home, "approvals", approval=ident)

    first.button(key=f"approve-{ident}").click().run()
    second.text_area(key=f"reason-{ident}").set_value("no")
    second.button(key=f"reject-{ident}").click().run()

    assert card_of(fresh_furnished.home, ident).status is ApprovalStatus.GRANTED
    assert "Already answered" in second.info[0].proto.title


def test_a_case_tells_its_story_in_chapters(opened, furnished) -> None:
    app = opened(furnished.home, "case", case=furnished.done_case)

    assert app.title[0].value == "Email tool for 5\\,000 contacts"
    assert [s.label.split(" · ")[0] for s in app.status] == [
        "Request",
        "Vendors",
        "Quotes and negotiation",
        "Recommendation",
        "Contract",
        "Approval",
        "Order and payment",
        "Renewal",
        "Outcome",
    ]


@pytest.mark.parametrize("view", ["Offers", "Evidence", "Contract", "Effects", "Ledger"])
def test_every_view_of_a_case_opens(opened, furnished, view: str) -> None:
    app = opened(furnished.home, "case", case=furnished.done_case)

    app.segmented_control(key=f"view-{furnished.done_case}").set_value(view).run()

    assert not app.exception
    assert len(words(app)) > 200


def test_answering_a_question_lets_the_case_go_on(opened, fresh_furnished) -> None:
    case = fresh_furnished.asking_case
    app = opened(fresh_furnished.home, "case", case=case)

    app.text_area(key=f"answer-text-{case}").set_value("at most 900 EUR, by the end of December")
    next(b for b in app.button if b.label == "Answer").click().run()

    assert not app.exception
    assert status_of(fresh_furnished.home, case) == "running"
    assert "Answered" in words(app) or "Answered" in app.success[0].proto.title


@pytest.mark.parametrize(("button", "status"), [("pause", "paused"), ("cancel", "cancelled"), ("retry", "running")])
def test_the_controls_of_a_case_do_what_they_say(opened, fresh_furnished, button: str, status: str) -> None:
    case = fresh_furnished.failed_case
    app = opened(fresh_furnished.home, "case", case=case)

    app.button(key=button).click().run()

    assert status_of(fresh_furnished.home, case) == status


def test_a_case_that_does_not_exist_is_said_calmly(opened, furnished) -> None:
    assert opened(furnished.home, "case", case="CASE-nowhere").title[0].value == "No such case"


def test_health_names_what_is_wrong_and_retries_a_failed_step(opened, fresh_furnished) -> None:
    app = opened(fresh_furnished.home, "health")
    page = words(app)

    assert "1 case stopped by an error" in page
    assert "1 effect with an unknown outcome" in page
    app.button(key=f"retry-{fresh_furnished.failed_case}").click().run()
    assert status_of(fresh_furnished.home, fresh_furnished.failed_case) == "running"


def test_a_broken_ledger_is_shown_at_once(opened, fresh_furnished) -> None:
    with open_office(fresh_furnished.home, jobs=InProcessEngine()) as office, office.database.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER events_refuse_update")
        connection.exec_driver_sql("UPDATE events SET hash = replace(hash, substr(hash, 1, 1), 'f') || '' WHERE seq = 5")
        connection.exec_driver_sql("UPDATE events SET kind = 'case.cancelled' WHERE seq = 5")

    app = opened(fresh_furnished.home, "health")

    assert "the ledger does not verify" in words(app)
    assert app.title[0].value.endswith("to look at")


def test_the_mail_of_a_stranger_is_shown_as_plain_text_only(opened, furnished) -> None:
    app = opened(furnished.home, "health")

    assert "**50 % off** [now](http://evil.example)" in [t.value for t in app.text]
    assert not any("](http" in m.value for m in [*app.markdown, *app.caption])


def test_no_page_puts_a_vendors_words_into_markup(opened, furnished) -> None:
    for page, query in (("home", {}), ("approvals", {"approval": furnished.approval_id}), ("case", {"case": furnished.open_case})):
        app = opened(furnished.home, page, **query)
        marked = [m.value for kind in (app.markdown, app.caption, app.title, app.header, app.subheader) for m in kind]
        assert not [text for text in marked if "](http" in text or "<b>" in text or "$9$" in text]


def say(app: AppTest, text: str) -> AppTest:
    app.chat_input(key="said").set_value(text).run()
    assert not app.exception
    return app


def test_a_question_is_answered_at_once_with_its_place_in_the_ledger(opened, fresh_furnished) -> None:
    app = say(opened(fresh_furnished.home, "ask"), "What did we spend this year?")

    page = words(app)
    assert "685.44 EUR" in page
    assert "ledger #" in page


def test_an_instruction_that_acts_is_shown_first_and_done_only_after_a_yes(opened, fresh_furnished) -> None:
    home = fresh_furnished.home
    wish = "Find an email tool for 5,000 contacts, EU data, under 60 EUR a month, by 2099-01-31"
    app = say(opened(home, "ask"), wish)
    before = count_cases(home)
    card = next(c.value for c in app.code)
    assert "at most 60.00 EUR per month" in card
    assert "5,000 contacts" in card

    app.button(key="confirm").click().run()

    assert before == 4
    assert count_cases(home) == 5
    assert "confirm" not in {b.key for b in app.button}


def test_a_no_leaves_everything_as_it_was(opened, fresh_furnished) -> None:
    app = say(opened(fresh_furnished.home, "ask"), "pause CASE-asks")

    app.button(key="forget").click().run()

    assert status_of(fresh_furnished.home, "CASE-asks") == "needs_you"
    assert "confirm" not in {b.key for b in app.button}


def count_cases(home: Path) -> int:
    with open_office(home, jobs=InProcessEngine()) as office, reading(office.database) as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(cases)) or 0)
