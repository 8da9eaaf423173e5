"""What a change application changes: old and new side by side, recorded by an officer."""

from uuid import UUID

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from admin import messages_approval as words
from admin.access import needs
from admin.base import PageView
from admin.views.approval_page import change_context, names_of
from app.core import clock
from app.core.forms import Form
from app.security import staff_actor
from models.applications import Application
from models.enums import ApplicationKind, ApplicationStatus
from registration import decision_queries, queries
from registration.rules.changes import ChangeField
from registration.services.record_change import record_change

LONGEST = 255
OPEN = (
    ApplicationStatus.RECEIVED,
    ApplicationStatus.IN_REVIEW,
    ApplicationStatus.INCOMPLETE,
    ApplicationStatus.REVIEWED,
)


class ChangesView(PageView):
    """The change that form 1 asks for."""

    title = _l("Change of record")
    path = "changes"
    permission = "application:read"
    in_menu = False

    @expose("/")
    @needs("application:read")
    def index(self) -> ResponseReturnValue:
        """No case chosen: to the queue."""
        return redirect(url_for("applications.index_view"))

    @expose("/<uuid:application_id>/", methods=["GET", "POST"])
    @needs("application:review")
    def record(self, application_id: UUID) -> ResponseReturnValue:
        """Old values, and beside them the new ones to type from form 1."""
        case = queries.get_case(application_id)
        if case.kind is not ApplicationKind.CHANGE:
            abort(404)
        old = decision_queries.record_of(case.company)
        fields = decision_queries.list_change_fields(case)
        form = _form(case, fields, old)

        def act() -> str:
            values = {field.code: form[field.code].data or "" for field in fields}
            count = record_change(application_id, values, actor=staff_actor(), now=clock.now())
            return _("Recorded: %(count)s fields change when the application is approved.", count=count)

        return self.decide(
            form,
            act,
            template="admin/registration/change.html",
            back=lambda: url_for(".record", application_id=application_id),
            case=case,
            fields=fields,
            old=old,
            words=words,
            names=names_of(case),
            can_edit=case.status in OPEN,
            unrecorded=decision_queries.unrecorded_items(case),
            **change_context(case),
        )


def _form(case: Application, fields: tuple[ChangeField, ...], old: dict[str, str]) -> FlaskForm:
    """A form with one text field for each field that may change; it begins with what is recorded or on record."""

    class ChangeForm(Form):  # type: ignore[misc]  # WTForms has no types
        pass

    for field in fields:
        entry = StringField(
            words.CHANGES[field.code],
            validators=[Length(max=LONGEST)],
            render_kw={"class": "name" if field.kind in {"name", "address"} else "", "autocomplete": "off"},
        )
        setattr(ChangeForm, field.code, entry)
    recorded = {each.field: each.new_value for each in case.changes}
    return ChangeForm(data={**old, **recorded})
