"""Letters without a PIN: to companies about a case, their IDs or an invoice, to holders about a certificate, drawn."""

from app import storage
from app.core.clock import day_in_tokyo
from app.documents.chain import DoesNotFitError, MissingGlyphError, missing
from app.documents.clusters import code_points
from mailings import account_letters, case_letters
from mailings.certificates import Told, get_told
from mailings.errors import LetterKindError, LetterMootError
from mailings.letters import certificate_notices, layout
from mailings.letters.certificate_notices import RenewalNotice, RevocationNotice, Subject
from mailings.letters.pages import merged
from mailings.template_queries import wording_in_force
from models.enums import CertificateNoticeKind, LetterKind, Posting
from models.mail_pieces import MailPiece

# How a letter about a certificate goes: of a revocation there must be a trace (施行規則6条12号).
KINDS = {
    CertificateNoticeKind.RENEWAL: (LetterKind.RENEWAL_NOTICE, Posting.ORDINARY),
    CertificateNoticeKind.REVOCATION: (LetterKind.REVOCATION_NOTICE, Posting.RECORDED),
}


def render(piece: MailPiece) -> bytes:
    """What goes into the envelope, as a PDF: the letter, and the invoice behind its cover.

    Raises:
        As `letter`; SignerUnavailableError: the invoice cannot be opened now.
    """
    pdf = letter(piece)
    if piece.invoice_id is None:
        return pdf
    return merged([pdf, storage.get(account_letters.get_invoice(piece.invoice_id).pdf_sha256)])


def letter(piece: MailPiece) -> bytes:
    """The letter alone as a PDF.

    Raises:
        LetterKindError: a letter with a PIN.
        LetterMootError: a notice of a revocation that is not on record.
        MissingGlyphError, DoesNotFitError: a text cannot be printed.
    """
    if piece.letter_id is not None:
        return case_letters.render(case_letters.get_letter(piece.letter_id), piece.number)
    if piece.notice_id is not None:
        return layout.render(_document(piece, get_told(piece.notice_id)), case_letters.sender())
    if piece.account_id is not None or piece.invoice_id is not None:
        sender, texts = case_letters.sender(), wording_in_force(piece.kind).texts
        return layout.render(account_letters.document(piece, sender, texts), sender)
    raise LetterKindError(piece.number)


def unprintable(piece: MailPiece) -> str | None:
    """What cannot be printed, for whoever must decide how to write it; None if the letter can be printed."""
    try:
        letter(piece)
    except MissingGlyphError as error:
        signs = dict.fromkeys(missing(str(error.fields["text"])))
        return "、".join(f"{sign} ({code_points(sign)})" for sign in signs)
    except DoesNotFitError as error:
        return str(error.fields["text"])
    return None


def addressee_of(told: Told) -> layout.Addressee:
    """The holder at the address of form 5, as written."""
    person = told.applicant
    company = person.application.company.name
    return layout.Addressee(company, "", person.name, person.postal_code, person.address, person.building)


def _document(piece: MailPiece, told: Told) -> layout.Document:
    subject = Subject(
        piece=piece.number,
        day=day_in_tokyo(piece.created_at),
        addressee=addressee_of(told),
        application_number=told.applicant.number,
        serial=told.certificate.serial,
        ends_on=told.ends_on,
    )
    sender, texts = case_letters.sender(), wording_in_force(piece.kind).texts
    if told.notice.kind is CertificateNoticeKind.RENEWAL:
        opens_on = max(told.opens_on, subject.day)
        return certificate_notices.compose_renewal(
            RenewalNotice(subject, opens_on, told.notice.online_until), sender, texts
        )
    if told.revocation is None or told.valid_before is None:
        raise LetterMootError(piece.number)
    return certificate_notices.compose_revocation(
        RevocationNotice(subject, told.revocation.revoked_at, told.valid_before, told.revocation.reason), sender, texts
    )
