"""Sentences for the codes of PINs and requests, in the reader's language."""

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.enrol.messages_renewal import RENEWAL
from app.enrol.messages_requests import REQUEST_MESSAGES
from app.enrol.messages_revocation import REVOCATION_MESSAGES

MESSAGES = {
    **REQUEST_MESSAGES,
    **REVOCATION_MESSAGES,
    "pin-typing": _l(
        "The PIN has a typing error. Compare it with the letter or e-mail, character by character. This did not count as an attempt."
    ),
    "pin-wrong": _l("Application number and PIN do not belong together. After five wrong attempts the PIN is locked."),
    "pin-locked": _l("The PIN is locked after five wrong attempts. Call the help desk: a new letter is sent."),
    "pin-used": _l(
        "This PIN has been used: the certificate was requested already. If that was not you, call the help desk at once."
    ),
    "pin-expired": _l("This PIN is no longer valid: its time is over, or a newer one was sent. Call the help desk."),
    "no-address": _l("Form 5 has no e-mail address to send the download PIN to. Call the help desk."),
    "signer-unavailable": _l(
        "The certification service cannot be reached for a moment. Nothing was used up; try again in a few minutes."
    ),
    "signer-refused": _l("The certification service refused the request. Nothing was used up; call the help desk."),
    "csr-malformed": _l("The certificate request is damaged. Start the client again."),
    "csr-signature": _l("The certificate request is not signed with its own key. Start the client again."),
    "csr-hash": _l("The certificate request uses a hash that is not accepted. Use the current client."),
    "key-kind": _l("This kind of key (%(kind)s) is not accepted: RSA-3072 or P-256 is."),
    "key-weak": _l("The key is weak (%(reason)s) and was refused. Make a new key on the eToken."),
    "key-known": _l("This key was used before. Make a new key on the eToken."),
    "no-enrolment": _l("First apply on the web with the application PIN; then use the newest download PIN."),
    "request-known": _l("A certificate was requested already with another key. Call the help desk."),
    "token-not-yours": _l("This is not the eToken that was sent with the letter (%(serial)s). Insert that one."),
    "statement-form": _l("The statement is damaged. Start the client again."),
    "statement-purpose": _l("The statement is for something else. Start the client again."),
    "statement-forged": _l("The statement was not given by this service. Start the client again."),
    "statement-old": _l("The statement is older than 15 minutes. Start the client again and sign the new one."),
    "statement-certificate": _l("There is no such certificate. Choose the certificate of this service on your eToken."),
    "statement-signature": _l(
        "The signature is not of the certificate's key. Insert the eToken with that key and try again."
    ),
    **RENEWAL,
    "contents-about": _l("Choose what is wrong."),
    "contents-words-needed": _l("Write how it should be, as it stands on your papers."),
    "contents-words-long": _l("This is too long: %(most)s characters at most."),
    "contents-often": _l("You have told us five times with this letter. Call the help desk, please."),
    "profile-missing": _l("A name needed for the certificate is missing. Call the help desk; nothing was used up."),
    "profile-not-romaji": _l(
        "A name in Latin letters has a character that a certificate cannot carry. Call the help desk; nothing was used up."
    ),
    "profile-too-long": _l(
        "A name is longer than a certificate can carry (%(most)s characters). Call the help desk; nothing was used up."
    ),
}


def sentence(error: DomainError) -> str:
    """What to tell the holder."""
    text = MESSAGES.get(error.code)
    if text is None:
        return _("This is not possible (%(code)s). Call the help desk; nothing was used up.", code=error.code)
    return str(text) % error.fields if error.fields else str(text)


def both_languages(error: DomainError) -> dict[str, str]:
    """What to tell a holder whose language the program does not know."""
    answer = {}
    for language in ("ja", "en"):
        with force_locale(language):
            answer[language] = sentence(error)
    return answer
