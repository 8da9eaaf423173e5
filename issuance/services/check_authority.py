"""Everything that was ever issued, looked at again: against what should have been possible.

In batches by key, so that a million certificates keep nobody waiting; `AuthorityCheck.last_certificate_id` says where
to go on after a stop. The authority's own certificates and the CRLs come at the end, when every certificate was seen.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from issuance.queries.checks import Context, find_open_check, list_unfinished, read_batch
from issuance.queries.issue_records import list_missing
from issuance.rules.certificate_check import Finding, check_certificate
from issuance.services.check_crls import crl_findings_of_all, own_findings
from models.authority_checks import AuthorityCheck
from models.enums import CertificateStatus

BATCH = 200
MOST_FINDINGS = 100  # kept word for word
UNFINISHED_AFTER = timedelta(minutes=15)  # the reconciler takes an intent up after five


def begin_check(*, now: datetime) -> UUID:
    """Key of the check that is going on; begun if there is none."""
    found = find_open_check()
    if found is not None:
        return found.id
    with transaction():
        check = AuthorityCheck(started_at=now)
        db.session.add(check)
        db.session.flush()
        return check.id


def continue_check(check_id: UUID, *, now: datetime, context: Context | None = None, batch: int = BATCH) -> bool:
    """Look at the next certificates, or at what comes after the last one.

    Args:
        check_id: a check that was begun.
        now: the present moment.
        context: of this run, to read CAs and profiles once.
        batch: how many certificates.

    Returns:
        whether the check is finished.
    """
    check = db.session.get_one(AuthorityCheck, check_id)
    after, is_finished = check.last_certificate_id, check.finished_at is not None
    db.session.rollback()
    if is_finished:
        return True
    found = read_batch(after, batch, context or Context())
    db.session.rollback()
    findings = [finding for facts in found.facts for finding in check_certificate(facts)]
    if found.last_id is None:
        findings += [*_unfinished(now), *_missing(), *own_findings(now), *crl_findings_of_all(now)]
        db.session.rollback()
    return _note(check_id, after, found.last_id, found.count, findings, now)


def _unfinished(now: datetime) -> list[Finding]:
    return [
        Finding("suspect" if status is CertificateStatus.SUSPECT else "unfinished", serial, reason or status.value)
        for serial, status, reason in list_unfinished(now - UNFINISHED_AFTER)
    ]


def _missing() -> list[Finding]:
    return [Finding("certificate-missing", serial) for serial in list_missing()]


def _note(  # noqa: PLR0913, PLR0917  what this step did, and where it began
    check_id: UUID, after: UUID | None, last_id: UUID | None, count: int, findings: list[Finding], now: datetime
) -> bool:
    with transaction():
        check = db.session.get_one(AuthorityCheck, check_id, with_for_update=True, populate_existing=True)
        if check.finished_at is not None or check.last_certificate_id != after:
            return check.finished_at is not None  # another process did this step
        check.checked_count += count
        check.finding_count += len(findings)
        check.findings = [*check.findings, *map(asdict, findings)][:MOST_FINDINGS]
        check.last_certificate_id = last_id or check.last_certificate_id
        if last_id is None:
            check.finished_at = now
            audit.record(
                "authority:check",
                subject_type="authority_check",
                subject_id=check.id,
                actor=SYSTEM,
                outcome="failed" if check.finding_count else "done",
                detail={
                    "checked": check.checked_count,
                    "findings": check.finding_count,
                    "first": [{"code": each["code"], "serial": each["serial"]} for each in check.findings],
                },
            )
        return last_id is None
