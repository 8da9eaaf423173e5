"""Forgetting a link's token once its e-mail has gone."""

from uuid import UUID

from app.core.db import db
from app.core.transaction import transaction
from models.accounts import PasswordLink


def forget_password_link(link_id: UUID) -> None:
    """Throw the sealed copy away: from now on only the recipient has the link. Safe to run twice."""
    with transaction():
        link = db.session.get(PasswordLink, link_id, with_for_update=True)
        if link is not None:
            link.sealed_value = None
