"""Work asked for by its verb alone: "Translate a 20 page contract" wants somebody who does it."""

from __future__ import annotations

import re

from agents.requisition_intake import lexicon
from agents.requisition_intake.phrase import clause_end
from agents.requisition_intake.text import BLANK, SOFT_BLANK
from memory.domain.instruction import Category

VERBS = (
    r"(?:translate|proof-?read|transcribe|subtitle|ghost-?write|typeset|illustrate|photograph|film|retouch|animate|digiti[sz]e|(?:re)?design|(?:re)?paint|(?:re)?decorate|renovate|"
    r"refurbish|repair|fix|mend|install|assemble|clean|rewire|plaster|landscape|write|draft|edit|build|develop|audit|migrate)"
)
"""What one hires somebody to do."""
_OPENING = (
    r"\W*(?:(?:hi|hey|hello|please|pls|kindly|also|then|just|urgently|(?:can|could|would|will) (?:you|someone|somebody|anyone)|(?:i|we) (?:need|want)(?: you)? to|(?:i|we)(?:'d| would) like(?: you)? to|"
    r"let's|(?:(?:i|we) )?(?:need|want) (?:some(?:one|body) )?to|have (?:some(?:one|body) ))(?![\w'])[\s,:!.-]*)*"
)
_TASK = re.compile(rf"{_OPENING}(?P<task>{VERBS}\s+)(?=[\w\"{BLANK}{SOFT_BLANK}])")
_NOT_WORK = re.compile(
    r"\b(?:budgets?|spend(?:ing)?|limits?|caps?|polic(?:y|ies)|rules?|approvals?|cases?|payments?|passwords?|keys?|vault|ledger|prompts?|instructions?|price|off|to|me|us|back|down)\b"
)
"""Objects that make the verb a command or a request for power ("fix the budget at 500", "edit the policy")."""


def task_of(work: str) -> tuple[int, int] | None:
    """Return where the work stands that a text opens with, verb included; None where it names a thing to buy or a command.

    A verb before something that the catalogue already sells as work ("design a logo") leaves it to that name.
    """
    match = _TASK.match(work)
    if match is None:
        return None
    start, end = match.start("task"), clause_end(work, match.end())
    thing = work[match.end() : end].strip()
    if not thing or _NOT_WORK.search(thing) is not None:
        return None
    known = list(lexicon.pattern().finditer(thing))
    sold = bool(known) and known[-1].end() == len(thing) and lexicon.entry_of(known[-1]["phrase"]).category is Category.CONTRACTOR
    return None if sold else (start, end)
