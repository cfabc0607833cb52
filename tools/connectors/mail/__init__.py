"""Mail: sending by SMTP (`send`), receiving by IMAP (`receive`), reading hostile messages (`parse`)."""

from __future__ import annotations

from memory.domain.effects import MAIL_SEND, SendMail
from tools.connectors.base import ConnectorContext, ConnectorDeclaration
from tools.connectors.mail.account import CREDENTIAL, SETTINGS, MailAccount
from tools.connectors.mail.send import OutgoingMail


def _open(context: ConnectorContext) -> OutgoingMail:
    return OutgoingMail(context, MailAccount.from_settings(context.settings))


CONNECTOR = ConnectorDeclaration(
    system=OutgoingMail.system,
    payloads={MAIL_SEND: SendMail},
    connector_class=OutgoingMail.connector_class,
    open=_open,
    secrets=frozenset({CREDENTIAL}),
    settings=SETTINGS,
)
