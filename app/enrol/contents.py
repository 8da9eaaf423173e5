"""/enrol/wrong: the holder says what is wrong with the contents that the certificate would have."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.forms import Form, InputRequired
from app.enrol.messages import sentence
from app.enrol.pages import AGAIN_LIMIT, PASSED, enrol
from app.security import limiter, public
from issuance.queries.progress import find_progress
from issuance.rules.contents import LONGEST_WORDS, About
from issuance.services.preview_certificate import preview_certificate
from issuance.services.refuse_contents import refuse_contents
from registration.rules.my_number import contains_my_number

CHOICES: dict[About, Any] = {
    About.NAME: _l("My name"),
    About.NAME_ROMAJI: _l("My name in Latin letters"),
    About.COMPANY: _l("My company: name, head office or corporate number"),
    About.OTHER: _l("Something else"),
}


class WrongForm(Form):
    """What is wrong, and how it should be."""

    about = RadioField(
        _l("What is wrong?"),
        choices=[SelectChoice(each.value, words) for each, words in CHOICES.items()],
        validators=[InputRequired(_l("Choose what is wrong."))],
    )
    words = TextAreaField(
        _l("How should it be?"),
        validators=[
            InputRequired(_l("Write how it should be, as it stands on your papers.")),
            Length(max=LONGEST_WORDS, message=_l("This is too long: %(max)d characters at most.")),
        ],
        description=_l("As it stands on your papers. Never write your My Number here."),
        render_kw={"rows": 4, "maxlength": LONGEST_WORDS},
    )

    def validate_words(self, field: TextAreaField) -> None:
        """個人番号 never enters the system."""
        if contains_my_number(field.data or ""):
            raise ValidationError(
                _("There is a number of 12 digits in it that may be a My Number. Take it out; it is not needed.")
            )


@enrol.route("/wrong/", methods=["GET", "POST"])
@limiter.limit(AGAIN_LIMIT, methods=["POST"])
@public
def wrong() -> ResponseReturnValue:
    """Say what is wrong. Nothing is used up."""
    passed = session.get(PASSED)
    if not passed:
        return redirect(url_for(".start"))
    progress = find_progress(UUID(passed))
    if progress.status is not None:
        return redirect(url_for(".done"))
    form, applicant_id = WrongForm(), progress.applicant.id
    if form.validate_on_submit():
        try:
            refuse_contents(UUID(passed), about=form.about.data, words=form.words.data or "", now=clock.now())
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(sentence(error))
        else:
            flash(_("Thank you. Our staff look into it; you get an e-mail. Nothing was used up."), "success")
            return redirect(url_for(".consent"))
    preview = preview_certificate(applicant_id, now=clock.now())
    page = render_template("enrol/wrong.html", form=form, preview=preview)
    return page, 422 if form.errors or form.form_errors else 200
