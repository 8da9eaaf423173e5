"""The important matters that are explained before the consent (施行規則6条1号), with the version that goes on record.

Whoever changes a sentence, here or in its translation, gives the text a new version: tests/unit/enrol holds the two together.
"""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

VERSION = "2026-11"

MATTERS: tuple[tuple[LazyString, LazyString], ...] = (
    (
        _l("What it is for"),
        _l(
            "With this certificate you sign electronic documents in your own name. A document with an electronic "
            "signature that only you can make is presumed to be genuine (Act on Electronic Signatures and Certification "
            "Business, Article 3)."
        ),
    ),
    (
        _l("What is accredited"),
        _l(
            "The accreditation covers the certification of you as a person. The company's name, head office and corporate "
            "number are checked with its papers, but they are outside the accreditation."
        ),
    ),
    (
        _l("Keep the key to yourself"),
        _l(
            "The key is made on your eToken and never leaves it. Let nobody else use the eToken, choose a PIN that cannot "
            "be guessed, and tell it to nobody, not even to us."
        ),
    ),
    (
        _l("When to ask for revocation"),
        _l(
            "Ask for revocation at once if the eToken is lost or stolen, if somebody may know its PIN, if your name or the "
            "company's name or head office changes, or if you leave the company."
        ),
    ),
    (
        _l("When to stop signing"),
        _l(
            "Do not sign with a certificate that has expired, or for whose revocation you have asked. Everybody can check "
            "its state with our revocation list and status service."
        ),
    ),
    (
        _l("Confirm that it has come"),
        _l(
            "Confirm the receipt within %(days)s days of the issue with a signature of the new key. The program does it by "
            "itself at the end. Without it we revoke the certificate."
        ),
    ),
    (
        _l("How long it is valid"),
        _l(
            "It ends on the last day that is shown above. If a cryptographic method becomes unsafe before that, we may "
            "revoke the certificate and tell you beforehand."
        ),
    ),
    (
        _l("True statements"),
        _l(
            "Whoever has a false certificate made by an untrue application is liable to punishment (the same Act, Article 41)."
        ),
    ),
    (
        _l("Who can read it"),
        _l(
            "The contents of the certificate can be read by everybody who checks your signature. The papers that you sent "
            "are kept for ten years after the end of the certificate."
        ),
    ),
)
