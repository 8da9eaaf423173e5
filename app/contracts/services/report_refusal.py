"""The program on the holder's computer refused to sign what we sent: that must not stay between it and its screen."""

from uuid import UUID

from app import audit
from app.contracts import queries
from app.contracts.errors import ContractError, SigningCodeError
from app.contracts.rules import codes
from app.contracts.rules.client_refusals import REASONS
from app.contracts.services.guards import require_refusable
from app.core.transaction import transaction
from app.security import actor_of
from models.enums import SigningSessionStatus


def report_refusal(session_id: UUID, code: str, reason: str) -> None:
    """End the session and note why. Sent twice, it is noted once; a new code begins anew.

    Args:
        session_id: of the opened session.
        code: the one that opened it, as typed.
        reason: one of `REASONS`.

    Raises:
        SigningCodeError: the code did not open this session.
        ContractError: `refusal-unknown`; or `signing-session-closed`, the session ended otherwise.
    """
    if queries.find_code_of_session(session_id, codes.digest(codes.read(code))) is None:
        raise SigningCodeError
    if reason not in REASONS:
        raise ContractError("refusal-unknown")
    with transaction():
        session = queries.get_session_for_update(session_id)
        if session.refusal_code == reason:
            return
        require_refusable(session)
        session.status = SigningSessionStatus.REFUSED
        session.refusal_code = reason
        party = queries.load_party(session.party_id)
        audit.record(
            "contract:sign",
            subject_type="contract",
            subject_id=party.contract_id,
            actor=actor_of(party.customer),
            outcome="refused",
            detail={"error": reason, "refused_by": "client", "session": str(session_id)},
        )
