"""Signing what is asked in one round: one request to the signing process for each responder's key."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from app.signer import SignerRefusedError, SignerUnavailableError
from issuance.ocsp.authorities import Responder
from issuance.ocsp.cache import Place, Signed
from issuance.ocsp.gate import Gate
from issuance.ocsp.turn import Turn
from issuance.rules.ocsp_request import ResponseStatus
from issuance.rules.ocsp_response import response_data, single_response, successful
from issuance.rules.signing_bytes import hash_for


class DigestsSigner(Protocol):
    """Who signs several digests at once."""

    def sign_digests(self, label: str, digests: Sequence[bytes], algorithm: str) -> list[bytes]:
        """Sign each with the key of this label."""


class Signing:
    """Signs answers. Threads share it."""

    def __init__(self, signer: DigestsSigner, *, holds: timedelta) -> None:
        """Make one.

        Args:
            signer: who signs digests with the responders' keys.
            holds: for how long an answer may be relied on.
        """
        self.signer, self.gate, self._holds = signer, Gate(), holds

    def sign(self, turns: Sequence[Turn]) -> dict[Place, Signed]:
        """Answer every turn. Returns what others may be given, by its place.

        Who asks for the same as somebody before in the round is given the same. While the signing process is away
        an older answer is as true in its second half as in its first; where there is none: tryLater.
        """
        found: dict[Place, Signed] = {}
        for responder in {turn.responder.id: turn.responder for turn in turns if turn.responder}.values():
            theirs = [turn for turn in turns if turn.responder is responder]
            first = {turn.place or number: turn for number, turn in enumerate(theirs)}
            try:
                signed = dict(zip(first, self._sign(list(first.values()), responder), strict=True))
            except (SignerUnavailableError, SignerRefusedError):
                for turn in theirs:
                    _without_signature(turn)
                continue
            for number, turn in enumerate(theirs):
                turn.give(signed[turn.place or number])
            found.update((place, each) for place, each in signed.items() if isinstance(place, Place))
        return found

    def _sign(self, turns: list[Turn], responder: Responder) -> list[Signed]:
        until = [min(turn.now + self._holds, responder.not_after) for turn in turns]
        data = [_response_data(turn, responder, end) for turn, end in zip(turns, until, strict=True)]
        name = hash_for(responder.public_key).name
        with self.gate.passing():
            signatures = self.signer.sign_digests(
                responder.key_label, [hashlib.new(name, each).digest() for each in data], name
            )
        certificate, algorithm = responder.certificate, responder.algorithm
        return [
            Signed(successful(each, algorithm=algorithm, signature=signature, certificate=certificate), turn.now, end)
            for turn, each, signature, end in zip(turns, data, signatures, until, strict=True)
        ]


def _response_data(turn: Turn, responder: Responder, until: datetime) -> bytes:
    assert turn.authority
    since = turn.authority.since
    singles = tuple(
        single_response(each.encoded, status, this_update=turn.now, next_update=until, archive_cutoff=since)
        for each, status in zip(turn.request.ids, turn.statuses, strict=True)
    )
    nonce = turn.request.nonce
    return response_data(responder.key_hash, produced_at=turn.now, responses=singles, nonce=nonce)


def _without_signature(turn: Turn) -> None:
    older = turn.older
    if older and older.this_update <= turn.now < older.next_update:
        turn.give(older)
    else:
        turn.refuse(ResponseStatus.TRY_LATER)
