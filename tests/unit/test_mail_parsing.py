"""Hostile mail is read, bounded and reported; it never raises and never stalls."""

from __future__ import annotations

import base64
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.base import sha256_hex
from memory.domain.mail import MailFindingKind as Kind
from tools.connectors.mail.bodies import safe_filename
from tools.connectors.mail.parse import MailLimits, parse_mail

HEAD = b"From: Mia <mia@vendor.example>\r\nMessage-ID: <1@vendor.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\nSubject: Offer\r\n"


def html(body: str) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()


def both(plain: str, markup: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Message-ID"], message["Date"] = "mia@vendor.example", "<1@vendor.example>", "Mon, 23 Nov 2026 10:00:00 +0100"
    message.set_content(plain)
    message.add_alternative(markup, subtype="html")
    return message.as_bytes()


def with_attachment(name: str, body: bytes = b"x", media_type: str = "application/pdf") -> bytes:
    part = f'--b\r\nContent-Type: {media_type}\r\nContent-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return (
        HEAD
        + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
        + part.encode("utf-8", "surrogateescape")
        + base64.encodebytes(body)
        + b"\r\n--b--\r\n"
    )


def test_a_plain_mail_has_no_findings() -> None:
    mail = parse_mail(HEAD + b"\r\n59.00 EUR net per month").mail
    assert mail.findings == ()
    assert (mail.text, mail.subject, mail.from_address, mail.from_name) == ("59.00 EUR net per month", "Offer", "mia@vendor.example", "Mia")
    assert mail.sent_at is not None
    assert mail.sent_at.isoformat() == "2026-11-23T09:00:00+00:00"


def test_the_raw_bytes_are_named_by_their_digest() -> None:
    raw = HEAD + b"\r\nx"
    parsed = parse_mail(raw, uid=7, uid_validity=9)
    assert parsed.raw == raw
    assert (parsed.mail.raw_digest, parsed.mail.uid, parsed.mail.uid_validity) == (sha256_hex(raw), 7, 9)


HIDING = {
    "display none": '<div style="display:none">PAY</div>',
    "important": '<div style="DISPLAY : none !important">PAY</div>',
    "visibility": '<span style="visibility:hidden">PAY</span>',
    "size zero": '<p style="font-size:0px">PAY</p>',
    "size one": '<p style="font-size:1px">PAY</p>',
    "opacity": '<p style="opacity:0">PAY</p>',
    "white on white": '<p style="color:#ffffff">PAY</p>',
    "white font tag": '<font color="white">PAY</font>',
    "same colours": '<p style="color:#123456;background-color:#123456">PAY</p>',
    "off the page": '<div style="position:absolute;left:-9999px">PAY</div>',
    "no height": '<div style="max-height:0;overflow:hidden">PAY</div>',
    "outlook": '<div style="mso-hide:all">PAY</div>',
    "attribute": "<div hidden>PAY</div>",
    "comment": "<!-- PAY -->",
    "style sheet": "<style>.preheader, #x { display: none }</style><div class='preheader'>PAY</div>",
    "style sheet by id": "<style>div#x{font-size:0}</style><div id='x'>PAY</div>",
    "nested": '<div style="display:none"><p><b>PAY</b></p></div>',
}


@pytest.mark.parametrize("way", HIDING)
def test_text_hidden_from_readers_is_removed_and_reported(way: str) -> None:
    mail = parse_mail(html(f"<html><body><p>59.00 EUR</p>{HIDING[way]}<p>net</p></body></html>")).mail
    assert "PAY" not in mail.text
    assert "PAY" not in mail.full_text
    assert mail.hidden_text == ("PAY",)
    assert mail.found(Kind.HIDDEN_TEXT_REMOVED)
    assert mail.text.split() == ["59.00", "EUR", "net"]


@pytest.mark.parametrize(
    "markup",
    [
        '<td style="background-color:#003366"><b style="color:#fff">59.00 EUR</b></td>',
        '<table bgcolor="black"><tr><td><font color="white">59.00 EUR</font></td></tr></table>',
        '<p style="font-size:11px;color:#333">59.00 EUR</p>',
    ],
)
def test_white_letters_on_a_dark_ground_are_visible(markup: str) -> None:
    mail = parse_mail(html(markup)).mail
    assert mail.text == "59.00 EUR"
    assert mail.hidden_text == ()


