"""The portal's table of contents: sections of the menu, and the views in them."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin.views.approval import ApprovalView
from admin.views.audit import AuditView
from admin.views.companies import CompanyAccountView, CompanyView, CustomerView
from admin.views.jobs import JobsView
from admin.views.queue import QueueView
from admin.views.reception import ReceptionView
from admin.views.review import ReviewView

SECTIONS: tuple[tuple[Any, tuple[type, ...]], ...] = (
    (_l("Registration"), (ReceptionView, QueueView, ReviewView, ApprovalView)),
    (_l("Registers"), (CompanyView, CompanyAccountView, CustomerView)),
    (_l("Control"), (AuditView, JobsView)),
)
