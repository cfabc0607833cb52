"""`qm contracts`: a paper against the policy, two versions, and a finding where it stands; with a home and without one."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PAPER = """Subscription Agreement between Acme Mail GmbH ("Provider") and Ann Lee ("Customer").
1. The Customer pays a total of 480.00 EUR for the initial term.
2. This agreement is effective as of 1 March 2026. The initial term is 12 months.
3. It renews automatically for successive periods of 12 months unless either party gives notice of non-renewal at least 60 days before the end of the term.
4. Customer may not purchase similar services from any other provider during the term.
5. This agreement is governed by the laws of the State of Delaware.
"""
LATER = PAPER.replace("60 days", "90 days").replace("480.00", "520.00").replace("1 March 2026", "1 March 2027")
POLICY = """version: 4
rules:
  - {id: alone, kind: clause, says: No exclusivity., clauses: [exclusivity]}
  - {id: home_law, kind: clause_range, says: A law I know., governing_law: [Germany]}
  - {id: for_tools, kind: required_clause, says: A refund., clauses: [refund], applies_to: {categories: [saas]}}
"""


@pytest.fixture
def papers(tmp_path: Path) -> tuple[Path, Path, Path]:
    old, new, policy = tmp_path / "old.txt", tmp_path / "new.txt", tmp_path / "mine.yaml"
    old.write_text(PAPER)
    new.write_text(LATER)
    policy.write_text(POLICY)
    return old, new, policy


def test_a_paper_is_held_against_a_policy_without_a_home(qm: Callable, papers: tuple[Path, Path, Path], tmp_path: Path) -> None:
    old, _, policy = papers
    ran = qm("contracts", "review", old, "--policy", policy, "--home", tmp_path / "none", "--json")
    assert ran.code == 0
    assert ran.json["policy"]["policy_version"].startswith("4-")
    told = {c["rule"]: (c["clause"], c["verdict"], c["redline"]["change"]) for c in ran.json["conflicts"]}
    assert told == {"alone": ("exclusivity", "deny", "delete"), "home_law": ("governing_law", "require_approval", "replace")}
    assert (ran.json["not_asked"], ran.json["mail"]) == (["for_tools"], None)
    assert "for_tools" in ran.err
    for conflict in ran.json["conflicts"]:
        assert PAPER[conflict["span"]["start"] : conflict["span"]["end"]] == conflict["span"]["text"]
    narrowed = qm("contracts", "review", old, "--policy", policy, "--category", "saas", "--json").json
    assert "for_tools" in {c["rule"] for c in narrowed["conflicts"]}


def test_without_a_home_and_a_policy_the_paper_is_read_and_nothing_is_held_against_it(qm: Callable, papers: tuple, tmp_path: Path) -> None:
    ran = qm("contracts", "review", papers[0], "--home", tmp_path / "none")
    assert ran.code == 0
    assert "Not held against a policy" in ran.out
    assert qm("contracts", "review", papers[0], "--home", tmp_path / "none", "--json").json["policy"] is None


def test_a_home_holds_it_against_the_policy_in_force_and_writes_nothing(qm: Callable, papers: tuple, head: Callable) -> None:
    before = head()
    ran = qm("contracts", "review", papers[0])
    assert ran.code == 0
    assert "1. DENY  it has a clause on exclusivity [forbidden_clauses]" in ran.out
    assert "Ask for: delete it" in ran.out
    assert "[law_i_know]" in ran.out
    assert head() == before


def test_the_draft_asks_for_the_changes_and_tells_nothing_of_the_policy(qm: Callable, papers: tuple) -> None:
    old, _, policy = papers
    mail = qm("contracts", "review", old, "--policy", policy, "--mail", "--vendor", "Acme Mail", "--json").json["mail"]
    assert mail["letter"]["body"].startswith("Hello Acme Mail team,")
    assert "“4. Customer may not purchase similar services from any other provider during the term.”" in mail["letter"]["body"]
    assert "home_law" not in mail["letter"]["body"]
    assert "A law I know" not in mail["letter"]["body"]
    german = qm("contracts", "review", old, "--policy", policy, "--mail", "--language", "de")
    assert "Bitte streichen Sie dies." in german.out
    assert qm("contracts", "review", old, "--mail", "--language", "fr").code == 2


def test_a_paper_that_is_piped_in_is_read_like_a_file(qm: Callable, papers: tuple) -> None:
    ran = qm("contracts", "review", "-", "--policy", papers[2], "--json", stdin=papers[0].read_bytes())
    assert (ran.code, ran.json["file"]) == (0, "pasted text")
    assert "exclusivity" in {conflict["clause"] for conflict in ran.json["conflicts"]}
    nothing = qm("contracts", "review", "-", stdin=b"")
    assert nothing.code != 0
    assert "pasted text" in nothing.err


def test_a_finding_is_shown_where_it_stands(qm: Callable, papers: tuple) -> None:
    findings = qm("contracts", "review", papers[0], "--json").json["review"]["findings"]
    number = next(n for n, finding in enumerate(findings, start=1) if finding["clause"] == "exclusivity")
    ran = qm("contracts", "review", papers[0], "--finding", number)
    assert "»4. Customer may not purchase similar services from any other provider during the term.«" in ran.out
    assert "5. This agreement is governed" in ran.out
    papers[0].write_text(f'{PAPER}6. Term. "Term" means the time named in Section 2.\n'.replace("during the term", "during the Term"))
    shown = qm("contracts", "review", papers[0], "--finding", number, "--json").json["excerpts"][0]
    assert [part["name"] for part in (*shown["definitions"], *shown["sections"])] == ["Term", "Section 2"]
    assert shown["definitions"][0]["span"]["text"] == '"Term" means the time named in Section 2.'
    assert 'Meaning of Term: “"Term" means' in qm("contracts", "review", papers[0], "--finding", number).out
    papers[0].write_text(PAPER)
    silent = next(n for n, finding in enumerate(findings, start=1) if finding["span"] is None)
    assert "about what is not there" in qm("contracts", "review", papers[0], "--finding", silent).out
    assert qm("contracts", "review", papers[0], "--finding", 99).code == 3


def test_two_files_are_compared_without_a_home(qm: Callable, papers: tuple, tmp_path: Path) -> None:
    old, new, _ = papers
    found = qm("contracts", "compare", old, new, "--home", tmp_path / "none", "--json").json
    assert [e["text"] for e in found["effects"]] == [
        "The total is 520.00 EUR instead of 480.00 EUR (8.3 % more).",
        "You must give notice 90 days before the end instead of 60 days.",
        "It takes effect on 2027-03-01 instead of 2026-03-01.",
    ]
    assert {(w["was"], w["becomes"]) for c in found["changes"] for w in c["words"]} == {
        ("480.00", "520.00"),
        ("2026", "2027"),
        ("60", "90"),
    }
    shown = qm("contracts", "compare", old, new).out
    assert "3 passages differ: 3 changed." in shown
    assert "notice of non-renewal at least [-60-]{+90+} days" in " ".join(shown.split())
    same = qm("contracts", "compare", old, old)
    assert "Both versions say the same" in same.out
    assert qm("contracts", "compare", old, old, "--json").json["same"] is True


def test_a_stored_contract_is_compared_with_the_one_before_and_shown_at_a_clause(qm: Callable, papers: tuple) -> None:
    old, new, _ = papers
    qm("vendors", "add", "Acme Mail")
    assert qm("contracts", "compare", new, "--vendor", "acme-mail").code == 3
    first = qm("contracts", "import", old, "--vendor", "acme-mail", "--json").json["contract"]
    assert "60-]{+90" in qm("contracts", "compare", new, "--vendor", "acme-mail").out
    assert qm("contracts", "compare", first[:12]).code == 3
    imported = qm("contracts", "import", new, "--vendor", "acme-mail", "--json").json
    second = imported["contract"]
    worse = "against the version before: you must give notice 90 days before the end instead of 60 days."
    assert worse in [finding["text"] for finding in imported["changes"]]
    assert worse in qm("contracts", "show", second[:12]).out
    for arguments in ((second[:12],), (first[:12], second[:12]), (old, second[:12])):
        assert len(qm("contracts", "compare", *arguments, "--json").json["effects"]) == 3
    shown = qm("contracts", "show", second[:12], "--clause", "notice")
    assert "at least 90 days before" in shown.out
    assert "»3. It renews" in shown.out
    assert qm("contracts", "show", second[:12], "--clause", "pony").code == 3
    assert "Findings" in qm("contracts", "show", second[:12]).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("compare", "{old}"), 2),
        (("compare", "{old}", "{new}", "--vendor", "acme"), 2),
        (("compare", "{old}", "nowhere.txt"), 3),
        (("compare", "{old}", "ffff"), 3),
        (("review", "{old}", "--policy", "{old}"), 2),
        (("review", "{old}", "--policy", "nowhere.yaml"), 3),
    ],
)
def test_what_cannot_be_compared_or_read_says_what_to_do(qm: Callable, papers: tuple, arguments: tuple[str, ...], code: int) -> None:
    filled = [argument.format(old=papers[0], new=papers[1]) for argument in arguments]
    ran = qm("contracts", *filled, "--json")
    assert ran.code == code
    assert ran.error["hint"]


def test_vendor_text_steers_no_terminal(qm: Callable, papers: tuple, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.txt"
    hostile.write_text(PAPER.replace("similar services", "\x1b[31msimilar\u202e services"))
    for arguments in (("review", hostile), ("review", hostile, "--mail"), ("compare", papers[0], hostile)):
        ran = qm("contracts", *arguments)
        assert ran.code == 0, ran.err
        assert "\x1b" not in ran.out
        assert "\u202e" not in ran.out


def pdf(sentences: str, pages: int) -> bytes:
    """A PDF of which the last page holds the sentences."""
    from reportlab.pdfgen.canvas import Canvas

    body = io.BytesIO()
    canvas = Canvas(body, invariant=1)
    for number in range(1, pages):
        canvas.drawString(72, 720, f"The Provider delivers part {number} of the service with care.")
        canvas.showPage()
    for row, line in enumerate(sentences.splitlines()):
        canvas.drawString(36, 720 - 20 * row, line)
    canvas.save()
    return body.getvalue()


def test_the_page_is_told_where_a_paper_has_pages(qm: Callable, tmp_path: Path) -> None:
    paper, policy = tmp_path / "paper.pdf", tmp_path / "policy.yaml"
    paper.write_bytes(pdf("4. Customer may not purchase similar services from any other provider.", 3))
    policy.write_text(POLICY)
    ran = qm("contracts", "review", paper, "--policy", policy)
    assert "(page 3)" in ran.out
    findings = qm("contracts", "review", paper, "--json").json["review"]["findings"]
    number = next(n for n, finding in enumerate(findings, start=1) if finding["clause"] == "exclusivity")
    assert qm("contracts", "review", paper, "--finding", number, "--json").json["excerpts"][0]["page"] == 3
    assert "Page 3:" in qm("contracts", "review", paper, "--finding", number).out


def test_what_changed_is_told_of_a_new_version_not_of_an_older_one_or_of_another_paper(qm: Callable, papers: tuple, tmp_path: Path) -> None:
    old, new, _ = papers
    other = tmp_path / "other.txt"
    other.write_text("Data Processing Addendum.\n1. The processor handles personal data only on documented instructions.\n")
    qm("vendors", "add", "Acme Mail")
    assert qm("contracts", "import", new, "--vendor", "acme-mail", "--json").json["changes"] == []
    assert qm("contracts", "import", old, "--vendor", "acme-mail", "--json").json["changes"] == []
    (told,) = qm("contracts", "import", other, "--vendor", "acme-mail", "--json").json["changes"]
    assert "is another text" in told["text"]


def test_a_passage_of_a_contract_is_shown_as_known_on_a_day(qm: Callable, papers: tuple) -> None:
    qm("vendors", "add", "Acme Mail")
    contract = qm("contracts", "import", papers[0], "--vendor", "acme-mail", "--json").json["contract"][:12]
    assert "»3. It renews" in qm("contracts", "show", contract, "--clause", "notice", "--as-of", "2030-01-01").out
    early = qm("contracts", "show", contract, "--clause", "notice", "--as-of", "2020-01-01", "--json")
    assert (early.code, early.error["hint"]) == (3, "qm contracts list --as-of 2020-01-01")


def test_a_flat_price_for_a_stretch_of_time_tells_the_yearly_cost_and_a_price_of_each_seat_asks_for_it(
    qm: Callable, tmp_path: Path
) -> None:
    terms = PAPER.replace("a total of 480.00 EUR for the initial term", "a subscription fee of {price}")
    qm("vendors", "add", "Acme Mail")
    for price, costs in (("25.00 EUR per month", 30_000), ("75 EUR per quarter", 30_000), ("310,00 EUR pro Jahr", 31_000)):
        paper = tmp_path / f"{price[:2]}.txt"
        paper.write_text(terms.format(price=price))
        assert qm("contracts", "import", paper, "--vendor", "acme-mail", "--json").json["renewal"]["annual_cost"]["amount_minor"] == costs
    paper.write_text("Der Vertrag beginnt am 1. März 2026, die Laufzeit beträgt 24 Monate. Das Entgelt beträgt insgesamt 480,00 EUR.\n")
    assert qm("contracts", "import", paper, "--vendor", "acme-mail", "--json").json["renewal"]["annual_cost"]["amount_minor"] == 24_000
    paper.write_text(terms.format(price="25.00 EUR per seat per month"))
    asked = qm("contracts", "import", paper, "--vendor", "acme-mail", "--json")
    assert asked.json["renewal"]["decide_by"]
    assert "does not state what it costs a year: qm renewals say" in asked.err
    uid = asked.json["renewal"]["uid"]
    assert line_of(qm, uid)["annual_cost"]["amount_minor"] == 0
    qm("renewals", "say", uid, "--annual-cost", "250 EUR")
    assert line_of(qm, uid)["annual_cost"]["amount_minor"] == 25_000
    assert qm("renewals", "say", uid, "--annual-cost", "0 EUR").code == 2


def line_of(qm: Callable, uid: str) -> dict[str, Any]:
    return next(line for line in qm("renewals", "list", "--json").json["renewals"] if line["uid"] == uid)


def test_a_contract_without_dates_is_named_until_it_is_left_alone_by_word(qm: Callable, tmp_path: Path) -> None:
    paper = tmp_path / "open.txt"
    paper.write_text("Consulting Agreement. The fee is 90 EUR per hour.\nEither party may terminate it at any time.\n")
    qm("vendors", "add", "Acme Mail")
    contract = qm("contracts", "import", paper, "--vendor", "acme-mail", "--json").json["contract"]
    (told,) = qm("renewals", "list", "--json").json["not_watched"]
    assert (told["contract"], told["why"]) == (contract, "the paper does not state its start")
    assert f"qm renewals leave {contract[:12]}" in qm("renewals").err
    assert qm("renewals", "leave", "ffff", "--reason", "x").code == 3
    assert qm("renewals", "leave", contract[:12], "--reason", "any day").code == 0
    assert qm("renewals", "list", "--json").json["not_watched"] == []


def test_the_last_day_to_act_is_that_of_the_term_that_runs(qm: Callable, tmp_path: Path) -> None:
    paper = tmp_path / "old.txt"
    paper.write_text(PAPER.replace("1 March 2026", "1 March 2020"))
    qm("vendors", "add", "Acme Mail")
    done = qm("contracts", "import", paper, "--vendor", "acme-mail", "--json").json
    day = done["renewal"]["decide_by"]
    assert day > "2025"
    for shown in (qm("contracts", "list").out, qm("contracts", "show", done["contract"][:12]).out, qm("contracts", "review", paper).out):
        assert day in shown


def test_a_draft_without_a_policy_says_what_is_missing(qm: Callable, papers: tuple, tmp_path: Path) -> None:
    ran = qm("contracts", "review", papers[0], "--mail", "--home", tmp_path / "none", "--json")
    assert (ran.code, "--policy" in ran.error["hint"]) == (2, True)


def test_a_notice_that_was_not_read_is_asked_for_and_the_operators_word_starts_the_watch(qm: Callable, tmp_path: Path) -> None:
    paper = tmp_path / "open.txt"
    paper.write_text(
        "SERVICES AGREEMENT\n\n1. This Agreement starts on 1 March 2026. The initial term is twelve (12) months. It renews automatically for"
        " further terms of 12 months unless terminated by reasonable prior written notice before the end of the current term.\n"
    )
    qm("vendors", "add", "Acme Mail")
    asked = qm("contracts", "import", paper, "--vendor", "acme-mail")
    assert "“It renews automatically for further terms of 12 months unless terminated by reasonable prior" in asked.out
    assert "open.txt --vendor acme-mail --notice-days N" in asked.out + asked.err
    said = qm("contracts", "import", paper, "--vendor", "acme-mail", "--notice-days", 60, "--json").json
    assert said["review"]["word"] == {"notice_days": 60, "term_end": None, "starts": None}
    assert (said["not_watched"], said["renewal"]["notice_days"]) == ("", 60)
    assert qm("renewals", "list", "--json").json["not_watched"] == []
    assert qm("contracts", "import", paper, "--vendor", "acme-mail", "--notice-days", 60).code != 0
