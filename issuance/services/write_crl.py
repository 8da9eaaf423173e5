"""The inner step of publishing: a CRL's octets, from the revocations into its parts, signed once.

Nothing here holds more than a part: entries go from table to table in the database, come by once to be hashed, and the
HSM signs the digest. How long all of them are, which the head says before them, is known once they lie there. The set of
entries is fixed by one statement (whatever has no number yet gets this one's), so that what is revoked meanwhile waits
for the next CRL.
"""

import hashlib
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from sqlalchemy import text

from app.core.db import db
from app.core.transaction import require_transaction
from app.signer.keys import DigestSigner
from issuance.errors import CrlRefusedError, LintError, SignatureWrongError
from issuance.queries.crl_parts import iter_parts, reader_of, store_entries, store_part
from issuance.queries.crls import find_base
from issuance.rules.crl import CrlPlan, Frame, distribution_point, frame, is_signed_by, signature_length
from issuance.rules.crl_lint import ENTRIES, crl_findings
from issuance.rules.crl_outline import abridge, read_outline
from issuance.rules.signing_bytes import hash_for
from models.certificates import Crl

_TAKE_UP = """
WITH taken AS (
    UPDATE revocation SET crl_number = :number
    WHERE ca_certificate_id = :ca AND shard = :shard AND crl_number IS NULL RETURNING sequence
)
SELECT min(sequence) FROM taken
"""


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


def write_crl(crl: Crl, plan: CrlPlan, *, previous: Crl | None, label: str, issuer: DigestSigner) -> None:
    """Fill a CRL that was just added: entries, signature, digest, size.

    Args:
        crl: its row, flushed; `sha256`, `size`, `entry_count` and the base are set here.
        plan: what it says apart from its entries.
        previous: the CRL whose full parts are taken as they are; None builds all of them of the revocations.
        label: of the CA's key.
        issuer: who signs.

    Raises:
        LintError: pkilint finds it wrong; nothing was signed.
        SignatureWrongError: what came back is not the signature of these octets.
        SignerUnavailableError: the signing process does not answer.
    """
    require_transaction()
    first = _take_up(crl, plan.number)
    # What committed late has a lower sequence and belongs between the others: the parts from there on are built again.
    base = find_base(previous, before=first) if previous else None
    stored = store_entries(crl.id, crl.ca_certificate_id, crl.shard, base)
    crl.entry_count, crl.base_id = stored.entries, base.crl_id if base else None
    crl.base_parts, crl.base_entries, crl.base_until = stored.full_parts, stored.full_entries, stored.full_until
    db.session.flush()
    around = frame(plan, stored.octets)
    _lint(crl.id, around)
    signature, expected = _sign(crl, around, label=label, issuer=issuer)
    store_part(crl.id, 0, around.first(signature))
    store_part(crl.id, stored.parts + 1, around.last(signature))
    crl.size = around.size(signature)
    crl.sha256 = expected or _digest(crl.id)


def _take_up(crl: Crl, number: int) -> int | None:
    """Give the CRL's number to everything that has none. Returns the lowest sequence among them."""
    found = db.session.execute(text(_TAKE_UP), {"number": number, "ca": crl.ca_certificate_id, "shard": crl.shard})
    return found.scalar_one()  # type: ignore[no-any-return]


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


def _sign(crl: Crl, around: Frame, *, label: str, issuer: DigestSigner) -> tuple[bytes, str]:
    """The signature, and the SHA-256 of the whole CRL if the signature has the length that was expected of it."""
    algorithm, blank = hash_for(around.public_key), bytes(signature_length(around.public_key))
    signed, whole = hashes.Hash(algorithm), hashlib.sha256(around.first(blank))
    signed.update(around.head)
    for part in iter_parts(crl.id, start=1):
        signed.update(part)
        whole.update(part)
    signed.update(around.tail)
    digest = signed.finalize()
    signature = issuer.sign_digest(label, digest, algorithm.name)
    if not is_signed_by(around.public_key, signature, digest):
        raise SignatureWrongError
    whole.update(around.last(signature))
    return signature, whole.hexdigest() if len(signature) == len(blank) else ""


def _digest(crl_id: UUID) -> str:
    running = hashlib.sha256()
    for part in iter_parts(crl_id):
        running.update(part)
    return running.hexdigest()
