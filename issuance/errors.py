"""What issuance tells its callers. The sentences live at the screens."""

from app.core.errors import DomainError


class PinTypingError(DomainError):
    """The check character does not fit: a typing error. Nothing was looked up and no attempt counted."""

    def __init__(self) -> None:
        super().__init__("pin-typing", field="pin")


class PinWrongError(DomainError):
    """No such pair of application number and PIN. `left` is how many attempts remain, as far as the person may know."""

    def __init__(self) -> None:
        super().__init__("pin-wrong", field="pin")


class PinLockedError(DomainError):
    """Five wrong attempts: the PIN is of no more use."""

    def __init__(self) -> None:
        super().__init__("pin-locked", field="pin")


class PinUsedError(DomainError):
    """The PIN did its work already."""

    def __init__(self) -> None:
        super().__init__("pin-used", field="pin")


class PinExpiredError(DomainError):
    """The PIN's last usable day is over, or it was replaced by a newer one."""

    def __init__(self, **fields: object) -> None:
        super().__init__("pin-expired", field="pin", **fields)


class RequestRefusedError(DomainError):
    """The certificate request cannot be taken: its key or its form. The PIN stays usable."""


class AttestationError(RequestRefusedError):
    """What the maker of the token says about the key does not hold. Codes: attestation-…"""


class ReceiptError(DomainError):
    """The receipt of a certificate cannot be confirmed. Codes: receipt-over, receipt-not-valid."""


class ProfileError(DomainError):
    """The certificate's contents do not fit the profile (a name is missing or too long)."""


class LintError(DomainError):
    """A lint found the certificate wrong before it was signed. Nothing was signed."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("lint", findings="; ".join(findings))
        self.findings = findings


class KeyRefusedError(LintError):
    """Nothing but the key is wrong: the holder makes another one."""


class EnrolmentEndError(DomainError):
    """An issue that stopped cannot be ended, or go on, like this. Codes: end-reason-needed, end-reason-long, resume-token-gone."""


class ContentsError(DomainError):
    """The contents of a certificate cannot be refused, answered or ended like this. Codes begin with `contents-`."""


class CeremonyError(DomainError):
    """The key ceremony cannot go on."""


class NoAuthorityError(DomainError):
    """No ceremony has made the authority's certificates yet."""

    def __init__(self, purpose: str) -> None:
        super().__init__("no-authority", purpose=purpose)


class SignatureWrongError(DomainError):
    """What came back from the HSM is not the signature of the recorded bytes."""

    def __init__(self) -> None:
        super().__init__("signature-wrong")


class TokenError(DomainError):
    """The eToken is not in the state for this."""


class RevocationError(DomainError):
    """A revocation cannot be asked for, decided or recorded like this. Codes begin with `revocation-`."""


class RevocationBatchError(DomainError):
    """A list cannot be revoked like this. Codes begin with `batch-`."""


class UnfinishedError(DomainError):
    """Something is still on its way in another process; the promise is tried again. Codes: crl-behind, being-issued, being-signed."""


class StatementError(DomainError):
    """A holder's signed statement cannot be taken.

    Codes: statement-form, statement-purpose, statement-forged, statement-old, statement-certificate, statement-signature.
    """


class RenewalError(DomainError):
    """The certificate cannot be renewed online. Codes: issuance.rules.renewal.Refusal; fields: days as text."""


class CrlRefusedError(DomainError):
    """A CRL cannot replace the one that lies in the repository. Nothing was signed.

    Codes: crl-number (it is not higher), crl-address (the distribution point is another; certificates name the old one).
    """


class CrlFetchError(DomainError):
    """What the public address gives is not the CRL that was issued; it is tried again.

    Codes: crl-unreachable, crl-status, crl-stale, crl-differs, crl-signature.
    """


class CertificateProfileError(DomainError):
    """A version of the certificate profiles cannot be proposed or decided like this.

    Codes: profile-reason-needed, profile-unchanged, proposal-open, own-proposal, accreditation-needed,
    rejection-reason-needed.
    """
