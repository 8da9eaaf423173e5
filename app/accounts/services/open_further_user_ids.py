"""Opening further user IDs under the company ID that a company has already."""

from datetime import datetime
from uuid import UUID

from app.accounts import queries
from app.accounts.errors import NoOpenAccountError, NotApprovedError
from app.accounts.services.opening_steps import open_user_id
from app.accounts.services.password_link import prepare_link
from app.core.transaction import transaction
from models.enums import ApplicationStatus


def open_further_user_ids(application_id: UUID, *, now: datetime) -> list[UUID]:
    """Open a user ID for each form 6 of an approved change. Safe to run twice: what is open stays as it is.

    Returns:
        keys of the customers that were opened by this run.

    Raises:
        NotFoundError: no such application, no contact person, or no e-mail address.
        NotApprovedError: the application is not approved.
        NoOpenAccountError: the company has no open company ID; tried again, since its opening may be on its way.
        SignerUnavailableError: the signing process is away; nothing was opened.
    """
    count = len(queries.list_user_id_applicants(application_id))
    links = [prepare_link() for _ in range(2 * count)]
    opened = []
    with transaction():
        application = queries.get_application_for_update(application_id)
        if application.status is not ApplicationStatus.APPROVED:
            raise NotApprovedError("not-approved")
        account = queries.find_open_account(application.company_id)
        if account is None:
            raise NoOpenAccountError("no-open-account")
        contact = queries.get_contact(application.company_id)
        for applicant in queries.list_user_id_applicants(application.id):
            if queries.find_customer_of(applicant.id) is None:
                opened.append(open_user_id(account, applicant, contact, links, now).id)
    return opened
