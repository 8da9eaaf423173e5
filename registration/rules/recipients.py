"""To whom a letter about a case goes, and what is still missing to send it. Pure."""

import re
from dataclasses import dataclass

from app.core.errors import DomainError
from registration.rules.name_characters import require_name_characters

POSTAL_CODE = re.compile(r"[0-9]{3}-?[0-9]{4}")


class RecipientError(DomainError):
    """The letter has no proper address. Codes: recipient-missing, recipient-postal-code, recipient-email."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a letter goes, exactly as written on the papers."""

    company: str
    department: str = ""
    name: str = ""
    email: str = ""
    postal_code: str = ""
    address: str = ""

    def missing(self) -> tuple[str, ...]:
        """What nobody has recorded yet: the letter needs an address, the e-mail an address of its own."""
        needed = ("postal_code", "address", "name", "email")
        return tuple(name for name in needed if not getattr(self, name).strip())


def require_recipient(recipient: Recipient) -> None:
    """Check what a letter is addressed to.

    Raises:
        RecipientError: no company or address, a postal code or an e-mail address that is none.
        NameCharacterError: a character that cannot stand in a name.
    """
    for name in ("company", "address"):
        if not getattr(recipient, name).strip():
            raise RecipientError("recipient-missing", field=f"recipient_{name}")
    for text in (recipient.company, recipient.department, recipient.name, recipient.address):
        require_name_characters(text)
    if recipient.postal_code and not POSTAL_CODE.fullmatch(recipient.postal_code):
        raise RecipientError("recipient-postal-code", field="recipient_postal_code")
    local, _at, domain = recipient.email.partition("@")
    if recipient.email and (not local or "." not in domain or any(sign.isspace() for sign in recipient.email)):
        raise RecipientError("recipient-email", field="recipient_email")
