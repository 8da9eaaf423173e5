"""Mail pieces in any state, quickly, without printer, scanner and counter."""

from datetime import timedelta
from uuid import UUID

from app.core import clock
from app.core.db import db
from models.applications import Application
from models.enums import MailPieceStatus as S
from models.enums import Posting, TokenStatus
from models.mail_pieces import MailPiece
from models.tokens import Token
from tests.factories.accounts import make_application
from tests.factories.tokens import token_in

BASE = 1311238300


def item_number(place: int) -> str:
    """An item number of 11 digits, another for each place."""
    return f"{BASE + place}{(BASE + place) % 7}"


def enclosed(*names: str, application: Application | None = None) -> list[UUID]:
    """Letters with eToken to these holders, enclosed today."""
    case = application or make_application(*(names or ("𠮷田 太郎",)))
    holders = [(applicant.id, case.id, applicant.number) for applicant in case.applicants]
    for applicant in case.applicants:
        applicant.email = f"holder{applicant.position}@example.jp"
        applicant.address = "茨城県日立市助川町一丁目1番1号"
    db.session.commit()
    ids = []
    for applicant_id, application_id, number in holders:
        serial = f"SN-{number}"
        token_id = token_in(TokenStatus.ENCLOSED, serial=serial, applicant_id=applicant_id)
        piece = MailPiece(
            number=f"L-{number[2:]}",
            applicant_id=applicant_id,
            application_id=application_id,
            status=S.ENCLOSED,
            posting=Posting.RESTRICTED,
            printed_at=clock.now() - timedelta(days=20),
            enclosed_at=clock.now(),
            token_serial=serial,
        )
        db.session.add(piece)
        db.session.flush()
        db.session.get_one(Token, token_id).mail_piece_id = piece.id
        db.session.commit()
        ids.append(piece.id)
    return ids


def piece_row(piece_id: UUID) -> MailPiece:
    """As it stands in the database now."""
    db.session.rollback()
    found = db.session.get_one(MailPiece, piece_id, populate_existing=True)
    db.session.rollback()
    db.session.refresh(found)
    return found
