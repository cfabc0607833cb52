"""Why an approval is asked for, in the owner's words: the sentence, and the figure that made the rule speak."""

from __future__ import annotations

import pytest

from graphs.nodes.contracting import why_asked
from graphs.policy.engine import DEFAULT_RULE
from memory.domain.policy import RuleOutcome, Verdict


def outcome(kind: str, says: str, because: str) -> RuleOutcome:
    return RuleOutcome(rule=kind, kind=kind, verdict=Verdict.REQUIRE_APPROVAL, says=says, because=because)


@pytest.mark.parametrize(
    ("kind", "says", "because", "told"),
    [
        (
            "over_amount",
            "Anything over 500 EUR needs review.",
            "685.44 EUR is more than 500.00 EUR",
            "Anything over 500 EUR needs review (685.44 EUR is more than 500.00 EUR).",
        ),
        ("commitment", "A signature always needs my own yes.", "it binds us", "A signature always needs my own yes."),
        (DEFAULT_RULE, "Signing never goes ahead without asking.", "not listed", "Signing never goes ahead without asking."),
        ("attended", "Not while you are away.", "you are away", "Not while you are away."),
        ("clause", "I decide.", "", "I decide."),
    ],
)
def test_a_rule_says_its_sentence_and_what_made_it_speak_unless_the_sentence_says_so(kind: str, says: str, because: str, told: str) -> None:
    assert why_asked(outcome(kind, says, because)) == told
