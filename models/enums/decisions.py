"""Who decides what, by which rules, and who may look at it afterwards. Values are what the database stores."""

from enum import StrEnum


class ControlSide(StrEnum):
    """Which of the two sides of four eyes a person stands on in a case."""

    WORKED = "worked"
    DECIDED = "decided"


class DecisionKind(StrEnum):
    """Recorded decisions on an application."""

    REVIEWED = "reviewed"
    APPROVED = "approved"  # one step of the approval profile
    EMERGENCY_APPROVED = "emergency_approved"
    REFUSED = "refused"
    VOIDED = "voided"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ProfileStatus(StrEnum):
    """Life of a version of the approval profile."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    RETIRED = "retired"
    REJECTED = "rejected"


class DisclosureStatus(StrEnum):
    """Life of a request for disclosure (施行規則6(14))."""

    RECEIVED = "received"
    GRANTED = "granted"
    REFUSED = "refused"
