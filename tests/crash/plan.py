"""What `make crash` runs, and what the short form in the tests runs. A seed fixes every choice that is drawn."""

from __future__ import annotations

from campaign import Run
from strikes import COUNTS, Aim

SEED = 20261122
#: Where a process is frozen: a worker between two steps, a dispatcher before a call and in the middle of one, before its last look.
_WORKER_FREEZES = {"before act sign_contract": 1, "after act place_order": 2, "before checkpoint put": 40}
_DISPATCHER_FREEZES = {"before perform payment.instruct": 1, "before perform contract.sign": 2, "after mail attempt noted": 7}
#: A purchase whose first payment the bank refuses is unwound, mended and paid; one that is cancelled at its approval is only unwound.
_UNWOUND = frozenset({"done", "cancelled"})


def _in_saga(seed: int) -> Aim:
    """Strike where something is taken back: in the compensator, in the steps around a failed payment, in what is dispatched for it."""
    only = r"^compensator: |payment|^(before|after) act (payment_failed|failed|pay|answer|burn|confirm|fail|delay|decision)$|^sweep: "
    return Aim(counts=COUNTS, seed=seed, only=only)


def _in_bargaining(seed: int) -> Aim:
    """Strike the branch that goes on while another one waits."""
    only = r"^(before|after) (act (request_quote|read_reply|make_move)|checkpoint put|checkpoint put_writes)$"
    return Aim(counts=(1, 2, 3, 4, 5, 8, 13, 21, 34, 55, 89), seed=seed, only=only)


def full(seed: int = SEED) -> tuple[Run, ...]:
    """Return every run of `make crash`."""
    return (
        Run("named boundaries", aim=Aim(counts=COUNTS, seed=seed), seed=seed, cases=8, most_cases=16, longest_s=1800),
        Run("random instants", random_kills=300, seed=seed + 1, width=4, cases=8, most_cases=200, longest_s=1800),
        Run("frozen and thawed", aim=Aim(freezes=_WORKER_FREEZES | _DISPATCHER_FREEZES), seed=seed + 2, cases=6),
        Run("one vendor silent", aim=_in_bargaining(seed), seed=seed + 7, cases=4, width=4, most_cases=4, slow_vendor=True),
        Run("compensation", aim=_in_saga(seed), seed=seed + 3, cases=6, bank_refuses=True, cancels=True, expected=_UNWOUND, longest_s=1800),
        Run("named boundaries", database="postgres", workers=3, aim=Aim(counts=COUNTS, seed=seed), seed=seed, cases=8, longest_s=1800),
        Run(
            "random instants",
            *("postgres",),
            workers=3,
            random_kills=300,
            seed=seed + 4,
            width=4,
            cases=8,
            most_cases=200,
            restarts_database=True,
            longest_s=1800,
        ),
        Run(
            "compensation",
            *("postgres",),
            workers=3,
            aim=_in_saga(seed),
            seed=seed + 6,
            cases=6,
            bank_refuses=True,
            cancels=True,
            expected=_UNWOUND,
            longest_s=1800,
        ),
        Run("frozen and thawed", "postgres", workers=3, aim=Aim(freezes=_WORKER_FREEZES | _DISPATCHER_FREEZES), seed=seed + 5, cases=6),
        *controls(seed),
    )


def short(seed: int = SEED) -> tuple[Run, ...]:
    """Return the short form: at least 24 kills at boundaries drawn by the seed, on either database, and both controls."""
    return (
        Run("named boundaries", aim=Aim(counts=(1, 2), share=0.07, seed=seed), seed=seed, cases=2, width=2, faults=False),
        Run("named boundaries", "postgres", workers=2, aim=Aim(counts=(1, 2), share=0.07, seed=seed + 1), seed=seed, cases=2, width=2),
        *controls(seed),
    )


def controls(seed: int) -> tuple[Run, ...]:
    """Return the two runs that must fail: the product without one of its rules, struck where the rule counts."""
    after_acts = Aim(counts=(1, 2, 3), only=r"^after act (place_order|match_invoice)$", seed=seed)
    between = Aim(counts=(3, 6, 9, 12), only=r"^before checkpoint put$", seed=seed)
    return (
        Run(
            "control: task-id keys",
            control="task-ids",
            shows=("duplicate",),
            aim=after_acts,
            faults=False,
            seed=seed,
            cases=2,
            width=2,
            patience_s=15,
        ),
        Run(
            "control: trusts state.next",
            control="trust-next",
            shows=("stuck",),
            aim=between,
            faults=False,
            seed=seed,
            cases=2,
            width=2,
            patience_s=15,
        ),
    )
