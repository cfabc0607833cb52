"""How a contract wants to be told that it ends, read from its own sentence. What is read is shown to the operator and writes to nobody."""

from __future__ import annotations

import re

from agents.contract_reader.sentences import Sentence, sentences
from agents.renewal_watcher.notice_channels import LINK, MAIL_ADDRESS, PORTAL, Ways, copies_of, ways_of, without_copies
from memory.domain.base import Digest
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.notice import NoticeChannel, NoticeRoute

_ABOUT = re.compile(
    r"\bnotices?\b|\bnotif\w+|\bcancel\w*|\bterminat\w+|\bnon-?renew\w*|\bnot to renew\b|k[üu]ndig\w*|\bMitteilung\w*|\bErkl[äa]rung\w*",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\bcancel\w*|\bterminat\w+|\bnon-?renew\w*|\bnot to renew\b|\bdoes not wish\b|k[üu]ndig\w*", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:addressed |sent |delivered )?(?:to|at|an)(?: the following address| its address| the address)?\s*:?\s+(?:(?:die|den|das) )?"
    r"(?!least\b|the end\b|any time\b|its end\b)(?P<place>[^;]{10,200}\d[^;]{0,100})",
    re.IGNORECASE,
)
#: The verb that a German sentence ends with is no part of the address.
_VERB = re.compile(
    r"\s+(?:(?:schriftlich )?zu (?:richten|senden|schicken|adressieren|[üu]bermitteln|[üu]bersenden|erkl[äa]ren)|(?:ge|ver|zuge)(?:richtet|sandt|sendet|schickt|stellt)\b).*$"
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
    named = [(sentence, ways) for sentence in said if (ways := ways_of(sentence.flat))]
    if not named:
        return NoticeRoute(channel=NoticeChannel.UNSTATED, evidence=_evidence(said[0], digest) if said else None)
    sentence, ways = max(named, key=lambda pair: _tells(text, *pair))
    notice, behind = without_copies(sentence.flat), without_copies(_at(text, sentence))
    copied = NoticeChannel.MAIL in ways.beside
    return NoticeRoute(
        channel=ways.leading,
        also=ways.also,
        beside=ways.beside,
        address=_address(notice, ways.leading) or _address(behind, ways.leading),
        beside_address=_address(copies_of(sentence.flat) or sentence.flat, NoticeChannel.MAIL) if copied else "",
        evidence=_evidence(sentence, digest),
    )


def _tells(text: str, sentence: Sentence, ways: Ways) -> tuple[bool, bool, bool]:
    """Return how much a sentence tells: about the end of the contract, to the vendor, with an address."""
    words = sentence.flat
    return bool(_ENDING.search(words)), bool(_THEIRS.search(words)), bool(_address(_at(text, sentence), ways.leading))


def _at(text: str, sentence: Sentence) -> str:
    """Return a sentence with what follows it in its paragraph: an address may be cut at "Str. 5", or stand on lines of its own."""
    behind = text[sentence.end : sentence.end + _BEHIND].split("\n\n", maxsplit=1)[0]
    return f"{sentence.flat} {' '.join(behind.split())}".strip()


def _address(words: str, channel: NoticeChannel) -> str:
    if channel is NoticeChannel.MAIL:
        found = MAIL_ADDRESS.findall(words)
        theirs = _THEIRS.search(words)
        after = MAIL_ADDRESS.search(words, theirs.end()) if theirs and len(set(found)) > 1 else None
        return after.group() if after else found[0] if len(set(found)) == 1 else ""
    if channel is NoticeChannel.PORTAL:
        link = LINK.search(words)
        named = PORTAL.search(words)
        return link.group().rstrip(".,;") if link else named.group() if named else ""
    place = _PLACE.search(words)
    return _VERB.sub("", place["place"]).strip().rstrip(".,")[:_LONGEST] if place else ""


def _evidence(sentence: Sentence, digest: Digest) -> EvidenceRef:
    return EvidenceRef(digest=digest, origin=Origin.VENDOR_DOCUMENT, span=sentence.span)
