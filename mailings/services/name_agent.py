"""The holder names somebody who may receive the letter in the holder's place (代人): before it is posted."""

from datetime import date, datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.errors import DomainError, IllegalTransitionError
from app.core.transaction import transaction
from app.documents.chain import missing
from app.documents.clusters import code_points
from mailings import queries
from mailings.errors import BlockedPieceError, DayOrderError, LetterKindError
from models.enums import MailPieceStatus

BEFORE_POSTING = frozenset({MailPieceStatus.PREPARED, MailPieceStatus.PRINTED, MailPieceStatus.ENCLOSED})


def name_agent(piece_id: UUID, *, name: str, address: str, papers_on: date, actor: Actor, now: datetime) -> None:
    """Write one agent on a letter with eToken. The delivery is charged to the company when the letter is posted.

    Args:
        piece_id: the piece.
        name: as on the agent's identity document; the sender writes it on the item.
        address: of the agent.
        papers_on: day on which the holder's 委任状 came.
        actor: the mailroom.
        now: the present moment.

    Raises:
        LetterKindError: a letter without eToken needs no agent.
        DomainError: agent-incomplete: name or address is missing.
        BlockedPieceError: no font has a character of the name or the address.
        DayOrderError: the 委任状 came in the future.
        IllegalTransitionError: the letter is posted already.
    """
    person, place = name.strip(), address.strip()
    if not person or not place:
        raise DomainError("agent-incomplete", field="agent_address" if person else "agent_name")
    if papers_on > day_in_tokyo(now):
        raise DayOrderError("agent_papers_on")
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if piece.applicant_id is None:
            raise LetterKindError(piece.number)
        if piece.status not in BEFORE_POSTING:
            raise IllegalTransitionError("mail-piece", current=piece.status, event="name agent")
        if signs := missing(person + place):
            raise BlockedPieceError(piece.number, "、".join(f"{sign} ({code_points(sign)})" for sign in signs))
        piece.agent_name, piece.agent_address, piece.agent_papers_on = person, place, papers_on
        audit.record(
            "letter:agent",
            subject_type="mail_piece",
            subject_id=piece.id,
            actor=actor,
            detail={"number": piece.number, "papers_on": papers_on.isoformat()},
        )


def remove_agent(piece_id: UUID, *, actor: Actor, now: datetime) -> None:
    """The holder receives it after all.

    Raises:
        IllegalTransitionError: the letter is posted already.
    """
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if piece.status not in BEFORE_POSTING:
            raise IllegalTransitionError("mail-piece", current=piece.status, event="name agent")
        piece.agent_name, piece.agent_address, piece.agent_papers_on = "", "", None
        audit.record(
            "letter:agent",
            subject_type="mail_piece",
            subject_id=piece.id,
            actor=actor,
            detail={"number": piece.number, "removed_at": now.isoformat()},
        )
