"""What is gathered while one mail is read: the words behind each field, doubts, assumptions, findings."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.negotiator.mail_text import MailText
from agents.negotiator.reading import Doubt, QuoteFinding, Topic
from memory.domain.evidence import Span
from memory.domain.quote import Terms
from memory.domain.requisition import Requisition


@dataclass
class Draft:
    """Spans by field, doubts to be asked about, assumptions and findings; places count in the mail's whole original."""

    mail: MailText
    requisition: Requisition
    default_tax_bp: int
    earlier: Terms | None
    ours: Terms | None
    spans: dict[str, Span] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    findings: list[QuoteFinding] = field(default_factory=list)

    @property
    def questions(self) -> tuple[str, ...]:
        """What must be asked before anything is accepted, each question once; an unclear validity waits for no answer."""
        return tuple(dict.fromkeys(doubt.question for doubt in self.doubts if doubt.about is not Topic.VALID_UNTIL))

    @property
    def doubtful_validity(self) -> tuple[str, ...]:
        """What must be clear before the offer is taken, and not before: until when it stands."""
        return tuple(dict.fromkeys(doubt.question for doubt in self.doubts if doubt.about is Topic.VALID_UNTIL))

    def note(self, name: str, span: Span | None) -> None:
        """Remember the words behind a field."""
        if span is not None:
            self.spans[name] = span

    def ask(self, about: Topic, question: str, span: Span | None = None) -> None:
        """Add a doubt, once."""
        if question and not any(doubt.about is about and doubt.question == question for doubt in self.doubts):
            self.doubts.append(Doubt(about=about, question=question, span=span))

    def assume(self, sentence: str) -> None:
        """Add an assumption, once."""
        if sentence and sentence not in self.assumed:
            self.assumed.append(sentence)

    def aside(self) -> Draft:
        """Return a draft of the same mail for another option: nothing is gathered yet."""
        return Draft(self.mail, self.requisition, self.default_tax_bp, self.earlier, self.ours)

    def located_spans(self) -> tuple[dict[str, Span], dict[str, str]]:
        """Return each field's span in its own part, and for those in an attachment the digest of its text."""
        placed = {name: self.mail.located(span) for name, span in self.spans.items()}
        return {name: span for name, (span, _) in placed.items()}, {name: digest for name, (_, digest) in placed.items() if digest}

    def located_doubts(self) -> tuple[Doubt, ...]:
        """Return the doubts with their spans in their own parts."""
        return tuple(self._placed_doubt(doubt) for doubt in self.doubts)

    def located_findings(self) -> tuple[QuoteFinding, ...]:
        """Return the findings with their spans in their own parts."""
        return tuple(self._placed_finding(finding) for finding in self.findings)

    def _placed_doubt(self, doubt: Doubt) -> Doubt:
        if doubt.span is None:
            return doubt
        span, source = self.mail.located(doubt.span)
        return doubt.model_copy(update={"span": span, "source": source})

    def _placed_finding(self, finding: QuoteFinding) -> QuoteFinding:
        if finding.span is None:
            return finding
        span, source = self.mail.located(finding.span)
        return finding.model_copy(update={"span": span, "source": source})
