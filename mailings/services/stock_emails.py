"""Tokens run out: whoever orders them hears of it, once a day at most."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import any_, func, literal, or_, select

from app.core.clock import day_in_tokyo
from app.core.db import db
from mailings.services.send_email import send_email
from models.enums import TokenStatus
from models.staff import StaffUser
from models.tokens import Token, TokenModel

ROLES = ("mailroom", "ca_operator")


def email_low_stock(model_id: UUID, *, now: datetime) -> None:
    """How many tokens of a model are free, and at how many to order; nothing if meanwhile there are enough."""
    model = db.session.get_one(TokenModel, model_id)
    free = db.session.scalar(
        select(func.count()).select_from(Token).where(Token.status == TokenStatus.IN_STOCK, Token.model == model.name)
    )
    today = day_in_tokyo(now).isoformat()
    values = {"model": model.name, "free": str(free), "level": str(model.reorder_level), "day": today}
    is_low = (free or 0) <= model.reorder_level
    people = db.session.execute(
        select(StaffUser.email, StaffUser.name)
        .where(StaffUser.active, or_(*(literal(role) == any_(StaffUser.roles) for role in ROLES)))
        .order_by(StaffUser.email)
    ).all()
    db.session.rollback()
    if not is_low:
        return
    # An e-mail is sent once about one thing: this one is about the stock of one day.
    subject = uuid5(model_id, today)
    for email, name in people:
        send_email("low_stock", subject, email, {"name": name, **values}, now=now)
