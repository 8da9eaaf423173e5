"""What the pages of stopped issues say: why, what to do next, and the findings of the lints in words."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from admin.messages_authority import FINDINGS as OF_THE_CHECK
from admin.messages_tokens import EVENTS
from issuance.queries.stops import Stop
from issuance.rules.stops import Remedy

MESSAGES = {
    "end-reason-needed": _l("Say why no certificate is issued: the holder reads it in an e-mail."),
    "end-reason-long": _l("The reason is too long: %(most)s characters at most."),
    "resume-token-gone": _l(
        "The eToken %(serial)s with the key is no longer with its holder, so nothing is issued for it. Have this ended."
    ),
}
FIELDS: dict[str, Any] = {
    "name": _l("Name of the holder"),
    "name_romaji": _l("Name of the holder in Latin letters"),
    "company_name": _l("Name of the company"),
    "company_romaji": _l("Company name in Latin letters"),
}
WHY: dict[str, Any] = {
    "lint": _l("The check before the signature found something wrong with the certificate."),
    "profile-missing": _l("A name is missing that the certificate must have: %(field)s."),
    "profile-not-romaji": _l("A name has other characters than Latin letters: %(field)s."),
    "profile-too-long": _l("A name is longer than 64 characters: %(field)s."),
    "profile-no-term": _l(
        "No validity is left: the CA, or the five years of the identity check, end before it begins."
    ),
    "profile-no-anchor": _l("The record does not say when the certificate that is renewed was issued on papers."),
    "renewed-revoked": _l("The certificate that is to be renewed is not valid any more."),
}
TO_DO: dict[Remedy, Any] = {
    Remedy.COMPANY: _l(
        "Ask the company to correct it, record and approve the change (page Changes of a company), then try once more."
    ),
    Remedy.APPLICANT: _l(
        "The application was approved like this, so the name cannot be changed here. End it without a certificate and "
        "have a fresh application sent. If the profile is too strict, correct the profile and try once more."
    ),
    Remedy.AUTHORITY: _l("Tell the CA operator: the CA is rolled over (runbook “roll-over”). Then try once more."),
    Remedy.RENEWAL: _l("It cannot be renewed online any more. End it; the holder applies on fresh papers."),
    Remedy.PROFILE: _l(
        "Tell the CA operator: a corrected version of the certificate profiles is proposed and activated by a second "
        "person (page Certificate profiles). Then try once more."
    ),
}
TITLES: dict[Remedy, Any] = {
    Remedy.COMPANY: _l("Company's particulars"),
    Remedy.APPLICANT: _l("Holder's particulars"),
    Remedy.AUTHORITY: _l("CA certificate"),
    Remedy.RENEWAL: _l("Renewal is over"),
    Remedy.PROFILE: _l("Certificate profile"),
}
PLACES: dict[str, Any] = {
    "subject.2.5.4.3": FIELDS["name_romaji"],
    "subject.2.5.4.10": FIELDS["company_romaji"],
    "subject.2.5.4.5": _l("Application number"),
    "subject.2.5.4.6": _l("Country"),
    "alternative.2.5.4.3": FIELDS["name"],
    "alternative.2.5.4.10": FIELDS["company_name"],
    "alternative.2.5.4.7": _l("Address of the company"),
    "alternative.2.5.4.97": _l("Corporate number"),
}
FINDINGS: dict[str, Any] = {
    "name-too-long": _l("longer than a certificate allows"),
    "name-empty": _l("empty"),
    "name-missing": _l("it is missing"),
    "e-mail": _l("an e-mail address, which does not belong into a certificate"),
    "string-type": _l("written in a wrong string type"),
    "invisible-character": _l("a character that cannot be seen or has no meaning of its own"),
    "subject-not-romaji": _l("other characters than Latin letters"),
    "character-not-shown": _l("a character that most systems cannot show"),
    "begins-later": _l("The validity begins in the future."),
    "longer-than-five-years": _l("It would be valid for more than five years."),
    "longer-than-profile": _l("It would be valid longer than the profile says."),
    "identity-anchor": _l("It would end more than five years after the certificate that stands on papers."),
    "outside-the-ca": _l("It would be valid outside the validity of its CA."),
    "key-usage": OF_THE_CHECK["profile-usage"],
    "extended-usage": OF_THE_CHECK["profile-extended-usage"],
    "policy": OF_THE_CHECK["profile-policy"],
    "distribution-point": OF_THE_CHECK["profile-distribution-point"],
    "information-access": OF_THE_CHECK["profile-access"],
    "key-kind": _l("Its kind of key is not one of the profile."),
    "rsa-2048-after-2030": _l("An RSA key of 2,048 bits would be valid after 2030."),
}


def why(stop: Stop) -> str:
    """Why it stopped, as a sentence."""
    text = WHY.get(stop.code)
    if text is None:
        return gettext("The certificate was refused before the signature (%(code)s).", code=stop.code)
    return str(text) % {"field": FIELDS.get(stop.about, stop.about or "—")}


def to_do(stop: Stop) -> str:
    """What to do next, as a sentence."""
    return str(TO_DO[stop.remedy])


def happened(event: str) -> str:
    """What an entry of its history says, in the words of the certificate's page."""
    return str(EVENTS[event])


def finding_in_words(finding: str) -> str:
    """A finding of the lints: a sentence, or the place and what is wrong there; as it is if it has no words."""
    _severity, _, rest = finding.partition(" ")
    code, _, place = rest.partition(" ")
    words = FINDINGS.get(code.removeprefix("own."))
    if words is None:
        return finding
    return f"{PLACES.get(place, place)}: {words}" if place else str(words)
