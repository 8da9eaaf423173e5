"""An e-mail address as pages show it: with a tag if mails to it came back."""

from flask import Flask, url_for
from markupsafe import Markup
from sqlalchemy import select

from admin.access import may
from admin.display import tag
from app.core.db import db
from models.emails import EmailAddress
from models.enums import EmailAddressState


def init_app(app: Flask) -> None:
    """Make the filter `|address` known to templates."""
    app.add_template_filter(address, "address")


def address(text: str | None) -> Markup | str:
    """The address; if it is doubtful or blocked, with its state, which leads to the reason."""
    if not text:
        return "—"
    row = db.session.execute(
        select(EmailAddress.id, EmailAddress.state).where(
            EmailAddress.address == text.strip().lower(), EmailAddress.state != EmailAddressState.GOOD
        )
    ).first()
    if row is None:
        return text
    if not may("email:read"):
        return Markup("{} {}").format(text, tag(row.state))
    href = url_for("email-addresses.details_view", id=row.id)
    return Markup('{} <a href="{}">{}</a>').format(text, href, tag(row.state))
