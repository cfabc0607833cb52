"""A wish that only a change of policy could grant: written down as a proposal, which changes nothing."""

from __future__ import annotations

from graphs.interaction.answer import Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.drafting import Drafted
from memory.domain.base import sha256_hex
from memory.domain.events.workspace import PolicyProposed

_ADOPT = "qm policy check FILE, qm policy backtest FILE, then qm policy adopt FILE"


def propose(
    instruction: Instruction,
    desk: FrontDesk,
    drafted: Drafted | None,
    *,
    because: tuple[str, ...],
    precedence: str,
    references: tuple[str, ...] = (),
) -> Draft:
    """Return the draft of a proposal: the concrete lines where there are some, and how the operator would adopt them."""
    version = desk.policy().version
    noted = instruction.tense("I noted it as a proposal", "I would note it as a proposal")
    told = (*because, f"{noted}; nothing has changed, and policy {version} stays in force.", *_lines(drafted))
    proposal_id = f"PROP-{sha256_hex(f'proposal of {instruction.instruction_id}'.encode())[:10]}"
    suggestion = "\n".join((*because, *_lines(drafted)))
    return Draft(
        told,
        references=(*references, *(() if instruction.dry_run else (proposal_id,))),
        precedence=precedence,
        events=(PolicyProposed(proposal_id=proposal_id, instruction=instruction.text, suggestion=suggestion),),
    )


def _lines(drafted: Drafted | None) -> tuple[str, ...]:
    if drafted is None:
        return ("There is no line I could draft for this: change your policy file in your own words, then " + _ADOPT + ".",)
    lines = ("In your policy file:", *(f"  {line}" for line in drafted.lines))
    if drafted.problem:
        return (*lines, f"As it stands this would be refused, because {drafted.problem}", f"Once that is mended: {_ADOPT}.")
    means = (
        f"That means: {'; '.join(change.rstrip('.') for change in drafted.changes)}."
        if drafted.changes
        else "That says the same as your policy says now."
    )
    return (*lines, means, f"To adopt it: write the lines into a copy of your policy file; {_ADOPT}.")
