"""The tables, one family per file. Importing this package makes all of them known to the metadata."""

from models.accounts import CompanyAccount, Customer, PasswordLink
from models.applications import Applicant, Application, Envelope
from models.approval_profiles import ApprovalProfile
from models.audit import AuditAnchor, AuditEntry, AuditHead
from models.authority_checks import AuthorityCheck
from models.billing import Charge, Invoice, InvoiceAddressee, Price
from models.blobs import Blob
from models.certificate_profiles import CertificateProfile
from models.certificates import (
    CaCertificate,
    Certificate,
    CertificateNotice,
    CertificateReceipt,
    Crl,
    CrlPart,
    Revocation,
)
from models.changes import CompanyChange
from models.companies import Company, ContactPerson
from models.contracts import Contract, ContractParty, ContractRevision, RegisteredCertificate, SigningSession
from models.decisions import ControlAction, Decision
from models.disclosures import DisclosureRequest
from models.emails import EmailAddress, OutgoingEmail
from models.emergencies import EmergencyApproval
from models.enrolments import Enrolment
from models.judgements import CaseNote, Judgement
from models.mail_pieces import MailPiece, MailPieceEvent, PrintRun
from models.notices import CaseLetter, DeficiencyItem, DeficiencyNotice, LetterEnclosure
from models.originals import Original
from models.papers import Paper, PaperCheck, Scan, ScanPage
from models.pin_secrets import PinSecret
from models.posting import DeliveryOutcome, ItemNumberBand, PostingList
from models.promises import Promise
from models.revocations import RevocationBatch, RevocationRequest
from models.sheets import Disposal, DisposalItem, RetentionHold, Sheet, SheetEvent, SheetUse
from models.staff import StaffUser
from models.stationery import EnvelopeStock, LetterTemplate
from models.time_stamps import ClockCheck, TimeStamp
from models.tokens import SoPinDisclosure, Token, TokenBatch, TokenEvent, TokenModel

__all__ = [
    "Applicant",
    "Application",
    "ApprovalProfile",
    "AuditAnchor",
    "AuditEntry",
    "AuditHead",
    "AuthorityCheck",
    "Blob",
    "CaCertificate",
    "CaseLetter",
    "CaseNote",
    "Certificate",
    "CertificateNotice",
    "CertificateProfile",
    "CertificateReceipt",
    "Charge",
    "ClockCheck",
    "Company",
    "CompanyAccount",
    "CompanyChange",
    "ContactPerson",
    "Contract",
    "ContractParty",
    "ContractRevision",
    "ControlAction",
    "Crl",
    "CrlPart",
    "Customer",
    "Decision",
    "DeficiencyItem",
    "DeficiencyNotice",
    "DeliveryOutcome",
    "DisclosureRequest",
    "Disposal",
    "DisposalItem",
    "EmailAddress",
    "EmergencyApproval",
    "Enrolment",
    "Envelope",
    "EnvelopeStock",
    "Invoice",
    "InvoiceAddressee",
    "ItemNumberBand",
    "Judgement",
    "LetterEnclosure",
    "LetterTemplate",
    "MailPiece",
    "MailPieceEvent",
    "Original",
    "OutgoingEmail",
    "Paper",
    "PaperCheck",
    "PasswordLink",
    "PinSecret",
    "PostingList",
    "Price",
    "PrintRun",
    "Promise",
    "RegisteredCertificate",
    "RetentionHold",
    "Revocation",
    "RevocationBatch",
    "RevocationRequest",
    "Scan",
    "ScanPage",
    "Sheet",
    "SheetEvent",
    "SheetUse",
    "SigningSession",
    "SoPinDisclosure",
    "StaffUser",
    "TimeStamp",
    "Token",
    "TokenBatch",
    "TokenEvent",
    "TokenModel",
]
