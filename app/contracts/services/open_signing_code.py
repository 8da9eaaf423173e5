"""A user ID asks for the code that it takes to the program with the token."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.contracts import certificates, queries
from app.contracts.errors import ContractError
from app.contracts.rules import codes
from app.contracts.services.guards import require_turn, require_user_id
from app.core.actor import Actor
from app.core.db import db
from app.core.random import random_source
from app.core.transaction import transaction
from models.contracts import SigningCode


def open_signing_code(contract_id: UUID, *, customer_id: UUID, actor: Actor, now: datetime) -> str:
    """Make a one-time code for the party whose turn it is. Codes made before stop working.

    Returns:
        the code as it is shown, once.

    Raises:
        CompanyIdCannotActError: a company ID cannot sign.
        ContractError: `not-a-party`, `not-your-turn`, or `certificate-none`.
    """
    source = random_source()
    code = "".join(source.choice(codes.ALPHABET) for _ in range(codes.LENGTH))
    with transaction():
        customer = require_user_id(customer_id)
        queries.get_contract_for_update(contract_id)
        party = require_turn(queries.find_party(contract_id, customer.id))
        if not certificates.list_registered(customer.id):
            raise ContractError("certificate-none")
        for old in queries.list_live_codes(party.id, now):
            old.expires_at = now
        db.session.add(
            SigningCode(party_id=party.id, code_sha256=codes.digest(code), expires_at=now + codes.LIFE, created_at=now)
        )
        audit.record("contract:open_code", subject_type="contract", subject_id=contract_id, actor=actor)
    return codes.shown(code)
