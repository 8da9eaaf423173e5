"""What the pages of refused contents say: what is wrong, who says so, what to do next."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from admin.messages_stopped import FIELDS, WHY
from issuance.queries.contents import Refused
from issuance.rules.contents import About, Step

MESSAGES = {
    "contents-answer-needed": _l("Write what was put right, or why it is right as it is: the holder reads it."),
    "contents-answer-long": _l("The answer is too long: %(most)s characters at most."),
    "contents-reason-needed": _l("Say why no certificate is issued: the holder reads it in an e-mail."),
    "contents-reason-long": _l("The reason is too long: %(most)s characters at most."),
    "contents-my-number": _l(
        "There is a number of 12 digits in it that may be a My Number. Take it out; it is not needed."
    ),
    "contents-still-unfit": _l(
        "The certificate still cannot be made of these names, so that the holder could not go on. Put that right first, or "
        "have it ended."
    ),
    "contents-pin-over": _l(
        "The holder's application PIN is locked, or its time is over. Have the letter sent again in the mailroom, or have "
        "this ended."
    ),
}
ABOUT: dict[str, Any] = {
    About.NAME: FIELDS["name"],
    About.NAME_ROMAJI: FIELDS["name_romaji"],
    About.COMPANY: _l("Company's particulars"),
    About.OTHER: _l("Something else"),
}
TO_DO: dict[Step, Any] = {
    Step.HOLDER: _l(
        "Compare it with the residence certificate and form 5 of the case. If the certificate is right as it is (for "
        "instance with the usual substitute for a rare character), answer so. If it is wrong: the application was approved "
        "like this and cannot be changed here. An approver ends it, and a fresh application is sent."
    ),
    Step.COMPANY: _l(
        "Compare it with the registry certificate of the case. If the company has changed, ask it for the change, record "
        "and approve it (page Changes of a company), then answer: the holder looks again."
    ),
    Step.CALL: _l("Call the holder and ask what is meant. Then answer, or have it ended."),
}
HAPPENED: dict[str, Any] = {
    "contents:refuse": _l("The holder says that something is wrong"),
    "contents:unfit": _l("The certificate cannot be made of these names"),
    "contents:answer": _l("Answered; the holder looks again"),
    "contents:end": _l("Ended without a certificate"),
}


def title(refused: Refused) -> str:
    """What is wrong, in few words."""
    if refused.about:
        return str(ABOUT.get(refused.about, refused.about))
    return str(FIELDS.get(refused.refused_field, refused.refused_field or "—"))


def why(refused: Refused) -> str:
    """Who says that it is wrong, and why."""
    if refused.about:
        return gettext("The holder says: %(words)s", words=refused.words)
    text = WHY.get(refused.code)
    if text is None:
        return gettext("The certificate cannot be made of these names (%(code)s).", code=refused.code)
    return str(text) % {"field": title(refused)}


def to_do(refused: Refused) -> str:
    """What to do next, as a sentence."""
    return str(TO_DO[refused.step])
