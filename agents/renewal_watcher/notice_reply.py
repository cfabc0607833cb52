"""What a vendor writes back about a notice: confirmed, refused, or neither. What is read ends a wait at most; nothing in it is followed.

A sentence confirms when it plainly says that the contract ends or that the notice is accepted. A condition ("once you have"), a
request ("please log in to cancel") and a question do not; "we have received your message" alone proves nothing about the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from agents.contract_reading.values.written_dates import whole_dates
from agents.negotiator.mail_text import readable
from memory.domain.evidence import Span

Reading = Literal["confirmed", "refused", "unclear"]

_THING = r"(?:contract|subscription|agreement|account|plan|service|licen[cs]e|membership|renewal|auto-?renewal)"
_CONFIRMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bconfirm\w*\b.{0,80}?\b(?:cancel\w*|terminat\w*|non-?renew\w*|(?:your|the|this) notice|end of)\b",
        r"\b(?:acknowledge|accept|accepted|processed|registered|noted)\b.{0,60}?\b(?:cancellation|termination|non-?renewal|notice)\b",
        r"\b(?:cancellation|termination|non-?renewal|notice)\b.{0,40}?\b(?:is|was|has been|have been|are)\b.{0,20}?\b(?:confirmed|accepted|processed|registered|effective)\b",
        rf"\b{_THING}\b.{{0,60}}?\b(?:is|was|has been|will be|have been)\b(?: now| hereby)? (?:cancell?ed|terminated|ended|closed|switched off|turned off)\b",
        rf"\b{_THING}\b.{{0,60}}?\bwill (?:not (?:be )?renew\w*|end|expire|terminate|stop)\b",
        r"\bbestätig\w*\b.{0,80}?\b(?:Kündigung|Vertragsende|Beendigung|Ende des Vertrag\w*)\b",
        r"\b(?:Kündigung|Beendigung)\b.{0,60}?\b(?:bestätigt|vermerkt|akzeptiert|angenommen|erfasst|bearbeitet|wirksam)\b",
        r"\b(?:Vertrag|Abo\w*|Abonnement)\b.{0,60}?\b(?:endet|gekündigt|beendet|läuft .{0,30}aus|nicht verlängert)\b",
    )
)
_REFUSES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:can ?not|can['\u2019]t|unable to|not able to|will not|won['\u2019]t|do not|don['\u2019]t)\b.{0,40}?\b(?:accept|honou?r|process|recogni[sz]e|cancel|terminate)\b",
        r"\b(?:notice|cancellation|termination|request)\b.{0,60}?\b(?:too late|late|invalid|rejected|refused|declined|not valid|not accepted|outside)\b",
        r"\b(?:already|automatically|has|have)\b.{0,15}?\brenewed\b",
        r"\b(?:notice|cancellation) (?:period|window|deadline)\b.{0,40}?\b(?:passed|expired|ended|missed|lapsed|closed)\b",
        r"\b(?:bound|committed|obliged|liable)\b.{0,30}?\buntil\b|\bremains? (?:in force|binding|due)\b",
        r"\b(?:nicht|leider nicht)\b.{0,30}?\b(?:akzeptier\w*|annehmen|anerkennen|berücksichtig\w*|möglich)\b|\bverfristet\b|\bzu spät\b",
        r"\bbereits\b.{0,20}?\bverlängert\b|\bKündigungsfrist\b.{0,40}?\b(?:abgelaufen|versäumt|verstrichen)\b",
    )
)
_HEDGED = re.compile(
    r"\?\s*$|\b(?:if|once|unless|until you|in order to|to (?:cancel|confirm|complete|proceed)|please (?:log|click|confirm|visit|use|fill|complete|reply|contact)|"
    r"you (?:can|may|could|need|must|have to|will need)|would you|before we|after you|pending|wenn|falls|sobald|sofern|um .{0,40} zu kündigen|bitte (?:best|klick|loggen|melden|nutzen|füllen))\b",
    re.IGNORECASE,
)


_CUT, _MONTH_AND_YEAR = re.compile(r"\b\d{1,2}\.$"), 16


@dataclass(frozen=True)
class NoticeReply:
    """What was read, the sentence it stands in, and the day it names, if it names one."""

    reading: Reading
    span: Span | None = None
    ends_on: date | None = None


def read_notice_reply(text: str) -> NoticeReply:
    """Return what a vendor's mail says about our notice. A refusal anywhere in it counts before a confirmation: the operator looks."""
    mail = readable(text, as_written=True)
    found: dict[Reading, NoticeReply] = {}
    for sentence in mail.sentences():
        reading = _reading(sentence.text)
        if reading is None:
            continue
        # "zum 28. Februar 2027": a sentence may be cut behind the day, so a German date is read across the cut.
        named = whole_dates(sentence.text) or whole_dates(
            text[sentence.start : sentence.end + _MONTH_AND_YEAR] if _CUT.search(sentence.text) else ""
        )
        # The sentence that names the day counts before one that only says so.
        if reading not in found or (named and found[reading].ends_on is None):
            found[reading] = NoticeReply(reading, mail.span(sentence.start, sentence.end), named[0][1] if named else None)
    return found.get("refused") or found.get("confirmed") or NoticeReply("unclear")


def _reading(words: str) -> Reading | None:
    if any(pattern.search(words) for pattern in _REFUSES):
        return "refused"
    if not _HEDGED.search(words) and any(pattern.search(words) for pattern in _CONFIRMS):
        return "confirmed"
    return None
