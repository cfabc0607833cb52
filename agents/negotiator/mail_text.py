"""A vendor's mail made ready for reading: quoted history and hostile passages blanked out, same length, so that spans hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.negotiator.reading import QuoteFinding
from memory.domain.evidence import Span

_HISTORY = re.compile(r"^(?:>.*|On .{5,120} wrote:|Am .{5,120} schrieb.*|-{2,} ?(?:Original|Forwarded) Message ?-{2,}.*)$", re.MULTILINE)
_TAIL = re.compile(
    r"^(?:On .{5,120} wrote:|Am .{5,120} schrieb.*|-{2,} ?(?:Original|Forwarded) Message ?-{2,}.*|From: .+\n(?:Sent|Date): .*)$",
    re.MULTILINE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:incl|excl|inc|approx|e\.g|i\.e|no|nr|vs|min|max|st|art|ca|zzgl|inkl|p\.a|p\.m|resp|mr|ms|dr)|\b[A-Z])$", re.IGNORECASE
)
_NEW_ITEM = re.compile(r"\s*(?:[-*\u2022\u00b7]|\d{1,2}[.)] |(?:Option|Plan|Package|Variant|Offer) |[A-Z][A-Za-z /-]{1,30}:)")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[\"'(A-Z€$£\d])|;|\n")
_REPEATED = re.compile(
    r"^[ \t]*(?:[-*\u2022\u00b7]|\d{1,2}[.)])? ?(?:Is|Are|Which|What|Until which|Could you|Your (?:mail|total))\b[^\n]{0,200}(?:\?|:(?!\S))",
    re.MULTILINE,
)
_LONGEST = 20_000  # no offer is longer; what is, was written to tire the reader
_WRAPPED = 50  # a line at least this long that is followed by another was broken by the mail program, not by the writer

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b")
_BANK = re.compile(
    r"\b(?:iban|bic|swift|sort code|routing number|account (?:number|no\b|holder)|bank (?:details|account|connection|transfer to)|(?:new|changed|updated) account|wire (?:the|it|to|transfer))\b",
    re.IGNORECASE,
)
_SOFTWARE = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|polic|limit|previous|above|prior)"
    r"|\bsystem ?(?:prompt|message|override)\b|^\W*(?:system|assistant|user) ?:|<\/?(?:system|assistant|user|instruction)"
    r"|\b(?:AI|LLM|chatbot|GPT|language model|software) ?(?:agent|assistant|model|buyer|reader|system)?s? (?:must|should|shall|please|reading|processing|handling|that reads)\b"
    r"|\b(?:if you are|since you are|dear|(?:note|message|instructions?) (?:to|for)|attention|attn|hello) ?:? (?:an? |the |any |all |your )?(?:AI\b|LLM|bots?\b|automated|language model|procurement (?:bot|software|agent|system))"
    r"|\byou are (?:now )?(?:an? )?(?:assistant|agent|AI|model|helpful|in developer)|\bdeveloper mode|\bjailbreak"
    r"|\b(?:automated|automatic) (?:systems?|agents?|buyers?|readers?)\b.{0,40}\b(?:must|should|shall|please|approve|accept|pay|record)"
    r"|\b(?:set|record|mark|update|change|treat) .{0,40}\b(?:in your (?:system|memory|database|registry|records)|as (?:already )?approved|approval)"
    r"|\bapprove (?:it|this|the \w+) (?:at once|now|immediately|automatically|right away)|\bdo not (?:ask|tell|involve) (?:the|your) (?:operator|owner|human|user|boss)"
    r"|\bmark \S+(?: \S+)? as (?:an? )?(?:trusted|approved|paid|verified|preferred)"
    r"|\b(?:auto-?approve|bypass (?:the )?approval|without (?:human )?approval|skip (?:the )?(?:approval|review))",
    re.IGNORECASE,
)
_BUDGET = re.compile(
    r"\bwhat(?:'s| is) your (?:maximum |max |total )?(?:budget|limit|ceiling)|\b(?:tell|share|state|reveal) .{0,20}\byour (?:budget|maximum|limit|ceiling)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """A stretch of the text that says one thing."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class MailText:
    """The readable text, as long as the original, and what was found on the way."""

    original: str
    text: str
    findings: tuple[QuoteFinding, ...]

    def span(self, start: int, end: int) -> Span:
        """Return the span of the original text, trimmed of white space and cut to what a span may hold."""
        piece = self.original[start:end]
        start += len(piece) - len(piece.lstrip())
        piece = piece.strip()[:2000]
        return Span(start=start, end=start + len(piece), text=piece)

    def only(self, start: int, end: int) -> MailText:
        """Return the mail with everything outside the range blanked; spans still count in the original."""
        return MailText(self.original, _blank(_blank(self.text, 0, start), end, len(self.text)), ())

    def without(self, start: int, end: int) -> MailText:
        """Return the mail with the range blanked; spans still count in the original."""
        return MailText(self.original, _blank(self.text, start, end), ())

    def sentences(self) -> tuple[Sentence, ...]:
        """Return the sentences in order."""
        return tuple(_sentences(self.text))


