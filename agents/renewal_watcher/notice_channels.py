"""By which channels a sentence takes a notice: which one counts, which are as good, and which it must go by as well.

A choice ("by registered mail or by e-mail") lets the mail lead: it leaves from here, with its proof. Where both are asked for, or the
mail is a copy only ("with a copy by e-mail to ..."), the letter is the notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from memory.domain.notice import NoticeChannel

MAIL_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
LINK = re.compile(r"\bhttps?://[^\s)<>\"]{4,200}|\b(?:www\.)?[a-z0-9-]{2,40}\.[a-z]{2,12}/[\w/.-]{1,120}", re.IGNORECASE)
_MAIL = re.compile(
    rf"\be-?mail(?:s|ed|ing)?\b|\belectronic mail\b|\btext form\b|\bin Textform\b|\bper (?:E-)?Mail\b|{MAIL_ADDRESS.pattern}", re.IGNORECASE
)
PORTAL = re.compile(
    r"\b(?:account|billing|subscription) (?:settings|page|portal|dashboard)\b|\b(?:customer|client|self-service|online|web) ?-?(?:portal|account|form|interface)\b"
    r"|\bdashboard\b|\badmin(?:istration)? (?:console|panel)\b|\b(?:through|via|within|in|from) (?:your|the|its) (?:\w+ )?account\b(?: settings| page| portal)?|\bin-app\b"
    r"|\bKunden(?:portal|konto)\b|\bKontoeinstellungen\b|\bOnline-?[Ff]ormular\b|\bKündigungsbutton\b"
    rf"|\b(?:form|page|website|link|Formular|Seite)\b(?: \w+){{0,3}} (?P<at>{LINK.pattern})"
    rf"|\b(?:submit|cancel|visit|go to|fill in|click|log ?in|kündigen)\w*\b(?: \w+){{0,6}} (?P<there>{LINK.pattern})",
    re.IGNORECASE,
)
_POST = re.compile(
    r"\b(?:registered|certified|recorded|first[- ]class|prepaid|express|overnight|postal|ordinary) ?(?:air)?(?:mail|post|letter|delivery)\b"
    r"|\bcourier\b|\bby (?:post|letter|hand)\b|\bpersonal(?:ly)? deliver\w*|\bhand[- ]deliver\w*|\bwet ink\b|\bEinschreiben\b|\bSchriftform\b"
    r"|\bper (?:Post|Brief)\b|\bpostalisch\b|\bschriftlich per\b",
    re.IGNORECASE,
)
_FORMS = ((NoticeChannel.MAIL, _MAIL), (NoticeChannel.PORTAL, PORTAL), (NoticeChannel.POST, _POST))
_NO_MAIL = re.compile(
    r"\b(?:not|excluding|except|other than|nicht)\b(?: \w+){0,3} (?:by |via |per |through )?(?:e-?mail|electronic|Textform)"
    r"|\be-?mails?\b(?: alone)? (?:is|are|shall|does|do|will|gen[üu]gt|reicht)(?: \w+){0,2}? ?(?:not|nicht|insufficient)\b",
    re.IGNORECASE,
)
#: What is sent beside the notice and is none. It reaches to the end of its bracket or part of the sentence.
_COPY = re.compile(
    r"[\s,(;]*\b(?:together |along )?(?:(?:with|and|plus) (?:an? |the |one )?(?:\w+ ){0,2}cop(?:y|ies)\b|cc\b:?|copied to\b|(?:an? |the )(?:\w+ )?copy (?:of|by|to|via|shall|must|should|is)\b"
    r"|(?:und |sowie |mit (?:einer )?)?(?:vorab|in Kopie|Kopie|Abschrift)\b)[^;)]*\)?",
    re.IGNORECASE,
)
_OR = re.compile(r"\b(?:or|oder|beziehungsweise)\b|\bbzw\b|/", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|und|sowie|plus|also|as well as|followed by|zugleich)\b|&", re.IGNORECASE)
_ENOUGH = re.compile(
    r"\be-?mails?\b(?: \w+){0,3} (?:suffic\w+|enough|gen[üu]gt|gen[üu]gend|reicht|ausreichend|permitted|acceptable|allowed)\b"
    r"|\b(?:may|can|kann)\b(?: \w+){0,3} (?:by|via|per) (?:e-?mail|electronic)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Ways:
    """The channels of a sentence: `leading` one, others that are as good, and others that it must go by as well."""

    leading: NoticeChannel
    also: tuple[NoticeChannel, ...] = ()
    beside: tuple[NoticeChannel, ...] = ()


def ways_of(words: str) -> Ways | None:
    """Return the channels that a sentence takes; None where it names none but for a copy."""
    notice = without_copies(words)
    found = tuple(_named(notice))
    copied = tuple(channel for channel in _named(words) if channel not in found)
    if not found:
        return None
    by_hand = tuple(channel for channel in reversed(found) if channel.by_hand)  # a letter before a form
    if NoticeChannel.MAIL not in found or not by_hand:
        return Ways(found[0] if not by_hand else by_hand[0], by_hand[1:], copied)
    if _a_choice(notice, by_hand):
        return Ways(NoticeChannel.MAIL, by_hand)
    return Ways(by_hand[0], by_hand[1:], (NoticeChannel.MAIL,))


def without_copies(words: str) -> str:
    """Return a sentence without what it says of copies."""
    return _COPY.sub("", words).strip()


def copies_of(words: str) -> str:
    """Return what a sentence says of copies; empty where it says nothing."""
    return " ".join(found.group().strip(" ,;()") for found in _COPY.finditer(words))


def _named(words: str) -> Iterator[NoticeChannel]:
    for channel, form in _FORMS:
        if form.search(words) and not (channel is NoticeChannel.MAIL and _NO_MAIL.search(words)):
            yield channel


def _a_choice(words: str, by_hand: tuple[NoticeChannel, ...]) -> bool:
    """Whether a mail is as good as what has to be sent by hand: "or" stands between the two, or the sentence says that it suffices."""
    if _ENOUGH.search(words):
        return True
    mails = [found.span() for found in _MAIL.finditer(words)]
    hands = [found.span() for channel, form in _FORMS if channel in by_hand for found in form.finditer(words)]
    between = min((_gap(words, mail, hand) for mail in mails for hand in hands), key=len)
    if _AND.search(between) or _OR.search(between):
        return bool(_OR.search(between)) and not _AND.search(between)
    whole = words[min(start for start, _ in (*mails, *hands)) : max(end for _, end in (*mails, *hands))]
    return bool(_OR.search(whole)) and not MAIL_ADDRESS.search(between)


def _gap(words: str, one: tuple[int, int], other: tuple[int, int]) -> str:
    first, second = sorted((one, other))
    return words[first[1] : max(second[0], first[1])]
