"""Labels for mail pieces: to whom each goes, and the bars that its postal code allows."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.documents.postal_places import barcode_of
from mailings import account_letters, case_letters, queries
from mailings.certificates import get_told
from mailings.letters.labels import Label
from mailings.letters.layout import Addressee
from mailings.plain_letters import addressee_of
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece

IN_THE_HOUSE = (MailPieceStatus.PREPARED, MailPieceStatus.PRINTED, MailPieceStatus.ENCLOSED)
MOST = 200


def list_labelled() -> list[MailPiece]:
    """Pieces that have not left the house, the oldest first."""
    asked = select(MailPiece).where(MailPiece.status.in_(IN_THE_HOUSE)).order_by(MailPiece.sequence).limit(MOST)
    return list(db.session.scalars(asked))


def labels_of(pieces: Sequence[MailPiece]) -> dict[UUID, tuple[Label, str]]:
    """The label of each piece, and the code of why it has no bars (empty if it has), by the piece's key."""
    holders = queries.applicants_of(list(pieces))
    found = {}
    for piece in pieces:
        if piece.letter_id is not None:
            to = case_letters.addressee_of(case_letters.get_letter(piece.letter_id))
        elif piece.notice_id is not None:
            to = addressee_of(get_told(piece.notice_id))
        elif piece.applicant_id is None:
            to = account_letters.addressee_of(piece)
        else:
            holder = holders[piece.applicant_id]
            company = holder.application.company.name
            to = Addressee(company, "", holder.name, holder.postal_code, holder.address, holder.building)
        barcode = barcode_of(to.postal_code, to.address, to.building)
        found[piece.id] = Label(to, barcode.bars), barcode.reason
    return found
