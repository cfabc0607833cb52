"""`qm renewals`: a contract is looked into, said something about, decided on and shown; nothing leaves by any of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from memory.domain.days import working_day_on_or_before

PAPER = """Subscription Agreement between Acme Mail GmbH and Ann Lee.
1. The Customer pays a total of 480.00 EUR for the initial term.
2. This agreement is effective as of 1 March 2026. The initial term is 12 months.
3. It renews automatically for successive periods of 12 months unless either party gives notice of non-renewal at least 60 days before the end of the term.
4. Notice of non-renewal must be sent by e-mail to the Provider at legal@acme-mail.example.
"""


def test_a_renewal_is_seen_through_from_the_command_line(qm: Callable, head: Callable, tmp_path: Path) -> None:
    paper, proof = tmp_path / "paper.txt", tmp_path / "receipt.pdf"
    paper.write_text(PAPER)
    proof.write_bytes(b"%PDF-1.7 receipt")
    qm("vendors", "add", "Acme Mail")
    assert qm("contracts", "import", paper, "--vendor", "acme-mail", "--json").code == 0
    (line,) = qm("renewals", "list", "--json").json["renewals"]
    uid = line["uid"]
    assert line["route"]["address"] == "legal@acme-mail.example"
    assert qm("renewals", "show", "nobody").code == 3
    assert qm("renewals", "say", uid).code == 2
    before = head()
    assert qm("renewals", "decide", uid, "cancel", "--dry-run").code == 0
    assert qm("renewals", "start", uid, "--dry-run").code == 0
    assert head() == before
    assert qm("renewals", "say", "acme-mail", "--used", 2, "--of", 10, "--unit", "seats", "--incident", "down for a day").code == 0
    started = qm("renewals", "start", uid, "--json").json["case"]
    assert qm("renewals", "start", uid).code == 4
    shown = qm("renewals", "show", started, "--json").json
    assert (shown["usage"]["used"], shown["renewal"]["renewal_case"], shown["recommendation"]) == (2, started, None)
    assert qm("renewals", "decide", uid, "sell").code == 2
    assert qm("renewals", "decide", uid, "keep", "--digest", "0" * 12).code == 4
    assert qm("renewals", "sent", uid, "--proof", proof).code == 4
    assert qm("renewals", "confirmed", uid).code == 2
    assert qm("renewals", "confirmed", uid, "--note", "by phone").code == 4
    assert qm("renewals", "contact", uid, "--email", "not an address").code == 2
    assert qm("renewals", "contact", uid, "--email", "legal@acme-mail.example", "--json").json["contact"] == "acme-mail.notices"
    risks = qm("renewals", "risks", "--json").json
    assert "down for a day" in str(risks["vendors"])
    assert qm("effects", "list", "--json").json["effects"] == []


def test_the_holidays_of_the_country_that_was_named_are_no_days_to_act_on(qm: Callable, home: Path, tmp_path: Path) -> None:
    paper, config = tmp_path / "paper.txt", home / "config.toml"
    paper.write_text(PAPER.replace("1 March 2026", "24 February 2026"))
    assert 'country = "DE"' in config.read_text()  # that of the account
    qm("vendors", "add", "Acme Mail")
    # Sixty days before the end of any of its terms it is Christmas Day.
    told = date.fromisoformat(qm("contracts", "import", paper, "--vendor", "acme-mail", "--json").json["renewal"]["decide_by"])
    assert told == working_day_on_or_before(date(told.year, 12, 24))
    assert "decide by          2026-12-24" in qm("contracts", "show", *_first(qm)).out
    config.write_text(config.read_text().replace('region = ""', 'region = "QQ"'))
    (said,) = [check for check in qm("doctor", "--json").json["checks"] if check["name"] == "holidays"]
    assert (said["state"], "DE-QQ" in said["says"]) == ("bad", True)
    config.write_text(config.read_text().replace('country = "DE"', 'country = ""'))
    assert "a region needs its country" in qm("renewals").err
    assert qm("init", "--home", tmp_path / "other", "--yes", "--country", "ZZ").code == 2


def _first(qm: Callable) -> tuple[str, ...]:
    return (qm("contracts", "show", "--json").json["contracts"][0]["review"]["contract"][:12],)
