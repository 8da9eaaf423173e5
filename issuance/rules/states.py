"""The machines of issuance as data: which status may follow which."""

from enum import StrEnum
from typing import TypeVar

from app.core.errors import IllegalTransitionError
from models.enums import CertificateStatus as C
from models.enums import PinStatus as P
from models.enums import RevocationBatchStatus as B
from models.enums import RevocationRequestStatus as R
from models.enums import TokenStatus as T

TOKEN: dict[StrEnum, frozenset[StrEnum]] = {
    T.IN_STOCK: frozenset({T.RESERVED, T.DAMAGED, T.LOST, T.RETIRED}),
    T.RESERVED: frozenset({T.IN_STOCK, T.ENCLOSED, T.DAMAGED, T.LOST}),
    T.ENCLOSED: frozenset({T.IN_STOCK, T.RESERVED, T.POSTED, T.DAMAGED, T.LOST}),
    T.POSTED: frozenset({T.HELD, T.RETURNED, T.LOST}),
    T.HELD: frozenset({T.ACTIVE, T.LOST, T.DAMAGED, T.RETURNED, T.RETIRED}),
    T.ACTIVE: frozenset({T.LOST, T.DAMAGED, T.RETURNED, T.RETIRED}),
    T.RETURNED: frozenset({T.IN_STOCK, T.RETIRED}),
    T.LOST: frozenset({T.RETIRED}),
    T.DAMAGED: frozenset({T.RETIRED}),
    T.RETIRED: frozenset(),
}
PIN: dict[StrEnum, frozenset[StrEnum]] = {
    P.ISSUED: frozenset({P.RESERVED, P.EXPIRED, P.LOCKED, P.DESTROYED}),
    P.RESERVED: frozenset({P.ISSUED, P.USED, P.EXPIRED, P.LOCKED, P.DESTROYED}),
    P.USED: frozenset(),
    P.EXPIRED: frozenset(),
    P.LOCKED: frozenset(),
    P.DESTROYED: frozenset(),
}
CERTIFICATE: dict[StrEnum, frozenset[StrEnum]] = {
    C.SERIAL_RESERVED: frozenset({C.INTENDED, C.SUSPECT}),
    # back: the signing process was not reached, so that surely nothing was signed
    C.INTENDED: frozenset({C.SERIAL_RESERVED, C.ACTIVE, C.SUSPECT}),
    C.ISSUED: frozenset({C.ACTIVE, C.REVOKED, C.EXPIRED}),
    C.ACTIVE: frozenset({C.REVOCATION_REQUESTED, C.REVOKED, C.EXPIRED}),
    C.REVOCATION_REQUESTED: frozenset({C.ACTIVE, C.REVOKED, C.EXPIRED}),
    C.REVOKED: frozenset(),
    C.EXPIRED: frozenset(),
    C.SUSPECT: frozenset({C.REVOKED}),
}
REVOCATION_REQUEST: dict[StrEnum, frozenset[StrEnum]] = {
    R.RECEIVED: frozenset({R.CONFIRMED, R.REVOKED, R.REFUSED, R.WITHDRAWN, R.OVERTAKEN}),
    R.CONFIRMED: frozenset({R.REVOKED, R.REFUSED, R.WITHDRAWN, R.OVERTAKEN}),
    R.REVOKED: frozenset(),
    R.REFUSED: frozenset(),
    R.WITHDRAWN: frozenset(),
    R.OVERTAKEN: frozenset(),
}
REVOCATION_BATCH: dict[StrEnum, frozenset[StrEnum]] = {
    B.PROPOSED: frozenset({B.CONFIRMED, B.REJECTED}),
    B.CONFIRMED: frozenset({B.DONE}),
    B.DONE: frozenset(),
    B.REJECTED: frozenset(),
}
S = TypeVar("S", bound=StrEnum)
MACHINES = {T: TOKEN, P: PIN, C: CERTIFICATE, R: REVOCATION_REQUEST, B: REVOCATION_BATCH}


def require_step(current: S, following: S) -> S:
    """The following status, if it may follow the current one.

    Raises:
        IllegalTransitionError: it may not.
    """
    table = MACHINES[type(current)]  # type: ignore[index]
    if following not in table[current]:
        raise IllegalTransitionError(type(current).__name__, current=current, event=following)
    return following
