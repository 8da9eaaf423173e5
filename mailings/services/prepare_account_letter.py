"""A company's IDs on paper, or an invoice by post, become a mail piece."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from mailings import account_letters
from mailings.services.new_piece import add_new_piece
from models.accounts import CompanyAccount
from models.billing import Invoice
from models.enums import AccountStatus, LetterKind, MailPieceStatus, Posting
from models.mail_pieces import MailPiece

IN_THE_HOUSE = (MailPieceStatus.PREPARED, MailPieceStatus.PRINTED, MailPieceStatus.ENCLOSED)
# An ID opens nothing without its password, but somebody else must not collect IDs from a letter box: it leaves a trace.
ID_POSTING, INVOICE_POSTING = Posting.RECORDED, Posting.ORDINARY


def prepare_id_notice(account_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Prepare a letter with the company ID and its user IDs to the contact person. It holds no password.

    Returns:
        key of the piece: the one that waits in the house already, if there is one.

    Raises:
        NotFoundError: no such company ID.
        DomainError: account-closed: the company cancelled. letter-no-address: no address is on record.
    """
    with transaction():
        db.session.scalar(select(CompanyAccount.id).where(CompanyAccount.id == account_id).with_for_update())
        account = account_letters.get_account(account_id)
        if account.status is not AccountStatus.OPEN:
            raise DomainError("account-closed", company=account.company.name)
        return _wanted(MailPiece.account_id == account_id) or add_id_piece(account, actor=actor, now=now).id


def prepare_invoice_letter(invoice_id: UUID, *, actor: Actor = SYSTEM, now: datetime) -> UUID:
    """Prepare an invoice to go by post, with its cover letter.

    Returns:
        key of the piece: the one that waits in the house already, if there is one.

    Raises:
        NotFoundError: no such invoice.
        DomainError: letter-no-address: the invoice names no address.
    """
    with transaction():
        db.session.scalar(select(Invoice.id).where(Invoice.id == invoice_id).with_for_update())
        invoice = account_letters.get_invoice(invoice_id)
        return _wanted(MailPiece.invoice_id == invoice_id) or add_invoice_piece(invoice, actor=actor, now=now).id


def add_id_piece(
    account: CompanyAccount, *, actor: Actor, now: datetime, replaces: MailPiece | None = None
) -> MailPiece:
    """Inner step: an envelope for the IDs of a locked company ID."""
    piece = MailPiece(
        kind=LetterKind.ID_NOTICE, posting=ID_POSTING, account_id=account.id, application_id=account.application_id
    )
    return _add(piece, actor=actor, now=now, replaces=replaces, detail={"account": str(account.id)})


def add_invoice_piece(invoice: Invoice, *, actor: Actor, now: datetime, replaces: MailPiece | None = None) -> MailPiece:
    """Inner step: an envelope for a locked invoice."""
    account = db.session.get_one(CompanyAccount, invoice.company_account_id)
    piece = MailPiece(
        kind=LetterKind.INVOICE_COVER,
        posting=INVOICE_POSTING,
        invoice_id=invoice.id,
        application_id=account.application_id,
    )
    return _add(piece, actor=actor, now=now, replaces=replaces, detail={"invoice": invoice.number})


def _add(
    piece: MailPiece, *, actor: Actor, now: datetime, replaces: MailPiece | None, detail: dict[str, str]
) -> MailPiece:
    if not account_letters.addressee_of(piece).address:
        raise DomainError("letter-no-address")
    return add_new_piece(piece, detail=detail, actor=actor, now=now, replaces=replaces)


def _wanted(same: ColumnElement[bool]) -> UUID | None:
    waiting = select(MailPiece.id).where(same, MailPiece.status.in_(IN_THE_HOUSE))
    return db.session.scalar(waiting.limit(1))
