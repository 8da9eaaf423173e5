"""Time stamps over HTTP (RFC 3161 §3.4), and what is told to those who come when too many wait already.

The RFC leaves a server two ways: a TimeStampResp, or an HTTP error. Its failInfo knows no "later", so it is an HTTP error
that says when; a client that looks at the body all the same finds a rejection with words in it, and no token.
"""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from app import timestamps
from app.core.rounds import PlainAnswer, on_the_wire
from app.core.waiting import TurnedAway, turn_away, waiting
from app.enrol.repository import repository
from app.security import machine
from app.timestamps.request import Failure, rejection

PATH = "/tsa"
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
MOST_BYTES = 10_000
MOST_WAITING = 16  # requests in line for a thread of this process: some 30 ms of one core
RETRY_SECONDS = "5"
_REFUSAL = rejection(Failure.SYSTEM_FAILURE, words="Too many ask at this moment. Try again in some seconds.")
_BUSY = PlainAnswer(
    "503 Service Unavailable",
    [
        ("Content-Type", REPLY),
        ("Content-Length", str(len(_REFUSAL))),
        ("X-Content-Type-Options", "nosniff"),
        ("Retry-After", RETRY_SECONDS),
        ("Cache-Control", "no-store"),
    ],
    _REFUSAL,
)


@repository.post(PATH)
@machine
def time_stamp() -> ResponseReturnValue:
    """RFC 3161 over HTTP (§3.4). The built-in authority is not accredited."""
    if waiting() > MOST_WAITING:
        return Response(_BUSY.body, _BUSY.status, _BUSY.headers)
    if request.mimetype != QUERY:
        abort(415)
    if request.content_length is None or request.content_length > MOST_BYTES:
        abort(413)
    return Response(timestamps.respond(request.get_data()), mimetype=REPLY)


def install() -> None:
    """Say at the door that these requests may be turned away."""
    turn_away(TurnedAway((f"POST {PATH} ".encode(),), MOST_WAITING, on_the_wire(_BUSY, keeps=True)))
