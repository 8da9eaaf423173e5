"""A token goes where its letter goes; the 申請PIN's last day counts from the day of delivery."""

from datetime import datetime
from uuid import UUID

from app.core.actor import SYSTEM, Actor, ActorKind
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.queries.tokens import find_loss, has_later_print
from issuance.rules.validity import pin_last_usable_day
from issuance.services.application_pin import destroy_application_pins
from issuance.services.token_steps import move
from models.enums import MailPieceStatus as M
from models.enums import PinKind, TokenEventKind
from models.enums import TokenStatus as T
from models.mail_pieces import MailPiece
from models.tokens import Token

WAY = (T.RESERVED, T.ENCLOSED, T.POSTED, T.HELD)
REACHED = {M.ENCLOSED: T.ENCLOSED, M.POSTED: T.POSTED, M.NOTIFIED: T.POSTED, M.DELIVERED: T.HELD}


def follow_mail_piece(mail_piece_id: UUID, *, now: datetime) -> None:
    """Bring the token to where its mail piece is, step by step. Safe to run twice, and late."""
    with transaction():
        piece = queries.get_mail_piece(mail_piece_id)
        if piece.applicant_id is None:
            return  # a letter to a company: neither token nor PIN
        token = queries.find_token_of_piece(mail_piece_id)
        if token is not None:
            _move(token, piece, now)
        if has_later_print(piece):
            return  # the holder's PIN is that of another letter, which went out since
        if piece.status is M.DELIVERED and piece.delivered_on is not None:
            for pin in queries.list_live_pins_for_update(piece.applicant_id, PinKind.APPLICATION):
                pin.usable_until = pin_last_usable_day(piece.delivered_on)
        elif piece.status in {M.RETURNED, M.LOST}:
            destroy_application_pins(piece.applicant_id, actor=SYSTEM, now=now)


def _move(token: Token, piece: MailPiece, now: datetime) -> None:
    detail = {"mail_piece": piece.number}
    if piece.status in REACHED and token.status in WAY:
        target = WAY.index(REACHED[piece.status])
        for step in WAY[WAY.index(token.status) + 1 : target + 1]:
            move(token, step, actor=SYSTEM, now=now, detail=detail)
    elif piece.status is M.SPOILED and token.status in {T.RESERVED, T.ENCLOSED}:
        move(token, T.IN_STOCK, actor=SYSTEM, now=now, detail=detail)
    elif piece.status is M.RETURNED and token.status is T.POSTED:
        move(token, T.RETURNED, actor=SYSTEM, now=now, detail=detail)
    elif piece.status is M.LOST and token.status in {T.POSTED, T.HELD, T.ACTIVE}:
        _lose(token, piece, now)


def _lose(token: Token, piece: MailPiece, now: datetime) -> None:
    """The token is lost with its letter; what hangs on it falls as after any other loss (jobs.tokens.revoke_of_token)."""
    loss = find_loss(piece.id)
    actor = Actor(ActorKind.STAFF, loss.actor_id, loss.actor_name) if loss else SYSTEM
    at = (loss.at if loss else now).isoformat()
    line = move(
        token,
        T.LOST,
        kind=TokenEventKind.LOST,
        actor=actor,
        now=now,
        detail={
            "mail_piece": piece.number,
            "circumstance": "lost",
            "reporter": "authority" if piece.delivered_on is None else "holder",
            "reported_at": at,
            "until": at,  # a letter that was printed since is another one
            "actor_id": str(actor.id) if actor.id else None,
        },
    )
    defer("issuance.jobs.tokens.revoke_of_token", line.id)
