"""Sentences for the codes of contracts, for the pages and for the program on the holder's computer."""

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError

PDF = {
    "pdf-empty": _l("The file is empty."),
    "pdf-too-large": _l("The file is larger than %(most)s MB."),
    "pdf-not-a-pdf": _l("This is not a PDF file."),
    "pdf-unreadable": _l("The PDF is damaged or irregular. Save it once more in the program that made it."),
    "pdf-encrypted": _l("The PDF is protected by a password. Save it without protection."),
    "pdf-signed": _l("The PDF carries a signature already. Upload it unsigned; both parties sign here."),
    "pdf-active-content": _l("The PDF contains a script, an attachment or an action. Print it to a new PDF."),
    "pdf-form": _l("The PDF contains form fields that could be changed later. Print it to a new PDF."),
    "pdf-layers": _l("The PDF contains layers that can be switched. Print it to a new PDF."),
    "pdf-annotations": _l("The PDF contains comments or stamps. Print it to a new PDF with them, or remove them."),
    "pdf-too-many-pages": _l("The PDF has no pages, or more than %(most)s."),
    "pdf-too-many-objects": _l("The PDF is made of more than %(most)s objects. Save it reduced in size."),
}
CONTRACT = {
    "title-missing": _l("Give the contract a title of at most 200 characters."),
    "amount-negative": _l("The amount is not a number of yen."),
    "counterparty-unknown": _l("There is no such user ID. Ask the other party for its user ID (U and eight digits)."),
    "counterparty-self": _l("This is your own user ID."),
    "account-closed": _l("This ID has been closed."),
    "company-id-cannot-act": _l("A company ID reads contracts. Contracts are made and signed with a user ID."),
    "not-a-party": _l("You are not a party to this contract."),
    "not-your-turn": _l("It is not your turn to sign, or the contract has ended."),
    "not-the-sender": _l("Only the sender can withdraw a contract."),
    "sender-withdraws": _l("You sent this contract. Withdraw it instead."),
    "reason-missing": _l("Give a reason of at most 500 characters."),
    "illegal-transition": _l("The contract has ended in the meantime. Look at it again."),
    "not-found": _l("There is no such contract, or it is not yours."),
    "no-authority": _l("The service is not ready to sign. Tell the help desk."),
}
AWAY = _l("The service cannot sign at the moment. Nothing is lost: try again in a few minutes.")
SIGNING = {
    "signing-code": _l("The signing code is wrong, used or too old. Make a new one on the contract's page."),
    "signing-session-closed": _l("This signing has ended. Make a new code on the contract's page."),
    "signing-session-expired": _l("This signing took too long. Make a new code on the contract's page."),
    "base-moved": _l("The contract has changed since this signing began. Make a new code on the contract's page."),
    "certificate-none": _l("Register the certificate that you sign with first."),
    "certificate-not-of-company": _l("This certificate was not issued to an applicant of your company."),
    "certificate-not-registered": _l(
        "The certificate on this token is not registered for this user ID. Register it, or use your own token."
    ),
    "certificate-revoked": _l("This certificate has been revoked. Nothing can be signed with it."),
    "certificate-expired": _l("This certificate has expired. Nothing can be signed with it."),
    "signer-unavailable": AWAY,
    "stamp-rejected": AWAY,
    "signer-refused": AWAY,
    "refusal-unknown": _l("The program sent something that the service does not understand. Update the program."),
    "malformed": _l("The program sent something that the service does not understand. Update the program."),
}
REFUSED = {
    "signature-wrong": _l("The signature does not fit the document and the certificate. It was refused."),
    "wrong-signer": _l("The signature was made with another person's certificate. It was refused."),
    "base-changed": _l("The PDF was changed after it was issued. The signature was refused."),
    "content-changed": _l("The PDF was changed after it was issued. The signature was refused."),
    "no-revocation-information": _l("Whether the certificate is valid cannot be established now. Try again later."),
    "certificate-unknown-authority": _l("The certificate was issued by an authority that is not admitted here."),
}
ALL = {**PDF, **CONTRACT, **SIGNING, **REFUSED}
OTHERWISE = _l("The signed document did not pass check %(check)s (%(code)s). It was refused.")


def sentence(error: DomainError) -> str:
    """What to tell a person, in the language of the page."""
    words = ALL.get(error.code, OTHERWISE)
    return str(words) % {"check": "", "most": "", **error.fields, "code": error.code}


def both_languages(error: DomainError) -> dict[str, str]:
    """What to tell a person whose language the program knows and we do not."""
    answer = {}
    for language in ("ja", "en"):
        with force_locale(language):
            answer[language] = sentence(error)
    return answer
