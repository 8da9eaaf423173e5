"""The authority."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin.access import needs
from admin.base import PageView
from app import signer
from app.core.db import db
from app.core.errors import DomainError
from models.certificates import CaCertificate, Crl


class AuthorityView(PageView):
    """The authority's own certificates, the CRL, and the signing process."""

    title = _l("Certification authority")
    path = "authority"
    permission = "ca:read"

    @expose("/")
    @needs("ca:read")
    def index(self) -> ResponseReturnValue:
        try:
            health: dict[str, Any] | None = signer.current().health()
        except DomainError:
            health = None
        rows = db.session.scalars(select(CaCertificate).where(CaCertificate.active)).all()
        crl = db.session.scalars(select(Crl).order_by(Crl.number.desc()).limit(1)).first()
        return self.render("admin/issuance/authority.html", rows=rows, crl=crl, health=health)
