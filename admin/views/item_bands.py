"""Bands of item numbers: taken in, and how many are left."""

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.forms.posting import BandForm
from app.core import clock
from app.security import staff_actor
from mailings.band_queries import left_of_kinds, list_bands
from mailings.rules.bands import number_of
from mailings.services.take_band import take_band
from models.enums import Posting


class ItemBandsView(PageView):
    """Bands of numbers from the post office."""

    title = _l("Item numbers")
    path = "item-bands"
    permission = "letter:read"

    @expose("/")
    @needs("letter:read")
    def index(self) -> ResponseReturnValue:
        """Every band, and what is left of each kind."""
        return self.render(
            "admin/posting/bands.html",
            bands=list_bands(),
            left=left_of_kinds(),
            formatted=lambda n: number_of(n).formatted,
        )

    @expose("/take/", methods=["GET", "POST"])
    @needs("letter:post")
    def take(self) -> ResponseReturnValue:
        """A band came."""
        form = BandForm(received_on=clock.today())

        def act() -> str:
            assert form.received_on.day is not None
            take_band(
                Posting(form.posting.data),
                form.first.data or "",
                form.last.data or "",
                received_on=form.received_on.day,
                note=form.note.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The band is taken in.")

        return self.decide(
            form,
            act,
            template="admin/posting/step.html",
            back=lambda: url_for(".index"),
            heading=_("Take a band in"),
            button=_("Take the band in"),
            trail=[(_("Item numbers"), url_for(".index"))],
            hint=_("Type the first and the last number as printed, with the check digit: both are verified."),
        )
