"""Inner step: which name stands in the certificate."""

from app.core.transaction import require_transaction
from models.applications import Applicant, Application
from registration.review_queries import chosen_certificate_name
from registration.rules.certificate_names import CertificateNameError, certificate_form


def refresh_certificate_name(case: Application, applicant: Applicant) -> None:
    """Note the name for the certificate: the one an officer chose among those of the residence certificate, with characters
    that no certificate can carry replaced from the substitution list. Empty if it is the name as it stands.
    """
    require_transaction()
    chosen = chosen_certificate_name(case, applicant)
    try:
        form = certificate_form(chosen).text
    except CertificateNameError:
        form = ""  # a fault until somebody decides on a substitute; see queries.faults_of
    applicant.certificate_name = "" if form == applicant.name else form
