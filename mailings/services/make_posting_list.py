"""差出票: what was posted on a day and stands on no list yet becomes a list with a number."""

from datetime import date, datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from mailings.posting_queries import list_unlisted_for_update
from models.posting import PostingList

MOST = 1000  # items on one list (Japan Post)


def make_posting_list(day: date, *, post_office: str, actor: Actor, now: datetime) -> UUID:
    """Make one list of at most MOST items; what is left needs another.

    Args:
        day: of posting.
        post_office: where it is handed in.
        actor: the mailroom.
        now: the present moment.

    Returns:
        key of the list.

    Raises:
        DomainError: posting-list-empty: nothing of that day is without a list.
    """
    with transaction():
        pieces = list_unlisted_for_update(day, MOST)
        if not pieces:
            raise DomainError("posting-list-empty", day=day)
        row = PostingList(
            number="",
            posted_on=day,
            post_office=post_office.strip(),
            piece_count=len(pieces),
            total_yen=sum(piece.postage_yen or 0 for piece in pieces),
            made_by=actor.id,
            made_by_name=actor.name,
            made_at=now,
        )
        db.session.add(row)
        db.session.flush()
        row.number = f"P-{day.year}-{row.sequence:04d}"
        for piece in pieces:
            piece.posting_list_id = row.id
        audit.record(
            "posting-list:make",
            subject_type="posting_list",
            subject_id=row.id,
            actor=actor,
            detail={"number": row.number, "pieces": len(pieces), "yen": row.total_yen},
        )
        return row.id
