"""A vendor's mail made ready for reading: history and hostile passages blanked out, tables and other languages put plainly.

Every character keeps its place in the vendor's own words, in the mail or in one of its attachments.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from agents.negotiator.aligned_text import AlignedText
from agents.negotiator.reading import Attachment, QuoteFinding
from agents.negotiator.tables import rows_as_sentences
from agents.negotiator.wording import in_plain_english
from memory.domain.base import Digest
from memory.domain.evidence import Span

V = TypeVar("V")

_HISTORY = re.compile(r"^(?:>.*|On .{5,120} wrote:|Am .{5,120} schrieb.*|-{2,} ?(?:Original|Forwarded) Message ?-{2,}.*)$", re.MULTILINE)
_TAIL = re.compile(
    r"^(?:On .{5,120} wrote:|Am .{5,120} schrieb.*|-{2,} ?(?:Original|Forwarded) Message ?-{2,}.*|From: .+\n(?:Sent|Date): .*)$",
    re.MULTILINE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:incl|excl|inc|approx|e\.g|i\.e|no|nr|vs|min|max|st|art|ca|zzgl|inkl|p\.a|p\.m|resp|mr|ms|dr|s?fr|bzw|exkl|mind|tel|núm|aprox|env|réf|ref|cf)|\b[A-Z])$",
    re.IGNORECASE,
)
_NEW_ITEM = re.compile(r"\s*(?:[-*\u2022\u00b7]|\d{1,2}[.)] |[A-Za-z][.)] |(?:Option|Plan|Package|Variant|Offer) |[A-Z][A-Za-z /-]{1,30}:)")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[\"'(A-ZÀ-ÖØ-Þ¿¡€$£\d])|;|\n")
_REPEATED = re.compile(
    r"^[ \t]*(?:[-*\u2022\u00b7]|\d{1,2}[.)])? ?(?:Is|Are|Which|What|Until which|Could you|Your (?:mail|total))\b[^\n]{0,200}(?:\?|:(?!\S))",
    re.MULTILINE,
)
_STRUCK = re.compile(r"~~[^~\n]{1,200}~~")  # what a reader sees struck through is no offer any more
_LONGEST = 20_000  # no offer is longer; what is, was written to tire the reader
_MOST_ATTACHMENTS = 8
_PRICED = re.compile(
    r"\s*[^\d.;:]{3,40}?(?: [-\u2013] |: )[^.;]{0,20}?(?:\d ?(?:[€$£]|(?:EUR|USD|GBP|CHF)\b)|(?:[€$£]|\b(?:EUR|USD|GBP|CHF)) ?\d)"
)
_SET_IN_COLUMNS = re.compile(r"\S {3,}\S|^[-=_]{5,}$")
_LONGEST_SENTENCE = 1_000
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
    """The text as it is read, the original it came from, and what was found on the way.

    `original` is the mail and its attachments one after the other; `parts` are where each begins and, for an attachment,
    the digest of its stored text (None for the mail itself). Outside `window` the text is blank, and is not searched again.
    What was once worked out over the text is kept: many options of one mail ask for the same.
    """

    original: str
    aligned: AlignedText
    findings: tuple[QuoteFinding, ...]
    parts: tuple[tuple[int, Digest | None], ...] = ((0, None),)
    window: tuple[int, int] | None = None
    _kept: dict[Hashable, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The text as it is read."""
        return self.aligned.text

    def span(self, start: int, end: int) -> Span:
        """Return the vendor's own words behind a range of the text, in `original`; trimmed, and cut to what a span may hold."""
        low, high = self.aligned.place(start, end)
        index = bisect_right(self.parts, low, key=_offset)
        high = min(high, self.parts[index][0]) if index < len(self.parts) else high
        piece = self.original[low:high]
        low += len(piece) - len(piece.lstrip())
        piece = piece.strip()[:2000]
        return Span(start=low, end=low + len(piece), text=piece)

    def located(self, span: Span) -> tuple[Span, Digest | None]:
        """Return a span as it stands in its own part, and the attachment which that part is (None for the mail)."""
        offset, digest = self.parts[max(bisect_right(self.parts, span.start, key=_offset) - 1, 0)]
        return Span(start=span.start - offset, end=span.end - offset, text=span.text), digest

    def finding(self, kind: str, says: str, start: int, end: int) -> QuoteFinding:
        """Return a finding that rests on a range of the text."""
        return QuoteFinding(kind=kind, says=says[:500], span=self.span(start, end))

    def only(self, start: int, end: int) -> MailText:
        """Return the mail with everything outside the range blanked; spans still count in the original."""
        text = _blank(self.text, 0, start) + self.text[start:end] + _blank(self.text, end, len(self.text))
        return self.once(("only", start, end), lambda: self._with(text, self._lines(start, end)))

    def without(self, *ranges: tuple[int, int]) -> MailText:
        """Return the mail with the ranges blanked; spans still count in the original."""
        if not ranges:
            return self
        pieces, done = list[str](), 0
        for start, end in sorted(ranges):
            pieces += [self.text[done:start], _blank(self.text, max(done, start), end)]
            done = max(done, end)
        return self._with("".join([*pieces, self.text[done:]]), self.window)

    def sentences(self) -> tuple[Sentence, ...]:
        """Return the sentences in order."""
        return self._sentences

    def matches(self, pattern: re.Pattern[str]) -> tuple[re.Match[str], ...]:
        """Return where a pattern matches, searched once."""
        return self.once(pattern, lambda: tuple(pattern.finditer(self.text, *self._searched)))

    def once(self, what: Hashable, work: Callable[[], V]) -> V:
        """Return what `work` makes of this text, worked out the first time that `what` is asked for."""
        if what not in self._kept:
            self._kept[what] = work()
        return cast("V", self._kept[what])

    @cached_property
    def _sentences(self) -> tuple[Sentence, ...]:
        return tuple(_sentences(self.text, *self._searched))

    @property
    def _searched(self) -> tuple[int, int]:
        return self.window or (0, len(self.text))

    def _lines(self, start: int, end: int) -> tuple[int, int]:
        """Return a range with the whole of the lines that it touches, and the line breaks around them."""
        low, high = self._searched
        after = self.text.find("\n", end)
        return max(low, self.text.rfind("\n", 0, start)), min(high, len(self.text) if after < 0 else after + 1)

    def _with(self, text: str, window: tuple[int, int] | None) -> MailText:
        return MailText(self.original, self.aligned.same_length(text), (), self.parts, window)


