"""Sentences of the review: comparisons, judgements, circumstances, duplicates, the working of a case."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models.enums import PaperKind
from registration.rules.due import Runs
from registration.rules.faults import Fault

MESSAGES = {
    "no-such-choice": _l("Choose one of the values offered."),
    "other-name-inside": _l(
        "A former surname (旧氏) or common name (通称) stands inside the name. Type it into its own field below, and the name without it."
    ),
    "judgement-not-asked": _l(
        "This question is not open any more: the papers say something else now. Reload the page."
    ),
    "judgement-reason": _l("Write the reason; it stays on record for ten years. Never write an individual number."),
    "facts-changed": _l("The values were changed while you judged. Look at them again."),
    "no-seal-alternative": _l(
        "No other way is configured for companies without a registered seal. Ask the company to register one and to send the certificate."
    ),
    "case-claimed": _l(
        "%(name)s has this case since %(since)s. Take another one, or have it reassigned with a reason."
    ),
    "case-on-hold": _l("The case is on hold: %(reason)s. Let it go on first."),
    "case-hold-reason": _l("Write why the case waits; everybody who opens it reads this."),
    "not-on-hold": _l("The case is not on hold any more. Reload the page."),
    "note-empty": _l("Write something first."),
    "note-my-number": _l("This looks like an individual number (My Number), which must never be recorded. Remove it."),
    "reassign-reason": _l("Write why the case goes to somebody else."),
    "not-an-officer": _l("Choose an officer who may review cases."),
    "not-claimed": _l("Nobody has this case. Reload the page."),
    "claim-of-another": _l("Somebody else has this case. Reassign it, with a reason."),
    "case-is-closed": _l("The case is closed; nothing more can be done with it here."),
    "no-case-left": _l("Nothing waits for you: no open case is free."),
}

FIELDS = {
    "corporate_number": _l("Corporate number (13 digits)"),
    "registration_number": _l("Registration number (T…)"),
    "registry_kind": _l("Kind of certificate"),
    "address": _l("Residential address"),
    "listed_name": _l("Name on the list"),
    "name_kana": _l("Kana"),
    "sex": _l("Sex (only where printed)"),
    "explanation_version": _l("Explanation of important matters: version"),
    "explanation_date": _l("Explanation of important matters: date"),
    "former_surname": _l("Former surname (旧氏)"),
    "common_name": _l("Common name (通称)"),
}

OPTIONS = {
    "history": _l("All past and present matters (履歴事項)"),
    "current": _l("Present matters (現在事項)"),
    "representative": _l("Matters of the representative (代表者事項)"),
    "closed": _l("Closed matters (閉鎖事項)"),
    "summary": _l("Summary of registered matters (要約書): no certificate"),
    "printout": _l("Print-out of the registry's web service: no certificate"),
    "male": _l("male"),
    "female": _l("female"),
    "registered": _l("The registered name"),
    "choose": _l("—"),
}

SHORT = {
    PaperKind.FORM_1: _l("Form 1"),
    PaperKind.FORM_2: _l("Form 2"),
    PaperKind.FORM_3: _l("Form 3"),
    PaperKind.FORM_4: _l("Form 4"),
    PaperKind.FORM_5: _l("Form 5"),
    PaperKind.FORM_6: _l("Form 6"),
    PaperKind.REGISTRY_CERTIFICATE: _l("Registry"),
    PaperKind.COMPANY_SEAL_CERTIFICATE: _l("Company seal"),
    PaperKind.RESIDENCE_CERTIFICATE: _l("Residence"),
    PaperKind.PERSONAL_SEAL_CERTIFICATE: _l("Personal seal"),
}

SERVICES = {"contract": _l("Contract"), "storage": _l("Storage"), "certificate": _l("Certificate")}

# Class of a comparison → (word, tint)
MATCHES = {
    "exact": (_l("Same"), "green"),
    "match_spacing_width": (_l("Same but for spaces or width"), "green"),
    "match_notation": (_l("Same place, other notation"), "green"),
    "match_prefecture_omitted": (_l("Prefecture left out"), "amber"),
    "review_variant": (_l("Variant of a character"), "amber"),
    "review_lookalike": (_l("Characters that look alike"), "amber"),
    "review_iteration_mark": (_l("Iteration mark 々 written out"), "amber"),
    "review_building": (_l("Building written differently"), "amber"),
    "review_building_missing": (_l("Building on one side only"), "amber"),
    "mismatch": (_l("Different"), "red"),
    "refuse": (_l("A character that no name can have"), "red"),
}

ROMAJI = {
    "standard": (_l("As passports write it"), "green"),
    "long-vowel form": (_l("Long vowel as OH: allowed on request"), "blue"),
    "non-standard": (_l("Another spelling of the same sounds: kept as the applicant wrote it"), "amber"),
    "different": (_l("Not this reading: compare kana and letters with the form"), "amber"),
}

RUNS = {
    Runs.ANSWER: _l("company's answer"),
    Runs.PROMISE: _l("promised decision"),
    Runs.REVIEW: _l("finished review"),
}

NOTICES = {
    "same-envelope": _l("In the same envelope: %(detail)s."),
    "same-company-open": _l("Another case of this company is open: %(detail)s."),
    "same-person-here": _l("%(applicant)s stands twice in this case."),
    "same-person-open": _l("%(applicant)s is an applicant of another open case: %(detail)s."),
    "has-token": _l("%(applicant)s has an eToken of this company already: %(detail)s."),
}

TOPICS = {
    "certificate-name": _l("Which name goes into the certificate?"),
    "no-company-seal": _l("Has the company no registered seal?"),
    "duplicate-certificate": _l("Shall there be another certificate?"),
}

EXPLAINED = {
    "certificate-name": _l(
        "The residence certificate shows another name beside the registered one. The certificate carries one name (規則6条5号); "
        "take the one that the applicant asks for on form 5, and write why. The registered name needs no further proof; the other one "
        "must stand on the residence certificate."
    ),
    "no-company-seal": _l(
        "Since 2021-02-15 a company that files on line need not register a seal. Either it registers one and sends the certificate: answer "
        "“No” and ask for the paper by a deficiency notice. Or it goes the way that the practice statement allows instead: answer “Yes”."
    ),
    "duplicate-certificate": _l(
        "This person has a valid certificate of this company: %(serials)s. Ask the contact person whether the old one is to be revoked, or a "
        "second token is wanted, and write what was said."
    ),
}


def fault_sentences(fault: Fault, detail: str) -> dict[str, str]:
    """Sentences of the faults that come of comparing and judging."""
    topic = str(TOPICS.get(fault.detail, ""))
    return {
        "differs": _("%(field)s differs between two papers. One of them must be corrected.", field=detail),
        "differs-open": _("%(field)s differs in form between two papers. Judge it, with a reason.", field=detail),
        "differs-denied": _("%(field)s differs, and an officer did not accept it.", field=detail),
        "circumstance-open": _("To be answered: %(question)s", question=topic),
        "duplicate-open": _("To be answered: %(question)s", question=topic),
        "duplicate-denied": _("An officer found that this person gets no second certificate."),
        "certificate-character": _(
            "%(character)s cannot stand in a certificate and has no substitute.", character=detail
        ),
        "registry-closed": _("A certificate of closed matters is taken only beside one of present matters."),
        "registry-summary": _("A summary of registered matters (要約書) is no certificate. Ask for the certificate."),
        "registry-printout": _("A print-out of the registry's web service is no certificate. Ask for the certificate."),
    }
