"""An effect that stands as failed or cancelled, and then its proof comes in: nothing moves, and the operator gets one task."""

from __future__ import annotations

import sqlalchemy as sa

from memory.database import writing
from memory.domain.events.effects import EffectFailed
from memory.domain.remediation import Trouble
from memory.outbox import EffectStatus
from memory.schema import outbox
from memory.views.remediations import open_tasks
from tools.sandbox.vendors.cast import BRIEFLARK, POSTINO


def _stands(town, case_id: str, key: str, status: str) -> None:
    """As a dispatcher leaves it that has given up."""
    failed = EffectFailed(effect_key=key, effect_kind="mail.send", error="unavailable", message="the server was away for a day")
    town.office.unit_of_work.act(f"test/gave-up/{key}", [failed], stream=case_id, actor="dispatcher")
    with writing(town.office.database) as connection:
        connection.execute(sa.update(outbox).where(outbox.c.effect_key == key).values(status=status))


def _first_mail_to(town, case_id: str, vendor):
    return next(row for row in town.effects(case_id, "mail.send") if row.payload["conversation"].endswith(f"/{vendor.vendor_id}"))


def test_an_answer_to_a_mail_that_stands_as_failed_becomes_one_task(at_the_gate):
    town, case_id = at_the_gate
    mail = _first_mail_to(town, case_id, POSTINO)
    _stands(town, case_id, mail.effect_key, "failed")
    for text in ("Thank you, we have it.", "Any news?"):
        town.write(POSTINO, text, answers=mail.reference)
        town.run()
    (card,) = open_tasks(town.office.database)
    assert (card.task.trouble, card.task.vendor_id) == (Trouble.PROVED_LATE, "postino")
    assert "the server was away for a day" in card.task.happened
    assert any(case_id in step for step in card.task.steps)
    assert next(row for row in town.effects(case_id) if row.effect_key == mail.effect_key).status is EffectStatus.FAILED
    assert town.facts(case_id).status == "needs_you", "the approval still waits"
    town.office.tasks.close(card.task.task_id, note="read it", by="operator", surface="test")
    town.run()
    assert open_tasks(town.office.database) == ()


def test_a_stranger_who_names_our_mail_makes_no_task(at_the_gate):
    town, case_id = at_the_gate
    mail = _first_mail_to(town, case_id, POSTINO)
    _stands(town, case_id, mail.effect_key, "failed")
    town.write(BRIEFLARK, "Thank you, we have it.", answers=mail.reference)
    town.run()
    assert open_tasks(town.office.database) == ()
