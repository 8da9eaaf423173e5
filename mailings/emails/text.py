"""What a text of an e-mail is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One e-mail: subject and body. Placeholders are filled while sending."""

    subject: str
    body: str
