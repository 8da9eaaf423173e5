"""Errors of accounts."""

from app.core.errors import DomainError


class LinkError(DomainError):
    """A one-time password link does not work: `link-unknown`, `link-used` or `link-expired`."""


class NotApprovedError(DomainError):
    """IDs are opened for approved applications only."""


class NoOpenAccountError(DomainError):
    """The company has no open company ID to put user IDs under."""
