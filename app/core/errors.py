"""Errors that a service tells its caller. They carry a code and fields; the sentences live at the screen."""

from typing import Any


class DomainError(Exception):
    """Something the caller may not do, or not now. `code` finds the sentence, `fields` fill it in.

    `field` names the form field to which the sentence belongs, if one does.
    """

    def __init__(self, code: str, *, field: str | None = None, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.fields = fields

    def __str__(self) -> str:
        if not self.fields:
            return self.code
        return f"{self.code} ({', '.join(f'{name}={value}' for name, value in sorted(self.fields.items()))})"


class NotFoundError(DomainError):
    """No such thing, or not for this person."""

    def __init__(self, what: str, **fields: Any) -> None:
        super().__init__("not-found", what=what, **fields)


class IllegalTransitionError(DomainError):
    """The state machine has no such step from here."""

    def __init__(self, machine: str, *, current: object, event: object) -> None:
        super().__init__("illegal-transition", machine=machine, current=str(current), event=str(event))


class StaleError(DomainError):
    """Somebody else was quicker: the row is no longer as it was when the person looked at it."""

    def __init__(self, what: str, **fields: Any) -> None:
        super().__init__("stale", what=what, **fields)
