"""Writes through the command line: what they record, what a dry run says, and that nothing is half-written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.bootstrap import open_office
from memory.domain.approval import Approval, PlannedEffect, ProposedAction
from memory.domain.contract import Finding, Severity
from memory.domain.effects import PAYMENT_INSTRUCT
from memory.domain.events.authority import ApprovalRequested
from memory.domain.money import Money

OTHER_IBAN = "DE02120300000000202051"
PAPER = """Subscription Agreement between Acme Mail GmbH and Ann Lee.
1. The Customer pays a total of 480.00 EUR for the initial term.
2. This agreement is effective as of 1 March 2026. The initial term is 12 months.
3. It renews automatically for successive periods of 12 months unless either party gives notice of non-renewal at least 60 days before the end of the term.
4. This agreement is governed by the laws of Germany.
"""


def opened_case(qm: Callable) -> str:
    ran = qm("ask", "a CRM for 3 people under 40 EUR a month by Friday", "--json")
    assert ran.code == 0, ran.err
    return str(ran.json["case_id"])


def asked_approval(home: Path, case_id: str) -> Approval:
    """Put a question to the operator, as the gate does."""
    with open_office(home) as office:
        payment = {
            "payee_id": "acme-bank",
            "amount": {"amount_minor": 48000, "currency": "EUR"},
            "end_to_end_id": "QM1",
            "remittance": "PO 1",
            "execute_on": "2026-12-01",
            "debtor_account_id": "main",
        }
        now = office.clock.now()
        action = ProposedAction(
            title="Sign with Acme \x1b[31m and pay",
            vendor_id="acme-mail",
            total=Money.of(480, "EUR"),
            contract="a" * 64,
            effects=(PlannedEffect(key="k1", kind=PAYMENT_INSTRUCT, payload=payment),),
            consequences=("A payment file is written.",),
        )
        approval = Approval(
            approval_id="AP-test",
            case_id=case_id,
            action=action,
            risks=(Finding(severity=Severity.NOTE, text="it renews [bold]by itself"),),
            policy_version="1-x",
            requested_at=now,
            expires_at=now + timedelta(days=1),
        )
        office.unit_of_work.act("test/ask", [ApprovalRequested(approval=approval)], stream=case_id, actor="gate")
    return approval


def test_a_vendor_is_entered_changed_and_left_alone(qm: Callable) -> None:
    first = qm(
        "vendors", "add", "Acme Mail", "--email", "sales@acme.example", "--iban", OTHER_IBAN, "--category", "email_marketing", "--json"
    )
    assert (first.code, first.json["changed"]) == (0, ["profile", "contact", "payee"])
    again = qm(
        "vendors", "add", "Acme Mail", "--email", "sales@acme.example", "--iban", OTHER_IBAN, "--category", "email_marketing", "--json"
    )
    assert again.json["changed"] == []
    priced = qm("vendors", "add", "--vendor", "acme-mail", "--list-price", "59.00 EUR/month", "--json")
    assert priced.json["changed"] == ["profile"]
    shown = qm("vendors", "show", "acme-mail", "--json").json
    assert shown["vendor"]["category"] == "email_marketing"
    assert shown["vendor"]["list_price"]["amount_minor"] == 5900
    assert (shown["version"], shown["parties"]["payee"]["iban"]) == (2, OTHER_IBAN)
    changed = qm("vendors", "diff", "acme-mail", "--from", "2020-01-01", "--json").json["changes"]
    assert [c["field"] for c in changed if c["by"] == "operator"][-1] == "list_price"


def test_changed_bank_details_start_the_cooling_off_and_say_so(qm: Callable) -> None:
    qm("vendors", "add", "Acme Mail", "--iban", OTHER_IBAN)
    ran = qm("vendors", "add", "--vendor", "acme-mail", "--iban", "IT60X0542811101000000123456", "--json")
    assert ran.json["changed"] == ["payee"]
    assert "cooling-off" in ran.json["warnings"][0]
    assert "cooling-off" in ran.err
    assert qm("vendors", "show", "acme-mail", "--json").json["parties"]["payee"]["changed_at"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("vendors", "add", "Acme Mail", "--email", "sales@acme.example", "--iban", OTHER_IBAN),
        ("budget", "set", "crm", "100 EUR/month"),
        ("policy", "adopt", "{policy}"),
        ("vendors", "import", "{vendors}"),
        ("contracts", "import", "{paper}", "--vendor", "known"),
        ("cases", "pause", "{case}"),
        ("cases", "cancel", "{case}"),
        ("approvals", "approve", "AP-test"),
        ("approvals", "edit", "AP-test", "--pay-on", "2026-12-02"),
        ("approvals", "reject", "AP-test", "--reason", "too dear"),
    ],
    ids=lambda a: " ".join(a[:2]),
)
def test_a_dry_run_says_what_would_be_written_and_writes_nothing(
    qm: Callable, head: Callable[[], str], home: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    case_id = opened_case(qm)
    asked_approval(home, case_id)
    qm("vendors", "add", "Known", "--vendor", "known")
    policy, vendors, paper = tmp_path / "p.yaml", tmp_path / "v.csv", tmp_path / "paper.txt"
    policy.write_text((home / "policy.yaml").read_text().replace("version: 1", "version: 2", 1))
    vendors.write_text("name,email\nNew One,new@one.example\n")
    paper.write_text(PAPER)
    filled = [a.format(policy=policy, vendors=vendors, paper=paper, case=case_id) for a in arguments]
    before, files = head(), sorted(home.rglob("*"))
    rehearsed = qm(*filled, "--dry-run", "--json")
    assert rehearsed.code == 0, rehearsed.out
    assert rehearsed.json["dry_run"] is True
    assert head() == before
    assert [p for p in sorted(home.rglob("*")) if "quartermaster.db" not in p.name] == [
        p for p in files if "quartermaster.db" not in p.name
    ]
    real = qm(*filled, "--json")
    assert real.code == 0, real.out
    assert head() != before
    with open_office(home) as office:
        from memory.database import reading
        from memory.ledger import read_events

        with reading(office.database) as connection:
            written = [(e.kind, e.stream) for e in read_events(connection)][-len(rehearsed.json["would_write"]) :]
    assert [(e["kind"], e["stream"]) for e in rehearsed.json["would_write"]] == written


def test_a_dry_run_meets_the_same_refusals(qm: Callable, head: Callable[[], str]) -> None:
    before = head()
    assert qm("cases", "pause", "CASE-none", "--dry-run").code == 3
    assert qm("budget", "set", "email_marketing", "99999 EUR/month", "--dry-run").code == 5
    assert head() == before


def test_a_case_is_paused_resumed_and_cancelled_once(qm: Callable) -> None:
    case_id = opened_case(qm)
    assert qm("cases", "pause", case_id, "--reason", "holiday").code == 0
    assert qm("cases", "pause", case_id).code == 4
    assert qm("cases", "resume", case_id).code == 0
    assert qm("cases", "retry", case_id).code == 4
    assert qm("cases", "answer", case_id, "yes").code == 4
    assert qm("cases", "cancel", case_id, "--json").json == {"case": case_id, "did": "cancel"}
    shown = qm("cases", "show", case_id, "--json").json
    assert shown["case"]["status"] == "cancelled"
    assert [s["kind"] for s in shown["timeline"]][-3:] == ["case.paused", "case.resumed", "case.cancelled"]


def test_an_approval_is_shown_without_escapes_and_answered_once(qm: Callable, home: Path) -> None:
    approval = asked_approval(home, opened_case(qm))
    shown = qm("approvals", "show", "AP-test")
    assert "\x1b" not in shown.out
    assert "it renews [bold]by itself" in shown.out
    assert approval.action.digest in shown.out
    stale = qm("approvals", "approve", "AP-test", "--digest", "b" * 64, "--json")
    assert (stale.code, stale.error["code"]) == (4, "stale")
    assert qm("approvals", "approve", "AP-test", "--digest", approval.action.digest[:8]).code == 4
    assert qm("approvals", "edit", "AP-test").code == 2
    assert qm("approvals", "edit", "AP-test", "--pay-on", "soon").code == 2
    yes = qm("approvals", "approve", "AP-test", "--digest", approval.action.digest[:12], "--reason", "fine", "--json")
    assert yes.json["status"] == "granted"
    assert qm("approvals", "reject", "AP-test", "--reason", "too late").code == 4
    assert qm("approvals", "list", "--json").json == {"approvals": []}
    assert qm("approvals", "list", "--all", "--json").json["approvals"][0]["reason"] == "fine"
    assert qm("approvals", "show", "AP-none").code == 3


def test_a_contract_signed_elsewhere_is_imported_and_watched(qm: Callable, tmp_path: Path) -> None:
    paper, ics = tmp_path / "paper.txt", tmp_path / "renewals.ics"
    paper.write_text(PAPER)
    assert qm("contracts", "import", paper, "--vendor", "nobody").code == 3
    qm("vendors", "add", "Acme Mail")
    ran = qm("contracts", "import", paper, "--vendor", "acme-mail", "--json")
    assert ran.code == 0, ran.out
    assert (ran.json["renewal"]["term_end"], ran.json["renewal"]["notice_days"]) == ("2027-02-28", 60)
    assert qm("contracts", "import", paper, "--vendor", "acme-mail").code == 4
    assert [c["vendor_name"] for c in qm("contracts", "show", "--json").json["contracts"]] == ["Acme Mail"]
    assert qm("contracts", "show", ran.json["contract"][:12]).code == 0
    assert qm("contracts", "show", "ffff").code == 3
    listed = qm("renewals", "--ics", ics, "--json").json
    assert listed["renewals"][0]["annual_cost"] == {"amount_minor": 48000, "currency": "EUR"}
    assert b"SUMMARY:Decide: keep or cancel Acme Mail" in ics.read_bytes()


def test_a_paper_without_a_price_is_watched_and_asks_for_its_yearly_cost_or_takes_it_at_once(qm: Callable, tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text(PAPER.replace("1. The Customer pays a total of 480.00 EUR for the initial term.\n", ""))
    qm("vendors", "add", "Acme Mail")
    said = qm("contracts", "import", paper, "--vendor", "acme-mail", "--annual-cost", "480.00 EUR", "--dry-run", "--json")
    assert said.code == 0
    told = qm("contracts", "import", paper, "--vendor", "acme-mail", "--json")
    assert told.json["renewal"]["annual_cost"]["amount_minor"] == 0
    assert "--annual-cost" in told.err


def test_a_policy_is_checked_adopted_and_told_apart(qm: Callable, home: Path) -> None:
    draft = home / "policy.yaml"
    assert qm("policy", "check", "--json").json["differs"] == []
    assert qm("policy", "adopt").code == 4
    draft.write_text(draft.read_text().replace("version: 1", "version: 2", 1))
    checked = qm("policy", "check", "--json").json
    assert checked["policy_version"].startswith("2-")
    adopted = qm("policy", "adopt", "--reason", "tidied", "--json").json
    assert adopted["was"].startswith("1-")
    assert qm("policy", "show", "--json").json["reason"] == "tidied"
    assert qm("policy", "backtest", "--json").json["changed"] == []


def test_a_list_of_vendors_is_taken_over(qm: Callable, tmp_path: Path) -> None:
    file = tmp_path / "vendors.csv"
    file.write_text(f"name;email;iban;category\nAcme Mail;sales@acme.example;{OTHER_IBAN};email_marketing\nZürich AG;;;crm\n")
    assert qm("vendors", "import", file, "--json").json["changed"] == 2
    assert [v["facts"]["vendor_id"] for v in qm("vendors", "list", "--json").json["vendors"]] == ["acme-mail", "zurich-ag"]
    as_json = tmp_path / "vendors.json"
    as_json.write_text(json.dumps({"vendors": [{"name": "Acme Mail", "website": "https://acme.example"}]}))
    assert qm("vendors", "import", as_json, "--json").json["changed"] == 1


def test_a_catalogue_is_taken_over_and_not_replaced_by_accident(qm: Callable, home: Path, tmp_path: Path) -> None:
    import shutil

    import tools.lookups

    mine = tmp_path / "mine.json"
    shutil.copy(Path(tools.lookups.__file__).with_name("sample_catalogue.json"), mine)
    assert qm("vendors", "import", mine, "--json").json["products"] >= 40
    assert (home / "files" / "catalogue.json").is_file()
    mine.write_text(mine.read_text() + "\n")
    assert qm("vendors", "import", mine).code == 4
    assert qm("vendors", "import", mine, "--replace").code == 0


def test_a_decision_is_reviewed_and_counted_as_debt(qm: Callable, home: Path) -> None:
    from memory.domain.events.sourcing import VendorRejected
    from memory.domain.vendor import Qualification

    case_id = opened_case(qm)
    with open_office(home) as office:
        judged = Qualification(vendor_id="acme-mail", qualified=False, score=10)
        done = office.unit_of_work.act(
            "test/reject", [VendorRejected(vendor_id="acme-mail", qualification=judged)], stream=case_id, actor="vendor_analyst"
        )
    event_id = done.events[0].event_id
    weekly = qm("review", "--json").json
    assert [d["event_id"] for d in weekly["sample"]] == [event_id]
    assert qm("review", event_id, "--verdict", "maybe").code == 2
    assert qm("review", event_id).code == 2
    assert qm("review", "EV-none", "--verdict", "right").code == 3
    assert qm("review", event_id, "--verdict", "wrong", "--note", "it was fine", "--json").json["verdict"] == "wrong"
    assert qm("review", event_id, "--verdict", "wrong", "--note", "it was fine").code == 4
    after = qm("review", "--json").json
    assert (after["sample"], after["debt"]) == ([], {"vendor.rejected": 1})
