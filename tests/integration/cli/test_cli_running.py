"""`qm worker` and `qm up`: they run until they are told to stop, and then stop cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PATIENCE_S = 90


def start(home: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *arguments, "--home", str(home), "--json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        start_new_session=True,
    )


def wait_for_line(child: subprocess.Popen[str], words: str) -> str:
    assert child.stderr is not None
    seen = []
    for line in child.stderr:
        seen.append(line)
        if words in line:
            return line
    raise AssertionError("".join(seen))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive_in_group(group: int) -> list[str]:
    found = subprocess.run(["ps", "-o", "stat=,args=", "-g", str(group)], capture_output=True, text=True, check=False).stdout
    return [line for line in found.splitlines() if line.strip() and not line.startswith("Z")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_worker_stops_cleanly_when_it_is_told_to(home: Path, number: signal.Signals) -> None:
    child = start(home, "worker")
    wait_for_line(child, "worker is running")
    child.send_signal(number)
    out, err = child.communicate(timeout=PATIENCE_S)
    assert child.returncode == 0, err
    assert json.loads(out) == {"stopped": True}
    assert "Traceback" not in err


@pytest.mark.slow
def test_dashboard_and_worker_run_together_on_this_machine_only_and_stop_together(home: Path) -> None:
    port = free_port()
    child = start(home, "up", "--port", str(port))
    try:
        line = wait_for_line(child, "dashboard is at")
        assert f"http://127.0.0.1:{port}" in line
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=30) as answer:
            assert answer.status == 200
        taken = start(home, "up", "--port", str(port))
        out, _ = taken.communicate(timeout=PATIENCE_S)
        assert (taken.returncode, json.loads(out)["error"]["code"]) == (6, "unavailable")
        child.send_signal(signal.SIGTERM)
        out, err = child.communicate(timeout=PATIENCE_S)
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
    assert child.returncode == 0, err
    assert json.loads(out)["stopped"] is True
    deadline = time.monotonic() + 20
    while alive_in_group(child.pid) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert alive_in_group(child.pid) == []


@pytest.mark.slow
def test_without_a_port_the_dashboard_opens_on_the_one_of_the_settings(home: Path) -> None:
    port = free_port()
    child = start(home, "up", QM_DASHBOARD_PORT=str(port))
    try:
        assert f"http://127.0.0.1:{port}" in wait_for_line(child, "dashboard is at")
        child.send_signal(signal.SIGTERM)
        out, err = child.communicate(timeout=PATIENCE_S)
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
    assert (child.returncode, json.loads(out)["url"]) == (0, f"http://127.0.0.1:{port}"), err
