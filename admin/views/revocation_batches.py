"""Lists to revoke: dry run, proposal, the second person's word, progress."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from admin import messages_revocations as words
from admin.access import needs
from admin.base import PageView, tell
from admin.forms.revocations import BatchForm, DigestForm, YesForm
from admin.views.revocation_page import publication_words
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.security import current_staff, staff_actor
from issuance.queries.revocation_batches import (
    FIRST_ROWS,
    DryRun,
    count_unpublished_of,
    dry_run,
    find_last_revocation_of,
    get_batch,
    list_batches,
    list_rows_of,
)
from issuance.rules.revocation_batch import BatchFilter, digest_of, read_serials, require_filter
from issuance.services.decide_revocation_batch import (
    confirm_revocation_batch,
    difference_of,
    reject_revocation_batch,
)
from issuance.services.propose_revocation_batch import BatchReason, propose_revocation_batch
from models.enums import RevocationBatchStatus as B
from models.revocations import RevocationBatch

PAGE = "admin/revocations/batch.html"
LABELS = {
    "company": _l("Company"),
    "issued_from": _l("Issued from"),
    "issued_until": _l("Issued until"),
    "token_batch": _l("Delivery of tokens"),
    "key_kind": _l("Kind of key"),
    "profile_version": _l("Version of the certificate profile"),
    "serials": _l("Serial numbers"),
}


class RevocationBatchesView(PageView):
    """Many certificates at once, always by two people."""

    title = _l("Lists to revoke")
    path = "revocation-batches"
    permission = "revocation:read"
    in_menu = False

    @expose("/")
    @needs("revocation:read")
    def index(self) -> ResponseReturnValue:
        return self.render("admin/revocations/batches.html", batches=list_batches(), words=words)

    @expose("/new/", methods=["GET", "POST"])
    @needs("certificate:revoke")
    def new(self) -> ResponseReturnValue:
        """Filter, dry run, and the proposal of exactly what the dry run showed."""
        form = BatchForm()
        found: DryRun | None = None
        status = 200
        if form.validate_on_submit():
            try:
                wanted = _filter(form)
                found = dry_run(wanted, now=clock.now())
                if request.form.get("act") == "propose":
                    made = _propose(form, wanted)
                    flash(_("The list is proposed. Another person confirms it."), "success")
                    return redirect(url_for(".show", batch_id=made))
            except DomainError as error:
                db.session.rollback()
                tell(form, error)
                status = 409 if error.code == "stale" else 422
        elif request.method == "POST":
            status = 422
        if found is not None:
            form.digest.data = digest_of(found.serials)  # of what is on this page
        page = self.render(
            "admin/revocations/batch_new.html", form=form, found=found, first_rows=FIRST_ROWS, words=words
        )
        return page, status

    @expose("/<uuid:batch_id>/")
    @needs("revocation:read")
    def show(self, batch_id: UUID) -> ResponseReturnValue:
        """One list: why, by which filter, what is on it, how far it is."""
        return self.render(PAGE, form=None, part="", **_context(get_batch(batch_id)))

    @expose("/<uuid:batch_id>/confirm/", methods=["GET", "POST"])
    @needs("certificate:revoke")
    def confirm(self, batch_id: UUID) -> ResponseReturnValue:
        """The second person: exactly this list."""
        batch = get_batch(batch_id)
        form = DigestForm(digest=batch.digest)

        def act() -> str:
            confirm_revocation_batch(batch_id, digest=form.digest.data or "", actor=staff_actor(), now=clock.now())
            return _("Confirmed. The certificates are being revoked.")

        return self._decide(batch, form, act, "confirm")

    @expose("/<uuid:batch_id>/reject/", methods=["GET", "POST"])
    @needs("certificate:revoke")
    def reject(self, batch_id: UUID) -> ResponseReturnValue:
        """Nothing is revoked."""

        def act() -> str:
            reject_revocation_batch(batch_id, actor=staff_actor(), now=clock.now())
            return _("Rejected. Nothing was revoked.")

        return self._decide(get_batch(batch_id), YesForm(), act, "reject")

    def _decide(
        self, batch: RevocationBatch, form: FlaskForm, act: Callable[[], str], part: str
    ) -> ResponseReturnValue:
        batch_id = batch.id
        return self.decide(
            form,
            act,
            password=True,
            template=PAGE,
            back=lambda: url_for(".show", batch_id=batch_id),
            part=part,
            **_context(batch),
        )


def _filter(form: BatchForm) -> BatchFilter:
    wanted = BatchFilter(
        company=(form.company.data or "").strip(),
        issued_from=form.issued_from.day,
        issued_until=form.issued_until.day,
        token_batch=(form.token_batch.data or "").strip(),
        key_kind=form.key_kind.data or "",
        profile_version=form.profile_version.data,
        serials=read_serials(form.serials.data or ""),
    )
    require_filter(wanted)
    return wanted


def _propose(form: BatchForm, wanted: BatchFilter) -> UUID:
    why = BatchReason(
        form.asker(),
        form.circumstance.data or "",
        form.explanation.data or "",
        form.since_moment(),
    )
    return propose_revocation_batch(wanted, why, digest=form.digest.data or "", actor=staff_actor(), now=clock.now())


def _context(batch: RevocationBatch) -> dict[str, Any]:
    person = current_staff()
    last = find_last_revocation_of(batch.id)
    unpublished = count_unpublished_of(batch.id)
    return {
        "batch": batch,
        "words": words,
        "rows": list_rows_of(batch.serials[:FIRST_ROWS]),
        "first_rows": FIRST_ROWS,
        "criteria": [(LABELS[name], _shown(name, value)) for name, value in batch.filter.items() if value],
        "changed": difference_of(batch, now=clock.now()) if batch.status is B.PROPOSED else None,
        "is_proposer": person is not None and person.id == batch.proposed_by,
        "is_running": batch.status is B.CONFIRMED or (batch.status is B.DONE and bool(unpublished)),
        "unpublished": unpublished,
        "publication": publication_words(last) if last else "",
    }


def _shown(name: str, value: Any) -> str:  # noqa: ANN401  as JSON has it
    if name == "serials":
        return f"{len(value):,}"
    return words.KEY_KINDS.get(value, value) if name == "key_kind" else str(value)
