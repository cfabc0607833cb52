"""Two mails that leave at once, from a mailbox that has no outbox folder yet."""

from __future__ import annotations

import threading

from tools.connectors.mail.account import MailAccount, MailServer, Security, mailbox_session
from tools.connectors.mail.sent_folder import OUTBOX, note_attempt
from tools.sandbox.mail_server import SandboxMail
from tools.vault import Secret

ADDRESS = "me@studio.example"
MAIL = b"Message-ID: <%d@studio.example>\r\nSubject: x\r\n\r\nhello\r\n"


def test_both_mails_find_the_folder_that_only_one_of_them_could_make():
    with SandboxMail({ADDRESS: "pw"}) as server:
        account = MailAccount(
            address=ADDRESS,
            smtp=MailServer(server.host, server.smtp_port, Security.NONE),
            imap=MailServer(server.host, server.imap_port, Security.NONE),
        )
        for round_ in range(5):
            gate, failures = threading.Barrier(4), []

            def leave(number, gate=gate, failures=failures):
                try:
                    with mailbox_session(account, Secret("pw")) as box:
                        gate.wait()
                        note_attempt(box, MAIL % number, f"attempt-{number}")
                except Exception as error:  # noqa: BLE001  whatever went wrong in the thread is what the test is about
                    failures.append(error)

            threads = [threading.Thread(target=leave, args=(round_ * 10 + n,)) for n in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert failures == []
            with mailbox_session(account, Secret("pw")) as box:
                assert box.folder.status(OUTBOX)["MESSAGES"] == 4
                box.folder.delete(OUTBOX)
