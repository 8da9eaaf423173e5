"""What both user bases share: how Flask-Security asks a person about password and lock."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask_security.core import UserMixin
from flask_security.utils import verify_password

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped


class SignsIn(UserMixin):
    """A person who signs in with a password. Counting failures and locking are services of app.security."""

    if TYPE_CHECKING:
        failed_sign_ins: Mapped[int]
        locked_until: Mapped[datetime | None]

    def verify_and_update_password(self, password: str) -> bool:
        """Whether it is the password. It is never rehashed here: a page that reads must not write."""
        return bool(verify_password(password, str(self.password)))

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Whether too many wrong passwords were tried of late. The page says the same for every refusal."""
        locked = self.locked_until is not None and self.locked_until > datetime.now(UTC)
        if locked and form_error is not None:
            form_error.append("locked")
        return locked
