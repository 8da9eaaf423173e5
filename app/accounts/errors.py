"""Errors of accounts."""

from app.core.errors import DomainError


class LinkError(DomainError):
    """A one-time password link does not work: `link-unknown`, `link-used` or `link-expired`."""


class NotApprovedError(DomainError):
    """IDs are opened for approved applications only."""
