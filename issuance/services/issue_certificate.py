"""Record, sign, store: certificates in the order that survives every accident. docs/adr/0010.

1. reserve the serial numbers (commit); 2. build with an empty signature and lint; 3. record the intents, the exact bytes
(commit); 4. the HSM signs exactly those bytes; 5. compare and verify; 6. one transaction: certificates, PINs used, tokens,
promises. Several go through each step together, so that a commit is paid once for all of them; while the HSM signs
some, the next ones are built. Each fails alone.
"""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from sqlalchemy.exc import DBAPIError, OperationalError

from app import signer
from app.core.db import db
from app.core.errors import DomainError
from app.signer import SignerRefusedError, SignerUnavailableError
from app.signer.keys import DigestSigner
from issuance.errors import SignatureWrongError
from issuance.queries.ledger import ledger
from issuance.rules.signing_bytes import assemble, public_key_of, sign_bytes
from issuance.services.build_certificates import build_certificates
from issuance.services.record_intents import Intent, record_intents, withdraw_intents
from issuance.services.reserve_serials import reserve_serials
from issuance.services.return_requests import return_requests
from issuance.services.stop_enrolments import stop_enrolments
from issuance.services.store_certificates import store_certificates

log = logging.getLogger(__name__)
TOGETHER = 16  # an accident between intent and certificate concerns no more than these, and those of the next round
STORE_AGAIN_AFTER = (0.0, 0.2, 1.0, 3.0)  # seconds: a database that restarts is back by then
Signed = list[tuple[Intent, bytes]]
Failures = dict[UUID, Exception]


def issue_certificate(enrolment_id: UUID, *, now: datetime, issuer: DigestSigner | None = None) -> None:
    """Issue the certificate of a requested enrolment. Safe to run again at any point; never two for one request.

    Raises:
        SignerUnavailableError: the signing process does not answer; the next run takes it up.
        UnfinishedError: another run may just be signing it; later is early enough.
        KeyRefusedError: the request went back to the holder, who was told to make another key.
        LintError, ProfileError, RequestRefusedError: the certificate would be wrong; nothing was signed, the PINs stay
            usable, and the enrolment waits for an officer.
    """
    failures = issue_certificates([enrolment_id], now=now, issuer=issuer)
    if enrolment_id in failures:
        raise failures[enrolment_id]


def issue_certificates(enrolment_ids: Sequence[UUID], *, now: datetime, issuer: DigestSigner | None = None) -> Failures:
    """Issue the certificates of these enrolments.

    Returns:
        by enrolment what kept it from its certificate; see issue_certificate.
    """
    hsm = issuer or signer.current()
    failures: Failures = {}
    if len(enrolment_ids) <= TOGETHER:
        _finish(_sign_all(_prepare(enrolment_ids, now, failures), hsm), now, failures)
        return failures
    with ThreadPoolExecutor(1, thread_name_prefix="sign") as signing:
        at_the_hsm: Future[Outcome] | None = None
        for at in range(0, len(enrolment_ids), TOGETHER):
            intents = _prepare(enrolment_ids[at : at + TOGETHER], now, failures)
            done = at_the_hsm.result() if at_the_hsm else None
            at_the_hsm = signing.submit(_sign_all, intents, hsm)
            if done:
                _finish(done, now, failures)
        if at_the_hsm:
            _finish(at_the_hsm.result(), now, failures)
    return failures


def _prepare(enrolment_ids: Sequence[UUID], now: datetime, failures: Failures) -> list[Intent]:
    """Steps 1 to 3."""
    try:
        reserved = reserve_serials(enrolment_ids, now=now)
        failures.update(reserved.failures)
        drafts, refused = build_certificates(list(reserved.to_build.values()), now=now)
        failures.update(refused)
        return_requests(refused)
        stop_enrolments(refused)
        intents, refused = record_intents(drafts, list(reserved.to_sign_again.values()), now=now)
        failures.update(refused)
        stop_enrolments(refused)
    except Exception as error:  # noqa: BLE001  concerns all of these, and not what the HSM is signing meanwhile
        db.session.rollback()
        failures.update(dict.fromkeys(enrolment_ids, error))
        return []
    return intents


Outcome = tuple[Signed, list[tuple[Intent, Exception]]]


def _sign_all(intents: Sequence[Intent], hsm: DigestSigner) -> Outcome:
    """Steps 4 and 5. Knows no database, so that it can run beside the other steps."""
    signed: Signed = []
    failed: list[tuple[Intent, Exception]] = []
    for intent in intents:
        try:
            key = public_key_of(intent.ca)
            signature = sign_bytes(intent.tbs, issuer=hsm, label=intent.key_label, issuer_key=key)
            der = assemble(intent.tbs, signature, key)
            _verify(der, intent)
        except DomainError as error:
            failed.append((intent, error))
        else:
            signed.append((intent, der))
    return signed, failed


def _verify(der: bytes, intent: Intent) -> None:
    found = x509.load_der_x509_certificate(der)
    try:
        found.verify_directly_issued_by(intent.ca)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise SignatureWrongError from error
    if found.tbs_certificate_bytes != intent.tbs:
        raise SignatureWrongError


def _finish(outcome: Outcome, now: datetime, failures: Failures) -> None:
    """Step 6, and the way back of what surely was not signed."""
    signed, failed = outcome
    failures.update({intent.enrolment_id: error for intent, error in failed})
    if signed:
        _store(signed, now, failures)
    withdraw_intents([intent for intent, error in failed if _is_surely_unsigned(error)])


def _is_surely_unsigned(error: Exception) -> bool:
    if isinstance(error, SignerUnavailableError):
        return not error.perhaps_done
    return isinstance(error, SignerRefusedError)


def _store(signed: Signed, now: datetime, failures: Failures) -> None:
    """Store together; what fails for a reason of its own fails alone. A database that was cut off is tried again."""
    try:
        _store_stubbornly(signed, now)
    except (DomainError, DBAPIError) as error:
        if len(signed) == 1 or isinstance(error, OperationalError):
            failures.update({intent.enrolment_id: error for intent, _der in signed})
        else:
            for each in signed:
                _store([each], now, failures)
    else:
        ledger().settle([intent.enrolment_id for intent, _der in signed])


def _store_stubbornly(signed: Signed, now: datetime) -> None:
    for wait in STORE_AGAIN_AFTER:
        time.sleep(wait)
        try:
            store_certificates(signed, now=now)
        except OperationalError as error:
            db.session.rollback()
            log.warning("certificates were signed and not stored yet: %s", type(error.orig).__name__)
            failure = error
        else:
            return
    raise failure