def readable(original: str) -> MailText:
    """Return the mail without quoted history, bank details and text addressed to software; each is told as a finding."""
    text = _without_our_questions(_joined(_without_history(original[:_LONGEST])))
    findings: list[QuoteFinding] = []
    if len(original) > _LONGEST:
        findings.append(QuoteFinding(kind="text_cut", says=f"only the first {_LONGEST:,} characters of the mail were read"))
    for sentence in tuple(_sentences(text)):
        finding = _hostile(sentence, original)
        if finding is None:
            continue
        findings.append(finding)
        if finding.kind != "asks_budget":
            text = _blank(text, sentence.start, sentence.end)
    return MailText(original, text, _once_each(findings))


def _once_each(findings: list[QuoteFinding]) -> tuple[QuoteFinding, ...]:
    first: dict[str, QuoteFinding] = {}
    for finding in findings:
        first.setdefault(finding.kind, finding)
    return tuple(first.values())


def _hostile(sentence: Sentence, original: str) -> QuoteFinding | None:
    kind = says = ""
    if _SOFTWARE.search(sentence.text):
        kind, says = "text_for_software", "the mail contains text addressed to software; it was ignored"
    elif _IBAN.search(sentence.text) or _BANK.search(sentence.text):
        kind, says = "bank_details", "the mail contains bank details; the registry was not changed"
    elif _BUDGET.search(sentence.text):
        kind, says = "asks_budget", "the vendor asks for the budget; it is not told"
    if not kind:
        return None
    piece = original[sentence.start : sentence.end][:2000]
    return QuoteFinding(kind=kind, says=says, span=Span(start=sentence.start, end=sentence.start + len(piece), text=piece))


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _without_our_questions(text: str) -> str:
    """Blank our own questions where the answer repeats them ("- Is the price net: yes"): their figures are not offers."""
    for found in _REPEATED.finditer(text):
        text = _blank(text, found.start(), found.end())
    return text


def _without_history(text: str) -> str:
    tail = _TAIL.search(text)
    if tail:
        text = _blank(text, tail.start(), len(text))
    for found in _HISTORY.finditer(text):
        text = _blank(text, found.start(), found.end())
    return text


def _joined(text: str) -> str:
    """Replace the line breaks that only wrap a paragraph by spaces."""
    out = list(text.replace("\r", " ").replace("\t", " "))
    start, breaks = 0, [found.start() for found in re.finditer("\n", text)]
    for here, after in zip(breaks, [*breaks[1:], len(text)], strict=False):
        following = text[here + 1 : after]
        if len(text[start:here].strip()) >= _WRAPPED and following.strip() and not _NEW_ITEM.match(following):
            out[here] = " "
        start = here + 1
    return "".join(out)


def _sentences(text: str) -> Iterator[Sentence]:
    start = 0
    for found in _SENTENCE_END.finditer(text):
        if found.group() == "." and _ABBREVIATION.search(text[max(start, found.start() - 12) : found.start()]):
            continue
        if text[start : found.end()].strip():
            yield Sentence(start, found.end(), text[start : found.end()])
        start = found.end()
    if text[start:].strip():
        yield Sentence(start, len(text), text[start:])
