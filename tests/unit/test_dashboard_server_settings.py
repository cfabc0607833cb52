from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app.dashboard_server import check_settings, content_policy, dashboard_command, parsed_arguments, server_settings, unsafe_settings
from memory.domain.errors import RefusedError


def test_the_settings_we_serve_with_are_safe() -> None:
    assert unsafe_settings(server_settings(8501)) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server.address", None),
        ("server.address", "0.0.0.0"),
        ("server.address", "::"),
        ("server.address", "dashboard.example"),
        ("server.enableAgentApi", True),
        ("browser.gatherUsageStats", True),
        ("client.showErrorDetails", "full"),
    ],
)
def test_each_opening_is_refused_by_itself(name: str, value: object) -> None:
    opened = {**server_settings(8501), name: value}

    assert len(unsafe_settings(opened)) == 1
    with pytest.raises(RefusedError) as refused:
        check_settings(opened)
    assert refused.value.hint == "start it with: qm up"


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_every_loopback_address_is_fine(address: str) -> None:
    assert unsafe_settings({**server_settings(8501), "server.address": address}) == ()


def test_streamlit_knows_every_setting() -> None:
    from streamlit import config

    assert set(server_settings(8501)) <= set(config._config_options_template)


def test_the_command_keeps_the_starting_folder_out_of_the_path_and_names_the_home() -> None:
    command = dashboard_command(Path("some home"), 8600)

    assert command[1:4] == ["-P", "-m", "app.dashboard_server"]
    assert parsed_arguments(command[4:]) == (Path("some home"), 8600)


def test_a_home_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(dashboard_command(tmp_path / "nowhere", 8600), capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert done.stderr.strip().endswith("make one: qm init, or try the demo: qm demo")
    assert "Traceback" not in done.stderr


def test_the_content_policy_lets_nothing_go_to_another_host() -> None:
    policy = content_policy()

    assert "http" not in policy
    assert "*" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-inline'" not in next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'sha256-" in policy
