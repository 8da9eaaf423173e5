"""The token stock: how many are free, what models are approved, and deliveries."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.forms.tokens import DeliveryForm, ModelForm
from app.core import clock
from app.security import staff_actor
from issuance.errors import TokenError
from issuance.queries import token_models as queries
from issuance.rules.token_models import DEFAULT_MODEL, ModelDetails
from issuance.services.keep_token_model import keep_token_model
from issuance.services.receive_batch import DeliveryNote, receive_batch
from models.tokens import TokenModel


class TokenStockView(PageView):
    """What is there, and what comes in."""

    title = _l("Token stock")
    path = "token-stock"
    permission = "token:read"

    @expose("/")
    @needs("token:read")
    def index(self) -> ResponseReturnValue:
        """Numbers of each model, and the latest deliveries."""
        return self.render(
            "admin/issuance/stock.html",
            levels=queries.list_stock_levels(),
            batches=queries.list_batches(),
            names={each.id: each.name for each in queries.list_token_models()},
        )

    @expose("/receive/", methods=["GET", "POST"])
    @needs("token:manage")
    def receive(self) -> ResponseReturnValue:
        """A delivery: its note, and the scan."""
        form = DeliveryForm()
        models = queries.list_token_models()
        form.model.choices = [(str(each.id), each.name) for each in models] or [("", DEFAULT_MODEL)]
        if not models:
            form.model.validators = ()
        if request.method == "GET":
            form.received_on.process_data(clock.today())
        difference: dict[str, Any] = {}

        def act() -> str:
            try:
                receive_batch(_note(form), form.serials.data or "", actor=staff_actor(), now=clock.now())
            except TokenError as error:
                if error.code == "batch-differs":
                    difference.update(error.fields)
                raise
            return _("%(count)s tokens are in stock now.", count=form.count.data)

        return self.decide(
            form,
            act,
            template="admin/issuance/receive.html",
            back=lambda: url_for(".index"),
            difference=difference,
        )

    @expose("/models/new/", methods=["GET", "POST"])
    @expose("/models/<uuid:model_id>/", methods=["GET", "POST"])
    @needs("ca:operate")
    def model(self, model_id: UUID | None = None) -> ResponseReturnValue:
        """A model of token, new or changed."""
        row = queries.get_token_model(model_id) if model_id else None
        form = ModelForm(data=_data(row)) if request.method == "GET" else ModelForm()

        def act() -> str:
            upload = form.attestation_root.data
            keep_token_model(
                _details(form, row),
                actor=staff_actor(),
                now=clock.now(),
                model_id=model_id,
                attestation_root=upload.read() if upload else None,
            )
            return _("The model is on record.")

        if row is not None and request.method == "POST":
            form.name.process_data(row.name)
        return self.decide(form, act, template="admin/issuance/model.html", back=lambda: url_for(".index"), row=row)


def _note(form: DeliveryForm) -> DeliveryNote:
    assert form.received_on.day is not None  # validated
    return DeliveryNote(
        name=form.name.data or "",
        model_id=UUID(form.model.data) if form.model.data else None,
        supplier=form.supplier.data or "",
        received_on=form.received_on.day,
        count=form.count.data or 0,
        serials=tuple((form.declared.data or "").replace(",", " ").split()),
    )


def _data(row: TokenModel | None) -> dict[str, Any]:
    names = ("name", "approved", "key_kinds", "pin_shortest", "pin_longest", "pin_tries", "reorder_level")
    return {name: getattr(row if row is not None else ModelDetails(""), name) for name in names}


def _details(form: ModelForm, row: TokenModel | None) -> ModelDetails:
    return ModelDetails(
        name=row.name if row is not None else form.name.data or "",
        approved=bool(form.approved.data),
        key_kinds=tuple(form.key_kinds.data or ()),
        pin_shortest=form.pin_shortest.data or 0,
        pin_longest=form.pin_longest.data or 0,
        pin_tries=form.pin_tries.data or 0,
        reorder_level=form.reorder_level.data if form.reorder_level.data is not None else -1,
    )
