"""How the demo speaks in a terminal: one line per fact, the approval as a card, the end as a short summary.

Vendor text is printed as plain text: `rich.text.Text` interprets no markup, and control characters are gone by then.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.demo import DemoResult
from memory.domain.approval import Approval, Approve, Decision, Edit, Edits, Reject
from memory.domain.contract import Severity
from memory.domain.errors import AnswerNeededError, NotFoundError
from memory.domain.events.sourcing import VendorDiscovered
from memory.domain.money import Money
from memory.domain.words import counted, one_line
from memory.narration import narrate

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.text import Text

    from memory.domain.registry import Payee
    from memory.ledger import StoredEvent

#: Facts that are bookkeeping to an operator; the ledger and the dashboard show them.
_QUIET = frozenset({"authorization.granted", "authorization.burned", "effect.confirmed", "model.asked", "claim.struck", "budget.reserved"})
_SIGNS = {"approval": "?", "contract": "§", "payment": "€", "renewal": "↻", "vendor": "·", "policy": "!", "case": "■"}
_SHADES = {Severity.BLOCKER: "red", Severity.CONCERN: "yellow", Severity.NOTE: "dim"}


class TerminalVoice:
    """Speaks on a console. With `yes` it approves by itself and says so; without a terminal it cannot ask.

    `alone` tells that it approves because nobody is at a terminal, not because somebody gave --yes. `payee` looks up whom
    the registry has under a payee's id; without it the card shows the id.
    """

    def __init__(self, console: Console, *, yes: bool, alone: bool = False, payee: Callable[[str], Payee | None] | None = None) -> None:
        self._console = console
        self._yes = yes or alone
        self._approval = "approved: nobody at a terminal (demo)" if alone and not yes else "approved by --yes"
        self._payee = payee
        self._names: dict[str, str] = {}
        self._began = False

    def say(self, stored: StoredEvent) -> None:
        """Print one fact, with the time of day."""
        if isinstance(stored.event, VendorDiscovered):
            facts = stored.event.candidate.facts
            self._names[facts.vendor_id] = facts.name
        if stored.kind in _QUIET or (stored.kind == "policy.evaluated" and stored.body["decision"]["verdict"] == "allow"):
            return
        from rich.text import Text

        if not self._began:
            self._began = True
            self._console.print(f"{stored.at:%Y-%m-%d}, times in UTC", style="dim")
        sign = _SIGNS.get(stored.kind.split(".")[0], " ")
        self._console.print(Text.assemble((f"{stored.at:%H:%M:%S} ", "dim"), (f"{sign} ", "cyan"), narrate(stored.event, self._names)))

    def decide(self, approval: Approval) -> Decision:
        """Show the card and return the answer: y, n or edit."""
        self._card(approval)
        common = {"approval_id": approval.approval_id, "digest": approval.action.digest, "by": "operator"}
        if self._yes:
            self._console.print(f"{self._approval.capitalize()}.", style="bold green")
            return Approve(**common, reason=self._approval)
        while True:
            match self._ask("Approve? [y]es, [n]o, [e]dit: ").strip().lower():
                case "y" | "yes":
                    return Approve(**common, reason=self._ask("Reason (may be empty): ").strip())
                case "n" | "no":
                    return Reject(**common, reason=self._ask("Why not? ").strip() or "no reason given")
                case "e" | "edit":
                    edits = self._edits(approval)
                    if not edits.empty:
                        return Edit(**common, edits=edits, reason=self._ask("Reason (may be empty): ").strip())

    def _ask(self, prompt: str) -> str:
        try:
            # Without markup: "[y]es" and a default in brackets are words to print, not styles.
            return self._console.input(prompt, markup=False, emoji=False)
        except (EOFError, KeyboardInterrupt):
            raise AnswerNeededError(
                "an approval waits and nobody answers", hint="qm demo --yes, or answer it in the dashboard: qm up"
            ) from None

    def _edits(self, approval: Approval) -> Edits:
        from pydantic import ValidationError

        payment = next((e.payload for e in approval.action.effects if e.kind == "payment.instruct"), {})
        day = self._ask(f"Pay on [{payment.get('execute_on', '')}]: ").strip()
        reference = self._ask(f"Payment reference [{payment.get('remittance', '')}]: ").strip()
        note = self._ask("Note with the order []: ").strip()
        try:
            return Edits(execute_on=day or None, remittance=reference or None, order_note=note or None)
        except ValidationError:
            self._console.print("A date looks like 2026-12-01; nothing was changed.", style="yellow")
            return Edits()

    def _card(self, approval: Approval) -> None:
        from rich.panel import Panel
        from rich.text import Text

        card = Text()
        card.append(f"{approval.action.title}\n\n", style="bold")
        card.append("What happens if you say yes\n", style="underline")
        for line in approval.action.consequences:
            card.append(f"  • {line}\n")
        _grounds(card, approval)
        card.append("\nThe exact effects\n", style="underline")
        for effect in approval.action.effects:
            card.append(f"  {effect.kind}  digest {effect.digest[:16]}…\n")
            for name, value in effect.payload.items():
                shown = self._payee_in_words(str(value)) if name == "payee_id" else _shown(value)
                card.append(f"      {name}: {one_line(shown, 90)}\n", style="dim")
        card.append(f"\nUnanswered by {approval.expires_at:%Y-%m-%d %H:%M} UTC it is a no. Policy {approval.policy_version}.", style="dim")
        self._console.print(Panel(card, title=f"Approval {approval.approval_id}", border_style="cyan"))

    def _payee_in_words(self, payee_id: str) -> str:
        payee = self._payee(payee_id) if self._payee else None
        return f"{payee_id}: {payee.name}, IBAN ending in {payee.iban[-4:]}" if payee else payee_id

    def summary(self, result: DemoResult, home: Path) -> None:
        """Print the end: what was bought, from which price to which, and where everything lies."""
        from rich.text import Text

        listed, agreed, paid = (
            Money(amount_minor=amount, currency=result.currency) for amount in (result.list_total, result.agreed_total, result.paid_total)
        )
        say = self._console.print
        say()
        if result.status != "done":
            say(Text(f"Nothing was bought: {result.reason or result.status}", style="yellow"), soft_wrap=True)
            say(Text(f"See why: qm cases show {result.case} --home {home}", style="yellow"), soft_wrap=True)
        else:
            saved = listed - paid
            say(Text(f"Bought from {result.vendor}: {listed} list → {paid} paid (agreed {agreed}); saved {saved}.", style="bold green"))
            say(f"Decide by {result.decide_by} whether to keep it; it is in the calendar file.")
        proof = "verifies" if result.ledger_verified else "DOES NOT VERIFY"
        rounds, approvals = counted(result.rounds, "round"), counted(result.approvals, "approval")
        say(f"{rounds} of counteroffers, {approvals}, {counted(result.events, 'event')}; the ledger {proof}.")
        say(f"Ledger head {result.ledger_head[:16]}…  ({result.seconds} s)")
        say("Files:")
        for path in result.files:
            say(Text(f"  {path}"), soft_wrap=True)
        say(Text(f"Look at it: qm up --home {home}", style="bold"), soft_wrap=True)


def payee_in(root: Path) -> Callable[[str], Payee | None]:
    """Return a look into the registry of the home at `root`, for the card: the payee with an id, or None when there is none."""

    def find(payee_id: str) -> Payee | None:
        from app.home import existing_home
        from app.settings import load_settings
        from memory.database import open_database
        from memory.views.registry import RegistryView

        database = open_database(existing_home(root).database_url(load_settings(root)))
        try:
            return RegistryView(database).payee(payee_id)
        except NotFoundError:
            return None
        finally:
            database.dispose()

    return find


def _grounds(card: Text, approval: Approval) -> None:
    """Add why the operator is asked, what the action rests on, and what speaks against it."""
    card.append("\nWhat it rests on\n", style="underline")
    for claim in approval.evidence[:8]:
        source = claim.evidence[0]
        card.append(f"  • {one_line(claim.text, 160)}\n")
        quoted = f" “{one_line(source.span.text, 90)}”" if source.span else ""
        card.append(f"      {source.origin.value.replace('_', ' ')} {source.digest[:12]}…{quoted}\n", style="dim")
    if approval.rules:
        card.append("\nWhy you are asked\n", style="underline")
        for rule in approval.rules:
            card.append(f"  • {one_line(rule, 200)}\n")
    card.append("\nRisks\n", style="underline")
    for risk in approval.risks:
        card.append(f"  {risk.severity.value}: {one_line(risk.text, 200)}\n", style=_SHADES[risk.severity])
    if not approval.risks:
        card.append("  none were found\n", style="dim")


def _shown(value: object) -> str:
    if isinstance(value, dict) and set(value) == {"amount_minor", "currency"}:
        return str(Money.model_validate(value))
    return str(value)
