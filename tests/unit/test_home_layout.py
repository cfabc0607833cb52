"""A home's folder: closed to other people of the machine, and left alone where it is there already."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from app.home import lay_out


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def test_nobody_else_may_look_into_a_new_home(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        home = lay_out(tmp_path / "made" / "home", {"operator_name": "Ann Lee"})
    finally:
        os.umask(before)
    assert mode(home.root) == 0o700


def test_a_folder_that_was_there_keeps_its_permissions_and_its_files(tmp_path: Path) -> None:
    root = tmp_path / "home"
    root.mkdir(mode=0o750)
    root.chmod(0o750)
    (root / "policy.yaml").write_text("mine", encoding="utf-8")
    home = lay_out(root, {"operator_name": "Ann Lee"})
    assert mode(root) == 0o750
    assert home.policy.read_text(encoding="utf-8") == "mine"
