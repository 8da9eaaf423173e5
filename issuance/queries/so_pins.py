"""Who asked to see the SO-PIN of a token, and what became of it."""

from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFoundError
from models.enums import SoPinStatus
from models.tokens import SoPinDisclosure, Token

OPEN = (SoPinStatus.ASKED, SoPinStatus.GRANTED)


def get_disclosure(disclosure_id: UUID) -> SoPinDisclosure:
    """A request. Raises NotFoundError."""
    found = db.session.get(SoPinDisclosure, disclosure_id, populate_existing=True)
    if found is None:
        raise NotFoundError("so-pin disclosure", id=disclosure_id)
    return found


def get_disclosure_for_update(disclosure_id: UUID) -> SoPinDisclosure:
    """A request, locked. Raises NotFoundError."""
    found = db.session.get(SoPinDisclosure, disclosure_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("so-pin disclosure", id=disclosure_id)
    return found


def find_open_disclosure(token_id: UUID) -> SoPinDisclosure | None:
    """The request about a token that is neither shown nor refused."""
    return db.session.scalar(
        select(SoPinDisclosure).where(SoPinDisclosure.token_id == token_id, SoPinDisclosure.status.in_(OPEN))
    )


def list_disclosures(limit: int = 100) -> list[tuple[SoPinDisclosure, Token]]:
    """The latest requests with their tokens, newest first; the open ones before the others."""
    rows = db.session.execute(
        select(SoPinDisclosure, Token)
        .join(Token, Token.id == SoPinDisclosure.token_id)
        .order_by(SoPinDisclosure.status.in_(OPEN).desc(), SoPinDisclosure.asked_at.desc())
        .limit(limit)
    )
    return [(disclosure, token) for disclosure, token in rows]


def list_disclosures_of(token_id: UUID) -> list[SoPinDisclosure]:
    """Every request about a token, newest first."""
    return list(
        db.session.scalars(
            select(SoPinDisclosure)
            .where(SoPinDisclosure.token_id == token_id)
            .order_by(SoPinDisclosure.asked_at.desc())
        )
    )
