"""The built-in time-stamping authority: requests in, tokens or rejections out (RFC 3161 §2.4). It is not accredited."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from flask import current_app
from psycopg import InterfaceError, OperationalError

from app import signer
from app.core import clock, der
from app.core.direct import direct
from app.core.errors import DomainError
from app.timestamps.clock_check import ClockNotTrustedError, ClockWord, require_good_clock
from app.timestamps.request import Failure, RefusedError, granted, read_request, rejection
from app.timestamps.token import Stamp, build_token

log = logging.getLogger(__name__)
POLICY_SUFFIX = ".2.1"
# A serial number that no token had before (one in 32 waits for the disk: PostgreSQL puts the numbers of a sequence on record
# in advance, so that none comes again after a crash), the last check of the clock, and the active certificate with that of
# the CA of its generation, which is not the active CA after a roll-over. Numbers need not be without gaps (RFC 3161 §2.4.2).
_TAKE = """
WITH checked AS (SELECT id, at, is_good FROM clock_check ORDER BY at DESC LIMIT 1),
     unit AS (SELECT der, key_label, generation FROM ca_certificate WHERE purpose = 'tsa' AND active)
SELECT nextval('time_stamp_serial_seq'), checked.id, checked.at, checked.is_good, unit.der, unit.key_label,
       (SELECT array_agg(ca.der) FROM ca_certificate ca WHERE ca.purpose = 'ca' AND ca.generation = unit.generation)
FROM (SELECT 1) one LEFT JOIN checked ON true LEFT JOIN unit ON true
"""
# What was stamped; written without waiting for the disk. A crash of the database may lose rows of the last second, the
# tokens and the uniqueness of their numbers stand without them.
_NOTE = """
INSERT INTO time_stamp (serial, imprint, gen_time) SELECT %(serial)s, %(imprint)s, %(moment)s
FROM set_config('synchronous_commit', 'off', true) RETURNING serial
"""


class NoTimeStampAuthorityError(DomainError):
    """There is no certificate to stamp with, or it is not fit for it (RFC 3161 §2.3). Codes: no-tsa, tsa-certificate."""


class NoIssuerError(DomainError):
    """The certificates that were asked for are not there. Code: no-tsa-issuer."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """What stamps are made with."""

    certificate: x509.Certificate
    key_label: str
    chain: tuple[x509.Certificate, ...]


def policy() -> str:
    """OID of the policy that tokens name."""
    return f"{current_app.extensions['settings'].policy_oid_arc}{POLICY_SUFFIX}"


def respond(request: bytes) -> bytes:
    """Answer a TimeStampReq (DER) with a TimeStampResp (DER): a token, or a rejection that says why."""
    try:
        asked = read_request(request, policy=policy())
        return granted(make_token(asked.imprint, nonce=asked.nonce, with_certificates=asked.wants_certificates))
    except RefusedError as error:
        return rejection(error.failure)
    except ClockNotTrustedError as error:
        log.warning("no time stamp: %s", error.code)
        return rejection(Failure.TIME_NOT_AVAILABLE)
    except NoIssuerError:
        return rejection(Failure.ADD_INFO_NOT_AVAILABLE)
    except (DomainError, OperationalError, InterfaceError) as error:
        log.warning("no time stamp: %s", getattr(error, "code", type(error).__name__))
        return rejection(Failure.SYSTEM_FAILURE)


def make_token(imprint: bytes, *, nonce: bytes | None, with_certificates: bool) -> bytes:
    """A token over a MessageImprint (DER), with the time of this moment: no caller brings one.

    Raises:
        ClockNotTrustedError: the clock is not known to be right.
        NoTimeStampAuthorityError, NoIssuerError: the certificates are not there or not fit.
        SignerUnavailableError: the key is away.
    """
    moment = _in_milliseconds(clock.now())
    found = direct().fetch(_TAKE)
    serial, check, checked_at, is_good, encoded, key_label, issuers = found[0]
    require_good_clock(ClockWord(check, checked_at, is_good), now=moment)
    unit = _unit(encoded, key_label, issuers or [], moment)
    if with_certificates and not unit.chain:
        raise NoIssuerError("no-tsa-issuer")
    direct().fetch(_NOTE, {"serial": serial, "imprint": imprint, "moment": moment})
    return build_token(
        Stamp(imprint, serial, moment, policy(), nonce),
        certificate=unit.certificate,
        chain=unit.chain,
        signer=signer.current(),
        label=unit.key_label,
        with_certificates=with_certificates,
    )


def imprint_of(digest: bytes) -> bytes:
    """MessageImprint (DER) of a SHA-256 digest."""
    return der.sequence(der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL), der.octets(digest))


def _in_milliseconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def _unit(encoded: bytes | None, key_label: str, issuers: list[bytes], now: datetime) -> _Unit:
    if encoded is None:
        raise NoTimeStampAuthorityError("no-tsa")
    certificate = _parse(encoded)
    if not _is_fit(encoded) or not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        raise NoTimeStampAuthorityError("tsa-certificate")
    chain = tuple(each for each in map(_parse, issuers) if each.subject == certificate.issuer)
    return _Unit(certificate, key_label, chain)


@lru_cache(maxsize=8)
def _parse(encoded: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(encoded)


@lru_cache(maxsize=8)
def _is_fit(encoded: bytes) -> bool:
    """Whether a certificate may stamp: timeStamping as its only extended usage, critical (RFC 3161 §2.3)."""
    try:
        usage = _parse(encoded).extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
