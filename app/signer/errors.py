"""What can go wrong between us and the signing process."""

from app.core.errors import DomainError


class SignerUnavailableError(DomainError):
    """The signing process does not answer, or its token is away. Nothing was signed; try again later."""

    def __init__(self, reason: str) -> None:
        super().__init__("signer-unavailable", reason=reason)


class SignerRefusedError(DomainError):
    """The signing process will not do this: not for this role, not with this key, or not with these bytes."""

    def __init__(self, reason: str) -> None:
        super().__init__("signer-refused", reason=reason)
