"""Sentences for what can be wrong with a certificate request, its attestation, EST, and the confirmation of receipt."""

from flask_babel import lazy_gettext as _l

REQUEST_MESSAGES = {
    "too-many": _l("Too many attempts from this address. Wait a minute and try again."),
    "token-not-named": _l(
        "The request does not say on which eToken the key is. Put the eToken's serial number into the request: "
        "attribute serialNumber (2.5.4.5), or serialNumber of the subject for a first certificate."
    ),
    "token-model": _l(
        "Keys on this eToken model (%(model)s) are not accepted any more. Call the help desk: another eToken is sent."
    ),
    "key-not-of-model": _l(
        "This eToken model is not approved for keys of this kind (%(kind)s). Make a key of another kind: %(allowed)s."
    ),
    "attestation-malformed": _l(
        "The token maker's statement about the key cannot be read. Send it as PEM, the key's certificate first."
    ),
    "attestation-chain": _l(
        "The statement about the key is not of this eToken's maker, or is not valid now. Nothing was used up; call the help desk."
    ),
    "attestation-key": _l(
        "The token maker's statement is about another key. Start the client again; it sends the right one."
    ),
    "attestation-serial": _l(
        "The token maker's statement is about another eToken than %(serial)s. Insert the eToken that was sent to you."
    ),
    "est-is-new": _l("This is a first certificate, not a renewal. Use the operation simpleenroll."),
    "est-is-renewal": _l("This is a renewal, not a first certificate. Use the operation simplereenroll."),
    "est-media-type": _l(
        "The body must be a certificate request with the media type application/pkcs10 (%(given)s was sent)."
    ),
    "other-subject": _l(
        "A renewal must name the subject of the present certificate: %(expected)s. If a name changed, call the help desk."
    ),
    "no-authority": _l("The certification authority is not set up yet. Try again later."),
    "key-refused": _l(
        "The certification authority refused this key: it is weak, or it has something in common with another one. "
        "Make a new key on the eToken and ask again with the same download PIN; nothing was used up."
    ),
    "enrolment-refused": _l("The application was closed; no certificate is issued for it. Call the help desk."),
    "busy": _l("Very many people are here just now. Nothing was counted or used up; try again in a few seconds."),
    "receipt-over": _l(
        "The last day to confirm the receipt was %(day)s, and the certificate is being revoked. Call the help desk."
    ),
    "receipt-not-valid": _l(
        "The certificate is revoked or has expired; its receipt cannot be confirmed any more. Call the help desk."
    ),
}
