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
    """The two PINs of the seed, and the one for a revocation without the key."""

    APPLICATION = "application"  # 申請PIN
    DOWNLOAD = "download"  # ダウンロードPIN
    REVOCATION = "revocation"  # 失効PIN: shown once when the holder consents, kept for the day of a loss


class PinStatus(StrEnum):
    """Life of a secret."""

    ISSUED = "issued"
    RESERVED = "reserved"
    USED = "used"
    EXPIRED = "expired"
    LOCKED = "locked"
    DESTROYED = "destroyed"


class EnrolmentKind(StrEnum):
    """On what an enrolment stands."""

    NEW = "new"  # papers, and the 申請PIN of the letter
    RENEWAL = "renewal"  # a signature with the present certificate (施行規則5条2項)


class EnrolmentChannel(StrEnum):
    """How a certificate request came."""

    CLIENT = "client"  # cectrust
    EST = "est"  # RFC 7030


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


class CertificateNoticeKind(StrEnum):
    """What a holder is told about a certificate by a planned notice."""

    RENEWAL = "renewal"  # it ends soon
    RECEIPT = "receipt"  # please confirm that you have it
    REVOCATION = "revocation"  # it was revoked (施行規則6条12号)


class NoticeChannel(StrEnum):
    """How a planned notice goes."""

    EMAIL = "email"
    LETTER = "letter"


class RevocationAsker(StrEnum):
    """Who asks for a revocation."""

    HOLDER = "holder"
    COMPANY = "company"
    THIRD_PARTY = "third-party"
    AUTHORITY = "authority"


class RevocationChannel(StrEnum):
    """How a request for revocation came."""

    SITE_SIGNED = "site-signed"  # signed with the key of the certificate
    SITE_PIN = "site-pin"  # with the 失効PIN
    PAPER = "paper"
    TELEPHONE = "telephone"
    AUTHORITY = "authority"  # found by ourselves


class RevocationRequestStatus(StrEnum):
    """Life of a request for revocation."""

    RECEIVED = "received"
    CONFIRMED = "confirmed"  # the first of two said yes
    REVOKED = "revoked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"  # the certificate was revoked on another ground before this was decided


class RevocationBatchStatus(StrEnum):
    """Life of the revocation of a filtered list."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"  # the second person said yes; being done
    DONE = "done"
    REJECTED = "rejected"


class TokenEventKind(StrEnum):
    """Lines of a token's book."""

    RECEIVED = "received"
    MOVED = "moved"  # with its letter or its certificate
    LOST = "lost"
    DAMAGED = "damaged"
    INSPECTED = "inspected"
    RETIRED = "retired"
    DESTROYED = "destroyed"


class SoPinStatus(StrEnum):
    """Life of a request to see the SO-PIN of a token."""

    ASKED = "asked"
    GRANTED = "granted"
    SHOWN = "shown"
    REFUSED = "refused"


class CaKeyPurpose(StrEnum):
    """What a certificate of the authority is for."""

    CA = "ca"
    CROSS = "cross"  # one CA key certified by another, at a roll-over
    OCSP = "ocsp"
    TSA = "tsa"
    SEAL = "seal"
