"""The notice that a contract ends, and the reminder of it, in English and German: dates from the calendar, names from the registry.

It is the operator's own declaration, and goes in the operator's name alone: a notice by somebody else may be refused for want of authority.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agents.negotiator.brief import Letter
from agents.negotiator.language import Language
from agents.negotiator.outgoing import day_in_words


@dataclass(frozen=True)
class NoticeSlots:
    """What a notice says: nothing in it is a vendor's word. `in_time` is whether the notice period is kept."""

    operator: str
    vendor: str
    contact: str
    ends_on: date
    notice_days: int
    in_time: bool
    signed_on: date | None = None
    language: Language = Language.EN


def notice(slots: NoticeSlots) -> Letter:
    """Return the notice of non-renewal."""
    return _letter(slots, _german(slots) if slots.language is Language.DE else _english(slots))


def reminder(slots: NoticeSlots, *, number: int) -> Letter:
    """Return the request to confirm a notice that was sent, with the notice once more. `number` 2 says that it is the second request."""
    german = slots.language is Language.DE
    body = _german(slots) if german else _english(slots)
    if german:
        ask = "Wir haben Ihnen die folgende Erklärung bereits geschickt und noch keine Bestätigung erhalten."
        last = "Dies ist unsere zweite Bitte: Bitte bestätigen Sie Eingang und Vertragsende in Textform." if number > 1 else ""
    else:
        ask = "We have already sent you the following notice and have no confirmation of it yet."
        last = "This is our second request: please confirm receipt and the end of the contract in writing." if number > 1 else ""
    return _letter(slots, (ask, *((last,) if last else ()), *body), again=True)


def _letter(slots: NoticeSlots, body: tuple[str, ...], *, again: bool = False) -> Letter:
    german = slots.language is Language.DE
    what = f"Kündigung zum {_day(slots)}" if german else f"Notice of non-renewal: our contract ends on {_day(slots)}"
    subject = f"{'Bitte bestätigen: ' if german else 'Please confirm: '}{what}" if again else what
    greeting = slots.contact if slots.contact and "@" not in slots.contact else slots.vendor
    hello, close = ("Guten Tag", "Mit freundlichen Grüßen") if german else ("Hello", "Kind regards")
    parts = (f"{hello} {greeting},", *body, f"{close}\n{slots.operator}")
    return Letter(subject=" ".join(subject.split())[:200], body="\n\n".join(parts) + "\n")


def _day(slots: NoticeSlots) -> str:
    return day_in_words(slots.ends_on, Language.DE if slots.language is Language.DE else Language.EN)


def _english(slots: NoticeSlots) -> tuple[str, ...]:
    of = f" of {day_in_words(slots.signed_on)}" if slots.signed_on else ""
    kept = (
        f"The notice period of {slots.notice_days} days is kept."
        if slots.in_time and slots.notice_days
        else "This notice reaches you before the end of the current term."
        if slots.in_time
        else "We ask you to accept this notice although the notice period has begun; it counts for the next possible day at the latest."
    )
    return (
        f"We herewith give notice that our contract{of} with you will not be renewed. It ends on {_day(slots)}, the end of the current term.",
        f"{kept} We withdraw any consent to collect payments for the time after that day.",
        "Please confirm in writing that you have this notice and on which day the contract ends, "
        "and tell us how our data can be exported and when it will be deleted.",
    )


def _german(slots: NoticeSlots) -> tuple[str, ...]:
    of = f" vom {day_in_words(slots.signed_on, Language.DE)}" if slots.signed_on else ""
    kept = (
        f"Die Kündigungsfrist von {slots.notice_days} Tagen ist eingehalten."
        if slots.in_time and slots.notice_days
        else "Diese Kündigung erreicht Sie vor dem Ende der laufenden Vertragszeit."
        if slots.in_time
        else "Wir bitten Sie, diese Kündigung trotz der begonnenen Kündigungsfrist anzunehmen; hilfsweise gilt sie zum nächstmöglichen Tag."
    )
    return (
        f"Hiermit kündigen wir unseren Vertrag{of} mit Ihnen zum {_day(slots)}, dem Ende der laufenden Vertragszeit; er verlängert sich nicht.",
        f"{kept} Eine Einzugsermächtigung widerrufen wir für die Zeit danach.",
        "Bitte bestätigen Sie uns in Textform den Eingang dieser Kündigung und den Tag, an dem der Vertrag endet, "
        "und teilen Sie uns mit, wie wir unsere Daten ausleiten können und wann sie gelöscht werden.",
    )
