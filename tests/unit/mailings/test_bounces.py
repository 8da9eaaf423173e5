"""Reports of mail servers as they really look, and what is none."""

from email.message import EmailMessage
from uuid import UUID

import pytest

from mailings.emails.bounces import read_bounces

ROW = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
MESSAGE_ID = "<11111111-2222-3333-4444-555555555555@cectrust>"
POSTFIX = """Return-Path: <>
Delivered-To: bounce+{verp}@cecsign.example
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounce+{verp}@cecsign.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4ABC
Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0900 (JST)

Final-Recipient: rfc822; holder@example.jp
Original-Recipient: rfc822;holder@example.jp
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.jp
Diagnostic-Code: smtp; 550 {status} <holder@example.jp>: Recipient address rejected:
    User unknown in virtual mailbox table

--B
Content-Description: Undelivered Message Headers
Content-Type: {returned}

From: no-reply@cecsign.example
To: holder@example.jp
Message-ID: {message_id}
Subject: x

--B--
"""


def report(
    *, verp: str = ROW.hex, action: str = "failed", status: str = "5.1.1", returned: str = "text/rfc822-headers"
) -> bytes:
    text = POSTFIX.format(verp=verp, action=action, status=status, returned=returned, message_id=MESSAGE_ID)
    return text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_names_the_mail_and_the_reason(returned: str) -> None:
    (bounce,) = read_bounces(report(returned=returned))
    assert (bounce.row_id, bounce.message_id) == (ROW, MESSAGE_ID)
    assert (bounce.action, bounce.status) == ("failed", "5.1.1")
    assert "User unknown in virtual mailbox table" in bounce.words
    assert bounce.is_permanent


@pytest.mark.parametrize(
    ("action", "status", "failure", "permanent"),
    [
        ("failed", "5.1.1", True, True),
        ("failed", "5.1.10", True, True),
        ("failed", "5.2.1", True, True),
        ("failed", "5.2.2", True, False),  # mailbox full
        ("failed", "5.7.26", True, False),  # policy
        ("failed", "4.4.7", True, False),  # tried for too long
        ("delayed", "4.4.1", False, False),
        ("delivered", "2.0.0", False, False),
    ],
)
def test_what_is_for_good(action: str, status: str, failure: bool, permanent: bool) -> None:  # noqa: FBT001
    (bounce,) = read_bounces(report(action=action, status=status))
    assert (bounce.is_failure, bounce.is_permanent) == (failure, permanent)


def test_without_a_return_address_of_ours_the_headers_tell() -> None:
    (bounce,) = read_bounces(report(verp="x"))
    assert (bounce.row_id, bounce.message_id) == (None, MESSAGE_ID)


def test_an_answer_of_a_person_is_no_report() -> None:
    message = EmailMessage()
    message["To"] = f"bounce+{ROW.hex}@cecsign.example"
    message["Subject"] = "自動応答: 不在"
    message.set_content("不在にしております。 550 5.1.1 とは無関係です。")
    assert read_bounces(message.as_bytes()) == []


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff", b"Content-Type: multipart/report; boundary=x\n\n--x\n", b"a: b\n\n" * 50]
)
def test_rubbish_is_no_report(data: bytes) -> None:
    assert read_bounces(data) == []
