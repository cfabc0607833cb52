"""Opening and closing Chroma: no telemetry, no `.env` file read, no waiting without end, nothing left open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from memory.domain.errors import UnavailableError

if TYPE_CHECKING:
    import httpx
    from chromadb.api import ClientAPI

_TIMEOUT_SECONDS = 30.0


def open_folder(folder: Path) -> ClientAPI:
    """Open a local Chroma in `folder`. Raises Chroma's own error when it cannot be used."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=folder, settings=Settings(_env_file=None, anonymized_telemetry=False))


def open_server(host: str, port: int, ssl: bool, headers: dict[str, str]) -> ClientAPI:
    """Connect to a Chroma server. Raises `UnavailableError` when none answers there."""
    import chromadb
    from chromadb.config import Settings

    _knock(f"{'https' if ssl else 'http'}://{host}:{port}/api/v2/heartbeat", headers)
    client = chromadb.HttpClient(
        host=host, port=port, ssl=ssl, headers=headers, settings=Settings(_env_file=None, anonymized_telemetry=False)
    )
    for session in _sessions(client):
        session.timeout = _TIMEOUT_SECONDS
    return client


def release(client: ClientAPI) -> None:
    """Close the client with everything it holds."""
    client.close()  # type: ignore[attr-defined]  # the class has it, the interface does not
    for session in _sessions(client):
        session.close()


def _knock(url: str, headers: dict[str, str]) -> None:
    """See whether a server answers before Chroma asks it: Chroma waits forever, and leaks its connection when refused."""
    import httpx

    try:
        httpx.get(url, headers=headers, timeout=_TIMEOUT_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        raise UnavailableError(
            f"no Chroma server answers at {url}: {error}", hint="start it, or set the memory back to a local folder"
        ) from error


def _sessions(client: ClientAPI) -> list[httpx.Client]:
    """Return the HTTP sessions of a server's client and of the second one inside it: Chroma 1.5 never closes either."""
    owners = (client, getattr(client, "_admin_client", None))
    found = (getattr(getattr(owner, "_server", None), "_session", None) for owner in owners)
    return [session for session in found if session is not None]
