"""The holder says before the consent that something is wrong, or the profile does: told, heard, answered, ended."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.core.errors import StaleError
from app.core.settings import Settings
from issuance.errors import ContentsError, PinExpiredError, PinUsedError
from issuance.queries.contents import count_refused, find_refused, list_refused, list_refused_of
from issuance.rules.contents import Step
from issuance.services.answer_contents import answer_contents
from issuance.services.end_contents import end_contents
from issuance.services.refuse_contents import refuse_contents
from mailings import jobs as mailing_jobs
from models.audit import AuditEntry
from models.enums import PinKind, PinStatus
from models.pin_secrets import PinSecret
from tests.factories.desk import staff_actor
from tests.factories.stories import delivered_story, promises_of, public_site, write_holder
from tests.integration.mailings.test_change_notices import Sink, sink  # noqa: F401  a real SMTP server
from tests.integration.test_main_line import Story, pins
from tests.site.test_enrol_pages import consent_of, enter

pytestmark = pytest.mark.hsm
WORDS = "氏名は「髙﨑」です（住民票のとおり）。"


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return delivered_story(app)


@pytest.fixture
def site(story: Story, settings: Settings) -> Iterator[Flask]:
    with public_site(settings) as application:
        yield application


def pin_of(story: Story):
    db.session.rollback()
    return db.session.scalars(
        select(PinSecret.id).where(PinSecret.kind == PinKind.APPLICATION).order_by(PinSecret.created_at.desc())
    ).first()


def refuse(story: Story, words: str = WORDS, about: str = "name") -> None:
    refuse_contents(pin_of(story), about=about, words=words, now=clock.now())


def tell(client, **data: str):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/enrol/wrong/").text)[1]
    return client.post("/enrol/wrong/", data={"csrf_token": token, **data})


def entries(event: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.seq)))


def test_from_the_page_to_the_officers_list(site: Flask, story: Story) -> None:
    client = site.test_client()
    enter(client, story, story.pin)
    assert "/enrol/wrong/" in client.get("/enrol/consent").text
    empty = tell(client, about="name", words=" ")
    assert empty.status_code == 422 and "checked" in empty.text  # what was chosen stays
    done = tell(client, about="name", words=WORDS)
    assert done.location == "/enrol/consent"
    page = client.get("/enrol/consent?lang=ja").text
    assert "担当者が確認しています" in page and WORDS in page
    (waiting,) = list_refused()
    assert (waiting.about, waiting.words, waiting.step) == ("name", WORDS, Step.HOLDER)
    assert [each.applicant.id for each in list_refused_of(story.case.id)] == [story.applicant]
    (entry,) = entries("contents:refuse")
    assert (entry.actor_kind, entry.subject_id) == ("holder", str(story.applicant))
    assert pins(PinKind.APPLICATION) == [PinStatus.ISSUED]  # nothing is used up
    tell(client, about="name", words=WORDS)  # pressed twice
    assert len(entries("contents:refuse")) == len(promises_of("mailings.jobs.email_contents_refused")) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"words": WORDS}, "Choose what is wrong."),
        ({"about": "everything", "words": WORDS}, "from what is offered."),
        ({"about": "name", "words": "長" * 501}, "This is too long: 500 characters at most."),
        ({"about": "name", "words": "私の番号は 123456789018 です"}, "may be a My Number"),
    ],
)
def test_what_cannot_be_told_is_said_and_not_lost(site: Flask, story: Story, data: dict, words: str) -> None:
    client = site.test_client()
    enter(client, story, story.pin, "en")
    answer = tell(client, **data)
    assert answer.status_code == 422
    assert words in answer.text and data["words"] in answer.text
    assert count_refused() == 0


def test_without_a_pin_nobody_tells_anything(site: Flask) -> None:
    assert site.test_client().get("/enrol/wrong/").location == "/enrol/"
    assert site.test_client().post("/enrol/wrong/").status_code in {302, 400}


def test_whoever_agrees_after_all_needs_no_answer(site: Flask, story: Story) -> None:
    refuse(story)
    client = site.test_client()
    enter(client, story, story.pin)
    assert client.post("/enrol/consent", data=consent_of(client)).status_code == 200
    assert count_refused() == 0
    with pytest.raises(PinUsedError):
        refuse(story)
    assert client.get("/enrol/wrong/").location == "/enrol/done"


def test_a_name_that_no_certificate_can_carry_reaches_the_officers_once(site: Flask, story: Story) -> None:
    write_holder(story, name_romaji="YOSHIDA TARŌ")
    client = site.test_client()
    for _time in range(2):
        enter(client, story, story.pin)
    client.post("/enrol/consent", data=consent_of(client))
    (waiting,) = list_refused()
    assert (waiting.code, waiting.refused_field, waiting.step) == ("profile-not-romaji", "name_romaji", Step.HOLDER)
    (entry,) = entries("contents:unfit")
    assert (entry.actor_kind, entry.outcome) == ("system", "failed")
    assert "担当者が確認しています" in client.get("/enrol/consent?lang=ja").text
    seen, officer = waiting.seq, staff_actor("officer")
    with pytest.raises(ContentsError, match="contents-still-unfit"):
        answer_contents(story.applicant, seen=seen, answer="ok", actor=officer, now=clock.now())
    write_holder(story, name_romaji="YOSHIDA TARO")
    answer_contents(story.applicant, seen=seen, answer="訂正", actor=officer, now=clock.now())
    assert count_refused() == 0


def test_the_holder_is_told_each_time_once(story: Story, sink: Sink) -> None:  # noqa: F811  the fixture
    refuse(story)
    subject = str(story.applicant)
    for _time in range(2):
        mailing_jobs.email_contents_refused(subject)
    ((recipient, text),) = sink.taken
    assert recipient == "holder@example.jp" and "申請PINは使用済みになっていません" in text
    assert story.pin not in text
    seen = list_refused()[0].seq
    answer_contents(story.applicant, seen=seen, answer="標準の字です。", actor=staff_actor("officer"), now=clock.now())
    for _time in range(2):
        mailing_jobs.email_contents_answered(subject)
        mailing_jobs.email_contents_refused(subject)
    assert len(sink.taken) == 2 and "標準の字です。" in sink.taken[1][1]
    refuse(story, "やはり違います")
    mailing_jobs.email_contents_refused(subject)
    assert len(sink.taken) == 3


def test_answered_twice_or_after_something_new_is_stale(story: Story) -> None:
    refuse(story)
    seen, officer = list_refused()[0].seq, staff_actor("officer", name="佐藤 花子")
    refuse(story, "会社名も違います", about="company")
    with pytest.raises(StaleError):
        answer_contents(story.applicant, seen=seen, answer="ok", actor=officer, now=clock.now())
    newest = find_refused(story.applicant).seq
    answer_contents(story.applicant, seen=newest, answer="ok", actor=officer, now=clock.now())
    for service, word in ((answer_contents, "answer"), (end_contents, "reason")):
        with pytest.raises(StaleError):
            service(story.applicant, seen=newest, **{word: "x"}, actor=officer, now=clock.now())
    (entry,) = entries("contents:answer")
    assert (entry.actor_name, entry.detail["answer"]) == ("佐藤 花子", "ok")


def test_ended_the_pin_is_void_and_the_reason_goes_to_the_holder(story: Story, sink: Sink) -> None:  # noqa: F811  the fixture
    refuse(story)
    seen, approver = list_refused()[0].seq, staff_actor("approver", name="田中 裕子")
    with pytest.raises(ContentsError, match="contents-reason-needed"):
        end_contents(story.applicant, seen=seen, reason=" ", actor=approver, now=clock.now())
    end_contents(story.applicant, seen=seen, reason="氏名の誤り", actor=approver, now=clock.now())
    assert pins(PinKind.APPLICATION) == [PinStatus.DESTROYED]
    mailing_jobs.email_contents_answered(str(story.applicant))
    assert "氏名の誤り" in sink.taken[-1][1] and "申請PINは、お使いになれなくなりました" in sink.taken[-1][1]
    with pytest.raises(PinExpiredError):
        refuse(story)


def test_an_answer_does_not_send_anybody_to_a_dead_pin(story: Story) -> None:
    refuse(story)
    waiting = find_refused(story.applicant)
    db.session.execute(update(PinSecret).values(status=PinStatus.LOCKED, ended_at=clock.now()))
    db.session.commit()
    assert count_refused() == 1  # somebody still has to look at it
    with pytest.raises(ContentsError, match="contents-pin-over"):
        answer_contents(story.applicant, seen=waiting.seq, answer="x", actor=staff_actor("officer"), now=clock.now())
    end_contents(story.applicant, seen=waiting.seq, reason="x", actor=staff_actor("approver"), now=clock.now())
    assert count_refused() == 0


def test_told_five_times_the_telephone_is_quicker(story: Story) -> None:
    for number in range(5):
        refuse(story, f"{number} 回目")
    with pytest.raises(ContentsError, match="contents-often"):
        refuse(story, "6 回目")
