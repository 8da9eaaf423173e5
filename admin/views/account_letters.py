"""A company's IDs on paper, and an invoice by post: somebody decides, the mailroom carries."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from admin.access import needs
from admin.base import PageView
from admin.display import yen
from app.core import clock
from app.core.errors import NotFoundError
from app.security import staff_actor
from mailings import account_letters
from mailings.letters.layout import Addressee
from mailings.services.prepare_account_letter import prepare_id_notice, prepare_invoice_letter
from models.enums import CustomerKind


class AccountLettersView(PageView):
    """Letters to the contact person and the billing contact of a company ID."""

    title = _l("Letters about IDs and invoices")
    path = "account-letters"
    permission = "account:read"
    in_menu = False

    @expose("/")
    @needs("account:read")
    def index(self) -> ResponseReturnValue:
        """Each letter begins at its company ID or its invoice."""
        return redirect(url_for("company-accounts.index_view"))

    @expose("/ids/<uuid:account_id>/", methods=["GET", "POST"])
    @needs("notice:write")
    def ids(self, account_id: UUID) -> ResponseReturnValue:
        """The company ID and its user IDs on paper."""
        try:
            account = account_letters.get_account(account_id)
        except NotFoundError:
            abort(404)
        own = [each for each in account.customers if each.active]
        to = account_letters.contact_of(account)
        there = url_for("company-accounts.details_view", id=account_id)

        def act() -> str:
            prepare_id_notice(account_id, actor=staff_actor(), now=clock.now())
            return _("The letter waits in the mailroom to be printed. It goes as recorded mail.")

        facts = [
            (_("Company ID"), next((each.login_id for each in own if each.kind is CustomerKind.COMPANY_ID), None)),
            (_("User IDs"), "、".join(each.login_id for each in own if each.kind is CustomerKind.USER_ID)),
        ]
        return self._decide(
            act,
            to,
            facts,
            there,
            heading=_("IDs by post"),
            trail=[(_("Company IDs"), url_for("company-accounts.index_view")), (account.company.name, there)],
            hint=_(
                "The letter tells the IDs and how to get a link for the password. It never holds a password or a link."
            ),
        )

    @expose("/invoice/<uuid:invoice_id>/", methods=["GET", "POST"])
    @needs("invoice:issue")
    def invoice(self, invoice_id: UUID) -> ResponseReturnValue:
        """An invoice by post, with its cover."""
        try:
            invoice = account_letters.get_invoice(invoice_id)
        except NotFoundError:
            abort(404)
        there = url_for("invoices.index_view")

        def act() -> str:
            prepare_invoice_letter(invoice_id, actor=staff_actor(), now=clock.now())
            return _("The invoice waits in the mailroom to be printed with its cover. It goes as ordinary mail.")

        facts = [(_("Invoice"), invoice.number), (_("Total"), yen(invoice.total)), (_("Due"), invoice.due_on)]
        return self._decide(
            act,
            account_letters.billing_contact_of(invoice),
            facts,
            there,
            heading=_("Invoice by post"),
            trail=[(_("Invoices"), there), (invoice.number, url_for("invoices.pdf", invoice_id=invoice_id))],
            hint=_("The invoice itself stays as it was issued; a cover letter lies on it."),
        )

    def _decide(  # noqa: PLR0913  what happens, to whom, what is shown, where to go
        self,
        act: Callable[[], str],
        to: Addressee,
        facts: list[tuple[str, Any]],
        there: str,
        **page: Any,  # noqa: ANN401
    ) -> ResponseReturnValue:
        address = f"〒{to.postal_code} {to.address}" if to.postal_code else to.address
        goes_to = [
            (_("Recipient"), to.name or to.department or to.company),
            (_("Company"), to.company),
            (_("Address"), address),
        ]
        return self.decide(
            FlaskForm(),
            act,
            template="admin/posting/step.html",
            back=lambda: there,
            button=_("Prepare it for printing"),
            facts=[*facts, *goes_to],
            **page,
        )
