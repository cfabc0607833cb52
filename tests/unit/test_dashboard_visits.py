from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.visits import note_visit

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_the_first_visit_counts_everything_as_news(tmp_path: Path) -> None:
    assert note_visit(tmp_path, 10, NOW).news_since == 0


def test_a_reload_is_the_same_visit(tmp_path: Path) -> None:
    note_visit(tmp_path, 10, NOW)
    note_visit(tmp_path, 12, NOW + timedelta(hours=5))
    again = note_visit(tmp_path, 14, NOW + timedelta(hours=5, minutes=10))

    assert again.news_since == 10


def test_a_later_visit_begins_where_the_last_one_ended(tmp_path: Path) -> None:
    note_visit(tmp_path, 10, NOW)
    note_visit(tmp_path, 15, NOW + timedelta(minutes=20))
    later = note_visit(tmp_path, 40, NOW + timedelta(hours=8))

    assert (later.news_since, later.news_since_at) == (15, (NOW + timedelta(minutes=20)).isoformat())


def test_a_damaged_note_costs_only_the_list(tmp_path: Path) -> None:
    (tmp_path / "last_visit.json").write_text("{")

    assert note_visit(tmp_path, 10, NOW).news_since == 0
    assert note_visit(tmp_path, 10, NOW + timedelta(hours=2)).news_since == 10
