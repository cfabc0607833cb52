"""The error tree: one type per distinct reaction.

    QuartermasterError                 exit  who reacts, and how
    |- InputError                       2    the caller gave something unreadable: say which file, field and mend
    |- AnswerNeededError                2    a person must answer and there is no terminal
    |- NotFoundError                    3    no such case, approval, vendor, contract
    |- ConflictError                    4    somebody else was first, or the thing is not as it must be
    |  `- StaleError                    4    an answer to a question that is answered, expired or another by now
    |- RefusedError                     5    policy or a missing authorization forbids it; never retried
    |- UnavailableError                 6    a part (mail server, model, database) does not answer; retry later
    |- EffectRejectedError              1    the provider said no: known not to have happened
    |- EffectUnknownError               1    the call broke: it may have happened, look it up before anything else
    `- IntegrityError                   1    a hash, digest or projection does not match: stop effects, tell the operator

Every error carries a `hint`: one sentence that says what to do next.
"""

from typing import ClassVar


class QuartermasterError(Exception):
    """Base of every error that a user may see.

    `message` says what is wrong, `hint` what to do about it; `code` is a stable string for `--json`, `exit_code` the
    process's exit status.
    """

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(QuartermasterError):
    """Something given by a person or a file cannot be read: names the file, the field and the mend."""

    code = "bad_input"
    exit_code = 2


class AnswerNeededError(QuartermasterError):
    """A person must answer and there is nobody at a terminal."""

    code = "answer_needed"
    exit_code = 2


class NotFoundError(QuartermasterError):
    """There is no such thing."""

    code = "not_found"
    exit_code = 3


class ConflictError(QuartermasterError):
    """The thing changed meanwhile: stale, expired, or already decided."""

    code = "conflict"
    exit_code = 4


class StaleError(ConflictError):
    """The question was answered elsewhere, has expired, or asks for something else by now: nothing was changed, look again."""

    code = "stale"


class RefusedError(QuartermasterError):
    """Policy, or a missing authorization, forbids it."""

    code = "refused"
    exit_code = 5


class VaultClosedError(RefusedError):
    """The vault does not open here, and trying again does not change that."""

    code = "vault_closed"
    exit_code = 7


class UnavailableError(QuartermasterError):
    """A part the work needs does not answer."""

    code = "unavailable"
    exit_code = 6


class EffectRejectedError(QuartermasterError):
    """The provider refused the effect: it is known not to have happened."""

    code = "effect_rejected"


class EffectUnknownError(QuartermasterError):
    """The call broke midway: the effect may or may not have happened. Look it up; never repeat it on hope."""

    code = "effect_unknown"


class IntegrityError(QuartermasterError):
    """A hash, digest or projection does not match what the ledger says."""

    code = "integrity"
