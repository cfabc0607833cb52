"""The mail that asks a vendor to change its paper: each clause as it stands there, and what we ask for instead. Nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal

from agents.contract_reading.policy_check.nouns import Change, Conflict, Redline, State
from agents.contract_reading.policy_check.wording import MailWords, mail_words
from agents.negotiator import letters
from agents.negotiator.brief import Letter
from agents.negotiator.checks.numerals import spoken
from agents.negotiator.checks.spelling import plain
from agents.negotiator.figures import numbers
from agents.negotiator.language import Language
from agents.negotiator.outgoing import Allowed, Secrets, check_outgoing, leaks
from memory.domain.base import Noun

_LONGEST = 16_000  # characters of points in one mail; a `Letter` holds 20,000
_NO_SECRETS = Secrets()


class Withheld(Noun):
    """A conflict that the mail does not speak of, and why."""

    conflict: Conflict
    because: str


class RedlineMail(Noun):
    """A mail to the vendor, ready to be authorized, and the conflicts it asks to settle. `letter` is None when there is none.

    The rules, their words, verdicts and reasons stay with the operator: the mail has the vendor's sentences and ours, no more.
    """

    letter: Letter | None
    title: str
    asked: tuple[Conflict, ...] = ()
    withheld: tuple[Withheld, ...] = ()

    @property
    def quoted(self) -> tuple[str, ...]:
        """The vendor's own sentences in the mail."""
        return tuple(_as_written(c.redline.was.text) for c in self.asked if c.redline and c.redline.was)

    @property
    def allowed_figures(self) -> tuple[Allowed, ...]:
        """What may stand in the mail because it was decided, by the policy, or given, by the vendor's sentence or the paper's name."""
        lines = [conflict.redline for conflict in self.asked if conflict.redline]
        decided: list[Allowed] = [Decimal(number) for line in lines for number in line.numbers]
        return (
            *decided,
            *(money for line in lines for money in line.amounts),
            *_given(self.quoted),
            *_numbering(self.quoted),
            *self.quoted,
            self.title,
        )


def redline_mail(
    conflicts: Iterable[Conflict],
    *,
    operator: str,
    vendor: str,
    title: str,
    contact: str = "",
    language: Language = Language.EN,
    secrets: Secrets = _NO_SECRETS,
) -> RedlineMail:
    """Return the mail that asks for the changes which settle the conflicts that are sure, in German or (else) English.

    `title` is what the paper is called. A point that would tell one of the `secrets`, or for which the mail is too long, is
    withheld; what is silent or unsure is the operator's to ask, unless policy denies it.
    """
    language = Language.DE if language is Language.DE else Language.EN
    words = mail_words(language)
    asked: list[Conflict] = []
    points: list[str] = []
    withheld: list[Withheld] = []
    for group in _to_ask(conflicts):
        point = _point(group, words)
        against = _against(point, group[0], secrets, language)
        if not against and sum(map(len, points)) + len(point) > _LONGEST:
            against = "it does not fit into one mail"
        if against:
            withheld += [Withheld(conflict=conflict, because=against) for conflict in group]
        else:
            points.append(point)
            asked += group
    name = _as_written(title)[:120]
    if not points:
        return RedlineMail(letter=None, title=name, withheld=tuple(withheld))
    body = [words.lead.format(title=name), *(f"{number}. {point}" for number, point in enumerate(points, start=1)), words.close]
    letter = letters.written(words.subject.format(title=name), operator, vendor, body, contact, language)
    return RedlineMail(letter=letter, title=name, asked=tuple(asked), withheld=tuple(withheld))


def _given(quoted: Iterable[str]) -> Iterator[Decimal]:
    """Yield the numbers of the vendor's sentences: they stand again in ours where only another figure was changed."""
    for text in quoted:
        yield from (figure.value for figure in numbers(plain(text)))
        for language in (Language.EN, Language.DE):
            yield from (value for number in spoken(plain(text), language) for value in number.values)


def _numbering(quoted: Iterable[str]) -> Iterator[str]:
    """Yield the numbers under which the vendor's sentences stand: ours take their place."""
    return (text.split(maxsplit=1)[0] for text in quoted if text[:1].isdigit())


def check_redline_mail(mail: RedlineMail, secrets: Secrets, language: Language = Language.EN) -> tuple[str, ...]:
    """Return what speaks against sending the mail; empty when nothing does. It is the check that every letter passes."""
    if mail.letter is None:
        return ()
    return check_outgoing(
        _points_of(mail.letter.body), allowed_figures=mail.allowed_figures, secrets=secrets, language=language, quoted=mail.quoted
    )


def _points_of(body: str) -> str:
    """Return a mail without the numbers of its points, which are no figures anyone decided."""
    lines = (line.partition(". ") for line in body.split("\n"))
    return "\n".join(rest if number.isdigit() else f"{number}{dot}{rest}" for number, dot, rest in lines)


def _to_ask(conflicts: Iterable[Conflict]) -> list[list[Conflict]]:
    """Return the conflicts to be asked about, those of one passage, or of one missing clause, together."""
    groups: dict[object, list[Conflict]] = {}
    for conflict in conflicts:
        if conflict.state is State.BROKEN or (conflict.state is State.SILENT and conflict.verdict.strictness > 1):
            at = conflict.redline.was if conflict.redline else None
            groups.setdefault((at.start, at.end) if at else conflict.clause, []).append(conflict)
    return list(groups.values())


def _point(group: list[Conflict], words: MailWords) -> str:
    names = ", ".join(dict.fromkeys(words.names[conflict.clause] for conflict in group))
    line = group[0].redline
    if line is None:
        return f"{names}\n{words.missing}"
    opening, closing = words.quotes
    now = f"{words.now} {opening}{_as_written(line.was.text)}{closing}\n" if line.was else ""
    return f"{names}\n{now}{_wish(line, words)}"


def _wish(line: Redline, words: MailWords) -> str:
    if line.change is Change.DELETE:
        return words.delete
    opening, closing = words.quotes
    lead = words.add if line.change is Change.ADD else words.replace
    return f"{lead} {opening}{_as_written(line.becomes)}{closing}"


def _against(point: str, conflict: Conflict, secrets: Secrets, language: Language) -> str:
    line = conflict.redline
    quoted = (_as_written(line.was.text),) if line and line.was else ()
    decided: list[Allowed] = [*(line.amounts if line else ())]
    return "; ".join(leaks(point, allowed_figures=decided, secrets=secrets, language=language, quoted=quoted))


def _as_written(text: str) -> str:
    """Return a passage on one line, without marks that nobody sees; every word stays."""
    flat = " ".join(text.split())
    return "".join(mark for mark in flat if unicodedata.category(mark) not in {"Cc", "Cf", "Co", "Cs"})
