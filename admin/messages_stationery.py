"""Sentences about envelopes and wording."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "envelope-numbers": _l(
        "No envelope has these numbers: the window must lie inside the envelope, and the sheet must fit in. Measure again."
    ),
    "envelope-fold": _l("The letter is A4: folded in three at its marks, or flat. Choose one of the two."),
    "envelope-address": _l(
        "The address would not stay in the window when the sheet slides: it needs 20–87 mm from the left and 11.5–40.5 mm from the top. Choose another envelope."
    ),
    "envelope-pin": _l(
        "The PIN could show through the window when the sheet slides or lies turned. Choose another envelope, or fold the letter in three."
    ),
    "envelope-name-taken": _l("There is an envelope called %(name)s. Give this one another name."),
}
