"""The step that the services share: a one-time password link, made outside and stored inside the transaction.

The token itself exists in the signing process's seal only, until the e-mail has gone; the table keeps its hash.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from app import jobs, signer
from app.accounts.rules.links import TOKEN_BYTES, WORKS_FOR, format_token, hash_token
from app.core.db import db
from app.core.random import random_source
from app.core.transaction import require_transaction
from models.accounts import Customer, PasswordLink


@dataclass(frozen=True, slots=True)
class PreparedLink:
    """A link that nobody has yet: its future key, the hash of its token, and the token sealed to that key."""

    id: UUID
    token_sha256: str
    sealed_value: bytes = field(repr=False)


def prepare_link() -> PreparedLink:
    """Make a token and have it sealed. Asks the signing process, so never inside a transaction."""
    token = format_token(random_source().token_bytes(TOKEN_BYTES))
    link = PasswordLink(id=uuid4())
    sealed = signer.current().wrap(token.encode(), link.seal_context)
    return PreparedLink(link.id, hash_token(token), sealed)


def store_link(prepared: PreparedLink, customer: Customer, recipient: str, now: datetime) -> PasswordLink:
    """Store the link and promise its e-mail. Runs in the caller's transaction."""
    require_transaction()
    link = PasswordLink(
        id=prepared.id,
        customer_id=customer.id,
        recipient=recipient,
        token_sha256=prepared.token_sha256,
        sealed_value=prepared.sealed_value,
        expires_at=now + WORKS_FOR,
        created_at=now,
    )
    db.session.add(link)
    jobs.defer("mailings.jobs.email_login", link.id)
    return link
