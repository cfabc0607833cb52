"""The outside world, in a process of its own that survives every kill: mail servers, the vendor behind them, and a bank.

What it received is written down as it happens and is what a run is judged by: each mail by its Message-ID, each payment by its
end-to-end id. Faults are drawn by the seed and meet only mails of ours. It is spoken to in lines of JSON on stdin and stdout.
"""

from __future__ import annotations

import contextvars
import json
import random
import sys
import threading
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from household import ADDRESS, PASSWORD, SLOW, VENDOR, clean_environment

from app.ports import SystemClock
from tools.atomic_file import write_atomically
from tools.sandbox import mail_server
from tools.sandbox.bank import statement_for
from tools.sandbox.mail_server import Fault, SandboxMail
from tools.sandbox.mailboxes import Mailboxes
from tools.sandbox.vendors.world import SalesDesk, VendorWorld, vendor_accounts

#: How often a mail of ours meets a fault: a line cut after DATA, with the mail delivered or not, and "try again later".
_FAULTS: tuple[tuple[Fault, float], ...] = (("drop_after_data", 0.08), ("lose_after_data", 0.04), ("tempfail", 0.04))
_sender: contextvars.ContextVar[str] = contextvars.ContextVar("sender", default="")


class Book:
    """What arrived, line by line in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def write(self, **line: Any) -> None:
        """Add a line."""
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "at": time.time()}) + "\n")


class FaultyMail(SandboxMail):
    """The sandbox's server; mails of ours meet faults drawn by a seed, and every delivery to the vendor is written down."""

    def __init__(self, accounts: dict[str, str], book: Book, seed: int, *, faults: bool) -> None:
        super().__init__(accounts)
        self._draw = random.Random(f"{seed}/mail")
        self._book = book
        self._faulty = faults

    def take_fault(self) -> Fault | None:
        """Return the fault this mail meets, none for mails of the vendor."""
        if not self._faulty or _sender.get() != ADDRESS:
            return None
        drawn = self._draw.random()
        for fault, share in _FAULTS:
            if drawn < share:
                self._book.write(what="fault", fault=fault)
                return fault
            drawn -= share
        return None


def _watch_deliveries(book: Book) -> None:
    """Write down every mail at the moment it is put into a mailbox, and remember whose mail is being handed over."""
    deliver, handle = Mailboxes.deliver, mail_server._Delivery.handle_DATA

    async def delivered(self: Mailboxes, address: str, raw: bytes) -> None:
        await deliver(self, address, raw)
        message = message_from_bytes(raw, policy=default)
        book.write(what="mail", to=address, message_id=str(message["Message-ID"]).strip(), subject=str(message["Subject"]))

    async def handled(self: Any, smtp: Any, session: Any, envelope: Any) -> str:
        _sender.set(str(envelope.mail_from).lower())
        return str(await handle(self, smtp, session, envelope))

    Mailboxes.deliver = delivered  # type: ignore[method-assign]
    mail_server._Delivery.handle_DATA = handled  # type: ignore[method-assign]


class Bank(threading.Thread):
    """Takes payment files out of the folder, as an operator who uploads them, and leaves a statement for each.

    A file that is written again is a second instruction and is written down as one.
    """

    def __init__(self, files: Path, book: Book) -> None:
        super().__init__(name="bank", daemon=True)
        self._files = files
        self._book = book

    def run(self) -> None:
        """Look for files until the process ends."""
        (self._files / "uploaded").mkdir(parents=True, exist_ok=True)
        while True:
            for path in sorted((self._files / "payments").glob("*.xml")):
                self._take(path)
            time.sleep(0.05)

    def _take(self, path: Path) -> None:
        taken = self._files / "uploaded" / f"{path.stem}-{time.time_ns()}.xml"
        path.rename(taken)
        body = taken.read_bytes()
        self._book.write(what="payment", end_to_end_id=path.stem, order=_remittance(body).split()[0])
        (self._files / "statements").mkdir(exist_ok=True)
        write_atomically(self._files / "statements" / f"{taken.stem}.camt053.xml", statement_for(body, SystemClock()))


def _remittance(body: bytes) -> str:
    from defusedxml.ElementTree import fromstring

    return str(next((e.text for e in fromstring(body).iter() if e.tag.endswith("}Ustrd")), ""))


def _sleep_until(awake: threading.Event, desk: SalesDesk) -> None:
    """Let a desk leave its mail unread until it is woken."""
    work = desk.work
    setattr(desk, "work", lambda: work() if awake.is_set() else 0)  # noqa: B010  # a plain assignment is a type error


def main() -> None:
    """Run until stdin closes; the first line out tells the ports."""
    clean_environment()
    order = json.loads(sys.stdin.readline())
    root = Path(order["root"])
    root.mkdir(parents=True, exist_ok=True)
    book = Book(root / "peers.jsonl")
    _watch_deliveries(book)
    vendors = [VENDOR, SLOW]
    awake = threading.Event()
    with FaultyMail({ADDRESS: PASSWORD, **vendor_accounts(vendors)}, book, order["seed"], faults=order["faults"]) as server:
        world = VendorWorld(server, vendors, SystemClock())
        _sleep_until(awake, world.desks[1])
        world.start()
        ports = {"smtp_host": server.host, "smtp_port": server.smtp_port, "imap_host": server.host, "imap_port": server.imap_port}
        sys.stdout.write(json.dumps(ports) + "\n")
        sys.stdout.flush()
        Bank(Path(order["home"]) / "files", book).start()
        for line in sys.stdin:
            if json.loads(line).get("wake"):
                awake.set()
                server.count_delivery()  # so that the desk looks


if __name__ == "__main__":
    main()
