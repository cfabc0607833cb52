"""How a contract wants to be told that it ends, read from its own sentence. What is read is shown to the operator and writes to nobody."""

from __future__ import annotations

import re

from agents.contract_reader.sentences import Sentence, sentences
from memory.domain.base import Digest
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.notice import NoticeChannel, NoticeRoute

_ABOUT = re.compile(
    r"\bnotices?\b|\bnotif\w+|\bcancel\w*|\bterminat\w+|\bnon-?renew\w*|\bnot to renew\b|k[üu]ndig\w*|\bMitteilung\w*|\bErkl[äa]rung\w*",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\bcancel\w*|\bterminat\w+|\bnon-?renew\w*|\bnot to renew\b|\bdoes not wish\b|k[üu]ndig\w*", re.IGNORECASE)
_CHANNELS: tuple[tuple[NoticeChannel, re.Pattern[str]], ...] = (
    (
        NoticeChannel.MAIL,
        re.compile(
            r"\be-?mails?\b|\belectronic mail\b|\btext form\b|\bin Textform\b|\bper (?:E-)?Mail\b|[\w.+-]+@[\w-]+\.[\w.-]+", re.IGNORECASE
        ),
    ),
    (
        NoticeChannel.PORTAL,
        re.compile(
            r"\b(?:account|billing|subscription) (?:settings|page|portal|dashboard)\b|\b(?:customer|client|self-service|online|web) ?-?(?:portal|account|form|interface)\b"
            r"|\bdashboard\b|\badmin(?:istration)? (?:console|panel)\b|\b(?:through|via|within|in|from) (?:your|the|its) (?:\w+ )?account\b|\bin-app\b"
            r"|\bKunden(?:portal|konto)\b|\bKontoeinstellungen\b|\bOnline-?[Ff]ormular\b|\bKündigungsbutton\b",
            re.IGNORECASE,
        ),
    ),
    (
        NoticeChannel.POST,
        re.compile(
            r"\b(?:registered|certified|recorded|first[- ]class|prepaid|express|overnight|postal|ordinary) ?(?:air)?(?:mail|post|letter|delivery)\b"
            r"|\bcourier\b|\bby (?:post|letter|hand)\b|\bpersonal(?:ly)? deliver\w*|\bhand[- ]deliver\w*|\bwet ink\b|\bEinschreiben\b|\bSchriftform\b"
            r"|\bper (?:Post|Brief)\b|\bpostalisch\b|\bschriftlich per\b",
            re.IGNORECASE,
        ),
    ),
)
_NO_MAIL = re.compile(
    r"\b(?:not|excluding|except|other than|nicht)\b(?: \w+){0,3} (?:by |via |per |through )?(?:e-?mail|electronic|Textform)"
    r"|\be-?mails?\b(?: alone)? (?:is|are|shall|does|do|will|gen[üu]gt|reicht)(?: \w+){0,2}? ?(?:not|nicht|insufficient)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LINK = re.compile(r"\bhttps?://[^\s)<>\"]{4,200}|\b(?:www\.)?[a-z0-9-]{2,40}\.[a-z]{2,12}/[\w/.-]{1,120}", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:addressed |sent |delivered )?(?:to|at|an)(?: the following address| its address| the address)?\s*:?\s+(?P<place>[^;]{10,200}\d[^;]{0,100})",
    re.IGNORECASE,
)
#: Where a contract gives both parties' addresses, the vendor's follows one of these.
_THEIRS = re.compile(
    r"\b(?:provider|vendor|supplier|licensor|company|seller|service provider|contractor|us|Anbieter|Auftragnehmer|Verk[äa]ufer|Lizenzgeber)\b",
    re.IGNORECASE,
)
_LONGEST = 400
_BEHIND = 120


def read_notice_route(text: str, digest: Digest) -> NoticeRoute:
    """Return channel and address of a notice to the vendor as the contract names them; UNSTATED where no sentence does.

    A sentence about ending the contract counts before one about notices in general. `digest` is the text's.
    """
    said = [sentence for sentence in sentences(text) if _ABOUT.search(sentence.flat)]
    named = [(sentence, channels) for sentence in said if (channels := _channels(sentence.flat))]
    if not named:
        return NoticeRoute(channel=NoticeChannel.UNSTATED, evidence=_evidence(said[0], digest) if said else None)
    sentence, channels = max(named, key=lambda pair: _tells(text, *pair))
    return NoticeRoute(
        channel=channels[0],
        also=channels[1:],
        address=_address(sentence.flat, channels[0]) or _address(_at(text, sentence), channels[0]),
        evidence=_evidence(sentence, digest),
    )


def _tells(text: str, sentence: Sentence, channels: tuple[NoticeChannel, ...]) -> tuple[bool, bool, bool]:
    """Return how much a sentence tells: about the end of the contract, to the vendor, with an address."""
    words = sentence.flat
    return bool(_ENDING.search(words)), bool(_THEIRS.search(words)), bool(_address(_at(text, sentence), channels[0]))


def _at(text: str, sentence: Sentence) -> str:
    """Return a sentence with what follows it in its paragraph: an address may be cut at "Str. 5", or stand on lines of its own."""
    behind = text[sentence.end : sentence.end + _BEHIND].split("\n\n", maxsplit=1)[0]
    return f"{sentence.flat} {' '.join(behind.split())}".strip()


def _channels(words: str) -> tuple[NoticeChannel, ...]:
    """Return the channels that a sentence takes, a mail before a form before a letter: what leaves from here leaves proof here."""
    found = [channel for channel, pattern in _CHANNELS if pattern.search(words)]
    return tuple(channel for channel in found if channel is not NoticeChannel.MAIL or not _NO_MAIL.search(words))


def _address(words: str, channel: NoticeChannel) -> str:
    if channel is NoticeChannel.MAIL:
        found = _ADDRESS.findall(words)
        theirs = _THEIRS.search(words)
        after = _ADDRESS.search(words, theirs.end()) if theirs and len(set(found)) > 1 else None
        return after.group() if after else found[0] if len(set(found)) == 1 else ""
    if channel is NoticeChannel.PORTAL:
        link = _LINK.search(words)
        named = next(pattern.search(words) for c, pattern in _CHANNELS if c is NoticeChannel.PORTAL)
        return link.group().rstrip(".,;") if link else named.group() if named else ""
    place = _PLACE.search(words)
    return place["place"].strip().rstrip(".")[:_LONGEST] if place else ""


def _evidence(sentence: Sentence, digest: Digest) -> EvidenceRef:
    return EvidenceRef(digest=digest, origin=Origin.VENDOR_DOCUMENT, span=sentence.span)
