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
    "letter-text-names": _l("The texts are not those of this letter. Open the page again."),
    "letter-text-empty": _l("This text is empty. Write one."),
    "letter-text-long": _l("This text is longer than %(most)s characters. Shorten it."),
    "letter-text-braces": _l(
        "These must stand in the text, and no others: %(wanted)s. They are filled in on each letter."
    ),
    "letter-text-reason": _l("Write down why."),
    "letter-text-unchanged": _l("These are the texts of version %(version)s, which is in force. Change something."),
    "letter-text-open": _l("Another wording of this letter waits for a decision. Decide it first."),
    "letter-text-own": _l("You proposed this wording: another person must decide."),
}

TEXTS = {
    "body": _l("Text above the table"),
    "step_1": _l("Step 1"),
    "step_2": _l("Step 2"),
    "step_3": _l("Step 3"),
    "note_1": _l("Note 1"),
    "note_2": _l("Note 2"),
    "note_3": _l("Note 3"),
    "opening": _l("Opening"),
    "send": _l("How to send"),
    "explain": _l("How to tell us"),
    "late": _l("If it does not arrive in time"),
    "again": _l("Applying again"),
    "questions": _l("Questions"),
    "changed": _l("If something has changed"),
    "until_then": _l("The present certificate"),
    "before": _l("Signatures made before"),
    "asks": _l("What we ask for"),
    "unknown": _l("If the holder knows nothing of it"),
    "pin": _l("The PINs, old and new"),
    "free": _l("Cost, if it is free"),
    "charged": _l("Cost, if it is charged"),
    "password": _l("Passwords"),
    "roles": _l("What each ID is for"),
    "payment": _l("Payment"),
}

NO_BARS = {
    "postal-code-format": _l("The postal code has not seven digits."),
    "postal-code-unknown": _l("Japan Post's list does not know the postal code."),
    "postal-code-catch-all": _l("The postal code names no place of its own."),
    "postal-code-elsewhere": _l("The postal code names another place than the address."),
}
