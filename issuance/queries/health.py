"""What is looked at for the health of the authority. The whole house asks the same question here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import func, select

from app import signer
from app.core.db import db
from app.core.errors import DomainError
from issuance.queries.checks import find_last_finished_check, list_unfinished
from issuance.queries.crls import Scope, find_latest_crl, list_scopes, still_signing
from issuance.queries.profiles import get_profiles
from issuance.queries.stops import count_stopped
from issuance.rules.crl_names import crl_name
from issuance.rules.health import CrlFacts, HealthFacts, Line, SigningProcess, judge
from issuance.rules.key_labels import SECRETS
from models.certificates import CaCertificate
from models.enums import CaKeyPurpose, CertificateStatus
from models.promises import Promise
from models.time_stamps import ClockCheck

UNFINISHED_AFTER = timedelta(minutes=15)
FAILED_OFTEN = 3


def read_health(now: datetime, *, ask_signing: bool = True) -> list[Line]:
    """How each part of the authority is.

    Args:
        now: the present moment.
        ask_signing: also ask the signing process, which may take as long as it likes when its HSM is away.
    """
    own = db.session.scalars(select(CaCertificate)).all()  # a few dozen in the life of an authority
    active = next((row for row in own if row.active and row.purpose is CaKeyPurpose.CA), None)
    authorities = still_signing(own, now)
    unfinished = list_unfinished(now - UNFINISHED_AFTER)
    suspects = sum(status is CertificateStatus.SUSPECT for _serial, status, _reason in unfinished)
    facts = HealthFacts(
        signing_asked=ask_signing,
        signing=_signing(active.key_label) if active and ask_signing else None,
        keys_needed=_keys_needed(own, authorities),
        ca_not_after=active.not_after if active else None,
        certificate_years=get_profiles().holder.years,
        crls=tuple(_crl(scope) for scope in list_scopes(now, authorities)),
        responders=tuple((row.generation, _responder_end(own, row.generation)) for row in authorities),
        clock=_clock(),
        queue=_queue(now),
        unfinished=len(unfinished) - suspects,
        suspects=suspects,
        stopped=count_stopped(),
        check=_check(),
    )
    return judge(facts, now)


def _signing(label: str) -> SigningProcess | None:
    client = signer.current()
    try:
        state: dict[str, Any] = client.health()
        begun = perf_counter()
        client.read_public_key(label)
    except DomainError:
        return None
    return SigningProcess(frozenset(state["keys"]), int(state["operations"]), perf_counter() - begun)


def _keys_needed(own: Sequence[CaCertificate], authorities: list[CaCertificate]) -> frozenset[str]:
    """Keys of active certificates, of every CA that still signs CRLs, and the two secrets."""
    active = (row.key_label for row in own if row.active and row.purpose is not CaKeyPurpose.CROSS)
    return frozenset({*active, *(row.key_label for row in authorities), *SECRETS})


def _crl(scope: Scope) -> CrlFacts:
    row, name = find_latest_crl(scope.ca_id, scope.shard), crl_name(scope.generation, scope.shard)
    if row is None:
        return CrlFacts(name)
    return CrlFacts(
        name=name,
        this_update=row.this_update,
        next_update=row.next_update,
        number=int(row.number),
        entries=row.entry_count,
        fetched_at=row.fetched_at,
        fetch_failure=row.fetch_failure,
    )


def _responder_end(own: Sequence[CaCertificate], generation: int) -> datetime | None:
    ends = (
        row.not_after for row in own if row.active and row.purpose is CaKeyPurpose.OCSP and row.generation == generation
    )
    return max(ends, default=None)


def _clock() -> tuple[datetime, bool, int | None] | None:
    row = db.session.scalar(select(ClockCheck).order_by(ClockCheck.at.desc()).limit(1))
    return None if row is None else (row.at, row.is_good, row.offset_microseconds)


def _queue(now: datetime) -> tuple[int, datetime | None, int]:
    is_due = Promise.due_at <= now
    count, oldest, failing = db.session.execute(
        select(
            func.count().filter(is_due),
            func.min(Promise.due_at).filter(is_due),
            func.count().filter(Promise.attempts >= FAILED_OFTEN),
        ).where(Promise.done_at.is_(None), Promise.name.startswith("issuance."))
    ).one()
    return count, oldest, failing


def _check() -> tuple[datetime, int, int] | None:
    row = find_last_finished_check()
    return None if row is None or row.finished_at is None else (row.finished_at, row.checked_count, row.finding_count)