def _offset(part: tuple[int, Digest | None]) -> int:
    return part[0]


def readable(original: str, attachments: Sequence[Attachment] = (), *, as_written: bool = False) -> MailText:
    """Return the mail without quoted history, bank details and text addressed to software; each is told as a finding.

    The text of attachments is read after the mail's own. Tables become sentences and other languages plain English,
    unless it is wanted `as_written`.
    """
    findings: list[QuoteFinding] = []
    whole, read, parts = "", AlignedText.of(""), list[tuple[int, Digest | None]]()
    end = "\n\n" if attachments else ""
    if len(attachments) > _MOST_ATTACHMENTS:
        findings.append(QuoteFinding(kind="text_cut", says=f"only the first {_MOST_ATTACHMENTS} attachments were read"))
    for words, digest in ((original, None), *((item.text, item.digest) for item in attachments[:_MOST_ATTACHMENTS])):
        parts.append((len(whole), digest))
        if len(words) > _LONGEST:
            findings.append(QuoteFinding(kind="text_cut", says=f"only the first {_LONGEST:,} characters were read"))
        read = read.joined(_part(words[:_LONGEST] + end, len(whole), attached=digest is not None, as_written=as_written))
        whole += words[:_LONGEST] + end
    mail = MailText(whole, read, (), tuple(parts))
    text = mail.text
    for sentence in mail.sentences():
        kind, says = _hostile(sentence)
        if not kind:
            continue
        findings.append(mail.finding(kind, says, sentence.start, sentence.end))
        if kind != "asks_budget":
            text = _blanked(text, sentence.start, _hostile_until(text, sentence, kind))
    return MailText(whole, read.same_length(text), _once_each(findings), tuple(parts))


