"""One request on its way to an answer: what is asked, what is true of it now, and what is answered."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from issuance.ocsp.authorities import Authority, Responder
from issuance.ocsp.cache import Place, Signed
from issuance.queries.ocsp import Known
from issuance.rules.ocsp_request import CertId, OcspRequest, ResponseStatus
from issuance.rules.ocsp_response import GOOD, UNKNOWN, Status, Word, refusal
from issuance.rules.profile import serial_text


@dataclass(frozen=True, slots=True)
class Answer:
    """An OCSPResponse. `signed` is there if others may be given the same one."""

    body: bytes
    status: ResponseStatus
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A signed answer of this process, and what was true when it was signed."""

    request: OcspRequest
    fingerprint: str
    responder_id: UUID
    signed: Signed


NOTHING_YET = OcspRequest(())


@dataclass(slots=True)
class Turn:
    """A request, and what is found out about it step by step. Without an answer it goes to the next step."""

    data: bytes
    now: datetime
    request: OcspRequest = NOTHING_YET
    kept: Kept | None = None
    authority: Authority | None = None
    responder: Responder | None = None
    statuses: tuple[Status, ...] = ()
    place: Place | None = None  # if the answer may be given to others
    older: Signed | None = None  # lies there, and is in the second half of its life
    answer: Answer | None = None

    def refuse(self, status: ResponseStatus) -> None:
        """Answer that there is no answer."""
        self.answer = Answer(refusal(status), status)

    def give(self, signed: Signed) -> None:
        """Answer with something signed: to others as well if there is a place for it."""
        self.answer = Answer(signed.body, ResponseStatus.SUCCESSFUL, signed if self.place else None)

    def learn(self, authority: Authority, responder: Responder, known: dict[str, Known]) -> None:
        """Take who answers and what the database says, and with it whether others may be given the answer.

        What can be written in any number of ways, and what can be asked of any number of things, fills no cache.
        """
        self.authority, self.responder = authority, responder
        self.statuses = tuple(_status_of(each, authority, known) for each in self.request.ids)
        status = self.statuses[0]
        if self.request.may_be_shared and status.word is not Word.UNKNOWN:
            asked = self.request.ids[0]
            way = hashlib.sha256(asked.encoded).hexdigest()[:32]
            self.place = Place(serial_text(asked.serial), f"{responder.id}|{way}|{status.fingerprint}")

    @property
    def is_kept_one_true(self) -> bool:
        """Whether what this process keeps was signed for the status that the database has at this moment."""
        kept, responder = self.kept, self.responder
        return bool(
            kept and responder and (kept.responder_id, kept.fingerprint) == (responder.id, self.statuses[0].fingerprint)
        )


def _status_of(asked: CertId, authority: Authority, known: dict[str, Known]) -> Status:
    if asked.serial <= 0:
        return UNKNOWN
    serial = serial_text(asked.serial)
    if serial in authority.own_serials:
        return GOOD
    found = known.get(serial)
    return found.status if found and found.ca_id in authority.ids else UNKNOWN
