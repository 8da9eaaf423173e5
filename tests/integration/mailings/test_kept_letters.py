"""Letters that lie at the post office: each is warned of, however many others were before it and never came to an end."""

from datetime import timedelta

from flask import Flask

from app.core import clock
from app.core.db import db
from mailings.services.post_letter import post_letter
from mailings.services.record_outcome import record_notice
from mailings.services.warn_kept import warn_kept
from models.accounts import CompanyAccount
from tests.factories.accounts import make_application, make_customer
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number
from tests.factories.mailroom_pages import other_clerk


def test_letters_at_the_post_office_are_warned_of_however_many_were_before(app: Flask) -> None:
    account = db.session.get_one(CompanyAccount, make_customer().company_account_id)
    db.session.execute(
        db.text(
            "INSERT INTO mail_piece (id, number, kind, posting, account_id, application_id, status, item_number, posted_on,"
            " notified_on, kept_until, created_at) SELECT gen_random_uuid(), 'LX-' || n, 'id_notice', 'recorded', :account,"
            " :case, 'notified', lpad(n::text, 11, '0'), CURRENT_DATE - 90, CURRENT_DATE - 80, CURRENT_DATE - 70, now()"
            " FROM generate_series(1, 1000) n"
        ),
        {"account": account.id, "case": account.application_id},
    )
    db.session.commit()
    (piece,) = enclosed("一", application=make_application("一"))
    day = clock.today() - timedelta(days=8)
    post_letter(piece, item_number=item_number(1), posted_on=day, actor=other_clerk(), now=clock.now())

    notified = clock.today() - timedelta(days=7)
    clerk = staff_actor("mailroom", email="third@example.jp", name="三人目")
    record_notice(piece, notified_on=notified, keep_days=10, actor=clerk, now=clock.now())
    assert warn_kept(warn_days=(5,), now=clock.now()) == 1
