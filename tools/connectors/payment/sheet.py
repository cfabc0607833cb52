"""The payment as a text sheet, for typing it into any bank's form."""

from __future__ import annotations

from tools.connectors.payment.pain001 import TransferOrder


def laid_out(order: TransferOrder, *, registry_name: str, with_code: bool) -> bytes:
    """Return the sheet in UTF-8. It says that one of the ways is to be used, not all."""
    iban = " ".join(order.creditor.iban[start : start + 4] for start in range(0, len(order.creditor.iban), 4))
    lines = [
        "PAYMENT INSTRUCTION",
        "",
        f"Pay to        {order.creditor.name}",
        f"IBAN          {iban}",
        *([f"BIC           {order.creditor.bic}"] if order.creditor.bic else []),
        f"Amount        {order.amount}",
        f"Reference     {order.remittance or order.end_to_end_id}",
        f"End-to-end id {order.end_to_end_id}",
        f"Pay on        {order.execute_on.isoformat()}",
        f"From          {order.debtor.name}, {order.debtor.iban}",
        "",
        *(
            [f"The payee stands as {registry_name!r} in the registry; banks get basic Latin letters.", ""]
            if registry_name != order.creditor.name
            else []
        ),
        *(["The day to pay on had passed when this was written; your bank will take the next possible one.", ""] if _late(order) else []),
        "Use ONE of these ways, once:",
        f"  1. upload {order.end_to_end_id}.xml in your bank's file transfer, or",
        *(["  2. scan the QR code with your bank's app, or"] if with_code else []),
        f"  {3 if with_code else 2}. type the lines above into your bank's form.",
        "Nothing is paid until your bank has your confirmation. The statement line closes the payment here.",
        "",
    ]
    return "\n".join(lines).encode()


def _late(order: TransferOrder) -> bool:
    return order.execute_on < order.created_at.date()
