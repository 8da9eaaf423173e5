"""Anchoring the chain: its end, signed in the HSM and time-stamped, so that even we cannot rewrite what lies before."""

import hashlib

from sqlalchemy import select

from app import signer, timestamps
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from models.audit import AuditAnchor, AuditHead

KEY_LABEL = "seal"


def anchor_chain() -> bool:
    """Sign and stamp the present end of the chain. Returns whether there was anything new to anchor.

    Raises:
        SignerUnavailableError: the signing process does not answer; the next turn tries again.
    """
    head = db.session.get(AuditHead, 1, populate_existing=True)
    latest = db.session.scalar(select(AuditAnchor.seq).order_by(AuditAnchor.seq.desc()).limit(1)) or 0
    if head is None or head.seq <= latest:
        db.session.rollback()
        return False
    seq, chain_hash, at = head.seq, head.hash, clock.now()
    db.session.rollback()
    # The HSM works while no transaction is open.
    digest = hashlib.sha256(f"{seq}:{chain_hash}".encode()).digest()
    signature = signer.current().sign_digest(KEY_LABEL, digest, "sha256")
    token = timestamps.stamp(digest)
    with transaction():
        db.session.add(
            AuditAnchor(seq=seq, hash=chain_hash, at=at, signature=signature, key_label=KEY_LABEL, time_stamp=token)
        )
    return True
