"""Guard that several steps of a token share: nothing on it may still be valid."""

from datetime import datetime

from app.core.transaction import require_transaction
from issuance.errors import TokenError
from issuance.queries.certificates import list_certificates_on_token
from issuance.rules.states import CERTIFICATE
from models.certificates import Certificate
from models.enums import CertificateStatus
from models.tokens import Token

LIVE = (CertificateStatus.ISSUED, CertificateStatus.ACTIVE, CertificateStatus.REVOCATION_REQUESTED)
BEING_ISSUED = (CertificateStatus.SERIAL_RESERVED, CertificateStatus.INTENDED)


def can_be_revoked(certificate: Certificate, now: datetime) -> bool:
    """Whether a certificate is valid, so that it must be revoked when its token is gone."""
    is_over = certificate.not_after is not None and certificate.not_after < now
    return certificate.status in LIVE and CertificateStatus.REVOKED in CERTIFICATE[certificate.status] and not is_over


def refuse_live_certificates(token: Token, *, now: datetime) -> None:
    """Inner step.

    Raises:
        TokenError: token-certificate-live: a certificate on the token is valid; token-certificate-pending: one is being
            made, or its issue stands still.
    """
    require_transaction()
    for each in list_certificates_on_token(token):
        if can_be_revoked(each, now):
            raise TokenError("token-certificate-live", serial=each.serial)
        if each.status in BEING_ISSUED:
            raise TokenError("token-certificate-pending", serial=each.serial)
