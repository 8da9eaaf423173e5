"""Inner steps that several services share."""

from datetime import datetime
from typing import Any

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction
from app.jobs import defer
from mailings.errors import LetterStoppedError
from mailings.rules.states import MailPieceEventKind, next_status
from models.mail_pieces import MailPiece, MailPieceEvent
from models.notices import CaseLetter


def advance(
    piece: MailPiece,
    event: MailPieceEventKind,
    *,
    actor: Actor,
    now: datetime,
    witness: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Bring a locked piece one step further: status, ledger line, audit entry, and the promise that what is in it follows.

    Raises:
        IllegalTransitionError: the piece is not in the state for this.
    """
    require_transaction()
    piece.status = next_status(piece.status, event)
    db.session.add(
        MailPieceEvent(
            mail_piece_id=piece.id,
            status=piece.status,
            at=now,
            actor_name=actor.name,
            witness_name=witness,
            detail=detail or {},
        )
    )
    audit.record(
        f"letter:{event.value}",
        subject_type="mail_piece",
        subject_id=piece.id,
        actor=actor,
        detail={"number": piece.number, **({"witness": witness} if witness else {}), **(detail or {})},
    )
    if piece.applicant_id is not None:
        defer("issuance.jobs.follow_mail_piece", piece.id)  # its token
    elif piece.letter_id is not None:
        defer("registration.jobs.follow_returned_papers", piece.id)  # its papers


def require_not_stopped(piece: MailPiece) -> None:
    """Whether a letter to a company may still go its way; registration takes the same row lock to stop it.

    Raises:
        LetterStoppedError: it was taken back.
    """
    require_transaction()
    if piece.letter_id is None:
        return
    letter = db.session.get_one(CaseLetter, piece.letter_id, with_for_update={"read": True}, populate_existing=True)
    if letter.stopped_at is not None:
        raise LetterStoppedError(piece.number)


def note(
    piece: MailPiece, what: str, *, actor: Actor, now: datetime, detail: dict[str, str], witness: str = ""
) -> None:
    """A line in the ledger that leaves the state as it is."""
    db.session.add(
        MailPieceEvent(
            mail_piece_id=piece.id,
            status=piece.status,
            at=now,
            actor_name=actor.name,
            witness_name=witness,
            detail={"what": what, **detail},
        )
    )
    audit.record(
        f"letter:{what}",
        subject_type="mail_piece",
        subject_id=piece.id,
        actor=actor,
        detail={"number": piece.number, **({"witness": witness} if witness else {}), **detail},
    )
