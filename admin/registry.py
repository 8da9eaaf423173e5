"""The portal's table of contents: sections of the menu, and the views in them."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin.views.account_letters import AccountLettersView
from admin.views.approval import ApprovalView
from admin.views.audit import AuditView
from admin.views.authority import AuthorityView
from admin.views.billing import BillingView, InvoiceView
from admin.views.certificate_profiles import CertificateProfilesView
from admin.views.certificates import CertificateView
from admin.views.changes import ChangesView
from admin.views.companies import CompanyAccountView, CompanyView, CustomerView
from admin.views.disclosures import DisclosuresView
from admin.views.disposals import DisposalsView
from admin.views.emails import EmailAddressView, EmailView, OutboxView
from admin.views.emergency import EmergencyView
from admin.views.item_bands import ItemBandsView
from admin.views.jobs import JobsView
from admin.views.labels import LabelsView
from admin.views.letter_templates import LetterTemplatesView
from admin.views.mail_pieces import MailPiecesView
from admin.views.mailroom import MailroomView
from admin.views.masking import MaskingView
from admin.views.notice_register import NoticeRegisterView
from admin.views.notices import NoticesView
from admin.views.outcomes import OutcomesView
from admin.views.posting import PostingView
from admin.views.posting_lists import PostingListsView
from admin.views.print_runs import PrintRunsView
from admin.views.profiles import ProfilesView
from admin.views.queue import QueueView
from admin.views.reception import ReceptionView
from admin.views.refusal import RefusalView, WithdrawalView
from admin.views.refused_contents import RefusedContentsView
from admin.views.renewals import RenewalView
from admin.views.review import ReviewView
from admin.views.revocation_batches import RevocationBatchesView
from admin.views.revocations import RevocationView
from admin.views.seals import SealView
from admin.views.sheets import SheetDeskView, SheetView
from admin.views.so_pins import SoPinsView
from admin.views.stationery import StationeryView
from admin.views.stopped_issues import StoppedIssuesView
from admin.views.token_register import TokenView
from admin.views.token_stock import TokenStockView
from admin.views.token_work import TokenWorkView

SECTIONS: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (
        _l("Registration"),
        (
            ReceptionView,
            QueueView,
            ReviewView,
            SealView,
            ApprovalView,
            ChangesView,
            EmergencyView,
            ProfilesView,
            SheetDeskView,
            SheetView,
            MaskingView,
            DisposalsView,
            DisclosuresView,
            NoticeRegisterView,
            NoticesView,
            RefusalView,
            WithdrawalView,
        ),
    ),
    (
        _l("Mailroom"),
        (
            MailroomView,
            PrintRunsView,
            LabelsView,
            LetterTemplatesView,
            StationeryView,
            PostingView,
            PostingListsView,
            OutcomesView,
            MailPiecesView,
            ItemBandsView,
            EmailView,
            EmailAddressView,
            OutboxView,
        ),
    ),
    (
        _l("Certification"),
        (
            CertificateView,
            StoppedIssuesView,
            RefusedContentsView,
            RenewalView,
            RevocationView,
            RevocationBatchesView,
            TokenView,
            TokenStockView,
            SoPinsView,
            TokenWorkView,
            CertificateProfilesView,
            AuthorityView,
        ),
    ),
    (_l("Billing"), (BillingView, InvoiceView)),
    (_l("Registers"), (CompanyView, CompanyAccountView, CustomerView, AccountLettersView)),
    (_l("Control"), (AuditView, JobsView)),
)
