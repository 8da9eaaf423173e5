"""The holder says that the contents shown before the consent are wrong: an officer looks at it. Nothing is used up."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import ContentsError, PinUsedError
from issuance.queries.contents import REFUSED, count_said, find_refused
from issuance.rules.contents import MOST_TIMES, About, require_words
from issuance.services.check_pin import holder_of, require_usable
from models.applications import Applicant
from models.enums import PinStatus


def refuse_contents(application_pin_id: UUID, *, about: str, words: str, now: datetime) -> None:
    """Note what is wrong for the officers, and promise the e-mail that says it was noted.

    The same words again, while they wait, are the same refusal. The 申請PIN stays as it is: whoever finds that all is right
    after all goes on with it.

    Args:
        application_pin_id: the 申請PIN that was accepted.
        about: what is wrong, one of `About`.
        words: what should stand there.
        now: the present moment.

    Raises:
        ContentsError: contents-about, contents-words-needed, contents-words-long, contents-often.
        PinUsedError: the holder agreed to the contents already.
        PinLockedError, PinExpiredError: the PIN is of no more use.
    """
    if about not in set(About):
        raise ContentsError("contents-about", field="about")
    told = require_words(words, field="words", code="contents-words")
    with transaction():
        secret = queries.get_pin_for_update(application_pin_id)
        if secret.status is PinStatus.RESERVED:
            raise PinUsedError
        require_usable(secret, now)
        applicant = db.session.get_one(Applicant, secret.applicant_id)
        waiting = find_refused(applicant.id)
        if waiting is not None and (waiting.about, waiting.words) == (about, told):
            return
        if count_said(applicant.id, secret.id) >= MOST_TIMES:
            raise ContentsError("contents-often")
        audit.record(
            REFUSED,
            subject_type="applicant",
            subject_id=applicant.id,
            actor=holder_of(applicant),
            detail={"pin": secret.id, "about": about, "words": told},
        )
        defer("mailings.jobs.email_contents_refused", applicant.id)
