"""Which language a vendor is first written to in: what the operator entered for it, else the standing preference, else English."""

from __future__ import annotations

import pytest

from app.cli import run
from tools.sandbox.vendors.cast import MUTEMAIL


@pytest.mark.parametrize(
    ("preference", "entered", "greeting"),
    [("Always write in German.", "", "Guten Tag"), ("Always write in German.", "fr", "Bonjour")],
)
def test_the_first_letter_speaks_the_language_the_operator_chose(found, catalogue_of, preference, entered, greeting):
    town = found((MUTEMAIL,), products=catalogue_of(MUTEMAIL))
    if preference:
        assert run(["ask", preference, "--home", str(town.root)]) == 0
    if entered:
        assert run(["vendors", "add", "--vendor", "mutemail", "--language", entered, "--home", str(town.root)]) == 0
    town.start()
    town.run()
    (mail,) = town.mailbox(MUTEMAIL.mailbox)
    assert mail.text.lstrip().startswith(greeting), mail.text[:200]


def test_a_language_no_letter_can_be_written_in_is_refused_with_those_that_can(found, catalogue_of, capsys):
    town = found((MUTEMAIL,), products=catalogue_of(MUTEMAIL))
    assert run(["vendors", "add", "--vendor", "mutemail", "--language", "it", "--home", str(town.root)]) == 2
    assert "en, de, fr or es" in capsys.readouterr().err
