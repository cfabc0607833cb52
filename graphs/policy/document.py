"""The policy in force: what its owner wrote, ready to be asked."""

from __future__ import annotations

from dataclasses import dataclass

from graphs.policy.examples import Example
from graphs.policy.facts import Stage, Window
from graphs.policy.rule import ActiveRule, Rule
from memory.domain.contract_policy import ClausePosition
from memory.domain.policy import Verdict


@dataclass(frozen=True)
class Policy:
    """A policy that was read without fault and gives its owner's examples the verdicts they expect.

    `version` is the declared number and the start of the sha256 of the text: `3-9f2c41d07ab8`.
    """

    version: str
    default: Verdict
    """What holds at a stage that does not go without asking."""
    without_asking: frozenset[Stage]
    """The stages that are allowed as long as no rule objects."""
    active: tuple[ActiveRule, ...]
    examples: tuple[Example, ...]
    text: str
    source: str
    mention_lower_offers: bool = True
    """Whether a vendor may be told that a lower offer exists, when one does: never whose, never how low."""

    @classmethod
    def load(cls, text: str, *, source: str) -> Policy:
        """Return the policy written in `text` (YAML); `source` names it in messages.

        Raises `InputError` with the file, the line, the rule, the field and the mend when anything in it is unknown, of the
        wrong type or written twice, and when one of its own examples comes out otherwise than its owner expects.
        """
        from graphs.policy.loading import load_policy  # the YAML parser is loaded only where a policy is read

        return load_policy(text, source=source)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules as written."""
        return tuple(active.rule for active in self.active)

    def windows(self) -> tuple[Window, ...]:
        """Return the rolling sums of spend which `Facts.spent_in_window` must hold, each once.

        A window's category is a catalogue category or a top one, and None stands for all spend.
        """
        wanted = (window for active in self.active for window in active.kind.windows(active.rule))
        return tuple(dict.fromkeys(wanted))

    def positions(self, *categories: str) -> tuple[ClausePosition, ...]:
        """Return what the rules want of a contract's clauses when it is about to be signed.

        `categories` are what is bought (`email_marketing`, `saas`); a rule that is narrowed to others, or to other stages than
        `commit`, is left out, and so is every narrowed rule when no category is known: see `narrowed`.
        """
        asked = (active for active in self.active if _at_commit(active) and not _elsewhere(active, categories))
        wanted = (position for active in asked for position in active.kind.positions(active.rule))
        return tuple(position.model_copy(update={"policy_version": self.version}) for position in wanted)

    def narrowed(self, *categories: str) -> tuple[str, ...]:
        """Return the ids of the rules about clauses that `positions` leaves out because of their categories."""
        about = (active for active in self.active if _at_commit(active) and active.kind.positions(active.rule))
        return tuple(active.rule.id for active in about if _elsewhere(active, categories))


def _at_commit(active: ActiveRule) -> bool:
    return Stage.COMMIT in (active.rule.applies_to.stages or active.kind.stages)


def _elsewhere(active: ActiveRule, categories: tuple[str, ...]) -> bool:
    narrowed_to = active.rule.applies_to.categories
    return narrowed_to is not None and not set(narrowed_to) & set(categories)
