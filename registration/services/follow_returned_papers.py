"""Sheets go where their letter goes: sent back when it was posted, here again when the post brought it back."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from models.enums import MailPieceStatus as M
from models.enums import SheetEventKind, SheetStatus
from models.mail_pieces import MailPiece
from models.notices import CaseLetter
from models.sheets import Sheet
from registration import notice_queries
from registration.services.sheet_steps import note

GONE = {M.POSTED, M.NOTIFIED, M.DELIVERED, M.LOST}


def follow_returned_papers(mail_piece_id: UUID, *, now: datetime) -> None:
    """Bring the sheets of a letter to where its envelope is. Safe to run twice, and late."""
    with transaction():
        piece = db.session.get_one(MailPiece, mail_piece_id, populate_existing=True)
        if piece.letter_id is None:
            return
        if notice_queries.list_pieces(piece.letter_id)[0].id != piece.id:
            return  # another envelope carries them by now
        letter = notice_queries.get_letter(piece.letter_id)
        moved = [
            sheet.number
            for sheet in (_locked(enclosure.sheet_id) for enclosure in letter.enclosures)
            if _move(sheet, letter, piece, now)
        ]
        if moved:
            audit.record(
                "sheet:follow",
                subject_type="application",
                subject_id=letter.application_id,
                actor=SYSTEM,
                detail={"letter": piece.number, "sheets": moved, "state": piece.status},
            )


def _locked(sheet_id: UUID) -> Sheet:
    return db.session.get_one(Sheet, sheet_id, with_for_update=True, populate_existing=True)


def _move(sheet: Sheet, letter: CaseLetter, piece: MailPiece, now: datetime) -> bool:
    if piece.status in GONE and sheet.status is SheetStatus.TO_RETURN:
        sheet.status = SheetStatus.RETURNED
        kind = SheetEventKind.RETURNED
    elif piece.status is M.RETURNED and sheet.status is SheetStatus.RETURNED:
        sheet.status = SheetStatus.TO_RETURN  # in the house again, and still not ours
        kind = SheetEventKind.CAME_BACK
    else:
        return False
    note(
        sheet, kind, actor=SYSTEM, now=now, letter=piece.number, item_number=piece.item_number or "", id=str(letter.id)
    )
    return True
