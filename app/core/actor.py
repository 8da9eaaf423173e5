"""Who does something. Services get an Actor; they know no session and no request."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """The kinds of person, or the system itself."""

    STAFF = "staff"
    CUSTOMER = "customer"
    HOLDER = "holder"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or the system, with the name to copy into records that must still read well in ten years."""

    kind: ActorKind
    id: UUID | None
    name: str


SYSTEM = Actor(ActorKind.SYSTEM, None, "system")
