"""What can go wrong between us and the signing process."""

from app.core.errors import DomainError


class SignerUnavailableError(DomainError):
    """The signing process does not answer, or its token is away; try again later.

    `perhaps_done` is True if the request was handed over and no answer came: it may have been carried out. Otherwise
    surely nothing was signed.
    """

    def __init__(self, reason: str, *, perhaps_done: bool = False) -> None:
        super().__init__("signer-unavailable", reason=reason)
        self.perhaps_done = perhaps_done


class SignerRefusedError(DomainError):
    """The signing process will not do this: not for this role, not with this key, or not with these bytes."""

    def __init__(self, reason: str) -> None:
        super().__init__("signer-refused", reason=reason)
