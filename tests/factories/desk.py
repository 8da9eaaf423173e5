"""A complete case through the desk's own services: received, recorded, scanned, checked."""

from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from unittest.mock import patch
from uuid import UUID

from PIL import Image

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.security import actor_of
from models.applications import Application
from models.enums import CheckResult, PaperKind, Service
from registration import queries
from registration.page_images import PageImage
from registration.rules.checklist import paper_spec
from registration.rules.required_papers import FRESH_KINDS
from registration.scans import page_images
from registration.services import rasterise_scan as rasterising
from registration.services.approve import approve_application
from registration.services.attach_scan import attach_scan
from registration.services.finish_review import finish_review
from registration.services.rasterise_scan import rasterise_scan
from registration.services.receive_envelope import ApplicantDetails, CompanyDetails, receive_envelope
from registration.services.record_check import record_check
from registration.services.record_paper import PaperRecord, record_paper
from tests.factories.staff import make_staff

FIELDS = {
    "contact_name": "葛󠄀城 葵",
    "contact_email": "contact@example.jp",
    "billing_name": "神谷 吾郎",
    "billing_email": "billing@example.jp",
    "email": "holder@example.jp",
    "name_romaji": "YOSHIDA TARO",
    "user_id_email": "user@example.jp",
    "company_name": "株式会社髙﨑建設",
    "head_office": "茨城県日立市宮田町六丁目7番14号",
    "representative_title": "代表取締役",
    "representative_name": "髙﨑 一郎",
    "company_number": "000012050002",
    "name": "𠮷田 太郎",
    "address": "茨城県日立市助川町一丁目1番1号",
    "birth_date": "昭和60年4月1日",
    "name_kana": "ヨシダ タロウ",
    "registry_kind": "history",
    "explanation_version": "第3版",
    "explanation_date": "令和8年10月1日",
    **{f"listed_name_{position}": "𠮷田 太郎" for position in range(1, 21)},
}


def staff_actor(*roles: str, email: str = "", name: str = "") -> Actor:
    """A person of the staff, as services know them."""
    person = make_staff(*roles, email=email, name=name or f"{'/'.join(roles)} さん")
    actor = actor_of(person)
    db.session.commit()
    return actor


def scan_file(shade: int = 250) -> bytes:
    """A small page as a scanner gives it."""
    out = BytesIO()
    Image.new("RGB", (240, 340), (shade, shade, 240)).save(out, "PNG")
    return out.getvalue()


@cache
def _drawn(data: bytes) -> list[PageImage]:
    """The pages of a file, drawn by the real child process once in a test process and not again for every case."""
    return page_images(data)


def receive(
    actor: Actor,
    *,
    item_number: str = "35685969384",
    services: tuple[Service, ...] = (Service.CONTRACT, Service.CERTIFICATE),
    received_on: date | None = None,
) -> UUID:
    """An envelope with one applicant."""
    return receive_envelope(
        item_number=item_number,
        received_on=received_on or clock.today(),
        company=CompanyDetails(
            "株式会社髙﨑建設", "7000012050002", "カブシキガイシャタカサキケンセツ", "TAKASAKI KENSETSU K.K."
        ),
        services=services,
        applicants=[ApplicantDetails("𠮷田 太郎", "ヨシダ タロウ")],
        actor=actor,
        now=clock.now(),
    )


def work_through(application_id: UUID, actor: Actor, *, issued_on: date | None = None, scans: bool = True) -> None:
    """Record, scan and check every paper."""
    papers = [(paper.id, paper.kind) for paper in queries.get_case(application_id).papers]
    db.session.rollback()
    for number, (paper_id, kind) in enumerate(papers):
        record(paper_id, kind, actor, issued_on=issued_on)
        if scans:
            scan = scan_file(100 + number)
            scan_id = attach_scan(paper_id, scan, actor=actor, now=clock.now(), declares_no_my_number=True)
            with patch.object(rasterising, "page_images", _drawn):
                rasterise_scan(scan_id)
        for code in paper_spec(kind).checks:
            record_check(paper_id, code, CheckResult.OK, actor=actor, now=clock.now())


def record(paper_id: UUID, kind: PaperKind, actor: Actor, *, issued_on: date | None = None) -> None:
    """Type what stands on a paper."""
    day = issued_on or clock.today() - timedelta(days=10)
    record_paper(
        paper_id,
        PaperRecord(issued_on_text=day.isoformat() if kind in FRESH_KINDS else "", fields=FIELDS),
        actor=actor,
        now=clock.now(),
    )


def approved_case(now: datetime | None = None, *, item_number: str = "35685969384") -> Application:
    """A case that reception, officer and approver have done."""
    reception, officer, approver = (
        staff_actor(role, email=f"{role}-{item_number}@example.jp") for role in ("reception", "officer", "approver")
    )
    application_id = receive(reception, item_number=item_number)
    work_through(application_id, officer)
    digest = finish_review(application_id, actor=officer, now=clock.now())
    approve_application(application_id, digest=digest, actor=approver, now=now or clock.now())
    return queries.get_case(application_id)
