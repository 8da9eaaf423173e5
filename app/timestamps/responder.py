"""The built-in time-stamping authority: requests in, tokens or rejections out (RFC 3161 §2.4). It is not accredited."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app
from psycopg import InterfaceError, OperationalError
from psycopg.errors import UniqueViolation

from app import signer
from app.core import clock, der
from app.core.direct import Direct, direct
from app.core.errors import DomainError
from app.core.sent import Statement
from app.timestamps.clock_check import ClockNotTrustedError, require_good_clock
from app.timestamps.request import Failure, RefusedError, StampRequest, granted, read_request, rejection
from app.timestamps.serials import SerialNumbers
from app.timestamps.token import Stamp, build_token
from app.timestamps.unit import VERSIONS, NoIssuerError, Unit, read_unit

log = logging.getLogger(__name__)
ATTEMPTS = 3
# What was stamped, and in the same statement the word that what we know still holds: the last check of the clock and the
# certificates are those that we read. No row: something is new, and what was signed meanwhile is thrown away. Written
# without waiting for the disk (docs/adr/0013).
_NOTE = Statement(
    b"time_stamp_note",
    b"INSERT INTO time_stamp (serial, imprint, gen_time) SELECT $1::bigint, $2::bytea, $3::timestamptz"
    b" FROM set_config('synchronous_commit', 'off', true) WHERE $4::text = (" + VERSIONS.encode() + b") RETURNING 1",
    binary=(1,),
)


class NotConfirmedError(DomainError):
    """The database did not take the stamp's row, again and again. Code: stamp-not-noted."""


class _Authority:
    """What a process knows from one stamp to the next."""

    def __init__(self) -> None:
        self.serials = SerialNumbers()
        self.unit: Unit | None = None


def respond(request: bytes) -> bytes:
    """Answer a TimeStampReq (DER) with a TimeStampResp (DER): a token, or a rejection that says why."""
    try:
        return granted(_stamp(lambda policy: read_request(request, policy=policy)))
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
        NotConfirmedError: the row could not be written.
        SignerUnavailableError: the key is away.
        psycopg.OperationalError: the database is away.
    """
    asked = StampRequest(imprint, nonce, with_certificates)
    return _stamp(lambda _policy: asked)


def imprint_of(digest: bytes) -> bytes:
    """MessageImprint (DER) of a SHA-256 digest."""
    return der.sequence(der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL), der.octets(digest))


def _stamp(read: Callable[[str], StampRequest]) -> bytes:
    """A token for what is asked, made with what this process knows, or where that leads nowhere, with what it reads anew."""
    parts, reader = current_app.extensions, direct()
    authority: _Authority = parts.get("time_stamps") or parts.setdefault("time_stamps", _Authority())
    for _ in range(ATTEMPTS):
        known = authority.unit
        unit = authority.unit = known or read_unit(reader)
        moment = _in_milliseconds(clock.now())
        try:
            asked = read(unit.policy)
            require_good_clock(unit.clock_word, now=moment)
            unit.require_fit(moment, with_chain=asked.wants_certificates)
        except (DomainError, RefusedError) as error:
            if known is None or (isinstance(error, RefusedError) and error.failure is not Failure.UNACCEPTED_POLICY):
                raise
        else:
            token = _make(asked, moment, unit=unit, serials=authority.serials, reader=reader)
            if token:
                return token
        authority.unit = None
    raise NotConfirmedError("stamp-not-noted")


def _make(asked: StampRequest, moment: datetime, *, unit: Unit, serials: SerialNumbers, reader: Direct) -> bytes | None:
    """Write the row while the signing process signs. None: the row was not taken, and the token goes to nobody."""
    serial = serials.take(reader)
    row = (b"%d" % serial, asked.imprint, moment.isoformat().encode(), unit.versions)
    stamp = Stamp(asked.imprint, serial, moment, asked.nonce)
    try:
        with reader.send(_NOTE, row) as sent:
            token = build_token(
                stamp,
                frame=unit.frame,
                signer=signer.current(),
                label=unit.key_label,
                with_certificates=asked.wants_certificates,
            )
            return token if sent.rows() else None
    except UniqueViolation:
        serials.forget()
    except (OperationalError, InterfaceError) as error:
        log.warning("a time stamp's row: %s", type(error).__name__)  # a connection that was cut: once more, anew
    return None


def _in_milliseconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)
