"""Renewals in the operator's words: the sentences of `memory.narration` for terms, recommendations and notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from memory.domain.events import renewals as r
from memory.domain.notice import NoticeChannel
from memory.domain.renewal import RenewalAction
from memory.domain.words import one_line

Namer = Callable[[str], str]

CHANNELS = {
    NoticeChannel.MAIL: "by mail",
    NoticeChannel.POST: "by letter",
    NoticeChannel.PORTAL: "in the vendor's portal",
    NoticeChannel.UNSTATED: "by a way that the contract does not name",
}
ACTIONS = {RenewalAction.KEEP: "keep it", RenewalAction.RENEGOTIATE: "renegotiate it", RenewalAction.CANCEL: "cancel it"}

_READINGS = {
    "confirmed": "confirms that the contract ends",
    "refused": "does not accept the notice",
    "unclear": "answered the notice, but not clearly",
    "undelivered": "did not get the notice: a mail server reports a failure",
}


def _answered(e: r.NoticeAnswered, v: Namer) -> str:
    words = f": “{one_line(e.words, 200)}”" if e.words else ""
    doubt = "" if e.trusted else " (the sender is not the contact you registered)"
    return f"{v(e.vendor_id)} {_READINGS[e.reading]}{f' on {e.ends_on}' if e.ends_on else ''}{doubt}{words}"


def _sent(e: r.NoticeSent, v: Namer) -> str:
    return f"Asked {v(e.vendor_id)} again to confirm the notice" if e.reminder else f"The notice to {v(e.vendor_id)} goes out by mail"


def _given(e: r.NoticeGiven, v: Namer) -> str:
    note = f": {one_line(e.note, 200)}" if e.note else ""
    if e.sent_on is None:
        return f"You saw to the notice to {v(e.vendor_id)}{note}"
    return f"You sent the notice to {v(e.vendor_id)} {CHANNELS[e.channel]} on {e.sent_on}{note}"


SENTENCES: dict[type, Callable[[Any, Namer], str]] = {
    r.RenewalRolled: lambda e, v: (
        f"The contract with {v(e.vendor_id)} went on by itself after {e.ended_term}; its term now ends {e.next_term_end}"
    ),
    r.RenewalRedated: lambda e, v: (
        f"The last day to act on {v(e.vendor_id)} is {e.decide_by} instead of {e.before}: {one_line(e.reason, 200)}"
    ),
    r.RenewalSuperseded: lambda e, v: f"An earlier contract with {v(e.vendor_id)} is watched no more: {one_line(e.reason, 200)}",
    r.RenewalDistinguished: lambda e, v: f"Two contracts with {v(e.vendor_id)} are two, you said",
    r.CalendarOutdated: lambda e, v: (
        f"The calendar entry about {v(e.vendor_id)} is taken back: {one_line(e.reason, 200)}"
        if e.gone
        else f"The calendar entry about {v(e.vendor_id)} moves to {e.on}: {one_line(e.reason, 200)}"
    ),
    r.RenewalStarted: lambda e, v: (
        f"Looking into the renewal of {v(e.vendor_id)} ({one_line(e.why, 200)}); the last day to act is {e.decide_by}"
    ),
    r.RenewalCosted: lambda e, v: f"You said what {v(e.vendor_id)} costs: {e.annual_cost} a year",
    r.UsageStated: lambda e, v: f"You said how {v(e.vendor_id)} is used: {one_line(e.usage.words, 200)}",
    r.IncidentNoted: lambda e, v: f"You noted about {v(e.vendor_id)} on {e.on}: {one_line(e.words, 200)}",
    r.RenewalRecommended: lambda e, _v: f"Recommended: {ACTIONS[e.recommendation.action]}. {one_line(e.recommendation.summary, 400)}",
    r.RenegotiationStarted: lambda e, v: f"Opened {one_line(e.negotiation, 80)} to negotiate with {v(e.vendor_id)} about the next term",
    r.NoticePrepared: lambda e, v: f"Wrote the notice to {v(e.vendor_id)}: the contract ends on {e.ends_on}; it goes {CHANNELS[e.channel]}",
    r.NoticeSent: _sent,
    r.NoticeGiven: _given,
    r.NoticeAnswered: _answered,
    r.NoticeConfirmed: lambda e, v: f"Confirmed by {one_line(e.by, 60)}: the contract with {v(e.vendor_id)} ends on {e.ends_on}",
    r.NoticeEscalated: lambda e, v: f"The notice to {v(e.vendor_id)} is yours to see to until {e.decide_by}: {one_line(e.reason, 200)}",
    r.ReplyNoted: lambda e, v: f"{v(e.vendor_id)} answered an earlier mail about the notice",
    r.RenewalClosed: lambda e, _v: one_line(e.summary, 400) or "The renewal is settled",
    r.RenewalEnded: lambda e, v: f"The contract with {v(e.vendor_id)} ends on {e.ends_on} and does not renew: {one_line(e.reason, 200)}",
}
