"""Mail: sending by SMTP (`send`), receiving by IMAP (`receive`), reading hostile messages (`parse`).

`CONNECTOR` is made when it is asked for: whoever only reads messages (`parse`) then loads nothing that can hold a credential.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.connectors.base import ConnectorDeclaration

    CONNECTOR: ConnectorDeclaration


def __getattr__(name: str) -> ConnectorDeclaration:
    if name != "CONNECTOR":
        raise AttributeError(name)
    from memory.domain.effects import MAIL_SEND, SendMail
    from tools.connectors.base import ConnectorContext, ConnectorDeclaration
    from tools.connectors.mail.account import CREDENTIAL, SETTINGS, MailAccount
    from tools.connectors.mail.send import OutgoingMail

    def opened(context: ConnectorContext) -> OutgoingMail:
        return OutgoingMail(context, MailAccount.from_settings(context.settings))

    return ConnectorDeclaration(
        system=OutgoingMail.system,
        payloads={MAIL_SEND: SendMail},
        connector_class=OutgoingMail.connector_class,
        open=opened,
        secrets=frozenset({CREDENTIAL}),
        settings=SETTINGS,
        slots=2,
        at_most=30,
    )
