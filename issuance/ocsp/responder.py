"""A request in, an answer out: the status is read from the database for every single answer."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from psycopg import InterfaceError, OperationalError
from redis import Redis

from app.core.direct import Direct
from app.signer import SignerRefusedError, SignerUnavailableError
from app.signer.keys import DigestSigner
from issuance.ocsp.authorities import Authorities, Authority, Responder
from issuance.ocsp.cache import SharedCache, Signed, SmallCache
from issuance.ocsp.gate import Gate
from issuance.queries.ocsp import Known, read_statuses
from issuance.rules.ocsp_request import CertId, OcspRefusedError, ResponseStatus, is_plain, plain_request, read_request
from issuance.rules.ocsp_response import (
    GOOD,
    UNKNOWN,
    Status,
    Word,
    refusal,
    response_data,
    single_response,
    successful,
)
from issuance.rules.profile import serial_text
from issuance.rules.signing_bytes import sign_bytes

MOST_KEPT = 20_000  # answers of 1.5 KB in one process


@dataclass(frozen=True, slots=True)
class Answer:
    """An OCSPResponse. `signed` is there if others may be given the same one."""

    body: bytes
    status: ResponseStatus
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """What is asked, and what is true of it now."""

    ids: tuple[CertId, ...]
    authority: Authority
    responder: Responder
    statuses: tuple[Status, ...]
    now: datetime
    nonce: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    asked: CertId
    fingerprint: str
    responder_id: UUID
    signed: Signed


class OcspResponder:
    """Answers requests. One for each process; its threads share it."""

    def __init__(self, reader: Direct, signer: DigestSigner, redis: Redis, *, minutes: int) -> None:
        """Make a responder.

        Args:
            reader: of the database.
            signer: who signs digests with the responders' keys.
            redis: for the cache that all processes share.
            minutes: for how long an answer holds.
        """
        self._reader = reader
        self._signer, self._shared, self._holds = signer, SharedCache(redis), timedelta(minutes=minutes)
        self._authorities, self._small, self._gate = Authorities(), SmallCache[_Kept](MOST_KEPT), Gate()

    def answer(self, data: bytes, *, now: datetime) -> Answer:
        """Answer a request (DER); never raises for anything that a client or a part of the system may do."""
        moment = now.astimezone(UTC).replace(microsecond=0)
        try:
            return self._find_kept(data, moment) or self._answer(data, moment)
        except OcspRefusedError as error:
            return Answer(refusal(error.told), error.told)

    def _find_kept(self, data: bytes, now: datetime) -> Answer | None:
        """The answer, if this process signed one for the status that the database has at this moment."""
        kept = self._small.get(data)
        if kept is None or not kept.signed.is_young(now):
            return None
        case = self._look_up((kept.asked,), now, None)
        if (case.responder.id, case.statuses[0].fingerprint) != (kept.responder_id, kept.fingerprint):
            return None
        return Answer(kept.signed.body, ResponseStatus.SUCCESSFUL, kept.signed)

    def _answer(self, data: bytes, now: datetime) -> Answer:
        request = read_request(data)
        case = self._look_up(request.ids, now, request.nonce)
        asked, status = case.ids[0], case.statuses[0]
        # What may be written in any number of ways, and what may be asked of any number of things, fills no cache.
        if not request.is_cacheable or status.word is Word.UNKNOWN or not is_plain(asked):
            return Answer(self._sign(case).body, ResponseStatus.SUCCESSFUL)
        signed = self._shared_answer(case)
        if data == plain_request(asked):
            self._small.put(data, _Kept(asked, status.fingerprint, case.responder.id, signed))
        return Answer(signed.body, ResponseStatus.SUCCESSFUL, signed)

    def _look_up(self, ids: tuple[CertId, ...], now: datetime, nonce: bytes | None) -> _Case:
        """The one CA that is meant, who answers for it, and what is known of each certificate now."""
        serials = [serial_text(each.serial) for each in ids if each.serial > 0]
        try:
            self._authorities.refresh(self._reader)
            found = [self._authorities.find(each) for each in ids]
            authority = found[0]
            # One responder signs for the CA that it was delegated by, and for no other.
            if authority is None or any(each is not authority for each in found):
                raise OcspRefusedError(ResponseStatus.UNAUTHORIZED)
            known = read_statuses(self._reader, serials)
        except (OperationalError, InterfaceError) as error:
            raise OcspRefusedError(ResponseStatus.TRY_LATER) from error
        responder = authority.responder
        if responder is None or not responder.not_before <= now < responder.not_after:
            raise OcspRefusedError(ResponseStatus.TRY_LATER)  # it is renewed long before: somebody must look
        statuses = tuple(_status_of(each, authority, known) for each in ids)
        return _Case(ids, authority, responder, statuses, now, nonce)

    def _shared_answer(self, case: _Case) -> Signed:
        """From Redis, or signed now for everybody."""
        serial, now = serial_text(case.ids[0].serial), case.now
        way = hashlib.sha256(case.ids[0].encoded).hexdigest()[:32]
        name = f"{case.responder.id}|{way}|{case.statuses[0].fingerprint}"
        there = self._shared.get(serial, name)
        if there is not None and there.is_young(now):
            return there
        try:
            signed = self._sign(case)
        except OcspRefusedError:
            if there is not None and there.this_update <= now < there.next_update:
                return there  # the signing process is away: an answer in its second half is as true as in its first
            raise
        self._shared.put(serial, name, signed)
        return signed

    def _sign(self, case: _Case) -> Signed:
        responder, now = case.responder, case.now
        until = min(now + self._holds, responder.not_after)
        singles = tuple(
            single_response(
                each.encoded, status, this_update=now, next_update=until, archive_cutoff=case.authority.since
            )
            for each, status in zip(case.ids, case.statuses, strict=True)
        )
        data = response_data(responder.key_hash, produced_at=now, responses=singles, nonce=case.nonce)
        label, key = responder.key_label, responder.public_key
        try:
            with self._gate.passing():
                signature = sign_bytes(data, issuer=self._signer, label=label, issuer_key=key)
        except (SignerUnavailableError, SignerRefusedError) as error:
            raise OcspRefusedError(ResponseStatus.TRY_LATER) from error
        body = successful(data, algorithm=responder.algorithm, signature=signature, certificate=responder.certificate)
        return Signed(body, now, until)


def _status_of(asked: CertId, authority: Authority, known: dict[str, Known]) -> Status:
    if asked.serial <= 0:
        return UNKNOWN
    serial = serial_text(asked.serial)
    if serial in authority.own_serials:
        return GOOD
    found = known.get(serial)
    return found.status if found and found.ca_id in authority.ids else UNKNOWN
