"""What mailings tells its callers. The sentences live at the screens."""

from app.core.errors import DomainError


class BlockedPieceError(DomainError):
    """The letter cannot be printed: a character that no font has. An officer must decide."""

    def __init__(self, number: str, reason: str) -> None:
        super().__init__("piece-blocked", number=number, reason=reason)


class WitnessError(DomainError):
    """A PIN is printed by two people."""

    def __init__(self) -> None:
        super().__init__("witness-needed", field="witness")


class NothingToPrintError(DomainError):
    """No piece was chosen."""

    def __init__(self) -> None:
        super().__init__("nothing-to-print")


class LetterInRunError(DomainError):
    """The letter is set aside for a run of the printer that is not finished."""

    def __init__(self, number: str) -> None:
        super().__init__("letter-in-run", number=number)


class NoTokenError(DomainError):
    """No eToken is reserved for this piece yet."""

    def __init__(self, number: str) -> None:
        super().__init__("no-token", number=number, field="token_serial")


class WrongTokenError(DomainError):
    """The scanned eToken is another one than the one reserved for this piece."""

    def __init__(self, number: str) -> None:
        super().__init__("wrong-token", number=number, field="token_serial")


class WrongLetterError(DomainError):
    """The scanned letter is another one than this piece's."""

    def __init__(self, number: str) -> None:
        super().__init__("wrong-letter", number=number, field="letter_code")


class WrongNoticeError(DomainError):
    """The re-send notice that was scanned is not this letter's, is missing, or has no place beside this letter."""

    def __init__(self, number: str, *, is_needed: bool) -> None:
        super().__init__("wrong-notice" if is_needed else "notice-too-many", number=number, field="notice_code")


class LetterKindError(DomainError):
    """The step is for another kind of letter: one with a PIN, or one to a company."""

    def __init__(self, number: str) -> None:
        super().__init__("wrong-letter-kind", number=number, field="letter_code")


class LetterStoppedError(DomainError):
    """The desk took the letter back: it must not leave the house."""

    def __init__(self, number: str) -> None:
        super().__init__("letter-stopped", number=number)


class LetterMootError(DomainError):
    """What the letter says of a certificate is no longer so: renewed, revoked or over meanwhile."""

    def __init__(self, number: str) -> None:
        super().__init__("letter-moot", number=number)


class WrongPapersError(DomainError):
    """What was scanned is not what goes back in this letter."""

    def __init__(self, number: str, missing: list[str], extra: list[str]) -> None:
        super().__init__(
            "wrong-papers",
            number=number,
            missing="、".join(missing) or "—",
            extra="、".join(extra) or "—",
            field="sheet_codes",
        )


class ItemNumberTakenError(DomainError):
    """Another piece was posted under this number."""

    def __init__(self, item_number: str) -> None:
        super().__init__("item-number-taken", item_number=item_number, field="item_number")


class OfferedNumberTakenError(DomainError):
    """The number that a page offered was given to another piece meanwhile."""

    def __init__(self, item_number: str) -> None:
        super().__init__("offered-number-taken", item_number=item_number, field="item_number")


class NoBandError(DomainError):
    """No band of item numbers for this kind of item has a free one."""

    def __init__(self, posting: str) -> None:
        super().__init__("no-item-band", posting=posting, field="item_number")


class DayOrderError(DomainError):
    """The day lies before the day of the step before it, or in the future."""

    def __init__(self, field: str) -> None:
        super().__init__("day-order", field=field)


class MailServerError(DomainError):
    """The SMTP server did not take the e-mail. It is tried again."""

    def __init__(self, reason: str) -> None:
        super().__init__("mail-server", reason=reason)


class MailGivenUpError(DomainError):
    """The e-mail was tried for days and is given up. Somebody must reach the addressee another way."""

    def __init__(self, reason: str) -> None:
        super().__init__("mail-given-up", reason=reason)


class SecretGoneError(DomainError):
    """The mail held a one-time link or a PIN, which was forgotten when it went: a new one must be asked for."""

    def __init__(self, template: str) -> None:
        super().__init__("mail-secret-gone", template=template)


class MailOverError(DomainError):
    """The mail told of one day, which is over."""

    def __init__(self, template: str) -> None:
        super().__init__("mail-over", template=template)


class EnvelopeError(DomainError):
    """An envelope that our letters cannot go into, or whose name is taken."""


class TooManyLettersError(DomainError):
    """More letters than a browser prints at once: it would wait for minutes for its answer."""

    def __init__(self, most: int) -> None:
        super().__init__("too-many-letters", most=most)


class EnvelopeInUseError(DomainError):
    """The envelope in use does not take our letters any more: measured anew, or the letters have changed."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__("envelope-in-use", name=name, fault=fault)


class LetterTextError(DomainError):
    """A wording of a letter that cannot be proposed, or not decided so."""
