"""The machine's side: Python, the home's folder, settings, the vault, and what listens where."""

from __future__ import annotations

import os
import socket
import stat
import sys
from ipaddress import ip_address
from pathlib import Path

from app.checkup.base import Check, bad, good, warning
from app.home import POLICY_FILE, existing_home, open_vault
from app.settings import load_settings, tracing_switched_on

_OLDEST = (3, 11)
_PRIVATE = stat.S_IRWXG | stat.S_IRWXO
_KNOCK_S = 1.0
_LISTENING = "0A"


def check_python() -> Check:
    """Whether this Python is new enough."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < _OLDEST:
        return bad("python", f"Python {version} is too old", "install Python 3.11 or newer, and Quartermaster in it")
    return good("python", f"Python {version}")


def check_tracing() -> Check:
    """Whether model calls are traced to somebody else: then the text of mails and contracts leaves this machine."""
    on = tracing_switched_on()
    if on:
        return warning("tracing", f"{on} is set: prompts with mail and contract text leave this machine", f"unset {on}")
    return good("tracing", "off: nothing about your cases is sent to a tracing service")


def check_home(root: Path) -> Check:
    """Whether a home was made here and can be written."""
    home = existing_home(root)
    if not os.access(root, os.W_OK):
        return bad("home", f"{root} cannot be written", f"mend its permissions: chmod u+rwx {root}")
    missing = [name for name in (POLICY_FILE,) if not (home.root / name).is_file()]
    if missing:
        return warning("home", f"{root} has no {missing[0]}", f"write the policy in force to it: qm policy show --text > {home.policy}")
    return good("home", str(root))


def check_settings(root: Path) -> Check:
    """Whether flags, environment and config.toml give settings that can be used."""
    settings = load_settings(root)
    return good("settings", f"{settings.operator_name} <{settings.operator_email}>, {settings.home_currency}, tier {settings.tier}")


def check_vault(root: Path) -> Check:
    """Whether the vault is there, opens, and its key is nobody else's to read."""
    home, settings = existing_home(root), load_settings(root)
    if not home.vault.exists():
        return bad("vault", "there is no vault", "qm init completes a home; or restore vault.json from a backup")
    if not settings.vault_passphrase.get_secret_value():
        if not home.key.exists():
            return bad(
                "vault", f"its key {home.key} is gone", "put the key back from where you keep it; without it the credentials are lost"
            )
        if os.name == "posix" and home.key.stat().st_mode & _PRIVATE:
            return bad("vault", f"others can read {home.key}", f"chmod 600 {home.key}")
    names = open_vault(home, settings).names()
    return good("vault", f"opens; {len(names)} secrets: {', '.join(names)}")


def check_dashboard(root: Path) -> Check:
    """Whether the dashboard would be, and is, for this machine only."""
    from app.dashboard_server import LOOPBACK, server_settings, unsafe_settings

    port = load_settings(root).dashboard_port
    wrong = unsafe_settings(server_settings(port))
    if wrong:
        return bad("dashboard", "; ".join(wrong), "this is a mistake in Quartermaster; do not start the dashboard, and report it")
    if _listens_beyond_loopback(port):
        return bad("dashboard", f"port {port} is open to other machines", "stop what listens there; start the dashboard with: qm up")
    if _answers(LOOPBACK, port):
        return good("dashboard", f"answers on {LOOPBACK}:{port} only")
    return good("dashboard", f"not running; qm up serves it on {LOOPBACK}:{port} only")


def _listens_beyond_loopback(port: int) -> bool:
    """Whether a socket of this machine listens on `port` for others, as the kernel's own tables say (proc(5)); elsewhere it is not known."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        try:
            lines = table.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            address, _, local_port = line.split()[1].partition(":")
            if line.split()[3] == _LISTENING and int(local_port, 16) == port and not _is_loopback(address):
                return True
    return False


def _is_loopback(address: str) -> bool:
    """Whether an address of the kernel's table, in hexadecimal words of this machine's byte order, is a loopback one."""
    words = [int(address[i : i + 8], 16).to_bytes(4, sys.byteorder) for i in range(0, len(address), 8)]
    return ip_address(b"".join(words)).is_loopback


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=_KNOCK_S).close()
    except OSError:
        return False
    return True
