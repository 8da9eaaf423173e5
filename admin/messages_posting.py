"""Sentences of the mailroom's work with the post office."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "restricted-special": _l(
        "The special type is not possible: it accepts a document without photograph, which the law does not allow for us. Choose the basic type."
    ),
    "restricted-agent": _l("The notifying type knows no agent. Choose the basic type, or remove the agent."),
    "number-not-twice": _l("A typed number is typed twice. Type it once more, or scan the label."),
    "number-differs": _l("The two numbers differ. Compare both with the label, digit by digit."),
    "offered-number-taken": _l(
        "The number %(item_number)s, which was offered here, went to another envelope meanwhile. Look at the label on this one: "
        "scan it, or put the label of the number that is offered now on it."
    ),
    "no-item-band": _l("No band has a free number. Scan the label, or take a new band in."),
    "band-order": _l("The last number lies before the first. Look at the sheet again."),
    "band-too-large": _l(
        "This band would hold %(count)s numbers; at most %(most)s are possible. Look for a wrong digit."
    ),
    "band-overlaps": _l("Some of these numbers lie in the band %(first)s to %(last)s, which was taken in before."),
    "agent-incomplete": _l("The agent needs a name and an address: both are written on the envelope."),
    "posting-list-empty": _l("Nothing that was posted on %(day)s is without a list."),
    "receipt-file": _l("This is no PDF, PNG or JPEG that can be read (at most %(megabytes)s MB). Scan it again."),
    "receipt-there": _l("A receipt is kept for list %(number)s already. It cannot be replaced."),
    "outcome-nothing": _l("Paste at least one line, or choose a file."),
    "outcome-too-many": _l(
        "These are %(count)s lines; at most %(most)s can be taken in at once. Send them in several parts: the same line again changes nothing."
    ),
    "outcome-file-large": _l("The file is larger than %(megabytes)s MB. Send its lines in several files."),
    "outcome-file-text": _l(
        "This file is no text in UTF-8 or Shift_JIS. Save it as CSV in your spreadsheet program, then choose it again."
    ),
    "outcome-note": _l("Say which letter it is, or write why nothing further is to be done."),
    "outcome-contradiction": _l(
        "This does not fit what we know of letter %(number)s. Look at it, then write here what you found."
    ),
    "correction-same": _l("This is the number that the letter has already. Compare it with the label, digit by digit."),
    "exchange-nobody": _l(
        "No other letter has this number any more. Compare it with the label, then correct it alone."
    ),
    "exchange-too-late": _l(
        "Letter %(number)s arrived, came back or was lost under its number, so the two cannot be exchanged any more. "
        "Ask the post office what became of both; if one did not arrive, record its loss and send another letter."
    ),
    "correction-reason": _l("Write what was wrong: it stays in the audit log."),
    "return-not-inspected": _l("Two people look at letter %(number)s first: sealed or opened."),
    "resend-reason": _l("This reason does not fit what became of the letter. Choose another."),
}
WAITING = {
    "": _l("No letter of ours has this number."),
    "contradiction": _l("It contradicts the state of the letter."),
    "before-posting": _l("The day lies before the posting of the letter."),
}
UNREAD = {
    "outcome-number": _l("no item number, or a wrong check digit"),
    "outcome-status": _l("no word that says what happened"),
    "outcome-day": _l("no day, or one in the future"),
}
