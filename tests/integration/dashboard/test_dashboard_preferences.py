"""Preferences on the pages: all of them are shown, said in words and taken back; a case shows and takes its walk-away."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from app.bootstrap import open_office
from memory.domain.money import Period, Price
from memory.engine.in_process import InProcessEngine
from memory.views.preferences import standing_preferences, walk_away_of


def kept(home: Path) -> list[tuple[str, str]]:
    with open_office(home, jobs=InProcessEngine()) as office:
        return [(s.scope, s.preference.key) for s in standing_preferences(office.database)]


def texts(app: AppTest) -> str:
    return "\n".join(str(item.value) for kind in (app.text, app.caption, app.success, app.error) for item in kind)


def say(app: AppTest, words: str, scope: str = "") -> AppTest:
    app.text_input(key="preference-words").set_value(words)
    app.selectbox(key="preference-scope").set_value(scope)
    next(b for b in app.button if b.label == "Keep it").click()
    return app.run()


def test_a_preference_is_said_shown_and_taken_back_on_the_ask_page(opened, fresh_furnished) -> None:
    home = fresh_furnished.home
    app = opened(home, "ask")
    app = say(app, "a year's commitment is worth 8 % to me", "saas")
    assert not app.exception
    assert kept(home) == [("saas", "term_months=12")]
    assert "costs you 8 %" in texts(app)
    next(b for b in app.button if b.label == "Take back").click().run()
    assert kept(home) == []


def test_what_cannot_be_kept_is_refused_with_what_to_say_instead(opened, fresh_furnished) -> None:
    home = fresh_furnished.home
    app = say(opened(home, "ask"), "60 days to pay costs me 1 %")
    assert not app.exception
    assert kept(home) == []
    assert "would make a cost" in app.error[0].proto.title


def test_standing_preferences_from_the_chat_are_shown_and_the_defaults_with_their_reasons(opened, fresh_furnished) -> None:
    home = fresh_furnished.home
    with open_office(home, jobs=InProcessEngine()) as office:
        office.interaction.ask("From now on write to vendors in German", surface="cli")
    app = opened(home, "ask")
    assert "German" in texts(app)
    assert any("Because" in frame.value.columns for frame in app.dataframe)


def test_a_case_shows_and_takes_its_walk_away(opened, undecided) -> None:
    home, case_id = undecided
    app = opened(home, "case", case=case_id)
    app.text_input(key=f"walk-away-{case_id}").set_value("5 EUR a month")
    app.button(key=f"set-walk-away-{case_id}").click().run()
    assert not app.exception
    with open_office(home, jobs=InProcessEngine()) as office:
        assert walk_away_of(office.database, case_id) == Price(amount_minor=500, currency="EUR", period=Period.MONTH)
    assert "You walk away above 5.00 EUR" in texts(app)
    app.button(key=f"drop-walk-away-{case_id}").click().run()
    with open_office(home, jobs=InProcessEngine()) as office:
        assert walk_away_of(office.database, case_id) is None


def test_after_the_choice_no_walk_away_is_asked_for(opened, fresh_furnished) -> None:
    app = opened(fresh_furnished.home, "case", case=fresh_furnished.open_case)
    assert "An offer is chosen" in texts(app)
    assert not [button.label for button in app.button if button.label == "Set it"]


def test_a_walk_away_above_the_ceiling_is_refused(opened, undecided) -> None:
    home, case_id = undecided
    app = opened(home, "case", case=case_id)
    app.text_input(key=f"walk-away-{case_id}").set_value("99,999 EUR a month")
    app.button(key=f"set-walk-away-{case_id}").click().run()
    assert "above the ceiling" in app.error[0].proto.title