def _part(words: str, offset: int, *, attached: bool, as_written: bool) -> AlignedText:
    """Return the mail or one attachment as it is read."""
    text = AlignedText.of(words, offset)
    text = text.same_length(_STRUCK.sub(lambda found: " " * len(found.group()), text.text))
    text = text.same_length((text.text if attached else _without_history(text.text)).replace("\r", " "))
    text = text if as_written else rows_as_sentences(in_plain_english(text))
    return text.same_length(_without_our_questions(_joined(text.text)))


def _hostile_until(text: str, sentence: Sentence, kind: str) -> int:
    """Return where a hostile passage ends: words for software may go on in the next sentence of the same line."""
    line_end = text.find("\n", sentence.end - 1)
    return sentence.end if kind != "text_for_software" else len(text) if line_end < 0 else line_end


def _once_each(findings: list[QuoteFinding]) -> tuple[QuoteFinding, ...]:
    first: dict[str, QuoteFinding] = {}
    for finding in findings:
        first.setdefault(finding.kind, finding)
    return tuple(first.values())


def _hostile(sentence: Sentence) -> tuple[str, str]:
    if _SOFTWARE.search(sentence.text):
        return "text_for_software", "the mail contains text addressed to software; it was ignored"
    if _IBAN.search(sentence.text) or _BANK.search(sentence.text):
        return "bank_details", "the mail contains bank details; the registry was not changed"
    if _BUDGET.search(sentence.text):
        return "asks_budget", "the vendor asks for the budget; it is not told"
    return "", ""


def _blank(text: str, start: int, end: int) -> str:
    """Return a range of the text as blanks; its line breaks stay."""
    return "\n".join(" " * len(line) for line in text[start:end].split("\n"))


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + _blank(text, start, end) + text[end:]


def _without_our_questions(text: str) -> str:
    """Blank our own questions where the answer repeats them ("- Is the price net: yes"): their figures are not offers."""
    for found in _REPEATED.finditer(text):
        text = _blanked(text, found.start(), found.end())
    return text


def _without_history(text: str) -> str:
    tail = _TAIL.search(text)
    if tail:
        text = _blanked(text, tail.start(), len(text))
    for found in _HISTORY.finditer(text):
        text = _blanked(text, found.start(), found.end())
    return text


def _joined(text: str) -> str:
    """Replace the line breaks that only wrap a paragraph by spaces."""
    out = list(text.replace("\t", " "))
    start, breaks = 0, [found.start() for found in re.finditer("\n", text)]
    for here, after in zip(breaks, [*breaks[1:], len(text)], strict=False):
        following = text[here + 1 : after]
        if len(text[start:here].strip()) >= _WRAPPED and following.strip() and not _starts_anew(text[start:here], following):
            out[here] = " "
        start = here + 1
    return "".join(out)


def _starts_anew(line: str, following: str) -> bool:
    """Whether a line is no continuation: it begins like an item, or both name a thing and its amount, as the lines of a list do."""
    if _NEW_ITEM.match(following) or _SET_IN_COLUMNS.search(line.strip()) or _SET_IN_COLUMNS.search(following.strip()):
        return True
    return bool(_PRICED.match(line) and _PRICED.match(following))


def _sentences(text: str, low: int, high: int) -> Iterator[Sentence]:
    start = low
    for found in _SENTENCE_END.finditer(text, low, high):
        if found.group() == "." and _ABBREVIATION.search(text[max(start, found.start() - 12) : found.start()]):
            continue
        yield from _in_pieces(text, start, found.end())
        start = found.end()
    yield from _in_pieces(text, start, high)


def _in_pieces(text: str, start: int, end: int) -> Iterator[Sentence]:
    """Return a sentence, in pieces where it has no end: what is read in one piece costs more than its length."""
    while end - start > _LONGEST_SENTENCE:
        cut = text.rfind(" ", start, start + _LONGEST_SENTENCE)
        cut = cut if cut > start else start + _LONGEST_SENTENCE
        yield Sentence(start, cut, text[start:cut])
        start = cut
    if text[start:end].strip():
        yield Sentence(start, end, text[start:end])
