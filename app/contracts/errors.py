"""What can go wrong with a contract. Codes only; the sentences stand in `app.contracts.web.messages`."""

from app.core.errors import DomainError


class ContractError(DomainError):
    """The contract does not allow this now."""


class UnfitPdfError(ContractError):
    """The PDF cannot become a contract: `pdf-…` says why."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code, field="pdf", **fields)


class CertificateRefusedError(ContractError):
    """The certificate may not be registered, or not be signed with: `certificate-…` says why."""


class SigningCodeError(ContractError):
    """The signing code is unknown, used, or too old. One answer for all three, so that nothing can be probed."""

    def __init__(self) -> None:
        super().__init__("signing-code")


class SignatureRefusedError(ContractError):
    """The acceptance rejected what came back. `check` is the number of the check that failed."""

    def __init__(self, code: str, *, check: int) -> None:
        super().__init__(code, check=check)
        self.check = check


class CompanyIdCannotActError(ContractError):
    """A company ID reads every contract of its user IDs; contract work is for user IDs (guide p. 1)."""

    def __init__(self) -> None:
        super().__init__("company-id-cannot-act")