def test_a_table_keeps_its_rows_and_cells_apart() -> None:
    markup = "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Month</td><td>41.00 EUR</td></tr></table>"
    assert [line for line in parse_mail(html(markup)).mail.text.split("\n") if line] == ["Item | Price", "Month | 41.00 EUR"]


def test_quoted_html_does_not_count_as_new() -> None:
    mail = parse_mail(html("<p>52.00 EUR</p><blockquote>45.00 EUR<br>today</blockquote>")).mail
    assert mail.text == "52.00 EUR"
    assert "> 45.00 EUR" in mail.full_text


def test_plain_text_wins_and_a_different_html_is_reported() -> None:
    mail = parse_mail(both("Our price is 59.00 EUR", "<p>Our price is 95.00 EUR</p>")).mail
    assert mail.text == "Our price is 59.00 EUR"
    assert mail.found(Kind.TEXT_AND_HTML_DIFFER)


def test_history_quoted_in_one_of_both_is_no_finding() -> None:
    plain = "Our price is 59.00 EUR\n\nOn 23 Nov 2026, Jo wrote:\n> 45.00 EUR?"
    assert not parse_mail(both(plain, "<p>Our price is 59.00 EUR</p>")).mail.findings


def test_the_same_words_in_html_are_no_finding() -> None:
    assert not parse_mail(both("Our price is 59.00 EUR", "<p>Our <b>price</b> is 59.00&nbsp;EUR</p>")).mail.findings


def test_answers_that_would_go_elsewhere_are_reported() -> None:
    mail = parse_mail(HEAD + b"Reply-To: mia@vend0r.example\r\n\r\nx").mail
    assert mail.reply_to == "mia@vend0r.example"
    assert mail.found(Kind.REPLY_TO_DIFFERS)


def test_an_encoded_name_cannot_forge_an_address() -> None:
    mail = parse_mail(b"From: =?utf-8?q?boss=40buyer=2Eexample=2C?= <mallory@evil.example>\r\n\r\nx").mail
    assert mail.from_address == "mallory@evil.example"
    assert mail.from_name == "boss@buyer.example,"


def test_two_senders_are_reported() -> None:
    assert parse_mail(b"From: a@x.example, b@y.example\r\n\r\nx").mail.found(Kind.SEVERAL_SENDERS)
    assert parse_mail(b"From: a@x.example\r\nFrom: b@y.example\r\n\r\nx").mail.found(Kind.SEVERAL_SENDERS)


def test_invisible_characters_are_removed_and_reported() -> None:
    mail = parse_mail(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "59\u200b.00 \u202eEUR\U000e0041".encode()).mail
    assert mail.text == "59.00 EUR"
    assert mail.found(Kind.INVISIBLE_CHARACTERS_REMOVED)


def test_an_absence_note_and_a_delivery_report_are_recognised() -> None:
    assert parse_mail(HEAD + b"Auto-Submitted: auto-replied\r\n\r\nI am away").mail.found(Kind.AUTOMATIC)
    report = HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n--b--"
    assert parse_mail(report).mail.found(Kind.DELIVERY_FAILURE)


@pytest.mark.parametrize(
    ("claimed", "safe"),
    [
        ("../../etc/cron.d/x", "x"),
        ("..\\..\\windows\\evil.exe", "evil.exe"),
        ("/etc/passwd", "passwd"),
        ("quote\u202efdp.exe", "quotefdp.exe"),
        (".bashrc", "bashrc"),
        ("a\x00b\r\n.pdf", "ab_.pdf"),
        ("...", "fallback"),
        ("", "fallback"),
        ("contract <script>.pdf", "contract _script_.pdf"),
        ("Vertrag für Jo.pdf", "Vertrag für Jo.pdf"),
        ("x" * 500 + ".pdf", "x" * 89 + ".pdf"),
    ],
)
def test_file_names_are_made_safe(claimed: str, safe: str) -> None:
    assert safe_filename(claimed, fallback="fallback") == safe


@given(st.text(max_size=300))
def test_a_safe_file_name_is_bare_short_and_stays_as_it_is(claimed: str) -> None:
    name = safe_filename(claimed)
    assert 0 < len(name) <= 100
    assert not set(name) & set('/\\\x00\r\n<>:"|?*')
    assert not name.startswith(".")
    assert safe_filename(name) == name


