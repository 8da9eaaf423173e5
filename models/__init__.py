"""The tables, one family per file. Importing this package makes all of them known to the metadata."""

from models.accounts import CompanyAccount, Customer, PasswordLink
from models.applications import Applicant, Application, Envelope
from models.audit import AuditAnchor, AuditEntry, AuditHead
from models.billing import Charge, Invoice, Price
from models.blobs import Blob
from models.certificates import CaCertificate, Certificate, Crl, Revocation
from models.companies import Company, ContactPerson
from models.contracts import Contract, ContractParty, ContractRevision, RegisteredCertificate, SigningSession
from models.decisions import ControlAction, Decision
from models.emails import OutgoingEmail
from models.enrolments import Enrolment
from models.mail_pieces import MailPiece, MailPieceEvent, PrintRun
from models.originals import Original
from models.papers import Paper, PaperCheck, Scan, ScanPage
from models.pin_secrets import PinSecret
from models.promises import Promise
from models.staff import StaffUser
from models.time_stamps import TimeStamp
from models.tokens import Token

__all__ = [
    "Applicant",
    "Application",
    "AuditAnchor",
    "AuditEntry",
    "AuditHead",
    "Blob",
    "CaCertificate",
    "Certificate",
    "Charge",
    "Company",
    "CompanyAccount",
    "ContactPerson",
    "Contract",
    "ContractParty",
    "ContractRevision",
    "ControlAction",
    "Crl",
    "Customer",
    "Decision",
    "Enrolment",
    "Envelope",
    "Invoice",
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
    "Revocation",
    "Scan",
    "ScanPage",
    "SigningSession",
    "StaffUser",
    "TimeStamp",
    "Token",
]
