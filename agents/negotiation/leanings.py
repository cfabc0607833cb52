"""Which way vendors lean on a term, by its name: a vocabulary of procurement, and how sure we are of each entry.

A leaning is the chance that the vendor prefers the *later* value of the issue (values are in natural order: a higher price,
a longer term, more days). It is a prior only: the vendor's own offers overrule it.
"""

from __future__ import annotations

import re
from itertools import pairwise

# Term stems and the chance that the vendor wants more of it. The longest stem that occurs in a name decides.
WANTS_MORE = {
    # what is paid
    "price": 0.98, "rate": 0.95, "fee": 0.97, "cost": 0.95, "amount": 0.9, "charge": 0.95, "tariff": 0.95, "premium": 0.9, "salary": 0.95,
    "uplift": 0.97, "increase": 0.96, "escalat": 0.96, "indexation": 0.95, "markup": 0.97, "margin": 0.95, "surcharge": 0.95,
    "deposit": 0.94, "prepa": 0.94, "upfront": 0.94, "advance": 0.9, "down_payment": 0.94, "retainer": 0.92, "royalt": 0.93, "rent": 0.92,
    "interest": 0.9, "overage": 0.93, "discount": 0.04, "rebate": 0.04, "refund": 0.06, "credit": 0.08, "free": 0.08, "allowance": 0.12,
    "cap": 0.6, "price_cap": 0.95, "freeze": 0.06, "price_hold": 0.06, "price_lock": 0.06, "rate_lock": 0.06,
    "retention": 0.15, "holdback": 0.08,
    # how much, and for how long
    "seat": 0.93, "quantity": 0.93, "volume": 0.92, "units": 0.92, "licen": 0.9, "user": 0.88, "minimum": 0.9, "moq": 0.92, "commit": 0.92,
    "term": 0.88, "duration": 0.86, "contract_length": 0.9, "contract_year": 0.9, "lock_in": 0.93, "renewal": 0.85, "auto_renew": 0.9,
    "notice": 0.8, "exclusiv": 0.85, "share_of_wallet": 0.9, "reference": 0.8, "publicity": 0.85, "case_stud": 0.85, "forecast": 0.8,
    # when it is paid
    "payment": 0.07, "net_days": 0.05, "pay_days": 0.05, "invoice_days": 0.06, "credit_days": 0.05, "payment_term": 0.05,
    "instal": 0.15, "milestone": 0.2,
    # when it is delivered
    "delivery": 0.85, "lead_time": 0.87, "lead": 0.85, "response": 0.86, "resolution": 0.86, "turnaround": 0.86, "start": 0.65,
    "onboarding": 0.4, "implementation": 0.4, "ramp": 0.4, "express": 0.15,
    # what is promised beside it
    "support": 0.22, "sla": 0.08, "uptime": 0.07, "availab": 0.09, "service_level": 0.1, "service": 0.25, "warrant": 0.06, "guarantee": 0.08,
    "spare": 0.15, "training": 0.15, "install": 0.15, "maintenance": 0.2, "liab": 0.06, "indemn": 0.08, "insur": 0.1, "penalt": 0.06,
    "damages": 0.07, "liquidated": 0.06, "return": 0.1, "data_retention": 0.25, "storage": 0.15, "backup": 0.15, "residency": 0.3,
    "audit": 0.15, "buffer": 0.12, "consign": 0.1, "safety_stock": 0.12, "stock": 0.15, "exit": 0.12, "terminat": 0.15, "cancel": 0.15,
    "trial": 0.12, "pilot": 0.15, "custom": 0.2, "revision": 0.1, "iteration": 0.12, "report": 0.2, "quality": 0.2, "inspection": 0.15,
    "test": 0.2, "certif": 0.2, "packag": 0.2, "freight_included": 0.08, "incoterm": 0.3, "feature": 0.25, "tier": 0.3, "senior": 0.25,
    "staff": 0.2, "onsite": 0.15, "hours": 0.3, "visits": 0.15, "defect": 0.85, "tolerance": 0.8, "error": 0.8, "late": 0.25,
    "confidential": 0.3, "escrow": 0.15, "migration": 0.15, "api": 0.25, "integration": 0.2,
}  # fmt: skip

_MONEY = ("price", "rate", "fee", "cost", "amount", "charge", "tariff", "salary", "rent", "premium")
_RANKS = ("none", "no", "basic", "standard", "bronze", "silver", "business", "gold", "premium", "platinum", "enterprise")


def wants_more(name: str) -> float | None:
    """Return the chance that a vendor prefers the later values of an issue of this name; None for a name never heard of."""
    plain = re.sub(r"[^a-z]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()).strip("_")
    stems = [stem for stem in WANTS_MORE if stem in plain]
    if not stems:
        return None
    return WANTS_MORE[max(stems, key=lambda stem: (len(stem), stem))]


def is_money(name: str) -> bool:
    """Tell whether the issue is a price: the one vendors nearly always care about most."""
    plain = name.lower()
    return any(stem in plain for stem in _MONEY) and not any(
        word in plain for word in ("cap", "discount", "increase", "freeze", "hold", "lock")
    )


def has_order(values: tuple[float | str, ...]) -> bool:
    """Tell whether the values rise or fall by a known order: numbers, or grades such as basic, business, premium."""
    if all(isinstance(value, int | float) for value in values):
        steps = [float(after) - float(before) for before, after in pairwise(values)]
        return all(step > 0 for step in steps) or all(step < 0 for step in steps)
    ranks = [_RANKS.index(str(value).lower()) if str(value).lower() in _RANKS else -1 for value in values]
    return all(rank >= 0 for rank in ranks) and ranks == sorted(ranks)
