"""Why each move was made: read back from the ledger, and shown on the Offers view of a case."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bootstrap import Office
from memory.domain.answers import Answer, TermAnswer
from memory.domain.events import negotiation as ne
from memory.domain.evidence import Origin, Span
from memory.domain.money import Money, Period, Price
from memory.domain.quote import NegotiationOutcome, Quote, Terms
from memory.domain.reasoning import Reasoning, WalkAway
from memory.views.negotiations import Talks, case_talks


def texts(app) -> str:
    return "\n".join(str(item.value) for item in app.text)


def offers_of(opened, home: Path, case: str):
    app = opened(home, "case", case=case)
    app.segmented_control(key=f"view-{case}").set_value("Offers").run()
    assert not app.exception
    return app


def test_each_round_has_its_offers_its_reason_and_what_came_of_it(office: Office, furnished) -> None:
    talks = case_talks(office.database, furnished.done_case)["brieflark"]

    assert [(r.number, r.why.move, str(r.theirs.terms.unit_price), r.ours and r.ours.round) for r in talks.rounds] == [
        (0, "counter", "57.00 EUR per month", 1),
        (1, "counter", "51.00 EUR per month", 2),
        (2, "accept", "48.00 EUR per month", None),
    ]
    assert [(r.happened.turn, r.happened.words) for r in talks.rounds] == [
        ("moved", "They came down from 813.96 EUR to 728.28 EUR, terms reckoned in. That is 49.26 EUR above the end that we expected."),
        ("moved", "They came down from 728.28 EUR to 685.44 EUR, terms reckoned in. That is 6.42 EUR above the end that we expected."),
        ("ended", "It ended: agreed at 685.44 EUR all-in. That is 6.42 EUR above the end that we expected."),
    ]
    assert talks.unexplained == 0


def test_walking_away_has_its_place_on_the_scale_of_every_picture(office: Office, furnished) -> None:
    talks = case_talks(office.database, furnished.done_case)["brieflark"]

    # 1,000.00 EUR is worth nothing and 480.00 EUR all, so 710.00 EUR is worth 29 / 52; the last round has no second offer of its own.
    assert all(abs(r.walk_away_worth - round(29_000 / 52)) <= 3 for r in talks.rounds)


def test_the_worth_of_walking_away_is_the_one_that_was_kept_where_one_was(seed) -> None:
    known = {
        "standing_utility": 300,
        "asked_cost": eur(60_000),
        "asked_utility": 600,
        "walk_away": WalkAway(amount=eur(65_000), source="x"),
    }
    old, new = (
        talks_after(seed, quoted(seed, 4900, n), reasoned(70_000, n, **known, **kept))
        for n, kept in enumerate(({}, {"walk_away_utility": 437}))
    )

    assert [r.walk_away_worth for r in (old.rounds[0], new.rounds[-1])] == [450, 437]


def test_an_accepted_offer_is_the_decided_point_of_its_picture(office: Office, furnished) -> None:
    last = case_talks(office.database, furnished.done_case)["brieflark"].rounds[-1]

    assert [(p.kind, p.round) for p in last.picture if p.kind != "frontier"] == [
        ("theirs", 0),
        ("theirs", 1),
        ("decided", 2),
        ("ours", 1),
        ("ours", 2),
    ]


def test_talks_from_before_reasons_were_kept_count_what_is_unexplained(office: Office, furnished) -> None:
    talks = case_talks(office.database, furnished.done_case)["postino"]

    assert (talks.rounds, talks.unexplained) == ((), 1)
    assert case_talks(office.database, furnished.asking_case) == {}


def test_the_page_gives_each_reason_what_was_expected_and_what_happened(opened, furnished) -> None:
    app = offers_of(opened, furnished.home, furnished.done_case)
    page = texts(app)

    assert "Their offer costs 813.96 EUR a year" in page
    assert (
        "Expected: going on is worth as much as a deal at 679.02 EUR, terms reckoned in; they sign an offer of ours in 82 % of cases."
        in page
    )
    assert "Happened: They came down from 813.96 EUR to 728.28 EUR, terms reckoned in." in page
    assert "walking away 56 %" in page
    captions = "\n".join(str(item.value) for item in app.caption)
    assert "No reasons were kept for this negotiation" in captions
    assert "about 664.02 EUR in round 2, with 80 % certainty from 624.02 EUR to 704.02 EUR" in captions
    assert "This vendor gives way as time runs out (48 %) or holds, then drops at the end (13 %)" in captions


def test_a_vendors_words_in_reasons_and_labels_are_never_markdown(opened, furnished) -> None:
    app = offers_of(opened, furnished.home, furnished.open_case)
    marked = "\n".join(str(item.value) for kind in (app.markdown, app.caption, app.title) for item in kind)

    assert "[click](http://evil.example/x)" in texts(app)
    assert "[click](http" not in marked
    assert "<img" not in marked
    assert "http://evil" not in marked


def test_an_earlier_picture_can_be_looked_at_again(opened, furnished) -> None:
    app = offers_of(opened, furnished.home, furnished.done_case)
    tables = [table.value for table in app.dataframe if "To us" in table.value.columns]
    assert list(tables[0]["What"]).count("decided") == 1
    assert "2" in set(tables[0]["Round"])

    app.segmented_control(key="picture-brieflark").set_value("Round 0").run()

    assert not app.exception
    first = next(table.value for table in app.dataframe if "To us" in table.value.columns)
    assert set(first[first["What"] == "decided"]["Round"]) == {"1"}
    assert "2" not in set(first["Round"])


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency="EUR")


def terms(per_month: int) -> Terms:
    price = Price(amount_minor=per_month, currency="EUR", period=Period.MONTH)
    return Terms(unit_price=price, quantity=1, unit="plan", term_months=12, setup_fee=eur(0), tax_rate_bp=1900)


def talks_after(seed, *events) -> Talks:
    for event in events:
        seed.act("CASE-x", event)
    return case_talks(seed.office.database, "CASE-x")["acme"]


def quoted(seed, per_month: int, number: int) -> ne.QuoteReceived:
    message = seed.keep(f"round {number}: {per_month}", Origin.VENDOR_MAIL)
    return ne.QuoteReceived(quote=Quote(quote_id=f"Q{number}", vendor_id="acme", round=number, terms=terms(per_month), message=message))


def reasoned(cost: int, number: int, **known) -> ne.NegotiationReasoned:
    known = {"move": "counter", "expected": eur(60_000), "limit_low": eur(50_000), **known}
    why = Reasoning(round=number, words=f"reason {number}", standing_cost=eur(cost), **known)
    return ne.NegotiationReasoned(vendor_id="acme", round=number, reasoning=why)


REFUSED = TermAnswer(
    term="price_increase_cap_bp",
    asked="300",
    says="a 3 % cap [is](http://evil.example/y) not possible",
    answer=Answer.REFUSED,
    span=Span(start=0, end=46, text="a 3 % cap [is](http://evil.example/y) not possible"[:46]),
)


def test_each_round_tells_what_their_answer_did_with_our_terms_and_a_reply_to_a_question_does_not_hide_it(seed) -> None:
    asked = (quoted(seed, 4900, 0), reasoned(70_000, 0))
    answer = quoted(seed, 4800, 1).model_copy(update={"on_our_terms": (REFUSED,)})
    silent = TermAnswer(term="notice_days", asked="30", answer=Answer.MISSING)
    cleared = quoted(seed, 4800, 1).model_copy(update={"on_our_terms": (silent,)})

    talks = talks_after(seed, *asked, answer, cleared, reasoned(69_000, 1), quoted(seed, 4700, 2))

    assert [r.answered for r in talks.rounds] == [(REFUSED,), ()]


def test_the_page_tells_which_term_was_refused_as_plain_text(opened, furnished) -> None:
    app = offers_of(opened, furnished.home, furnished.done_case)

    assert 'Our terms: Refused: cap of 3 % on increases ("a 3 % cap [is](http://evil.example/y)' in texts(app)
    assert "http://evil" not in "\n".join(str(item.value) for kind in (app.markdown, app.caption) for item in kind)


@pytest.mark.parametrize(
    ("cost", "turn", "words"),
    [
        (70_000, "held", "They did not move from 700.00 EUR, terms reckoned in. That is 100.00 EUR above the end that we expected."),
        (
            72_000,
            "rose",
            "Their offer rose from 700.00 EUR to 720.00 EUR, terms reckoned in. That is 120.00 EUR above the end that we expected.",
        ),
        (60_000, "moved", "They came down from 700.00 EUR to 600.00 EUR, terms reckoned in. That is the end that we expected."),
        (
            49_000,
            "moved",
            "They came down from 700.00 EUR to 490.00 EUR, terms reckoned in. That is 110.00 EUR below the end that we expected. "
            "It is lower than the range in which we put their limit.",
        ),
    ],
)
def test_what_happened_is_held_against_what_was_expected(seed, cost: int, turn: str, words: str) -> None:
    talks = talks_after(seed, quoted(seed, 4900, 0), reasoned(70_000, 0), quoted(seed, 4800, 1), reasoned(cost, 1))

    assert (talks.rounds[0].happened.turn, talks.rounds[0].happened.words) == (turn, words)
    assert talks.rounds[1].happened.words == "Nothing yet."


def test_silence_an_unreadable_reply_and_an_offer_not_yet_weighed_are_told_apart(seed) -> None:
    begun = (quoted(seed, 4900, 0), reasoned(70_000, 0))
    assert talks_after(seed, *begun, ne.ReplyOverdue(vendor_id="acme", wait_key="w")).rounds[0].happened.turn == "silent"

    message = seed.keep("???", Origin.VENDOR_MAIL)
    unread = ne.QuoteUnreadable(vendor_id="acme", round=1, message=message, problems=("no figure",))
    assert talks_after(seed, unread).rounds[0].happened.turn == "unread"

    later = talks_after(seed, quoted(seed, 4800, 1)).rounds[0].happened
    assert later.words == "They offered 685.44 EUR all-in; it is not weighed yet."

    ended = ne.NegotiationConcluded(vendor_id="acme", outcome=NegotiationOutcome.NO_REPLY, rounds=1)
    assert talks_after(seed, ended).rounds[0].happened.words == "It ended: they did not answer."


def test_a_walk_away_has_no_place_where_the_scale_is_not_known(seed) -> None:
    limit = WalkAway(amount=eur(71_000), source="the hard limits of the purchase")
    talks = talks_after(seed, quoted(seed, 4900, 0), reasoned(70_000, 0, move="walk_away", walk_away=limit, standing_utility=300))

    assert talks.rounds[0].walk_away_worth is None
    assert talks.rounds[0].ours is None
