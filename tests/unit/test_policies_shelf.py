"""The policy shelf: only what was adopted is in force, and every text that ever was is kept."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from graphs.policies import PolicyShelf
from memory.domain.errors import ConflictError, InputError, IntegrityError, NotFoundError
from memory.domain.evidence import Origin

SAMPLE = (files("graphs.policy") / "sample_policy.yaml").read_text()
STRICTER = SAMPLE.replace("amount: 500.00 EUR", "amount: 400.00 EUR", 1).replace("version: 1", "version: 2", 1)


@pytest.fixture
def shelf(core: Any) -> PolicyShelf:
    return PolicyShelf(core.database, core.unit_of_work, core.evidence)


def test_while_nothing_was_adopted_nothing_is_in_force(shelf: PolicyShelf) -> None:
    assert shelf.adopted() is None
    for ask in (shelf.current, shelf.text):
        with pytest.raises(NotFoundError) as told:
            ask()
        assert "qm policy adopt" in told.value.hint


def test_an_adopted_policy_is_in_force_word_for_word_for_everybody(core: Any, shelf: PolicyShelf) -> None:
    adopted = shelf.adopt(SAMPLE, source="policy.yaml", by="jo", reason="first")
    other = PolicyShelf(core.database, core.unit_of_work, core.evidence)
    assert shelf.current().version == other.current().version == adopted.version
    assert other.text() == SAMPLE
    (fact,) = core.events("policy.adopted")
    assert (fact.actor, fact.body["by"], fact.body["reason"], fact.body["policy_version"]) == ("jo", "jo", "first", adopted.version)
    assert core.evidence.describe(fact.body["text"]).origin is Origin.OPERATOR


def test_the_newest_adoption_counts_also_for_a_shelf_that_read_the_old_one(core: Any, shelf: PolicyShelf) -> None:
    shelf.adopt(SAMPLE, source="policy.yaml", by="jo")
    before = shelf.current()
    newer = PolicyShelf(core.database, core.unit_of_work, core.evidence).adopt(STRICTER, source="policy.yaml", by="mia")
    assert before.version != newer.version
    assert shelf.current().version == newer.version
    back = shelf.adopt(SAMPLE, source="policy.yaml", by="jo")
    assert shelf.current().version == back.version == before.version
    assert len(core.events("policy.adopted")) == 3
    assert core.evidence.text(core.events("policy.adopted")[1].body["text"]) == STRICTER


def test_what_is_in_force_already_is_not_adopted_again(core: Any, shelf: PolicyShelf) -> None:
    shelf.adopt(SAMPLE, source="policy.yaml", by="jo")
    with pytest.raises(ConflictError, match="in force already"):
        shelf.adopt(SAMPLE, source="policy.yaml", by="jo")
    assert core.kinds() == ["policy.adopted"]


@pytest.mark.parametrize("text", ["", "rules: 7", SAMPLE + "\nsurprise: yes\n", "version: [1"])
def test_a_text_that_is_no_policy_changes_nothing(core: Any, shelf: PolicyShelf, text: str) -> None:
    shelf.adopt(SAMPLE, source="policy.yaml", by="jo")
    evidence = core.rows("evidence")
    with pytest.raises(InputError, match=r"policy\.yaml"):
        shelf.adopt(text, source="policy.yaml", by="jo")
    assert (core.kinds(), core.rows("evidence"), shelf.text()) == (["policy.adopted"], evidence, SAMPLE)


def test_a_policy_that_was_changed_on_disk_stops_everything(core: Any, shelf: PolicyShelf) -> None:
    shelf.adopt(SAMPLE, source="policy.yaml", by="jo")
    core.unlock("evidence")
    core.sql("UPDATE evidence SET body = :body", body=SAMPLE.replace("500.00", "900.00").encode())
    with pytest.raises(IntegrityError, match="changed on disk"):
        shelf.current()
