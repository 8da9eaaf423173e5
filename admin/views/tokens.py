"""Token stock and certificates."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import or_
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from admin.access import needs
from admin.base import PageView, RecordView
from app.core import clock
from app.security import staff_actor
from issuance.services.register_tokens import register_tokens
from models.certificates import Certificate
from models.enums import CertificateStatus, TokenStatus
from models.tokens import Token


class TokenView(RecordView):
    """Every eToken by its serial number."""

    model_class = Token
    title = _l("eTokens")
    path = "tokens"
    permission = "token:read"
    column_list = ("serial_number", "model", "batch", "status", "changed_at")
    column_labels = {
        "serial_number": _l("Serial number"),
        "model": _l("Model"),
        "batch": _l("Batch"),
        "status": _l("State"),
        "changed_at": _l("Changed"),
        "created_at": _l("Made"),
    }
    column_sortable_list = ()
    newest_first = "id"
    list_template = "admin/issuance/tokens.html"
    tabs = (
        ("all", _l("All"), None),
        ("stock", _l("In stock"), Token.status == TokenStatus.IN_STOCK),
        ("way", _l("On the way"), Token.status.in_((TokenStatus.RESERVED, TokenStatus.ENCLOSED, TokenStatus.POSTED))),
        ("active", _l("In use"), Token.status == TokenStatus.ACTIVE),
    )

    def search(self, text: str) -> Any:
        return or_(Token.serial_number == text, Token.batch == text)


class StockForm(FlaskForm):
    """A delivery of the supplier."""

    serials = TextAreaField(
        _l("Serial numbers, one per line"),
        validators=[InputRequired(), Length(max=20_000)],
        render_kw={"rows": 8, "data-scan": "1", "autofocus": True},
    )
    model = StringField(_l("Model"), validators=[InputRequired(), Length(max=60)], default="eToken 5110")
    batch = StringField(_l("Batch (delivery note)"), validators=[Length(max=60)])


class TokenStockView(PageView):
    """Tokens come in."""

    title = _l("Token stock")
    path = "token-stock"
    permission = "token:manage"

    @expose("/", methods=["GET", "POST"])
    @needs("token:manage")
    def register(self) -> ResponseReturnValue:
        form = StockForm()

        def act() -> str:
            count = register_tokens(
                (form.serials.data or "").splitlines(),
                model=form.model.data or "",
                batch=form.batch.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("%(count)s tokens are in stock now.", count=count)

        return self.decide(
            form, act, template="admin/issuance/stock.html", back=lambda: url_for("tokens.index_view", tab="stock")
        )


class CertificateView(RecordView):
    """Every holder's certificate."""

    model_class = Certificate
    title = _l("Certificates")
    path = "certificates"
    permission = "certificate:read"
    column_list = ("serial", "subject", "status", "not_before", "not_after")
    column_labels = {
        "serial": _l("Serial number"),
        "subject": _l("Subject"),
        "status": _l("State"),
        "not_before": _l("Valid from"),
        "not_after": _l("Valid until"),
        "sha256": "SHA-256",
        "issued_at": _l("Issued on"),
    }
    column_details_list = ("serial", "subject", "status", "not_before", "not_after", "issued_at", "sha256")
    column_sortable_list = ()
    newest_first = "id"
    tabs = (
        ("all", _l("All"), None),
        ("active", _l("Valid"), Certificate.status == CertificateStatus.ACTIVE),
        (
            "open",
            _l("Not finished"),
            Certificate.status.in_((CertificateStatus.SERIAL_RESERVED, CertificateStatus.INTENDED)),
        ),
    )

    def search(self, text: str) -> Any:
        return or_(Certificate.serial == text.lower(), Certificate.sha256 == text.lower())
