"""The hand on the door, on the pages: everything is stopped and let go again, and an unknown outcome is settled."""

from __future__ import annotations

from pathlib import Path

from app.bootstrap import open_office
from memory.database import reading
from memory.effect_stop import stop_in_force
from memory.engine.in_process import InProcessEngine
from memory.ledger import StoredEvent
from memory.outbox import EffectStatus
from memory.views.health import effects_in


def _stop(home: Path) -> StoredEvent | None:
    with open_office(home, jobs=InProcessEngine()) as office, reading(office.database) as connection:
        return stop_in_force(connection)


def _shown(app) -> str:
    return "\n".join(str(item.value) for kind in (app.text, app.markdown, app.caption, app.warning, app.error) for item in kind)


def test_everything_is_stopped_at_once_every_page_says_so_and_it_is_let_go_again(opened, fresh_furnished):
    home = fresh_furnished.home
    health = opened(home, "health")
    health.text_input(key="stop-reason").set_value("the bank file [looks](http://x) odd")
    health.button(key="stop-effects").click().run()
    assert not health.exception
    assert _stop(home).body["reason"] == "the bank file [looks](http://x) odd"

    front = opened(home)
    assert "the bank file [looks](http://x) odd" in "\n".join(t.value for t in front.text)
    assert not any("](http" in md.value for md in front.markdown)
    front.text_input(key="resume-reason").set_value("it was the holiday")
    front.button(key="resume-effects").click().run()
    assert not front.exception
    assert _stop(home) is None
    assert "Nothing leaves the house" not in _shown(opened(home))


def test_a_stop_without_a_reason_is_not_taken_and_says_what_is_missing(opened, fresh_furnished):
    health = opened(fresh_furnished.home, "health")
    health.button(key="stop-effects").click().run()
    assert _stop(fresh_furnished.home) is None
    assert "reason" in "\n".join(e.value for e in health.error).lower() or any("reason" in str(e).lower() for e in health.error)


def test_an_outcome_that_the_operator_found_out_is_settled(opened, fresh_furnished):
    home = fresh_furnished.home
    with open_office(home, jobs=InProcessEngine()) as office:
        (unknown,) = effects_in(office.database, EffectStatus.UNKNOWN)
    health = opened(home, "health")
    health.text_input(key=f"settle-reason-{unknown.effect_key}").set_value("the date is in my calendar")
    health.button(key=f"happened-{unknown.effect_key}").click().run()
    assert not health.exception
    with open_office(home, jobs=InProcessEngine()) as office:
        assert effects_in(office.database, EffectStatus.UNKNOWN) == ()
        assert unknown.effect_key in {row.effect_key for row in effects_in(office.database, EffectStatus.CONFIRMED)}
