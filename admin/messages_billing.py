"""Sentences of billing."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "no-price": _l(
        "The price list has no price for %(price_code)s on %(on)s. Load one; the charge is made by itself then."
    ),
    "price-differs": _l(
        "The price list has another price for %(price_code)s from %(valid_from)s on. A new price needs a new day."
    ),
    "price-file": _l("Line %(line)s of the price file cannot be read: %(reason)s."),
    "no-company-account": _l("The company has no company ID yet; it is opened after the approval."),
    "nothing-to-invoice": _l("No open charges: perhaps somebody else has just issued the invoice."),
    "charges-changed": _l(
        "The charges changed while you looked: now %(found)s yen instead of %(expected)s. Look at them again."
    ),
    "no-billing-contact": _l("%(company)s has no billing contact. Record one from form 4 first."),
}
