"""A demo begins with empty books, whatever was bought in its folder before, and never touches a home that is in use or real."""

from __future__ import annotations

import pytest

from app.bootstrap import open_office
from app.demo import QuietVoice, run_demo
from app.home import lay_out
from app.sandbox_world import set_aside
from memory.database import writing
from memory.domain.errors import ConflictError
from memory.schema import heartbeats


@pytest.fixture(scope="module")
def used_home(tmp_path_factory):
    root = tmp_path_factory.mktemp("demos") / "demo"
    return root, run_demo(root, QuietVoice())


@pytest.mark.slow
def test_a_demo_in_a_used_folder_buys_again_and_keeps_the_first(used_home):
    root, first = used_home
    second = run_demo(root, QuietVoice())
    assert (first.status, second.status, second.reason) == ("done", "done", "")
    assert first.case != second.case
    assert all(second.case not in path and str(root) in path for path in second.files)
    with open_office(root.with_name("demo-1")) as office:
        assert office.service.approval(f"AP-{first.case.removeprefix('CASE-')}").case_id == first.case


@pytest.mark.slow
def test_a_demo_home_with_a_live_worker_is_left_alone(used_home):
    root, _ = used_home
    with open_office(root) as office, writing(office.database) as connection:
        connection.execute(heartbeats.insert().values(worker="up", at=office.clock.now().isoformat(), detail=""))
    with pytest.raises(ConflictError, match="a worker is running"):
        set_aside(root)
    assert root.exists()


def test_a_real_home_is_never_set_aside(tmp_path):
    lay_out(tmp_path / "home", {"operator_name": "Ada"})
    with pytest.raises(ConflictError, match="real home"):
        run_demo(tmp_path / "home", QuietVoice())
    assert (tmp_path / "home" / "config.toml").exists()


def test_a_folder_without_a_home_is_simply_used(tmp_path):
    assert set_aside(tmp_path / "fresh") is None
