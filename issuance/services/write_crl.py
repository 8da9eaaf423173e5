"""The inner step of publishing: a CRL's octets, from the revocations into its parts, signed once.

Nothing here holds more than a part: entries go from table to table in the database, come by once to be hashed, and the
HSM signs the digest. The set of entries is fixed by one statement (whatever has no number yet gets this one's), so that
what is revoked meanwhile waits for the next CRL, whatever the isolation level.
"""

import hashlib
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from sqlalchemy import update

from app.core.db import db
from app.core.transaction import require_transaction
from app.signer.keys import DigestSigner
from issuance.errors import CrlRefusedError, LintError, SignatureWrongError
from issuance.queries.crl_parts import iter_parts, reader_of, store_entries, store_part
from issuance.rules.crl import CrlPlan, Frame, distribution_point, frame, is_signed_by
from issuance.rules.crl_lint import ENTRIES, crl_findings
from issuance.rules.crl_outline import abridge, read_outline
from issuance.rules.signing_bytes import hash_for
from models.certificates import Crl, Revocation


def require_successor(previous: Crl, plan: CrlPlan) -> None:
    """Compare with what lies in the repository, read back: a higher number, the same distribution point.

    Raises:
        CrlRefusedError: crl-number, crl-address.
    """
    lying = read_outline(reader_of(previous.id))
    if plan.number <= lying.number:
        raise CrlRefusedError("crl-number", number=plan.number, lying=lying.number)
    if distribution_point(plan.address) != lying.distribution_point:
        raise CrlRefusedError("crl-address", address=plan.address, lying=lying.number)


def write_crl(crl: Crl, plan: CrlPlan, *, label: str, issuer: DigestSigner) -> None:
    """Fill a CRL that was just added: entries, signature, digest, size.

    Args:
        crl: its row, flushed; `sha256`, `size` and `entry_count` are set here.
        plan: what it says apart from its entries.
        label: of the CA's key.
        issuer: who signs.

    Raises:
        LintError: pkilint finds it wrong; nothing was signed.
        SignatureWrongError: what came back is not the signature of these octets.
        SignerUnavailableError: the signing process does not answer.
    """
    require_transaction()
    db.session.execute(
        update(Revocation)
        .where(
            Revocation.ca_certificate_id == crl.ca_certificate_id,
            Revocation.shard == crl.shard,
            Revocation.crl_number.is_(None),
        )
        .values(crl_number=plan.number)
        .execution_options(synchronize_session=False)
    )
    parts, crl.entry_count, octets = store_entries(crl.id, crl.ca_certificate_id, crl.shard)
    around = frame(plan, octets)
    _lint(crl.id, around)
    signature = _sign(crl.id, around, label=label, issuer=issuer)
    store_part(crl.id, 0, around.first(signature))
    store_part(crl.id, parts + 1, around.last(signature))
    crl.sha256, crl.size = _measure(crl.id)


def _lint(crl_id: UUID, around: Frame) -> None:
    """The first entries in their frame, with no signature yet."""
    stored = reader_of(crl_id)
    head, tail = around.first(b"\x00"), around.last(b"\x00")

    def read(offset: int, length: int) -> bytes:
        until, entries_end = offset + length, len(head) + around.entries_length
        inside = stored(max(offset - len(head), 0), max(min(until, entries_end) - max(offset, len(head)), 0))
        return head[offset:until] + inside + tail[max(offset - entries_end, 0) : max(until - entries_end, 0)]

    if findings := crl_findings(abridge(read, ENTRIES)):
        raise LintError(findings)


def _sign(crl_id: UUID, around: Frame, *, label: str, issuer: DigestSigner) -> bytes:
    algorithm = hash_for(around.public_key)
    running = hashes.Hash(algorithm)
    running.update(around.head)
    for part in iter_parts(crl_id, start=1):
        running.update(part)
    running.update(around.tail)
    digest = running.finalize()
    signature = issuer.sign_digest(label, digest, algorithm.name)
    if not is_signed_by(around.public_key, signature, digest):
        raise SignatureWrongError
    return signature


def _measure(crl_id: UUID) -> tuple[str, int]:
    """Digest and size of what lies there now: what a reader will get."""
    running, size = hashlib.sha256(), 0
    for part in iter_parts(crl_id):
        running.update(part)
        size += len(part)
    return running.hexdigest(), size
