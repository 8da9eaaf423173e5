"""Sentences and words of the certificate profiles."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "certificate-profile-number": _l("Enter a whole number from %(least)s to %(most)s."),
    "certificate-profile-flag": _l("Choose yes or no."),
    "certificate-profile-choice": _l("Write one or more of these, each once, with commas between them: %(allowed)s."),
    "certificate-profile-policy": _l(
        "Write the part of the OID after the installation's arc: numbers with points between them, such as 1.1."
    ),
    "certificate-profile-policy-twice": _l(
        "Two kinds of certificates have this policy. Give each its own, so that nobody takes one for the other."
    ),
    "certificate-profile-crl-order": _l(
        "A new CRL must come before the old one ends. Enter fewer hours than the CRL is valid."
    ),
    "certificate-profile-ocsp-order": _l("Enter fewer days than the responder's certificate lives."),
    "certificate-profile-missing": _l("A value is missing. Open the form again and fill in every field."),
    "certificate-profile-unknown": _l("The form has a field that no profile knows. Open the form again."),
}

SECTIONS = {
    "holder": _l("Holder's certificate"),
    "ca": _l("CA certificate"),
    "crl": _l("CRL"),
    "ocsp": _l("OCSP responder's certificate"),
    "tsa": _l("Time-stamping certificate"),
    "seal": _l("Service seal's certificate"),
}
NAMES = {
    "policy": _l("Policy OID, after the installation's arc"),
    "years": _l("Years"),
    "days": _l("Days of validity"),
    "content_commitment": _l("Usage nonRepudiation"),
    "extended_usages": _l("Extended usages"),
    "key_kinds": _l("Kinds of keys, the preferred one first"),
    "path_length": _l("Path length"),
    "next_update_hours": _l("Hours for which a CRL is valid"),
    "latest_after_hours": _l("Hours after which a new CRL comes at the latest"),
    "expired_certs_on_crl": _l("Expired certificates stay on the CRL"),
    "certificate_days": _l("Days of validity"),
    "renew_before_days": _l("Days before the end on which a new one is made"),
    "accuracy_seconds": _l("Accuracy in seconds"),
}
