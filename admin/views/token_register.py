"""Every eToken by its serial number, and the page of one with its book."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_

from admin import messages_tokens
from admin.base import RecordView
from app.core import clock
from app.core.db import db
from app.core.search import Search
from issuance.queries.certificates import list_certificates_on_token
from issuance.queries.so_pins import list_disclosures_of
from issuance.queries.token_models import find_batch
from issuance.queries.tokens import list_token_events
from issuance.services.live_on_token import BEING_ISSUED, can_be_revoked
from models.applications import Applicant
from models.enums import TokenStatus as T
from models.mail_pieces import MailPiece
from models.tokens import Token


class TokenView(RecordView):
    """Every eToken, the newest first."""

    model_class = Token
    title = _l("eTokens")
    path = "tokens"
    permission = "token:read"
    column_list = ("serial_number", "model", "batch", "status", "changed_at")
    column_labels = {
        "serial_number": _l("Serial number"),
        "model": _l("Model"),
        "batch": _l("Delivery note"),
        "status": _l("State"),
        "changed_at": _l("Changed"),
    }
    column_sortable_list = ()
    newest_first = "sequence"
    list_template = "admin/issuance/tokens.html"
    details_template = "admin/issuance/token.html"
    tabs = (
        ("all", _l("All"), None),
        ("stock", _l("In stock"), Token.status == T.IN_STOCK),
        ("way", _l("On the way"), Token.status.in_((T.RESERVED, T.ENCLOSED, T.POSTED))),
        ("holder", _l("With the holder"), Token.status.in_((T.HELD, T.ACTIVE))),
        ("returned", _l("To inspect"), Token.status == T.RETURNED),
        ("gone", _l("Lost or damaged"), Token.status.in_((T.LOST, T.DAMAGED))),
        ("destroy", _l("To destroy"), and_(Token.status == T.RETIRED, Token.destroyed_at.is_(None))),
    )
    counted_tabs = ("returned",)

    def search(self, text: str) -> Any:
        """One index for each: a delivery note if there is such a one, else a serial number."""
        batch = find_batch(text)
        if batch is None:
            return Token.serial_number == text
        is_of_it = Token.batch_id == batch.id
        return Search(is_of_it, is_of_it)  # an old delivery is not looked for along the whole list

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """One token: where it is, whose it is, and its book."""
        token = self.get_one(request.args.get("id", ""))
        now = clock.now()
        certificates = list_certificates_on_token(token)
        return self.render(
            self.details_template,
            token=token,
            holder=db.session.get(Applicant, token.applicant_id) if token.applicant_id else None,
            letter=db.session.get(MailPiece, token.mail_piece_id) if token.mail_piece_id else None,
            book=list_token_events(token.id),
            certificates=certificates,
            is_live=any(can_be_revoked(each, now) or each.status in BEING_ISSUED for each in certificates),
            disclosures=list_disclosures_of(token.id),
            words=messages_tokens,
        )
