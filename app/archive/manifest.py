"""The manifest of an original: what the file is, in canonical JSON, so that its digest says it all."""

import hashlib
import json
from typing import Any

from app.core.clock import day_in_tokyo
from models.contracts import Contract, ContractRevision

VERSION = 1


def make_manifest(contract: Contract, revisions: list[ContractRevision]) -> dict[str, Any]:
    """Everything that identifies the original, without a company's or person's secrets."""
    final = revisions[-1]
    return {
        "version": VERSION,
        "contract": contract.number,
        "title": contract.title,
        "amount": contract.amount,
        "contract_date": contract.contract_date.isoformat(),
        "completed_at": contract.completed_at.isoformat() if contract.completed_at else None,
        "completed_on": day_in_tokyo(contract.completed_at).isoformat() if contract.completed_at else None,
        "parties": [
            {
                "slot": party.slot,
                "company": party.company_account.company.name,
                "user_id": party.customer.login_id,
                "name": party.customer.name,
                "signed_at": party.signed_at.isoformat() if party.signed_at else None,
            }
            for party in contract.parties
        ],
        "file": {"sha256": final.sha256, "bytes": final.byte_count, "revision": final.number},
        "revisions": [{"number": each.number, "sha256": each.sha256, "bytes": each.byte_count} for each in revisions],
    }


def canonical(manifest: dict[str, Any]) -> bytes:
    """The manifest's one and only encoding: sorted keys, no spaces, UTF-8."""
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(manifest: dict[str, Any]) -> bytes:
    """SHA-256 of the canonical encoding."""
    return hashlib.sha256(canonical(manifest)).digest()
