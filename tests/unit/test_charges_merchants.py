"""Whose a bank line is: behind payment services and card noise there is one merchant, and two merchants stay two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.domain.merchants import merchant_of, same_merchant


@pytest.mark.parametrize(
    ("name", "reference", "key", "via"),
    [
        ("PADDLE.NET* FOO", "", "foo", "Paddle"),
        ("PADDLE.NET* TABLEPLUS 4029357733 LISBOA PT", "", "tableplus", "Paddle"),
        ("PAYPAL *SPOTIFY P1234ABC", "", "spotify", "PayPal"),
        ("PayPal (Europe) S.à r.l. et Cie, S.C.A.", "1031/PP.6221.PP/. Netflix, Ihr Einkauf bei Netflix", "netflix", "PayPal"),
        ("Stripe", "Payment to Plausible Insights", "plausible insights", "Stripe"),
        ("SQ *BLUE BOTTLE COFFEE", "", "blue bottle coffee", "Square"),
        ("AMZN Mktp DE*AB12CD34E 800-279-6620 LUX", "", "amzn mktp", ""),
        ("AMAZON PRIME*XY12Z34", "", "amazon prime", ""),
        ("OPENAI *CHATGPT SUBSCR SAN FRANCISCO CA", "", "openai chatgpt", ""),
        ("GITHUB, INC.", "", "github", ""),
        ("Hetzner Online GmbH", "Rechnung R0012345678 vom 01.03.2026", "hetzner", ""),
        ("REWE SAGT DANKE 4711//Berlin/DE", "", "rewe", ""),
        ("Slack T012AB34C Dublin IE", "", "slack", ""),
        ("", "VISA 4711 FIGMA MONTHLY RENEWAL", "figma", ""),
        ("37signals LLC", "", "37signals", ""),
        ("1&1 Telecom GmbH", "", "1und1 telecom", ""),
        ("株式会社サンプル", "", "株式会社サンプル", ""),
    ],
)
def test_what_card_networks_and_payment_services_add_is_taken_away(name: str, reference: str, key: str, via: str) -> None:
    found = merchant_of(name, reference)
    assert (found.key, found.via) == (key, via)


def test_two_products_of_one_house_stay_two_and_two_spellings_are_one() -> None:
    assert not same_merchant(merchant_of("AMAZON PRIME*XY12Z34").key, merchant_of("AMZN Mktp DE*AB12CD34E").key)
    assert same_merchant("slack", "slack technologies")
    assert not same_merchant("dm", "dm drogerie")


@given(name=st.text(max_size=60), reference=st.text(max_size=60))
def test_every_line_has_a_merchant_on_one_line(name: str, reference: str) -> None:
    found = merchant_of(name, reference)
    assert found.key.strip()
    assert found.name.strip()
    assert "\n" not in found.name
    assert len(found.key) <= 80
