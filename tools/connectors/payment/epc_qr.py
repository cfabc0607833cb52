"""The EPC QR code ("GiroCode", EPC069-12): the operator scans it in the bank's app and confirms there. Euro only."""

from __future__ import annotations

import io

from tools.connectors.payment.pain001 import TransferOrder

_MOST_MINOR = 999_999_999_99


def possible(order: TransferOrder) -> bool:
    """Whether the payment has an EPC form: a SEPA transfer of at most 999,999,999.99 EUR."""
    return order.sepa and order.amount.amount_minor <= _MOST_MINOR


def drawn(order: TransferOrder) -> tuple[bytes, bytes] | None:
    """Return the code as PNG and SVG, or `None` when the payment has no EPC form.

    The code carries no end-to-end id: the bank line is then found by amount and IBAN, or by the id in the remittance.
    """
    from segno import helpers

    if not possible(order):
        return None
    code = helpers.make_epc_qr(
        name=order.creditor.name,
        iban=order.creditor.iban,
        amount=order.amount.amount,
        text=order.remittance or order.end_to_end_id,
        bic=order.creditor.bic,
    )
    png, svg = io.BytesIO(), io.BytesIO()
    code.save(png, kind="png", scale=6)
    code.save(svg, kind="svg", scale=4)
    return png.getvalue(), svg.getvalue()
