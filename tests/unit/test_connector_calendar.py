from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from memory.domain.errors import EffectRejectedError, EffectUnknownError, UnavailableError
from tools.connectors.base import ConnectorContext
from tools.connectors.calendar import CONNECTOR
from tools.sandbox.gatehouse import Gatehouse
from tools.sandbox.ports import MemoryEvidence, MemoryRegistry, SetClock
from tools.vault import Secret

KIND = "calendar.put"


def connector(home: Path):
    gate = Gatehouse()
    return gate.through(
        CONNECTOR.open(ConnectorContext(home, MemoryEvidence(), MemoryRegistry(), gate.clock, lambda _: Secret(""), gate.tokens))
    )


def entry(**change):
    return {
        "uid": "contract-1-decide-by",
        "summary": "Decide",
        "on": "2027-10-02",
        "description": "text",
        "alarms_days": [7, 0],
        "sequence": 0,
    } | change


def events(home: Path):
    return Calendar.from_ical((home / "calendar.ics").read_bytes()).walk("VEVENT")


def test_an_entry_is_an_all_day_event_with_alarms_in_the_morning(tmp_path):
    connector(tmp_path).perform(KIND, entry(), key="k")
    (event,) = events(tmp_path)
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2027, 10, 2), date(2027, 10, 3))
    assert [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")] == [timedelta(days=-7, hours=9), timedelta(hours=9)]
    assert event.decoded("DTSTAMP") == SetClock().now()


def test_a_higher_sequence_replaces_the_entry_and_a_lower_one_leaves_it(tmp_path):
    opened = connector(tmp_path)
    opened.perform(KIND, entry(), key="a")
    opened.perform(KIND, entry(on="2027-11-02", sequence=1), key="b")
    late = opened.perform(KIND, entry(), key="a")
    (event,) = events(tmp_path)
    assert (event.decoded("DTSTART"), event["SEQUENCE"]) == (date(2027, 11, 2), 1)
    assert late.detail["superseded"] is True


def test_the_same_sequence_with_other_words_is_refused(tmp_path):
    opened = connector(tmp_path)
    opened.perform(KIND, entry(), key="a")
    with pytest.raises(EffectRejectedError, match="says something else"):
        opened.perform(KIND, entry(on="2027-11-02"), key="b")
    with pytest.raises(EffectUnknownError, match="says something else"):
        opened.look_up(KIND, entry(on="2027-11-02"), key="b")
    assert events(tmp_path)[0].decoded("DTSTART") == date(2027, 10, 2)


@pytest.mark.parametrize(
    "change", [{"sequence": "0"}, {"on": 86400 * 20787}, {"alarms_days": "7"}, {"alarms_days": [-1]}, {"uid": "a\r\nb"}]
)
def test_a_value_of_another_type_is_refused_and_never_bent_into_shape(tmp_path, change):
    with pytest.raises(EffectRejectedError, match=next(iter(change))):
        connector(tmp_path).perform(KIND, entry(**change), key="k")
    assert not (tmp_path / "calendar.ics").exists()


def test_what_the_operators_own_program_wrote_stays(tmp_path):
    own = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Own//EN\r\nBEGIN:VEVENT\r\nUID:dentist\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Dentist\r\n"
    own += b"DTSTART;VALUE=DATE:20270105\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    (tmp_path / "calendar.ics").write_bytes(own)
    connector(tmp_path).perform(KIND, entry(), key="k")
    assert {str(event["UID"]) for event in events(tmp_path)} == {"dentist", "contract-1-decide-by"}


def test_a_file_that_is_no_calendar_is_left_alone(tmp_path):
    (tmp_path / "calendar.ics").write_bytes(b"my shopping list\n")
    for attempt in (connector(tmp_path).perform, connector(tmp_path).look_up):
        with pytest.raises(UnavailableError, match=r"calendar\.ics"):
            attempt(KIND, entry(), key="k")
    assert (tmp_path / "calendar.ics").read_bytes() == b"my shopping list\n"


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=120)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(summary=TEXT, description=st.lists(TEXT, max_size=3).map("\n".join))
def test_no_text_can_break_out_of_its_entry_and_all_of_it_comes_back(tmp_path_factory, summary, description):
    home = tmp_path_factory.mktemp("cal")
    connector(home).perform(KIND, entry(summary=summary, description=description), key="k")
    (event,) = events(home)
    assert str(event["SUMMARY"]) == summary
    assert str(event["DESCRIPTION"]) == description
    assert len(event.walk("VALARM")) == 2


def test_a_carriage_return_cannot_start_a_line_of_its_own(tmp_path):
    connector(tmp_path).perform(KIND, entry(description="a\r\nEND:VEVENT\rATTENDEE:mailto:x@y.example"), key="k")
    (event,) = events(tmp_path)
    assert "ATTENDEE" not in event
    assert str(event["UID"]) == "contract-1-decide-by"


def test_many_writers_at_once_lose_no_entry(tmp_path):
    def put(number: int) -> None:
        connector(tmp_path).perform(KIND, entry(uid=f"contract-{number}"), key=str(number))

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(put, range(12)))
    assert {str(event["UID"]) for event in events(tmp_path)} == {f"contract-{number}" for number in range(12)}
