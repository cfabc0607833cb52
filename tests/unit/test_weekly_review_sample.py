"""The weekly sample: what went out by itself says to whom and by which rule, and no case fills the sample with one kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphs.weekly_review import ReviewDesk


def test_a_mail_in_the_sample_names_the_vendor_and_the_one_rule(core: Any, effects: Any, permit: Callable[..., Any]) -> None:
    mail = effects.mail()
    core.act("k", permit(mail, rule="policy: mails, commitments, default"), effects=[mail])
    (told,) = ReviewDesk(core.database, core.unit_of_work).weekly().sample
    assert told.sentence == "Mail to postbird sent without asking, as your rule 'mails' allows"


def test_of_one_case_no_kind_is_shown_more_than_three_times(core: Any, effects: Any, permit: Callable[..., Any]) -> None:
    for case_id, number in (("CASE-1", 5), ("CASE-2", 2)):
        mails = [effects.mail(case_id, f"rfq/{n}") for n in range(number)]
        core.act(case_id, *(permit(mail, case_id) for mail in mails), stream=case_id, effects=mails)
    weekly = ReviewDesk(core.database, core.unit_of_work).weekly(size=50)
    shown = [decision.case_id for decision in weekly.sample]
    assert weekly.decided == 7
    assert (shown.count("CASE-1"), shown.count("CASE-2")) == (3, 2)
