from __future__ import annotations

import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from memory.domain.errors import UnavailableError
from tools.atomic_file import locked, write_atomically

WRITER = """
import sys
from pathlib import Path
from tools.atomic_file import write_atomically
for _ in range(100000):
    for letter in b"ab":
        write_atomically(Path(sys.argv[1]), bytes([letter]) * 300_000)
"""
HOLDER = """
import sys
from pathlib import Path
from tools.atomic_file import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
    Path(sys.argv[1]).write_text("from the holder")
"""


def started(program: str, path: Path) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    return subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=root, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_writer_killed_at_any_moment_leaves_one_whole_content(tmp_path):
    file = tmp_path / "folder" / "file"
    with started(WRITER, file) as writer:
        while not file.exists():
            time.sleep(0.01)
        for _ in range(50):
            assert len(body := file.read_bytes()) == 300_000
            assert len(set(body)) == 1
        writer.kill()
    assert len(body := file.read_bytes()) == 300_000
    assert len(set(body)) == 1


def test_only_the_owner_may_read_what_is_written(tmp_path):
    write_atomically(tmp_path / "file", b"x")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_place_that_cannot_be_written_keeps_its_content_and_says_what_to_do(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnavailableError, match="folder cannot be written") as failed:
        write_atomically(tmp_path / "folder", b"x")
    assert failed.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_another_process_waits_for_the_lock(tmp_path):
    file = tmp_path / "file"
    with started(HOLDER, file) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        assert not file.exists()
        holder.stdin.write("go on\n")
        holder.stdin.flush()
        with locked(file):
            assert file.read_text() == "from the holder"
