"""A paper held against the policy in force, for every face alike: what was read, the conflicts, and the rules that were not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.contract_reading.policy_check import Conflict, check_policy
from graphs.contract_import import ReadContract
from graphs.policy.document import Policy


@dataclass(frozen=True)
class CheckedPaper:
    """A paper that was read, the policy (None: there is none), and what in the paper is against it."""

    read: ReadContract
    rules: Policy | None
    conflicts: tuple[Conflict, ...]
    not_asked: tuple[str, ...]
    """Rules that are for some categories only, none of which was named."""

    @property
    def policy_name(self) -> str:
        """The policy by its source and version; empty where there is none."""
        if self.rules is None:
            return ""
        source, version = self.rules.source, self.rules.version
        return source if version in source else f"{source} ({version})"

    @property
    def not_asked_told(self) -> str:
        """The rules that were not asked, in a sentence; empty where all were."""
        return f"Not asked, being for some categories only: {', '.join(self.not_asked)}." if self.not_asked else ""


def check_paper(read: ReadContract, rules: Policy | None, categories: Sequence[str] = ()) -> CheckedPaper:
    """Return a paper held against a policy, for a purchase of these categories. Nothing is written."""
    if rules is None:
        return CheckedPaper(read, None, (), ())
    return CheckedPaper(read, rules, check_policy(read.review, read.text, rules.positions(*categories)), rules.narrowed(*categories))
