"""The holder asks with a signature of the key itself: whoever can sign is the one whose key it is."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.core.db import db
from app.core.transaction import transaction
from issuance import queries
from issuance.errors import RevocationError
from issuance.rules.statements import Purpose
from issuance.services.check_statement import check_statement
from issuance.services.receive_revocation import RequestDetails, enter_request
from models.enums import RevocationAsker, RevocationChannel

SLACK = timedelta(minutes=5)  # the clock of a holder's computer may be a little ahead


def revoke_by_statement(data: bytes, signature: bytes, *, now: datetime) -> UUID:
    """Take a signed statement. A compromise, loss or theft is revoked at once; else one person decides.

    Args:
        data: the statement with its lines `circumstance` and, if it is known, `invalid-since` (ISO 8601).
        signature: by the key of the certificate that is to be revoked.
        now: the present moment.

    Returns:
        key of the request.

    Raises:
        StatementError: see `check_statement`.
        RevocationError: revocation-since-form, and see `enter_request`.
        SignerUnavailableError: the signing process does not answer.
    """
    checked = check_statement(data, signature, purpose=Purpose.REVOCATION, now=now)
    certificate_id, holder = checked.certificate.id, checked.holder
    details = RequestDetails(
        asked_by=RevocationAsker.HOLDER,
        asker_name=holder.name,
        channel=RevocationChannel.SITE_SIGNED,
        circumstance=checked.details.get("circumstance", ""),
        asked_at=now,
        invalid_since=parse_since(checked.details.get("invalid-since", ""), now=now),
        statement=data,
        signature=signature,
    )
    db.session.rollback()
    with transaction():
        return enter_request(queries.get_certificate_for_update(certificate_id), details, actor=holder, now=now).id


def parse_since(text: str, *, now: datetime) -> datetime | None:
    """A moment with its offset, or nothing.

    Raises:
        RevocationError: revocation-since-form.
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise RevocationError("revocation-since-form", field="since") from error
    if moment.tzinfo is None:
        raise RevocationError("revocation-since-form", field="since")
    moment = moment.astimezone(UTC)
    return now if now < moment <= now + SLACK else moment
