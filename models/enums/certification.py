"""Tokens, PINs, enrolments, certificates, keys. Values are what the database stores."""

from enum import StrEnum


class TokenStatus(StrEnum):
    """Life of an eToken."""

    IN_STOCK = "in_stock"
    RESERVED = "reserved"
    ENCLOSED = "enclosed"
    POSTED = "posted"
    HELD = "held"
    ACTIVE = "active"
    LOST = "lost"
    DAMAGED = "damaged"
    RETURNED = "returned"
    RETIRED = "retired"


class PinKind(StrEnum):
    """The two PINs of the seed."""

    APPLICATION = "application"  # 申請PIN
    DOWNLOAD = "download"  # ダウンロードPIN


class PinStatus(StrEnum):
    """Life of a secret."""

    ISSUED = "issued"
    RESERVED = "reserved"
    USED = "used"
    EXPIRED = "expired"
    LOCKED = "locked"
    DESTROYED = "destroyed"


class EnrolmentStatus(StrEnum):
    """Life of the holder's web application for a certificate."""

    OPENED = "opened"  # 申請PIN accepted, ダウンロードPIN on its way
    REQUESTED = "requested"  # CSR accepted
    ISSUED = "issued"
    REFUSED = "refused"


class CertificateStatus(StrEnum):
    """Life of a certificate."""

    SERIAL_RESERVED = "serial_reserved"
    INTENDED = "intended"
    ISSUED = "issued"
    ACTIVE = "active"
    REVOCATION_REQUESTED = "revocation_requested"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SUSPECT = "suspect"


class CaKeyPurpose(StrEnum):
    """What a key of the authority is for."""

    CA = "ca"
    OCSP = "ocsp"
    TSA = "tsa"
    SEAL = "seal"
