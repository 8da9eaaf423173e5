"""The register of holders' certificates, and the page of one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, select
from sqlalchemy.orm import load_only

from admin import messages_tokens
from admin.access import needs
from admin.base import RecordView
from app.core import clock
from app.core.db import db
from issuance.queries.certificate_page import get_certificate_page
from issuance.queries.certificate_search import certificate_criterion
from issuance.rules.certificate_text import certificate_text
from issuance.services.live_on_token import LIVE
from models.applications import Applicant, Application
from models.certificates import Certificate, Revocation
from models.companies import Company
from models.enums import CertificateStatus as C

ENDS_SOON = timedelta(days=60)


def valid() -> Any:
    """The criterion of those that hold today: the revoked and those whose time is over do not."""
    return and_(Certificate.status.in_(LIVE), Certificate.not_after >= clock.now())


def _ends_soon() -> Any:
    now = clock.now()
    return and_(Certificate.status.in_(LIVE), Certificate.not_after.between(now, now + ENDS_SOON))


class CertificateView(RecordView):
    """Every holder's certificate, the newest first."""

    model_class = Certificate
    title = _l("Certificates")
    path = "certificates"
    permission = "certificate:read"
    column_list = ("created_at", "serial", "applicant_id", "subject", "status", "not_after")
    column_sortable_list = ()
    newest_first = "created_at"
    list_template = "admin/issuance/certificates.html"
    details_template = "admin/issuance/certificate.html"
    tabs = (
        ("all", _l("All"), None),
        ("valid", _l("Valid"), valid),
        ("ends", _l("Ends soon"), _ends_soon),
        ("revoked", _l("Revoked"), Certificate.status == C.REVOKED),
        ("open", _l("Not finished"), Certificate.status.in_((C.SERIAL_RESERVED, C.INTENDED))),
        ("suspect", _l("Suspect"), Certificate.status == C.SUSPECT),
    )
    orders = {"ends": ("not_after", False)}
    counted_tabs = ("ends", "open", "suspect")

    def search(self, text: str) -> Any:
        return certificate_criterion(text)

    def eager(self) -> tuple[Any, ...]:
        """What a row shows: the certificates themselves are kilobytes each, and stay where they are."""
        shown = (Certificate.serial, Certificate.applicant_id, Certificate.status, Certificate.not_after)
        return (load_only(*shown, Certificate.created_at, raiseload=True),)

    def get_list(self, *args: Any, **kwargs: Any) -> tuple[None, list[Any]]:
        """The page's rows, and for all of them together the holders and what the CRL says."""
        count, rows = super().get_list(*args, **kwargs)
        g.holders, g.published = _holders(rows) if rows else {}, _published(rows)
        return count, rows

    def holder(self, row: Certificate) -> Any:
        """Whose certificate a row is: name, name_kana, number, company."""
        return g.holders[row.applicant_id]

    def state(self, row: Certificate) -> str:
        """What the tag of a row's state says more: `over`, `published`, `unpublished`, or nothing."""
        if row.status is C.REVOKED:
            return "published" if row.id in g.published else "unpublished"
        is_over = row.status in LIVE and row.not_after is not None and row.not_after < clock.now()
        return "over" if is_over else ""

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """One certificate with all that is known about it."""
        certificate = self.get_one(request.args.get("id", ""))
        page = get_certificate_page(certificate.id)
        now = clock.now()
        return self.render(
            self.details_template,
            page=page,
            certificate=page.certificate,
            days_left=page.days_left(now),
            is_live=page.certificate.status in LIVE and (page.days_left(now) or 0) >= 0,
            text=certificate_text(page.certificate.der) if page.certificate.der else "",
            can_revoke="revocations.receive" in current_app.view_functions,
            words=messages_tokens,
        )

    @expose("/<uuid:certificate_id>.cer")
    @needs("certificate:read")
    def der(self, certificate_id: UUID) -> ResponseReturnValue:
        """The certificate itself, DER (RFC 2585)."""
        found = self._issued(certificate_id)
        return _file(found.der or b"", "application/pkix-cert", f"{found.serial}.cer")

    @expose("/<uuid:certificate_id>.pem")
    @needs("certificate:read")
    def pem(self, certificate_id: UUID) -> ResponseReturnValue:
        """The certificate itself, PEM (RFC 7468)."""
        found = self._issued(certificate_id)
        pem = x509.load_der_x509_certificate(found.der or b"").public_bytes(Encoding.PEM)
        return _file(pem, "application/x-pem-file", f"{found.serial}.pem")

    def _issued(self, certificate_id: UUID) -> Certificate:
        found = db.session.get(Certificate, certificate_id)
        if found is None or found.der is None:
            abort(404)
        return found


def _file(data: bytes, media_type: str, name: str) -> Response:
    response = Response(data, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _holders(rows: list[Certificate]) -> dict[UUID, Any]:
    """What the list shows of the holders, by their keys."""
    found = db.session.execute(
        select(Applicant.id, Applicant.name, Applicant.name_kana, Applicant.number, Company.name.label("company"))
        .join(Application, Application.id == Applicant.application_id)
        .join(Company, Company.id == Application.company_id)
        .where(Applicant.id.in_({row.applicant_id for row in rows}))
    )
    return {each.id: each for each in found}


def _published(rows: list[Certificate]) -> set[UUID]:
    """Which of these revoked certificates a published CRL names."""
    revoked = [row.id for row in rows if row.status is C.REVOKED]
    if not revoked:
        return set()
    statement = select(Revocation.certificate_id).where(
        Revocation.certificate_id.in_(revoked), Revocation.crl_number.is_not(None)
    )
    return set(db.session.scalars(statement))
