"""What the post says about items is taken in: pasted, or from a file. The same line again changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from mailings.rules.outcomes import OutcomeLine
from mailings.services.outcome_steps import apply_outcome, pieces_by_number_for_update
from models.enums import OutcomeSource, OutcomeStatus
from models.mail_pieces import MailPiece
from models.posting import DeliveryOutcome

MOST = 5000  # lines at once: each is a step of a letter in the ledger, and a web worker has its time
LOCK = 0x6F757463  # imports go one after the other: two at once would meet in the unique index


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the lines."""

    settled: int
    waiting: int  # unmatched, or against what we know
    known: int  # taken in before


def take_outcomes(
    lines: Sequence[OutcomeLine], *, source: OutcomeSource, keep_days: int, actor: Actor, now: datetime
) -> Taken:
    """Record each line once, and bring its piece to where it says.

    Args:
        lines: as read, at most MOST; any order, the earlier days are taken first.
        source: pasted, or from a file.
        keep_days: how long 本人限定受取 lies at the post office after the arrival notice.
        actor: the mailroom.
        now: the present moment.

    Raises:
        DomainError: outcome-too-many: more than MOST lines.
    """
    if len(lines) > MOST:
        raise DomainError("outcome-too-many", field="lines", count=f"{len(lines):,}", most=f"{MOST:,}")
    wanted = {(line.item_number, line.status, line.on): line for line in lines}
    settled = waiting = 0
    with transaction():
        db.session.execute(db.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        known = _known({line.item_number for line in lines})
        fresh = [line for key, line in sorted(wanted.items(), key=_order) if key not in known]
        pieces = pieces_by_number_for_update({line.item_number for line in fresh})
        for line in fresh:
            row = _record(line, pieces.get(line.item_number), source, keep_days, actor, now)
            settled, waiting = settled + (row.settled_at is not None), waiting + (row.settled_at is None)
        if fresh:
            detail = {"source": source, "settled": settled, "waiting": waiting}
            audit.record("outcome:take", subject_type="delivery_outcome", subject_id="-", actor=actor, detail=detail)
    return Taken(settled, waiting, len(lines) - len(fresh))


def _record(  # noqa: PLR0913, PLR0917  one row as it was read, and by whom
    line: OutcomeLine, piece: MailPiece | None, source: OutcomeSource, keep_days: int, actor: Actor, now: datetime
) -> DeliveryOutcome:
    row = DeliveryOutcome(
        item_number=line.item_number,
        status=line.status,
        on=line.on,
        office=line.office[:80],
        source=source,
        line=line.line[:500],
        mail_piece_id=piece.id if piece else None,
        recorded_by=actor.id,
        recorded_by_name=actor.name,
        recorded_at=now,
    )
    db.session.add(row)
    if piece is not None:
        applied = apply_outcome(piece, row, keep_days=keep_days, actor=actor, now=now)
        row.note = applied.note
        if applied.is_settled:
            row.settled_at, row.settled_by_name = now, actor.name
    db.session.flush()
    return row


def _known(numbers: set[str]) -> set[tuple[str, OutcomeStatus, date]]:
    """What was taken in before under these numbers."""
    rows = db.session.execute(
        select(DeliveryOutcome.item_number, DeliveryOutcome.status, DeliveryOutcome.on).where(
            DeliveryOutcome.item_number.in_(numbers)
        )
    )
    return {(number, status, on) for number, status, on in rows}


STAGES = ("accepted", "moved", "arrived", "absent", "investigated", "delivered", "returning", "returned")


def _order(item: tuple[tuple[str, str, object], OutcomeLine]) -> tuple[object, int]:
    line = item[1]
    return line.on, STAGES.index(line.status.value)
