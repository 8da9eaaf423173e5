"""Sentences of the registration desk: error codes, faults, checks and fields."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import messages_review
from admin.display import word
from app.core.wareki import format_wareki
from registration.rules.faults import Fault

MESSAGES = {
    "company-number-differs": _l(
        "This company is on record with the corporate number %(known)s. Compare the certificate with form 1; if it is another company's, ask for the right one."
    ),
    "company-number-taken": _l(
        "This corporate number belongs to %(company)s, which is on record already, and something was decided on this record as well. Tell the supervisor."
    ),
    "envelope-known": _l(
        "An envelope with this item number was received already, for case %(case)s. Open that case; if the envelope holds another application, add it there."
    ),
    "received-in-future": _l("The day of receipt lies in the future."),
    "no-service": _l("Tick at least one service, as on form 1."),
    "no-applicant": _l("Enter at least one applicant."),
    "four-eyes": _l(
        "You worked on this case (or decided it), so somebody else must take this step. The law asks for two persons."
    ),
    "changed-since-review": _l(
        "The case is not what was reviewed: something was changed since. Send it back to the officer, or reload and look again."
    ),
    "review-incomplete": _l(
        "The review cannot be finished yet: %(count)s things are missing or wrong. They are listed below."
    ),
    "reason-needed": _l("Give the reason: the applicant will read it."),
    "issued-after-receipt": _l("The issue date lies after the day of receipt. Look at the paper again."),
    "my-number": _l(
        "This looks like an individual number (My Number), which must never be recorded. Remove it. If it stands on the paper, do not scan the paper: return it."
    ),
    "email-format": _l("This is no e-mail address. Compare with the form, letter by letter."),
    "no-such-check": _l("The checklist of this case has no such check. Reload the page."),
    "note-needed": _l("Write what is wrong: the deficiency notice is made from it."),
    "scan-empty": _l("The file is empty. Scan again."),
    "scan-too-large": _l("The file is larger than %(megabytes)s MB. Scan with 200 dpi, or in several files."),
    "scan-type": _l("Only PDF, PNG and JPEG are taken; this file is something else, whatever its name says."),
    "scan-encrypted": _l("The PDF is encrypted. Scan the paper without a password."),
    "scan-damaged": _l("The file is damaged or cannot be drawn. Scan again."),
    "scan-pages": _l("A scan has between 1 and %(most)s pages. Scan in several files."),
    "scan-pixels": _l("The picture is too large. Scan with 200 dpi."),
    "scan-no-sheet": _l("This paper is recorded as missing. Record first that it has come, then scan it."),
    "scan-known": _l("This very file is attached to this paper already."),
}

CHECKS = {
    "filled-in": _l("Filled in completely, signed or sealed"),
    "company-matches-registry": _l("Company name and seat as in the registry certificate"),
    "representative-seal-matches-certificate": _l("Representative's seal as in the seal certificate"),
    "notified-seal-clear": _l("Impression of the notified seal is clear"),
    "notified-seal-matches-form-2": _l("Notified seal as on form 2"),
    "applicants-listed": _l("All applicants are listed, number of eTokens is right"),
    "contacts-complete": _l("Both contact persons with name and e-mail"),
    "applicant-matches-residence-certificate": _l("Name, address and birth date as in the residence certificate"),
    "seal-matches-seal-certificate": _l("Seal as in the personal seal certificate"),
    "explanation-given": _l("Explanation of important matters was given and confirmed"),
    "original": _l("Original, not a copy"),
    "registrar-seal": _l("Attestation and seal of the registrar"),
    "matches-registry": _l("Name, seat and representative as in the registry certificate"),
    "no-individual-number": _l("No individual number (My Number) on it"),
    "mayor-seal": _l("Attestation and seal of the mayor"),
    "matches-residence-certificate": _l("Name, address and birth date as in the residence certificate"),
}

FIELDS = {
    "postal_code": _l("Postal code"),
    "company_postal_code": _l("Postal code"),
    "company_name": _l("Company"),
    "head_office": _l("Head office"),
    "representative_title": _l("Title of the representative"),
    "representative_name": _l("Representative"),
    "company_number": _l("Company number (12 digits)"),
    "contact_name": _l("Contact person"),
    "contact_email": _l("E-mail of the contact person"),
    "billing_name": _l("Billing contact"),
    "billing_email": _l("E-mail of the billing contact"),
    "billing_department": _l("Department of the billing contact"),
    "email": _l("E-mail for the download PIN"),
    "name_romaji": _l("Name in Latin letters"),
    "user_id_email": _l("E-mail of the user ID"),
    "name": _l("Name"),
    "address": _l("Address"),
    "birth_date": _l("Birth date"),
    **messages_review.FIELDS,
}


def field_word(code: str) -> str:
    """The word for a field of a paper; form 3 has one for each applicant: listed_name_2."""
    stem, _underscore, number = code.rpartition("_")
    if number.isdigit() and stem in FIELDS:
        return f"{FIELDS[stem]} {number}"
    return str(FIELDS.get(code, code))


def fault_sentence(fault: Fault) -> str:
    """What is missing or wrong on a paper, and what to do."""
    day = format_wareki(fault.day) if fault.day else ""
    detail = str(CHECKS.get(fault.detail) or field_word(fault.detail))
    sentences = {
        "missing": _("The paper is missing."),
        "no-scan": _("No scan yet, or its pages are still being drawn."),
        "no-date": _("The issue date is not recorded."),
        "stale": _("Too old: the last acceptable day was %(day)s. Ask for a new one.", day=day),
        "from-the-future": _("The date lies after the day of receipt. Look at the paper again."),
        "field-missing": _("Not recorded: %(field)s.", field=detail),
        "unchecked": _("Not checked: %(check)s.", check=detail),
        "not-ok": _("Found not OK: %(check)s.", check=detail),
        **messages_review.fault_sentences(fault, detail),
    }
    name = word(fault.kind) + (f" ({fault.applicant})" if fault.applicant else "")
    return f"{name}: {sentences[fault.code]}"
