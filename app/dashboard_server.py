"""Serves the dashboard on this machine only, with every guard set here and checked before the first page.

`python -P -m app.dashboard_server --home DIR --port N` (what `dashboard_command` returns, and `qm up` starts). `-P` keeps the
folder it is started from out of Python's path.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.home import existing_home
from app.renewal_calendar import FEED
from app.theme import theme_settings
from memory.domain.errors import QuartermasterError, RefusedError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = "127.0.0.1"
#: Where a calendar program on this machine finds the dates.
FEED_PATH = f"/{FEED}"
#: Names under which a browser on this machine may ask; anything else is a rebound name or a stranger.
_HOSTS = (LOOPBACK, "localhost", "[::1]")

#: Vega compiles chart expressions, hence 'unsafe-eval'; styles are inserted at run time. Nothing may come from or go to
#: another host, so that text of a vendor can never call home, and no other page may frame the approvals.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-eval' blob: {inline}",
        "worker-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}


def dashboard_command(home: Path, port: int) -> list[str]:
    """Return the command that serves the dashboard of `home` on loopback."""
    return [sys.executable, "-P", "-m", "app.dashboard_server", "--home", str(home), "--port", str(port)]


def server_settings(port: int) -> dict[str, Any]:
    """Return every setting of the server that matters, theme included."""
    return {
        "server.address": LOOPBACK,
        "server.port": port,
        "server.headless": True,
        "server.enableAgentApi": False,
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
        "server.allowedHosts": list(_HOSTS),
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.allowRunOnSave": False,
        "server.enableStaticServing": False,
        "server.showEmailPrompt": False,
        "server.maxUploadSize": 10,
        "browser.serverAddress": LOOPBACK,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "type",
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        "logger.hideWelcomeMessage": True,
        **theme_settings(),
    }


def unsafe_settings(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is wrong with a server's settings, in words; empty when it is closed to everybody else."""
    wrong = []
    if not _is_loopback(settings.get("server.address")):
        wrong.append(f"the dashboard listens on {settings.get('server.address') or 'every interface'}, not on this machine only")
    if settings.get("server.enableAgentApi"):
        wrong.append("the agent API is on: a program could press the approval buttons")
    if settings.get("browser.gatherUsageStats"):
        wrong.append("usage statistics would leave this machine")
    if settings.get("client.showErrorDetails") not in {"type", "none"}:
        wrong.append("error details would show internals on the page")
    return tuple(wrong)


def check_settings(settings: Mapping[str, Any]) -> None:
    """Raise `RefusedError` when the dashboard would be open to others."""
    wrong = unsafe_settings(settings)
    if wrong:
        raise RefusedError(f"the dashboard does not start: {'; '.join(wrong)}", hint="start it with: qm up")


def current_settings() -> dict[str, Any]:
    """Return the settings that the running server really uses."""
    from streamlit import config

    names = ("server.address", "server.port", "server.enableAgentApi", "browser.gatherUsageStats", "client.showErrorDetails")
    return {name: config.get_option(name) for name in names}


def content_policy() -> str:
    """Return the content security policy, with the digests of the scripts that Streamlit's own page holds inline."""
    import streamlit

    page = Path(streamlit.__file__).with_name("static") / "index.html"
    inline = re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in inline)
    return _POLICY.format(inline=" ".join(f"'sha256-{digest}'" for digest in digests))


class GuardHeaders:
    """Puts the content security policy on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = {**_HEADERS, b"content-security-policy": content_policy().encode()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the headers added."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in self._headers]
                message = {**message, "headers": [*kept, *self._headers.items()]}
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def calendar_route(file: Path) -> Route:
    """Return the address of the calendar file: a calendar program on this machine can subscribe to it."""
    from starlette.responses import FileResponse, PlainTextResponse, Response
    from starlette.routing import Route

    def calendar(_request: Request) -> Response:
        if file.is_file():
            return FileResponse(file, media_type="text/calendar", headers={"cache-control": "no-cache"})
        return PlainTextResponse("No calendar is written yet: the worker writes it (qm up).\n", status_code=404)

    return Route(FEED_PATH, calendar, methods=["GET"])


def feed_address(port: int) -> str:
    """Return the address that a calendar program on this machine subscribes to."""
    return f"http://localhost:{port}{FEED_PATH}"


def serve(home: Path, port: int) -> None:
    """Serve the dashboard until stopped.

    Raises `NotFoundError` when there is no such home, `RefusedError` when the dashboard would be open to others.

    The pages read the home from this process's own arguments: see `app.connection`.
    """
    import streamlit as st
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    feed = existing_home(home).files / FEED
    sys.argv = [sys.argv[0], "--home", str(home), "--port", str(port)]
    settings = server_settings(port)
    check_settings(settings)
    guards = [Middleware(TrustedHostMiddleware, allowed_hosts=list(_HOSTS)), Middleware(GuardHeaders)]
    st.App(Path(__file__).with_name("dashboard.py"), routes=[calendar_route(feed)], middleware=guards).run(config=settings)


def parsed_arguments(arguments: list[str]) -> tuple[Path | None, int]:
    """Return home and port from command-line arguments; the home is None when it is not given."""
    parser = argparse.ArgumentParser(prog="dashboard", description="Serves the dashboard on this machine only.")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--port", type=int, default=8501)
    found, _ = parser.parse_known_args(arguments)
    return found.home, found.port


def _is_loopback(address: object) -> bool:
    if address == "localhost":
        return True
    try:
        return ip_address(str(address)).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    from app.children import WITH_PARENT, end_with_parent
    from app.settings import home_folder

    _home, _port = parsed_arguments(sys.argv[1:])
    if WITH_PARENT in sys.argv:
        end_with_parent()
    try:
        serve(home_folder(_home), _port)
    except QuartermasterError as error:
        sys.stderr.write(f"{error.message}. {error.hint}\n")
        sys.exit(error.exit_code)
