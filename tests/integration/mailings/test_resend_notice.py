"""What lies beside a letter that is sent again: printed, kept, scanned with the pair, and nothing closes without it."""

import subprocess
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app import storage
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from mailings.errors import LetterKindError, WrongNoticeError
from mailings.rules.resending import ResendReason
from mailings.services.enclose import enclose
from mailings.services.post_letter import post_letter
from mailings.services.print_resend_notice import print_resend_notice
from mailings.services.record_outcome import inspect_return, record_delivery, record_loss, record_return
from mailings.services.send_letter_again import send_letter_again
from models.audit import AuditEntry
from models.enums import Inspection, MailPieceStatus, TokenStatus
from models.mail_pieces import MailPiece
from models.tokens import Token
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number, piece_row
from tests.factories.tokens import token_in

pytestmark = pytest.mark.hsm


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Notices are stored encrypted."""


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return staff_actor("mailroom", name="小川 亮")


@pytest.fixture
def posted(clerk: Actor) -> UUID:
    (found,) = enclosed()
    day = clock.today() - timedelta(days=8)
    post_letter(found, item_number=item_number(1), posted_on=day, actor=clerk, now=clock.now())
    return found


def came_back(piece: UUID, clerk: Actor) -> UUID:
    record_return(piece, reason="retention", actor=clerk, now=clock.now())
    inspect_return(piece, inspection=Inspection.SEALED, witness="森 由美", actor=clerk, now=clock.now())
    return send_letter_again(piece, reason=ResendReason.RETENTION, actor=clerk, now=clock.now())


def printed(piece: UUID, serial: str = "SN-NEW") -> str:
    """As the print run leaves it: on paper, with a token set aside."""
    applicant_id = piece_row(piece).applicant_id
    token = token_in(TokenStatus.RESERVED, serial=serial, applicant_id=applicant_id)
    db.session.get_one(Token, token).mail_piece_id = piece
    row = db.session.get_one(MailPiece, piece)
    row.status, row.printed_at, number = MailPieceStatus.PRINTED, clock.now(), row.number
    db.session.commit()
    return number


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def test_the_notice_names_both_letters_why_and_what_it_costs(posted: UUID, clerk: Actor) -> None:
    new = came_back(posted, clerk)
    old_number, new_number = piece_row(posted).number, piece_row(new).number
    db.session.rollback()
    pdf = print_resend_notice(new, actor=clerk, now=clock.now())
    text = text_of(pdf)
    for meant in (old_number, new_number, "保管期間が過ぎ", "再送の費用はいただきません。", "𠮷田太郎様"):
        assert meant in text, meant
    db.session.rollback()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "letter:resend-notice")).one()
    assert entry.detail["template"] == 1 and storage.get(entry.detail["document"]) == pdf
    db.session.rollback()
    assert print_resend_notice(new, actor=clerk, now=clock.now()) == pdf  # it holds no secret: once more


def test_what_the_holder_lost_is_said_to_be_charged(posted: UUID, clerk: Actor) -> None:
    shown = {"delivered_on": clock.today(), "delivered_to": "本人", "shown_document": "passport"}
    record_delivery(posted, **shown, actor=clerk, now=clock.now())
    record_loss(posted, circumstances="転居のとき", actor=clerk, now=clock.now())
    new = send_letter_again(posted, reason=ResendReason.LOST_BY_HOLDER, actor=clerk, now=clock.now())
    text = text_of(print_resend_notice(new, actor=clerk, now=clock.now()))
    assert "再送の実費を会社あての次回の請求書に記載いたします。" in text and "再送の費用はいただきません。" not in text


def test_a_first_letter_has_no_notice_and_a_closed_envelope_gets_none(posted: UUID, clerk: Actor) -> None:
    with pytest.raises(LetterKindError):
        print_resend_notice(posted, actor=clerk, now=clock.now())
    new = came_back(posted, clerk)
    number = printed(new)
    enclose(number, "SN-NEW", notice_code=f"R1:{number}", actor=clerk, now=clock.now())
    with pytest.raises(IllegalTransitionError):
        print_resend_notice(new, actor=clerk, now=clock.now())


def test_nothing_is_closed_without_its_own_notice(posted: UUID, clerk: Actor) -> None:
    new = came_back(posted, clerk)
    number = printed(new)
    for wrong in ("", "R1:L-2026-999999", f"L1:{number}", number):
        with pytest.raises(WrongNoticeError) as caught:
            enclose(f"L1:{number}", "SN-NEW", notice_code=wrong, actor=clerk, now=clock.now())
        assert (caught.value.code, caught.value.field) == ("wrong-notice", "notice_code")
    with pytest.raises(DomainError, match="wrong-letter"):  # the notice is no letter: its code opens nothing
        enclose(f"R1:{number}", "SN-NEW", notice_code=f"R1:{number}", actor=clerk, now=clock.now())
    enclose(f"L1:{number}", "SN-NEW", notice_code=f"R1:{number}\n", actor=clerk, now=clock.now())
    assert piece_row(new).status is MailPieceStatus.ENCLOSED


def test_a_notice_beside_a_first_letter_stops(clerk: Actor) -> None:
    (first,) = enclosed()
    row = db.session.get_one(MailPiece, first)
    row.status, number, serial = MailPieceStatus.PRINTED, row.number, row.token_serial
    db.session.commit()
    with pytest.raises(WrongNoticeError, match="notice-too-many"):
        enclose(number, serial or "", notice_code=f"R1:{number}", actor=clerk, now=clock.now())
