"""The tables, one family per file. Importing this package makes all of them known to the metadata."""

from models.accounts import CompanyAccount, Customer, PasswordLink
from models.applications import Applicant, Application, Envelope
from models.approval_profiles import ApprovalProfile
from models.audit import AuditAnchor, AuditEntry, AuditHead
from models.billing import Charge, Invoice, InvoiceAddressee, Price
from models.blobs import Blob
from models.certificates import CaCertificate, Certificate, Crl, Revocation
from models.changes import CompanyChange
from models.companies import Company, ContactPerson
from models.contracts import Contract, ContractParty, ContractRevision, RegisteredCertificate, SigningSession
from models.decisions import ControlAction, Decision
from models.disclosures import DisclosureRequest
from models.emails import OutgoingEmail
from models.emergencies import EmergencyApproval
from models.enrolments import Enrolment
from models.judgements import CaseNote, Judgement
from models.mail_pieces import MailPiece, MailPieceEvent, PrintRun
from models.notices import CaseLetter, DeficiencyItem, DeficiencyNotice, LetterEnclosure
from models.originals import Original
from models.papers import Paper, PaperCheck, Scan, ScanPage
from models.pin_secrets import PinSecret
from models.promises import Promise
from models.sheets import Disposal, DisposalItem, RetentionHold, Sheet, SheetEvent, SheetUse
from models.staff import StaffUser
from models.time_stamps import TimeStamp
from models.tokens import Token

__all__ = [
    "Applicant",
    "Application",
    "ApprovalProfile",
    "AuditAnchor",
    "AuditEntry",
    "AuditHead",
    "Blob",
    "CaCertificate",
    "CaseLetter",
    "CaseNote",
    "Certificate",
    "Charge",
    "Company",
    "CompanyAccount",
    "CompanyChange",
    "ContactPerson",
    "Contract",
    "ContractParty",
    "ContractRevision",
    "ControlAction",
    "Crl",
    "Customer",
    "Decision",
    "DeficiencyItem",
    "DeficiencyNotice",
    "DisclosureRequest",
    "Disposal",
    "DisposalItem",
    "EmergencyApproval",
    "Enrolment",
    "Envelope",
    "Invoice",
    "InvoiceAddressee",
    "Judgement",
    "LetterEnclosure",
    "MailPiece",
    "MailPieceEvent",
    "Original",
    "OutgoingEmail",
    "Paper",
    "PaperCheck",
    "PasswordLink",
    "PinSecret",
    "Price",
    "PrintRun",
    "Promise",
    "RegisteredCertificate",
    "RetentionHold",
    "Revocation",
    "Scan",
    "ScanPage",
    "Sheet",
    "SheetEvent",
    "SheetUse",
    "SigningSession",
    "StaffUser",
    "TimeStamp",
    "Token",
]
