"""What a language brings to redlines and to the mail that asks for them: sentences with slots, and the names of clauses."""

from __future__ import annotations

from dataclasses import dataclass

from agents.negotiator.language import Language
from memory.domain.contract import ClauseKind
from memory.domain.contract_policy import Measure


@dataclass(frozen=True)
class RedlineWords:
    """Sentences to stand in a contract, from the customer's side. No figure stands in them but in a slot, from the policy.

    `instead` replaces a clause that is forbidden, `added` is for one that is missing; a forbidden clause without a sentence is
    deleted. `within` states a value that fits, with the slot `{limit}`; a cap has the slots of its three forms.
    """

    instead: dict[ClauseKind, str]
    added: dict[ClauseKind, str]
    within: dict[Measure, str]
    cap: str
    cap_of_fees: str
    cap_of_amount: str
    cap_of_either: str
    counted: dict[Measure, tuple[str, str]]
    """A number with its unit, for one and for more, with the slot `{count}`."""
    decimal_comma: bool = False


@dataclass(frozen=True)
class MailWords:
    """The sentences of the mail that asks for changes."""

    subject: str
    lead: str
    now: str
    replace: str
    delete: str
    add: str
    missing: str
    close: str
    quotes: tuple[str, str]
    names: dict[ClauseKind, str]


def redline_words(language: Language) -> RedlineWords:
    """Return the sentences of a contract's language: German, or English for every other."""
    from agents.contract_reading.policy_check import sentences_english, sentences_german

    return sentences_german.REDLINES if language is Language.DE else sentences_english.REDLINES


def mail_words(language: Language) -> MailWords:
    """Return the sentences of the mail: German, or English for every other."""
    from agents.contract_reading.policy_check import sentences_english, sentences_german

    return sentences_german.MAIL if language is Language.DE else sentences_english.MAIL
