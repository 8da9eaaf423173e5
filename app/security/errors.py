"""Errors of sign-in and staff administration."""

from app.core.errors import DomainError


class PasswordRefusedError(DomainError):
    """The new password, or the present one typed with it, is not taken."""


class StaffError(DomainError):
    """The change to a member of staff is not allowed."""
