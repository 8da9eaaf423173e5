"""Requests in, answers out: the status is read from the database for every single answer.

As many as there are at a moment are answered in one round: one statement reads all statuses, one request to the signing
process signs whatever has to be signed. Each step answers some of them and leaves the others to the next.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from psycopg import InterfaceError, OperationalError
from redis import Redis

from app.core.direct import Direct
from issuance.ocsp.authorities import Authorities
from issuance.ocsp.cache import Place, SharedCache, Signed, SmallCache
from issuance.ocsp.signing import DigestsSigner, Signing
from issuance.ocsp.turn import Answer, Kept, Turn
from issuance.queries.ocsp import read_statuses
from issuance.rules.ocsp_request import OcspRefusedError, ResponseStatus, plain_request, read_request
from issuance.rules.profile import serial_text

MOST_KEPT = 20_000  # answers of 1.5 KB in one process


class OcspResponder:
    """Answers requests. One for each process; its threads share it."""

    def __init__(self, reader: Direct, signer: DigestsSigner, redis: Redis, *, minutes: int) -> None:
        """Make a responder.

        Args:
            reader: of the database.
            signer: who signs digests with the responders' keys.
            redis: for the cache that all processes share.
            minutes: for how long an answer holds.
        """
        self._reader, self._signing = reader, Signing(signer, holds=timedelta(minutes=minutes))
        self._authorities, self._shared, self._small = Authorities(), SharedCache(redis), SmallCache[Kept](MOST_KEPT)

    def answer(self, data: bytes, *, now: datetime) -> Answer:
        """Answer one request (DER); never raises for anything that a client or a part of the system may do."""
        return self.answer_all([data], now=now)[0]

    def answer_all(self, requests: Sequence[bytes], *, now: datetime) -> list[Answer]:
        """Answer requests (DER), in their order; what is wrong with one of them changes nothing for the others."""
        moment = now.astimezone(UTC).replace(microsecond=0)
        turns = [Turn(data, moment) for data in requests]
        for step in (self._read, self._look_up, self._take_kept, self._take_shared, self._sign):
            waiting = [turn for turn in turns if turn.answer is None]
            if waiting:
                step(waiting)
        answers = [turn.answer for turn in turns if turn.answer]
        assert len(answers) == len(turns)
        return answers

    def _read(self, turns: list[Turn]) -> None:
        """What is asked: it is known if this process keeps an answer to the very same octets."""
        for turn in turns:
            kept = self._small.get(turn.data)
            if kept is not None:
                turn.kept, turn.request = kept, kept.request
                continue
            try:
                turn.request = read_request(turn.data)
            except OcspRefusedError as error:
                turn.refuse(error.told)

    def _look_up(self, turns: list[Turn]) -> None:
        """The one CA that is meant, who answers for it, and what is known of each certificate now."""
        try:
            table = self._authorities.table(self._reader)
            for turn in turns:
                found = [table.find(each) for each in turn.request.ids]
                turn.authority = found[0]
                # One responder signs for the CA that it was delegated by, and for no other.
                if found[0] is None or any(each is not found[0] for each in found):
                    turn.refuse(ResponseStatus.UNAUTHORIZED)
            ids = [each for turn in turns if turn.answer is None for each in turn.request.ids]
            known = read_statuses(self._reader, [serial_text(each.serial) for each in ids if each.serial > 0])
        except (OperationalError, InterfaceError):
            for turn in turns:
                turn.refuse(ResponseStatus.TRY_LATER)
            return
        for turn in turns:
            if turn.answer is not None or turn.authority is None:
                continue
            responder = turn.authority.responder
            if responder is None or not responder.not_before <= turn.now < responder.not_after:
                turn.refuse(ResponseStatus.TRY_LATER)  # it is renewed long before: somebody must look
            else:
                turn.learn(turn.authority, responder, known)

    def _take_kept(self, turns: list[Turn]) -> None:
        """From this process, where it was signed for what is true now."""
        for turn in turns:
            if turn.kept is not None and turn.kept.signed.is_young(turn.now) and turn.is_kept_one_true:
                turn.give(turn.kept.signed)

    def _take_shared(self, turns: list[Turn]) -> None:
        """From Redis."""
        places = {turn.place for turn in turns if turn.place}
        there = self._shared.get(places)
        for turn in turns:
            found = there.get(turn.place) if turn.place else None
            if found is not None and found.is_young(turn.now):
                turn.give(found)
                self._keep(turn, found)
            else:
                turn.older = found or (turn.kept.signed if turn.kept and turn.is_kept_one_true else None)

    def _sign(self, turns: list[Turn]) -> None:
        """Signed now; for everybody, if others may be given it."""
        signed: dict[Place, Signed] = self._signing.sign(turns)
        self._shared.put(signed)
        for turn in turns:
            if turn.place in signed:
                self._keep(turn, signed[turn.place])

    def _keep(self, turn: Turn, signed: Signed) -> None:
        """Keep it in this process, if the request is written as everybody writes it."""
        if turn.responder and turn.data == plain_request(turn.request.ids[0]):
            kept = Kept(turn.request, turn.statuses[0].fingerprint, turn.responder.id, signed)
            self._small.put(turn.data, kept)
