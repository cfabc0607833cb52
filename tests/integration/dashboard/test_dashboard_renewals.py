"""The Renewals page: a decision on it is recorded once, bound to what was shown, and sends nothing."""

from __future__ import annotations

from app.bootstrap import open_office
from memory.database import reading
from memory.engine.in_process import InProcessEngine
from memory.ledger import read_events
from memory.views.renewals import renewal_list


def test_a_decision_on_the_page_is_recorded_and_a_cancellation_opens_its_case(opened, fresh_furnished) -> None:
    with open_office(fresh_furnished.home, jobs=InProcessEngine()) as office:
        lines = {line.vendor_id: line.uid for line in renewal_list(office.database, office.renewals.today)}
    page = opened(fresh_furnished.home, "renewals")
    page.button(f"keep-{lines['ledgerly']}").click().run(timeout=60)
    page.button(f"cancel-{lines['meetwell']}").click().run(timeout=60)
    assert not page.exception
    with open_office(fresh_furnished.home, jobs=InProcessEngine()) as office, reading(office.database) as connection:
        decided = [(e.body["uid"], e.body["action"]) for e in read_events(connection, kinds=("renewal.decided",))]
        started = [e.body["uid"] for e in read_events(connection, kinds=("renewal.started",))]
    assert decided == [(lines["ledgerly"], "keep"), (lines["meetwell"], "cancel")]
    assert started == [lines["meetwell"]]
