"""Which of several packages an answer takes up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphs.picks import picked
from memory.domain.quote import Terms


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("Thank you. Option B works for us: 47.00 EUR per month.", 1),
        ("We can accept package A.", 0),
        ("B) please, with 30 days to pay.", 1),
        ("Gern nehmen wir Paket B.", 1),
        ("Nous acceptons l'offre A.", 0),
        ("Aceptamos la opción B.", 1),
        ("Option B.\n\n> A) 45.00 EUR\n> B) 47.00 EUR", 1),
        ("Option A or option B, as you like.", None),
        ("We accept.", None),
        ("Option D would suit us.", None),
        ("A discount is not possible.", None),
        ("On Mon, 23 Nov 2026 at 10:00, Ada Example wrote:\n> Option B", None),
    ],
)
def test_the_one_package_that_is_named_is_taken_up_and_nothing_is_guessed(
    terms: Callable[..., Terms], answer: str, place: int | None
) -> None:
    packages = (terms(4500), terms(4700, payment_days=14))
    assert picked(answer, packages) == (None if place is None else packages[place])
