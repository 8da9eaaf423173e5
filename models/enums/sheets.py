"""Sheets of paper on their shelves, and how they leave. Values are what the database stores."""

from enum import StrEnum


class SheetStatus(StrEnum):
    """Where a sheet of paper is."""

    HELD = "held"  # on its shelf
    LENT = "lent"
    TO_RETURN = "to_return"  # waits for the mailroom to send it back
    RETURNED = "returned"  # sent back to the sender
    DESTROYED = "destroyed"
    VOID = "void"  # its label was made, but it was not in the envelope


class SheetEventKind(StrEnum):
    """A line in the book of use and disposal (施行規則12(1)(iv)ト)."""

    RECEIVED = "received"
    NOT_IN_ENVELOPE = "not_in_envelope"
    SHELVED = "shelved"
    LENT = "lent"
    GIVEN_BACK = "given_back"
    RETURN_DECIDED = "return_decided"
    RETURN_STOPPED = "return_stopped"
    RETURNED = "returned"
    CAME_BACK = "came_back"  # the post could not deliver what was sent back
    MASKED = "masked"  # an individual number was blacked out, for good
    DISCLOSED = "disclosed"
    DISPOSAL_PROPOSED = "disposal_proposed"
    DISPOSAL_WITHDRAWN = "disposal_withdrawn"
    DESTROYED = "destroyed"


class HoldKind(StrEnum):
    """Why the papers of a case may not be destroyed although their date has passed."""

    DISPUTE = "dispute"
    DISCLOSURE = "disclosure"
    AUDIT = "audit"


class DisposalStatus(StrEnum):
    """Life of a list of sheets to destroy."""

    PROPOSED = "proposed"
    DONE = "done"
    WITHDRAWN = "withdrawn"