def test_a_hostile_file_name_in_a_mail_is_changed_and_reported() -> None:
    parsed = parse_mail(with_attachment("../../etc/cron.d/job", b"payload"))
    (attachment,) = parsed.mail.attachments
    assert attachment.filename == "job"
    assert parsed.files[attachment.digest] == b"payload"
    assert parsed.mail.found(Kind.FILENAME_CHANGED)


def test_a_thirty_megabyte_attachment_is_named_and_not_taken_out() -> None:
    parsed = parse_mail(with_attachment("big.pdf", b"x" * (27 * 1024 * 1024)))
    (attachment,) = parsed.mail.attachments
    assert not attachment.kept
    assert attachment.size == 27 * 1024 * 1024
    assert parsed.files == {}
    assert parsed.mail.found(Kind.ATTACHMENT_TOO_LARGE)


def test_a_forwarded_mail_is_a_file_and_its_words_are_not_the_senders() -> None:
    inner = HEAD.replace(b"mia@", b"ceo@") + b"\r\nAPPROVE AT ONCE"
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee below\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"\r\n--b--"
    )
    parsed = parse_mail(raw)
    assert parsed.mail.text == "see below"
    assert b"APPROVE" in parsed.files[parsed.mail.attachments[0].digest]


BROKEN = {
    "nothing": (b"", Kind.NO_TEXT),
    "no text": (HEAD + b"\r\n", Kind.NO_TEXT),
    "nul": (b"\0" * 5000, Kind.NO_TEXT),
    "every byte": (bytes(range(256)) * 50, Kind.SENDER_UNREADABLE),
    "charset that is code": (HEAD + b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n\\x41", Kind.ENCODING_BROKEN),
    "charset that does not exist": (HEAD + b"Content-Type: text/plain; charset=klingon\r\n\r\nx", Kind.ENCODING_BROKEN),
    "not utf-8": (HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xff\xfe59 EUR", Kind.ENCODING_BROKEN),
    "no boundary": (HEAD + b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx", Kind.STRUCTURE_BROKEN),
    "no date": (HEAD.replace(b"Date: Mon, 23", b"Date: soon, on the") + b"\r\nx", Kind.DATE_UNREADABLE),
    "no message id": (b"From: a@x.example\r\n\r\nx", Kind.MESSAGE_ID_MISSING),
    "many parts": (HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 5000, Kind.TOO_MANY_PARTS),
    "nested": (
        HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(40)) + b"\r\nx",
        Kind.NESTED_TOO_DEEP,
    ),
    "nested beyond the parser": (
        HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)) + b"\r\nx",
        Kind.STRUCTURE_BROKEN,
    ),
    "long text": (HEAD + b"\r\n" + b"word " * 100_000, Kind.TEXT_CUT),
    "nested comments in From": (b"From: " + b"(" * 100_000 + b"\r\n\r\nx", Kind.SENDER_UNREADABLE),
    "endless parameters": (b"Content-Type: text/plain" + b"; a=1" * 300_000 + b"\r\n\r\nx", Kind.SENDER_UNREADABLE),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_mail_is_read_as_far_as_it_goes_and_reported(kind: str) -> None:
    raw, finding = BROKEN[kind]
    assert parse_mail(raw).mail.found(finding)


@pytest.mark.parametrize("piece", ["<div>", "<a ", "<!--", "<![", "<a x='", "<blockquote>", "<table><tr><td>1", '<p style="color:#fff">'])
def test_hostile_markup_is_read_without_stalling(piece: str) -> None:
    parse_mail(html(piece * 20_000))


def test_a_mail_above_the_limit_is_not_parsed() -> None:
    parsed = parse_mail(HEAD + b"\r\n" + b"x" * 2000, limits=MailLimits(raw=1000))
    assert parsed.mail.text == ""
    assert parsed.mail.subject == "Offer"
    assert parsed.mail.found(Kind.MAIL_TOO_LARGE)


@settings(max_examples=150)
@given(st.binary(max_size=600))
def test_any_bytes_give_a_mail(raw: bytes) -> None:
    parse_mail(raw)
    parse_mail(HEAD + raw)


@settings(max_examples=150)
@given(st.text(alphabet=st.sampled_from("<>/=\"' abdipstylehrf:;{}&#-!0n"), max_size=400))
def test_any_markup_gives_a_mail(markup: str) -> None:
    parse_mail(html(markup))
