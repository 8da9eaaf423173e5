"""Letters on their way: with token to the holder, or to a company. Written by mailings."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.enums import (
    Inspection,
    LetterKind,
    MailPieceStatus,
    PostagePayment,
    Posting,
    PrintRunStatus,
    RestrictedKind,
)

# Ordinary mail stays posted for ever: nobody is told what becomes of it.
ON_THE_WAY = "status IN ('posted', 'notified') AND posting <> 'ordinary'"
# A letter with eToken that came back and that nobody looked at.
TO_INSPECT = "status = 'returned' AND posting = 'restricted' AND inspection IS NULL"


class PrintRun(Base):
    """One run of the printer, done by two people by name."""

    __tablename__ = "print_run"
    __table_args__ = (
        CheckConstraint("operator_name <> witness_name", name="two_people"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_moment"),
        Index("ix_print_run_status_started_at", "status", "started_at"),
    )

    id: Mapped[uuid_pk]
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    operator_name: Mapped[str]
    witness_name: Mapped[str]
    status: Mapped[PrintRunStatus] = mapped_column(default=PrintRunStatus.PRINTED, server_default="printed")
    printer: Mapped[str] = mapped_column(
        default="browser", server_default="browser"
    )  # or the address of an IPP printer
    stop_reason: Mapped[str] = mapped_column(default="", server_default="")
    closed_by_name: Mapped[str] = mapped_column(default="", server_default="")
    piece_count: Mapped[int] = mapped_column(default=0)
    spoiled_count: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    pieces: Mapped[list["MailPiece"]] = relationship(back_populates="print_run", order_by="MailPiece.sequence")


class MailPiece(Base):
    """One envelope, to a holder or to a company.

    To a holder: the letter with 申請PIN and eToken, by 本人限定受取郵便, or a notice about a certificate. To a company: about
    its case, its IDs or an invoice.
    """

    __tablename__ = "mail_piece"
    __table_args__ = (
        CheckConstraint("item_number IS NULL OR item_number ~ '^[0-9]{11}$'", name="item_number_digits"),
        CheckConstraint(
            "status NOT IN ('posted', 'notified', 'delivered', 'returned')"
            " OR (posting = 'ordinary') = (item_number IS NULL)",
            name="posted_has_item_number",
        ),
        CheckConstraint("(kind = 'approval_notice') = (applicant_id IS NOT NULL)", name="to_a_holder_or_not"),
        CheckConstraint(
            "(kind IN ('approval_notice', 'renewal_notice', 'revocation_notice', 'id_notice', 'invoice_cover'))"
            " = (letter_id IS NULL)",
            name="case_letter_or_not",
        ),
        CheckConstraint(
            "(kind IN ('renewal_notice', 'revocation_notice')) = (notice_id IS NOT NULL)",
            name="certificate_notice_or_not",
        ),
        CheckConstraint("(kind = 'id_notice') = (account_id IS NOT NULL)", name="id_notice_or_not"),
        CheckConstraint("(kind = 'invoice_cover') = (invoice_id IS NOT NULL)", name="invoice_cover_or_not"),
        CheckConstraint("kind <> 'resend_notice'", name="resend_notice_lies_beside"),
        CheckConstraint("(kind = 'approval_notice') = (posting = 'restricted')", name="secret_travels_restricted"),
        CheckConstraint(
            "agent_name = '' OR restricted_kind IS DISTINCT FROM 'notifying'", name="agent_only_where_allowed"
        ),
        CheckConstraint("weight_grams IS NULL OR weight_grams > 0", name="weight_positive"),
        CheckConstraint("inspection IS NULL OR inspected_by_name <> inspection_witness", name="inspected_by_two"),
        CheckConstraint("sheet_out_at IS NULL OR printed_at IS NOT NULL", name="sheet_after_print"),
        CheckConstraint("document_sha256 IS NULL OR kind <> 'approval_notice'", name="secret_is_not_kept"),
        Index("uq_mail_piece_number", "number", unique=True),
        Index("uq_mail_piece_item_number", "item_number", unique=True),
        Index("ix_mail_piece_status_sequence", "status", "sequence"),
        Index("ix_mail_piece_on_the_way", "sequence", postgresql_where=ON_THE_WAY),
        Index("ix_mail_piece_to_inspect", "sequence", postgresql_where=TO_INSPECT),
        Index("ix_mail_piece_print_run_id", "print_run_id", postgresql_where="print_run_id IS NOT NULL"),
        Index("ix_mail_piece_replaces_id", "replaces_id", postgresql_where="replaces_id IS NOT NULL"),
        *(
            Index(f"ix_mail_piece_{of}_sequence", of, "sequence", postgresql_where=f"{of} IS NOT NULL")
            for of in ("applicant_id", "letter_id", "notice_id", "account_id", "invoice_id")
        ),
        Index("ix_mail_piece_posting_list_id", "posting_list_id"),
        Index(
            "ix_mail_piece_unlisted",
            "posted_on",
            postgresql_where="posting_list_id IS NULL AND item_number IS NOT NULL",
        ),
        Index(
            "uq_mail_piece_live",
            "applicant_id",
            unique=True,
            postgresql_where="status NOT IN ('spoiled', 'returned', 'lost', 'delivered')",
        ),
        Index(
            "uq_mail_piece_live_letter",
            "letter_id",
            unique=True,
            postgresql_where="status NOT IN ('spoiled', 'returned', 'lost', 'stopped')",
        ),
        Index(
            "uq_mail_piece_live_notice",
            "notice_id",
            unique=True,
            postgresql_where="status NOT IN ('spoiled', 'returned', 'lost', 'stopped')",
        ),
        # What went out may be asked for again; what waits in the house is enough.
        Index(
            "uq_mail_piece_waiting_account",
            "account_id",
            unique=True,
            postgresql_where="status IN ('prepared', 'printed', 'enclosed')",
        ),
        Index(
            "uq_mail_piece_waiting_invoice",
            "invoice_id",
            unique=True,
            postgresql_where="status IN ('prepared', 'printed', 'enclosed')",
        ),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # L-2026-000001: in the letter's QR code
    kind: Mapped[LetterKind] = mapped_column(default=LetterKind.APPROVAL_NOTICE)
    posting: Mapped[Posting] = mapped_column(default=Posting.RESTRICTED, server_default="restricted")
    applicant_id: Mapped[UUID | None] = mapped_column(ForeignKey("applicant.id"))  # the holder, of an approval notice
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_letter.id"))  # of every letter to a company
    notice_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("certificate_notice.id")
    )  # of a letter about a certificate
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("company_account.id"))  # of an ID notice
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"))  # of an invoice by post
    document_sha256: Mapped[str | None]  # of what was printed, in the storage; never of a sheet with a PIN
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    status: Mapped[MailPieceStatus] = mapped_column(default=MailPieceStatus.PREPARED)
    print_run_id: Mapped[UUID | None] = mapped_column(ForeignKey("print_run.id"))
    blocked_reason: Mapped[str | None]  # a character that no font has, …: an officer must decide
    printed_at: Mapped[datetime | None]  # the secret exists from then on
    sheet_out_at: Mapped[datetime | None]  # the printer said that the sheet lies in its tray
    enclosed_at: Mapped[datetime | None]
    token_serial: Mapped[str | None]  # scanned at enclosing
    shape: Mapped[str] = mapped_column(default="", server_default="")  # mailings.rules.postage
    weight_grams: Mapped[int | None]
    postage_yen: Mapped[int | None]
    payment: Mapped[PostagePayment | None]
    restricted_kind: Mapped[RestrictedKind | None]
    agent_name: Mapped[str] = mapped_column(default="", server_default="")  # 代人, named on the item before posting
    agent_address: Mapped[str] = mapped_column(default="", server_default="")
    agent_papers_on: Mapped[date | None]  # day on which the 委任状 came
    posting_list_id: Mapped[UUID | None] = mapped_column(ForeignKey("posting_list.id"))
    item_number: Mapped[str | None]
    posted_on: Mapped[date | None]
    notified_on: Mapped[date | None]  # arrival notice (到着のお知らせ)
    kept_until: Mapped[date | None]  # last day at the post office
    warned_on: Mapped[date | None]  # holder and company were told that it goes back
    delivered_on: Mapped[date | None]
    delivered_to: Mapped[str | None]
    shown_document: Mapped[str | None]
    came_back_on: Mapped[date | None]
    inspection: Mapped[Inspection | None]
    inspected_by_name: Mapped[str] = mapped_column(default="", server_default="")
    inspection_witness: Mapped[str] = mapped_column(default="", server_default="")
    resend_reason: Mapped[str] = mapped_column(default="", server_default="")  # why this piece replaces another
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("mail_piece.id"))
    created_at: Mapped[created]

    print_run: Mapped[PrintRun | None] = relationship(back_populates="pieces")


class MailPieceEvent(Base):
    """A ledger line of a mail piece: printed, spoiled, enclosed, posted, …, with the names."""

    __tablename__ = "mail_piece_event"
    __table_args__ = (Index("ix_mail_piece_event_mail_piece_id_at", "mail_piece_id", "at"),)

    id: Mapped[uuid_pk]
    mail_piece_id: Mapped[UUID] = mapped_column(ForeignKey("mail_piece.id"))
    status: Mapped[MailPieceStatus]
    at: Mapped[datetime]
    actor_name: Mapped[str]
    witness_name: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
