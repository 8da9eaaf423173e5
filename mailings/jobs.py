"""What other features promise the mailroom. Each is safe to run twice."""

from uuid import UUID

from flask import current_app

from app.core import clock
from app.core.db import db
from mailings.emails.bounces import read_bounces
from mailings.emails.mailbox import read_mailbox
from mailings.pins import pin_maker
from mailings.printing.ipp import IppPrinter
from mailings.run_queries import get_run
from mailings.services import (
    certificate_emails,
    contents_emails,
    emergencies,
    letter_emails,
    notices,
    stock_emails,
    warn_kept,
)
from mailings.services import prepare_account_letter as account_letter
from mailings.services import prepare_case_letter as case_letter
from mailings.services import prepare_certificate_letter as certificate_letter
from mailings.services.prepare_letter import prepare_letter as prepare
from mailings.services.print_run import print_run as run_printer
from mailings.services.record_bounce import record_bounce
from mailings.services.stop_letter import stop_letter as stop
from models.enums import PrintRunStatus

GROUP = 4


def prepare_letter(subject_id: str) -> None:
    """Prepare the approval notice of the applicant of this id."""
    prepare(UUID(subject_id), now=clock.now())


def email_login(subject_id: str) -> None:
    """Send the ID with the password link of this id."""
    site = current_app.extensions["settings"].public_url
    notices.email_login(UUID(subject_id), site=site, now=clock.now())


def email_download_pin(subject_id: str) -> None:
    """Send the ダウンロードPIN of this id."""
    notices.email_download_pin(UUID(subject_id), format_pin=_grouped, now=clock.now())


def email_contents_refused(subject_id: str) -> None:
    """Tell the applicant of this id that somebody looks at the contents of the certificate."""
    contents_emails.email_contents_refused(UUID(subject_id), now=clock.now())


def email_contents_answered(subject_id: str) -> None:
    """Tell the applicant of this id what came of it."""
    contents_emails.email_contents_answered(UUID(subject_id), now=clock.now())


def email_key_refused(subject_id: str) -> None:
    """Tell the holder of the enrolment of this id that another key is needed."""
    certificate_emails.email_key_refused(UUID(subject_id), now=clock.now())


def email_enrolment_stopped(subject_id: str) -> None:
    """Tell the holder of the enrolment of this id that its certificate waits for an officer."""
    certificate_emails.email_enrolment_stopped(UUID(subject_id), now=clock.now())


def email_enrolment_ended(subject_id: str) -> None:
    """Tell the holder of the enrolment of this id that it ended without a certificate."""
    certificate_emails.email_enrolment_ended(UUID(subject_id), now=clock.now())


def email_certificate_issued(subject_id: str) -> None:
    """Tell the holder of the certificate of this id."""
    notices.email_certificate_issued(UUID(subject_id), now=clock.now())


def email_contract(subject_id: str) -> None:
    """Tell the contract party of this id that it is its turn."""
    notices.email_contract_turn(UUID(subject_id), now=clock.now())


def email_contract_completed(subject_id: str) -> None:
    """Tell the parties of the contract of this id."""
    notices.email_contract_completed(UUID(subject_id), now=clock.now())


def email_invoice(subject_id: str) -> None:
    """Tell the billing contact about the invoice of this id."""
    notices.email_invoice(UUID(subject_id), now=clock.now())


def prepare_invoice_letter(subject_id: str) -> None:
    """Prepare the invoice of this id to go by post."""
    account_letter.prepare_invoice_letter(UUID(subject_id), now=clock.now())


def email_invoice_readdressed(subject_id: str) -> None:
    """Tell the new addressee of this id about the open invoice."""
    notices.email_invoice_readdressed(UUID(subject_id), now=clock.now())


def email_certificate_revoked(subject_id: str) -> None:
    """Tell the holder that the certificate of this id was revoked."""
    certificate_emails.email_certificate_revoked(UUID(subject_id), now=clock.now())


def email_certificate_notice(subject_id: str) -> None:
    """Tell the holder what the planned notice of this id is about."""
    certificate_emails.email_certificate_notice(UUID(subject_id), now=clock.now())


def prepare_certificate_letter(subject_id: str) -> None:
    """Prepare the letter of the planned notice of this id."""
    certificate_letter.prepare_certificate_letter(UUID(subject_id), now=clock.now())


def email_revocation_refused(subject_id: str) -> None:
    """Tell whoever asked that the request for revocation of this id was refused."""
    certificate_emails.email_revocation_refused(UUID(subject_id), now=clock.now())


def email_low_stock(subject_id: str) -> None:
    """Tell the staff that tokens of the model of this id run out."""
    stock_emails.email_low_stock(UUID(subject_id), now=clock.now())


def warn_kept_letters() -> None:
    """By the clock: promise warnings about letters that go back from the post office soon."""
    warn_kept.warn_kept(warn_days=current_app.extensions["settings"].restricted_warn_days, now=clock.now())


def email_kept_letter(subject_id: str) -> None:
    """Tell holder and company that the mail piece of this id lies at the post office."""
    warn_kept.email_kept_letter(UUID(subject_id), now=clock.now())


def email_emergency(subject_id: str) -> None:
    """Tell approvers and auditors of the emergency approval of this id."""
    emergencies.email_emergency(UUID(subject_id), now=clock.now())


def prepare_case_letter(subject_id: str) -> None:
    """Prepare the envelope of the letter to a company of this id."""
    case_letter.prepare_case_letter(UUID(subject_id), now=clock.now())


def email_case_letter(subject_id: str) -> None:
    """E-mail what the letter to a company of this id says."""
    letter_emails.email_case_letter(UUID(subject_id), now=clock.now())


def email_notice_reminder(subject_id: str) -> None:
    """Remind the company of the deficiency notice of this id."""
    letter_emails.email_notice_reminder(UUID(subject_id), now=clock.now())


def stop_letter(subject_id: str) -> None:
    """Take the letter to a company of this id out of the trays."""
    stop(UUID(subject_id), now=clock.now())


def print_run(subject_id: str) -> None:
    """Print what the run of this id still lacks, on the printer that it was started for."""
    settings, run_id = current_app.extensions["settings"], UUID(subject_id)
    run = get_run(run_id)
    url, is_printing = run.printer, run.status is PrintRunStatus.PRINTING
    db.session.rollback()
    if is_printing:
        printer = IppPrinter(url, ca_file=settings.printer_ca_file or None)
        run_printer(run_id, printer=printer, pins=pin_maker(), now=clock.now)


def collect_bounces() -> None:
    """By the clock: read the mailbox to which mails come back, if there is one."""
    url = current_app.extensions["settings"].bounce_mailbox
    if url:
        read_mailbox(url, take_bounces)


def take_bounces(data: bytes) -> bool:
    """Record the reports of one message. Returns whether it was about a mail of ours."""
    ours = [record_bounce(bounce, now=clock.now()) for bounce in read_bounces(data)]  # each, not until the first
    return any(ours)


def _grouped(pin: str) -> str:
    return "-".join(pin[start : start + GROUP] for start in range(0, len(pin), GROUP))
