"""The CRLs: issued on every revocation and at least daily, of every CA that has not expired (RFC 5280 §5)."""

import logging
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import text

from app import audit, signer
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.jobs import defer
from app.signer.keys import DigestSigner
from issuance import queries
from issuance.errors import NoAuthorityError
from issuance.queries.crls import Scope, is_anything_unpublished, list_scopes
from issuance.queries.profiles import get_profiles
from issuance.rules.crl import CrlPlan
from issuance.rules.crl_names import crl_address
from issuance.rules.profiles import CrlProfile
from issuance.services.write_crl import require_successor, write_crl
from models.certificates import Crl
from models.enums import CaKeyPurpose

log = logging.getLogger(__name__)
LOCK_SPACE = 0x43524C00


def publish_crl(*, now: datetime, issuer: DigestSigner | None = None, even_if_current: bool = False) -> bool:
    """Issue every CRL that is due: a day has nearly passed, or something was revoked that none says yet.

    One at a time over all processes, so that no number is ever signed twice. Readers see the old CRL until the new one
    is complete. A CRL that cannot be issued does not keep the others back.

    Args:
        now: the present moment, in the CRL in whole seconds.
        issuer: who signs; the signing process if left out.
        even_if_current: also those that are not due; built anew of all revocations.

    Returns:
        whether one was issued.

    Raises:
        SignerUnavailableError: the signing process does not answer; the next turn tries again.
        NoAuthorityError: there is no CA yet.
        CrlRefusedError: it cannot replace what lies in the repository.
        LintError: it would be wrong; nothing was signed.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        if not guard.scalar(text("SELECT pg_try_advisory_lock(:space)"), {"space": LOCK_SPACE}):
            return False
        try:
            return _publish_all(now, issuer or signer.current(), even_if_current=even_if_current)
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:space)"), {"space": LOCK_SPACE})


def _publish_all(now: datetime, issuer: DigestSigner, *, even_if_current: bool) -> bool:
    scopes, rules = list_scopes(now), get_profiles().crl
    if not scopes:
        raise NoAuthorityError(CaKeyPurpose.CA.value)
    due = [scope for scope in scopes if even_if_current or _is_due(scope, now, rules)]
    failures: list[DomainError] = []
    for scope in due:
        try:
            moment = now.astimezone(UTC).replace(microsecond=0)
            _issue(scope, moment, rules, issuer, anew=even_if_current)
        except DomainError as error:
            log.warning("the CRL of %s could not be issued: %s", scope, error.code)
            failures.append(error)
    db.session.rollback()
    if failures:
        raise failures[0]
    return bool(due)


def _is_due(scope: Scope, now: datetime, rules: CrlProfile) -> bool:
    latest = queries.find_latest_crl(scope.ca_id, scope.shard)
    if latest is None or now - latest.this_update >= timedelta(hours=rules.latest_after_hours):
        return True
    return is_anything_unpublished(scope.ca_id, scope.shard)


def _issue(scope: Scope, now: datetime, rules: CrlProfile, issuer: DigestSigner, *, anew: bool) -> None:
    settings = current_app.extensions["settings"]
    with transaction():
        previous = queries.find_latest_crl(scope.ca_id, scope.shard)
        plan = CrlPlan(
            ca=scope.certificate,
            address=crl_address(settings.public_url, scope.generation, scope.shard),
            number=int(previous.number) + 1 if previous else 1,
            this_update=now,
            next_update=now + timedelta(hours=rules.next_update_hours),
            keeps_expired=rules.expired_certs_on_crl,
        )
        if previous is not None:
            require_successor(previous, plan)
        crl = Crl(
            ca_certificate_id=scope.ca_id,
            number=plan.number,
            shard=scope.shard,
            sha256="",
            size=0,
            this_update=plan.this_update,
            next_update=plan.next_update,
            entry_count=0,
        )
        db.session.add(crl)
        db.session.flush()
        write_crl(crl, plan, previous=None if anew else previous, label=scope.key_label, issuer=issuer)
        audit.record(
            "crl:issue",
            subject_type="crl",
            subject_id=crl.id,
            actor=SYSTEM,
            detail={
                "generation": scope.generation,
                "shard": scope.shard,
                "number": plan.number,
                "entries": crl.entry_count,
                "sha256": crl.sha256,
                "anew": crl.base_id is None,
            },
        )
        defer("issuance.jobs.crl.fetch_crl", crl.id)
