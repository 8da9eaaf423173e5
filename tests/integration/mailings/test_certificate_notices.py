"""What holders are told about their certificates: e-mails over a real SMTP server, and letters from the tray to the post."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import storage
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import IllegalTransitionError
from issuance.services.follow_mail_piece import follow_mail_piece
from mailings import jobs, queries
from mailings.errors import LetterKindError, LetterMootError, WrongPapersError
from mailings.services.enclose import enclose
from mailings.services.enclose_papers import enclose_papers
from mailings.services.post_letter import post_letter
from mailings.services.prepare_case_letter import prepare_again
from mailings.services.print_case_letters import print_case_letters
from mailings.services.record_outcome import record_delivery, record_return
from models.applications import Applicant
from models.certificates import Certificate, CertificateNotice, CertificateReceipt, Revocation
from models.companies import ContactPerson
from models.enums import (
    CertificateNoticeKind,
    CertificateStatus,
    ContactRole,
    LetterKind,
    MailPieceStatus,
    NoticeChannel,
    Posting,
    RevocationAsker,
    RevocationChannel,
    RevocationRequestStatus,
    TokenStatus,
)
from models.mail_pieces import MailPiece
from models.promises import Promise
from models.revocations import RevocationRequest
from models.tokens import Token, TokenModel
from tests.factories.desk import staff_actor
from tests.factories.endings import applicant_of, certificate_of, ending
from tests.factories.staff import make_staff
from tests.integration.mailings.test_change_notices import Sink, sink  # noqa: F401  a real SMTP server

pytestmark = pytest.mark.hsm
RENEWAL, RECEIPT, REVOCATION = (
    CertificateNoticeKind.RENEWAL,
    CertificateNoticeKind.RECEIPT,
    CertificateNoticeKind.REVOCATION,
)


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> Iterator[None]:
    yield


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return staff_actor("mailroom")


def notice(
    certificate: UUID,
    kind: CertificateNoticeKind = RENEWAL,
    channel: NoticeChannel = NoticeChannel.EMAIL,
    *,
    online: bool = True,
) -> UUID:
    row = CertificateNotice(
        id=uuid4(),
        certificate_id=certificate,
        kind=kind,
        step=30 if kind is RENEWAL else 0,
        channel=channel,
        online_until=clock.today() + timedelta(days=1100) if online and kind is RENEWAL else None,
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def revoke(certificate: UUID, reason: str = "keyCompromise", *, earlier: int = 0) -> None:
    row = db.session.get_one(Certificate, certificate)
    row.status = CertificateStatus.REVOKED
    now = clock.now()
    db.session.add(
        Revocation(
            certificate_id=certificate,
            ca_certificate_id=row.ca_certificate_id,
            reason=reason,
            asked_by="holder",
            asked_at=now,
            revoked_at=now,
            invalid_since=now - timedelta(days=earlier) if earlier else None,
            decided_by_name="認証 三郎",
            crl_entry=b"x",
        )
    )
    db.session.commit()


def told(job: str, subject: UUID, times: int = 2) -> None:
    db.session.rollback()
    for _time in range(times):
        getattr(jobs, job)(str(subject))
    db.session.rollback()


def one(sink: Sink) -> str:  # noqa: F811  the fixture
    ((recipient, text),) = sink.taken
    assert recipient == "holder@example.jp"
    return text


def test_a_reminder_says_how_to_renew_online(sink: Sink) -> None:  # noqa: F811  the fixture
    certificate = ending(20)
    told("email_certificate_notice", notice(certificate))
    text = one(sink)
    end = (clock.today() + timedelta(days=20)).isoformat()
    assert "𠮷田 太郎 様" in text and f"満了日        {end}" in text and "あと20日" in text
    assert "cectrust renew --server" in text and "in 20 days" in text
    assert (clock.today() + timedelta(days=1100)).isoformat() in text


def test_a_reminder_says_which_papers_are_needed(sink: Sink) -> None:  # noqa: F811  the fixture
    told("email_certificate_notice", notice(ending(20), online=False))
    text = one(sink)
    assert "様式5" in text and "cectrust renew" not in text and "fresh papers" in text


def test_no_reminder_once_it_is_renewed_revoked_or_without_address(sink: Sink) -> None:  # noqa: F811  the fixture
    renewed, revoked, nowhere = ending(20), ending(20), ending(20, email="")
    planned = [notice(each) for each in (renewed, revoked, nowhere)]
    newer = certificate_of(applicant_of(renewed).id, 700)
    db.session.execute(update(Certificate).where(Certificate.id == newer).values(renews_id=renewed))
    db.session.commit()
    revoke(revoked)
    for each in planned:
        told("email_certificate_notice", each)
    assert sink.taken == []


def test_the_receipt_is_asked_for_until_it_is_there(sink: Sink) -> None:  # noqa: F811  the fixture
    certificate = ending(700)
    due = clock.today() + timedelta(days=3)
    db.session.execute(update(Certificate).where(Certificate.id == certificate).values(receipt_due_on=due))
    db.session.commit()
    told("email_certificate_notice", notice(certificate, RECEIPT))
    text = one(sink)
    assert due.isoformat() in text and "あと3日" in text and "confirm its receipt" in text
    other = ending(700)
    planned = notice(other, RECEIPT)
    db.session.add(CertificateReceipt(certificate_id=other, statement=b"s", signature=b"s", confirmed_at=clock.now()))
    db.session.commit()
    told("email_certificate_notice", planned)
    assert len(sink.taken) == 1


def test_of_a_revocation_one_mail_goes_whoever_asks_for_it(sink: Sink) -> None:  # noqa: F811  the fixture
    certificate = ending(300)
    revoke(certificate, earlier=2)
    told("email_certificate_notice", notice(certificate, REVOCATION))
    told("email_certificate_revoked", certificate)
    text = one(sink)
    assert "eTokenの紛失・盗難" in text and "may be in other hands" in text
    before = clock.to_tokyo(clock.now() - timedelta(days=2)).strftime("%Y-%m-%d")
    assert f"{before} " in text.split("■ これまでの署名について")[1].split("■")[0]
    assert "失効した後も有効です" in text and "stay valid" in text and "eTokenは捨てずに" in text
    assert "認証 三郎" not in text


@pytest.mark.parametrize(
    ("asker", "recipient"),
    [
        (RevocationAsker.HOLDER, ["holder@example.jp"]),
        (RevocationAsker.COMPANY, ["contact@example.jp"]),
        (RevocationAsker.THIRD_PARTY, []),
    ],
)
def test_who_asked_in_vain_hears_why(sink: Sink, asker: RevocationAsker, recipient: list[str]) -> None:  # noqa: F811  the fixture
    certificate = ending(300)
    assert db.session.scalars(select(ContactPerson).where(ContactPerson.role == ContactRole.CONTACT)).one()
    row = RevocationRequest(
        id=uuid4(),
        number="R-2026-000001",
        certificate_id=certificate,
        status=RevocationRequestStatus.REFUSED,
        asked_by=asker,
        asker_name="𠮷田 太郎",
        channel=RevocationChannel.PAPER,
        circumstance="loss",
        reason="keyCompromise",
        needs_two=False,
        asked_at=clock.now(),
        decided_at=clock.now(),
        refusal_reason="ご本人の意思を確認できませんでした。",
    )
    db.session.add(row)
    db.session.commit()
    told("email_revocation_refused", row.id)
    assert [to for to, _text in sink.taken] == recipient
    for _to, text in sink.taken:
        assert "R-2026-000001" in text and "ご本人の意思を確認できませんでした。" in text and "stays valid" in text


def test_who_orders_tokens_hears_once_a_day_that_they_run_out(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811  the fixture
    make_staff("mailroom", email="mailroom@example.jp")
    make_staff("ca_operator", email="ca@example.jp")
    make_staff("officer", email="officer@example.jp")
    model = TokenModel(id=uuid4(), name="eToken 5110", key_kinds=["rsa-3072"], reorder_level=2)
    db.session.add(model)
    db.session.flush()
    for number in range(2):
        db.session.add(
            Token(
                serial_number=f"SN-{number}", model="eToken 5110", status=TokenStatus.IN_STOCK, changed_at=clock.now()
            )
        )
    db.session.commit()
    told("email_low_stock", model.id)
    assert sorted(to for to, _text in sink.taken) == ["ca@example.jp", "mailroom@example.jp"]
    assert all("2 個" in text and "Only 2 eTokens" in text for _to, text in sink.taken)
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    told("email_low_stock", model.id)
    assert len(sink.taken) == 4
    db.session.execute(update(TokenModel).values(reorder_level=1))
    db.session.commit()
    monkeypatch.setattr(clock, "now", lambda: tomorrow + timedelta(days=1))
    told("email_low_stock", model.id)
    assert len(sink.taken) == 4  # a new delivery came meanwhile


def letter(certificate: UUID, kind: CertificateNoticeKind = RENEWAL) -> UUID:
    planned = notice(certificate, kind, NoticeChannel.LETTER)
    told("prepare_certificate_letter", planned)
    found = db.session.scalars(select(MailPiece.id).where(MailPiece.notice_id == planned)).one()
    db.session.rollback()
    return found


def piece_now(piece: UUID) -> MailPiece:
    db.session.rollback()
    return db.session.get_one(MailPiece, piece, populate_existing=True)


def test_a_letter_is_prepared_once_to_the_address_of_form_5(app: Flask) -> None:
    piece = piece_now(letter(ending(20)))
    assert (piece.kind, piece.posting, piece.status) == (
        LetterKind.RENEWAL_NOTICE,
        Posting.ORDINARY,
        MailPieceStatus.PREPARED,
    )
    assert (piece.applicant_id, piece.letter_id, piece.blocked_reason) == (None, None, None)
    (addressee,) = queries.addressees_of([piece]).values()
    assert (addressee.name, addressee.address) == ("𠮷田 太郎", "茨城県日立市助川町一丁目1番1号　助川ハイツ203")


def test_a_letter_goes_from_the_tray_to_the_post(app: Flask, clerk: Actor) -> None:
    certificate = ending(300)
    revoke(certificate)
    piece = letter(certificate, REVOCATION)
    assert piece_now(piece).posting is Posting.RECORDED
    number = piece_now(piece).number
    db.session.rollback()
    pdf = print_case_letters([piece], actor=clerk, now=clock.now())
    assert pdf is not None
    kept = storage.get(piece_now(piece).document_sha256 or "")
    for data in (pdf, kept):
        text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
        assert number in text and "𠮷田 太郎" in text and "失効の理由" in text
    db.session.rollback()
    with pytest.raises(LetterKindError):
        enclose(number, "SN-1", actor=clerk, now=clock.now())
    with pytest.raises(WrongPapersError):
        enclose_papers(number, "S-2026-000001", actor=clerk, now=clock.now())
    enclose_papers(f"L1:{number}", "", actor=clerk, now=clock.now())
    post_letter(piece, item_number="513-12-38385-0", posted_on=clock.today(), actor=clerk, now=clock.now())
    assert [row.id for row in queries.list_posted_on(clock.today())] == [piece]
    db.session.rollback()
    record_delivery(
        piece, delivered_on=clock.today(), delivered_to="𠮷田 太郎", shown_document="", actor=clerk, now=clock.now()
    )
    assert piece_now(piece).status is MailPieceStatus.DELIVERED
    names = set(db.session.scalars(select(Promise.name)))
    assert not names  # no token, no papers, no charge follows it
    follow_mail_piece(piece, now=clock.now())  # nothing happens
    assert not db.session.scalars(select(Token)).all()


def test_a_returned_letter_is_sent_again_as_long_as_it_is_true(app: Flask, clerk: Actor) -> None:
    certificate = ending(20)
    piece = letter(certificate)
    number = piece_now(piece).number
    db.session.rollback()
    assert print_case_letters([piece], actor=clerk, now=clock.now())
    enclose_papers(number, "", actor=clerk, now=clock.now())
    post_letter(piece, item_number="", posted_on=clock.today(), actor=clerk, now=clock.now())
    record_return(piece, reason="unknown", actor=clerk, now=clock.now())
    again = prepare_again(piece, actor=clerk, now=clock.now())
    assert piece_now(again).replaces_id == piece
    with pytest.raises(IllegalTransitionError):
        prepare_again(piece, actor=clerk, now=clock.now())
    other = letter(ending(20))
    number = piece_now(other).number
    db.session.rollback()
    print_case_letters([other], actor=clerk, now=clock.now())
    enclose_papers(number, "", actor=clerk, now=clock.now())
    post_letter(other, item_number="", posted_on=clock.today(), actor=clerk, now=clock.now())
    record_return(other, reason="unknown", actor=clerk, now=clock.now())
    revoke(db.session.get_one(CertificateNotice, piece_now(other).notice_id).certificate_id)
    with pytest.raises(LetterMootError):
        prepare_again(other, actor=clerk, now=clock.now())


def test_a_reminder_that_is_no_longer_true_is_not_printed(app: Flask, clerk: Actor) -> None:
    gone, still = ending(20), ending(20)
    pieces = [letter(gone), letter(still)]
    revoke(gone)
    pdf = print_case_letters(pieces, actor=clerk, now=clock.now())
    assert pdf is not None
    assert [piece_now(each).status for each in pieces] == [MailPieceStatus.STOPPED, MailPieceStatus.PRINTED]
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert piece_now(pieces[0]).number not in text
    last = ending(20)
    alone = letter(last)
    revoke(last)
    assert print_case_letters([alone], actor=clerk, now=clock.now()) is None
    assert piece_now(alone).status is MailPieceStatus.STOPPED


def test_nothing_is_prepared_for_what_is_moot_or_without_address(app: Flask) -> None:
    revoked, nowhere = ending(20), ending(20)
    planned = [notice(each, channel=NoticeChannel.LETTER) for each in (revoked, nowhere)]
    db.session.execute(update(Applicant).where(Applicant.id == applicant_of(nowhere).id).values(address=""))
    db.session.commit()
    revoke(revoked)
    for each in planned:
        told("prepare_certificate_letter", each)
    assert not db.session.scalars(select(MailPiece)).all()


def test_a_name_that_no_font_has_waits_for_an_officer(app: Flask) -> None:
    piece = piece_now(letter(ending(20, name="渡\u9089\U000e01ef 一")))
    assert piece.blocked_reason and "U+E01EF" in piece.blocked_reason
