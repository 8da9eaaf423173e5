"""Requests for revocation: the register, entering one, one page for each with everything that a decision needs."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import literal_column, select
from wtforms.fields.choices import SelectChoice

from admin import messages_revocations as words
from admin.access import may, needs
from admin.base import RecordView
from admin.forms.revocations import PapersForm, ReasonForm, ReceiveForm, WayForm, YesForm
from admin.hrefs import url_for
from admin.listing import found_by
from admin.views.revocation_intake import asker_name, chosen, details_of
from admin.views.revocation_page import certificate_context, open_papers, publication_words, request_context
from admin.views.revocation_search import list_certificates_matching
from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError
from app.security import current_staff, staff_actor
from issuance.queries.revocations import OPEN, find_open_request, find_revocation, get_request
from issuance.services.confirm_revocation import confirm_revocation
from issuance.services.confirm_telephone_revocation import confirm_telephone_revocation
from issuance.services.decide_revocation import decide_revocation
from issuance.services.receive_revocation import receive_revocation
from issuance.services.record_revocation_papers import record_revocation_papers
from issuance.services.refuse_revocation import refuse_revocation
from issuance.services.withdraw_revocation import withdraw_revocation
from models.applications import Applicant
from models.certificates import Certificate
from models.enums import CertificateStatus
from models.revocations import TO_CONFIRM, RevocationRequest

PAGE = "admin/revocations/show.html"
TO_CONFIRM_AFTERWARDS: Any = literal_column(f"({TO_CONFIRM})")
TO_DECIDE = RevocationRequest.status.in_(OPEN)


def _mine() -> Any:  # noqa: ANN401  a criterion
    person = current_staff()
    own = person.id if person else None
    asked = RevocationRequest
    return found_by(asked, asked.received_by == own, asked.confirmed_by == own, asked.decided_by == own)


class RevocationView(RecordView):
    """Every request, the newest first."""

    model_class = RevocationRequest
    title = _l("Revocations")
    path = "revocations"
    permission = "revocation:read"
    column_list = (
        "number",
        "asked_at",
        "certificate_id",
        "asked_by",
        "circumstance",
        "channel",
        "status",
        "decided_at",
    )
    column_sortable_list = ()
    newest_first = "sequence"
    list_template = "admin/revocations/list.html"
    details_view = None  # one page for each request: `show`
    words = words
    tabs = (
        ("to-decide", _l("To decide"), TO_DECIDE),
        ("afterwards", _l("To confirm afterwards"), TO_CONFIRM_AFTERWARDS),
        ("mine", _l("Mine"), _mine),
        ("done", _l("Finished"), RevocationRequest.status.not_in(OPEN)),
        ("all", _l("All"), None),
    )
    counted_tabs = ("to-decide", "afterwards")

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        """What waits for a decision, or for a second person afterwards."""
        if may("revocation:receive") or may("certificate:revoke"):
            yield RevocationRequest, TO_DECIDE
        if may("certificate:revoke"):
            yield RevocationRequest, TO_CONFIRM_AFTERWARDS

    def search(self, text: str) -> Any:
        return found_by(
            RevocationRequest,
            RevocationRequest.number == text.upper(),
            RevocationRequest.certificate_id.in_(select(Certificate.id).where(Certificate.serial == text.lower())),
        )

    def row_href(self, row: RevocationRequest) -> str:
        """A row leads to its page."""
        return url_for(".show", request_id=row.id)

    def get_list(self, *args: Any, **kwargs: Any) -> tuple[None, list[Any]]:  # noqa: ANN401  Flask-Admin's signature
        """The rows, with whose certificates they are about."""
        count, rows = super().get_list(*args, **kwargs)
        found = db.session.execute(
            select(Certificate.id, Certificate.serial, Applicant.name)
            .join(Applicant, Applicant.id == Certificate.applicant_id)
            .where(Certificate.id.in_([row.certificate_id for row in rows]))
        )
        g.about = {key: (serial, name) for key, serial, name in found}
        return count, rows

    @expose("/new/")
    @needs("revocation:receive")
    def new(self) -> ResponseReturnValue:
        """Which certificate a paper or a call is about."""
        text = request.args.get("search", "").replace("\x00", "").strip()[:100]
        return self.render(
            "admin/revocations/new.html", text=text, found=list_certificates_matching(text) if text else []
        )

    @expose("/receive/<uuid:certificate_id>/", methods=["GET", "POST"])
    @needs("revocation:receive")
    def receive(self, certificate_id: UUID) -> ResponseReturnValue:
        """Enter a request about a certificate: first who asks how and why, then what came with it."""
        certificate = db.session.get(Certificate, certificate_id)
        if certificate is None:
            raise NotFoundError("certificate")
        context = certificate_context(certificate)
        if certificate.status is CertificateStatus.REVOKED:
            return self._gone(certificate, context)
        way = WayForm(request.args)
        asked_by, channel, terms = chosen(way)
        # What cannot wait overtakes the request that waits; anything else does not come in beside it.
        overtakes = terms.fast if terms else bool(request.args.get("overtake") or request.args.get("way"))
        if not overtakes and (waiting := find_open_request(certificate_id)) is not None:
            return self.render(PAGE, form=None, part="", notice="open", **request_context(waiting)), 409
        if terms is None:
            return self.render("admin/revocations/way.html", form=way, **context)
        form = ReceiveForm()
        form.offer(terms)
        if request.method == "GET":
            form.received_on.process_data(clock.today())
            form.asker_name.data = asker_name(asked_by, context)
        made: list[UUID] = []

        def act() -> str:
            details = details_of(form, asked_by, channel, way.circumstance.data)
            made.append(receive_revocation(certificate_id, details, actor=staff_actor(), now=clock.now()))
            if terms.fast:
                return _("Revoked. Another person confirms the call afterwards.")
            return _("The request is entered.")

        return self.decide(
            form,
            act,
            password=terms.fast,
            template="admin/revocations/receive.html",
            back=lambda: url_for(".show", request_id=made[0]),
            asked_by=asked_by,
            channel=channel,
            circumstance=way.circumstance.data,
            terms=terms,
            **context,
        )

    @expose("/<uuid:request_id>/")
    @needs("revocation:read")
    def show(self, request_id: UUID) -> ResponseReturnValue:
        """One request: who asks, why, with which papers, what a revocation does, and the buttons."""
        return self.render(PAGE, form=None, part="", **request_context(get_request(request_id)))

    @expose("/<uuid:request_id>/papers/", methods=["GET", "POST"])
    @needs("revocation:receive")
    def papers(self, request_id: UUID) -> ResponseReturnValue:
        """More papers came."""
        form = PapersForm()
        form.papers.choices = [SelectChoice(code, words.PAPERS[code]) for code in open_papers(get_request(request_id))]

        def act() -> str:
            record_revocation_papers(request_id, form.papers.data or [], actor=staff_actor(), now=clock.now())
            return _("The papers are on record.")

        return self._decide(request_id, form, act, "papers")

    @expose("/<uuid:request_id>/confirm/", methods=["GET", "POST"])
    @needs("revocation:receive")
    def confirm(self, request_id: UUID) -> ResponseReturnValue:
        """The first of two people."""

        def act() -> str:
            confirm_revocation(request_id, actor=staff_actor(), now=clock.now())
            return _("Confirmed. Another person revokes.")

        return self._decide(request_id, YesForm(), act, "confirm")

    @expose("/<uuid:request_id>/revoke/", methods=["GET", "POST"])
    @needs("certificate:revoke")
    def revoke(self, request_id: UUID) -> ResponseReturnValue:
        """The last word."""

        def act() -> str:
            decide_revocation(request_id, actor=staff_actor(), now=clock.now())
            return _("Revoked. The CRL is being published, and the holder is told.")

        return self._decide(request_id, YesForm(), act, "revoke")

    @expose("/<uuid:request_id>/refuse/", methods=["GET", "POST"])
    @needs("certificate:revoke")
    def refuse(self, request_id: UUID) -> ResponseReturnValue:
        """The certificate stays valid; whoever asked is told why."""
        form = ReasonForm()

        def act() -> str:
            refuse_revocation(request_id, reason=form.reason.data or "", actor=staff_actor(), now=clock.now())
            return _("Refused. The certificate is valid as before.")

        return self._decide(request_id, form, act, "refuse")

    @expose("/<uuid:request_id>/withdraw/", methods=["GET", "POST"])
    @needs("revocation:receive")
    def withdraw(self, request_id: UUID) -> ResponseReturnValue:
        """Whoever asked takes it back."""
        form = ReasonForm()

        def act() -> str:
            withdraw_revocation(request_id, reason=form.reason.data or "", actor=staff_actor(), now=clock.now())
            return _("Taken back. The certificate is valid as before.")

        return self._decide(request_id, form, act, "withdraw")

    @expose("/<uuid:request_id>/afterwards/", methods=["GET", "POST"])
    @needs("certificate:revoke")
    def afterwards(self, request_id: UUID) -> ResponseReturnValue:
        """Another person looks at a revocation by telephone."""

        def act() -> str:
            confirm_telephone_revocation(request_id, actor=staff_actor(), now=clock.now())
            return _("Confirmed afterwards.")

        return self._decide(request_id, YesForm(), act, "afterwards")

    def _decide(self, request_id: UUID, form: FlaskForm, act: Callable[[], str], part: str) -> ResponseReturnValue:
        return self.decide(
            form,
            act,
            password=part in {"confirm", "revoke", "refuse", "afterwards"},
            template=PAGE,
            back=lambda: url_for(".show", request_id=request_id),
            part=part,
            **request_context(get_request(request_id)),
        )

    def _gone(self, certificate: Certificate, context: dict[str, Any]) -> ResponseReturnValue:
        """Revoked already: says when, why and where it is published, instead of an error."""
        revocation = find_revocation(certificate.id)
        page = self.render(
            "admin/revocations/gone.html",
            revocation=revocation,
            publication=publication_words(revocation) if revocation else "",
            **context,
        )
        return page, 410
