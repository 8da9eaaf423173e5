"""The pages of the certificate profiles: list, differences, proposal, decision, and who may do what."""

import os
import re
import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.serving import make_server

from app.core.db import db
from issuance.queries.profiles import get_profiles
from issuance.rules.profiles import BUILT_IN, to_content
from models.certificate_profiles import CertificateProfile
from models.enums import ProfileStatus
from tests.factories.staff import PASSWORD, make_staff, sign_in


def person(portal: Flask, role: str, email: str, name: str) -> FlaskClient:
    make_staff(role, email=email, name=name)
    return sign_in(portal, email)


def send(client: FlaskClient, path: str, **data: object):
    page = client.get(path).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)[1]
    return client.post(path, data={"csrf_token": token, **data})


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def form(**changes: str) -> dict[str, str]:
    """The built-in version as its form sends it."""
    values: dict[str, str] = {}
    for section, part in to_content(BUILT_IN).items():
        for name, value in part.items():
            if isinstance(value, bool):
                values |= {f"{section}.{name}": "y"} if value else {}
            else:
                values[f"{section}.{name}"] = ", ".join(value) if isinstance(value, list) else str(value)
    return values | {"reason": "新しい鍵に移る"} | changes


def test_one_proposes_and_another_decides(portal: Flask) -> None:
    first = person(portal, "ca_operator", "ca1@example.jp", "認証 一郎")
    second = person(portal, "ca_operator", "ca2@example.jp", "認証 二郎")
    shown = text(first.get("/certificate-profiles/"))
    for part in ("証明書プロファイル", "適用中：版1", "rsa-3072", "利用者証明書"):
        assert part in shown

    answer = send(first, "/certificate-profiles/propose/", **form(**{"holder.years": "6"}))
    assert answer.status_code == 422
    assert "1から5までの整数を入力してください" in text(answer)
    assert "新しい鍵に移る" in answer.get_data(as_text=True)
    answer = send(first, "/certificate-profiles/propose/", **form(**{"holder.key_kinds": "rsa-1024"}))
    assert "次の中から1つ以上を" in text(answer)
    answer = send(first, "/certificate-profiles/propose/", **form())
    assert answer.status_code == 422

    changes = {"holder.years": "3", "holder.key_kinds": "secp256r1、rsa-3072", "needs_accreditation": "y"}
    assert send(first, "/certificate-profiles/propose/", **form(**changes)).status_code == 302
    row = db.session.scalars(select(CertificateProfile)).one()
    assert row.content["holder"]["key_kinds"] == ["secp256r1", "rsa-3072"]
    own, theirs = (
        text(first.get(f"/certificate-profiles/{row.id}/")),
        text(second.get(f"/certificate-profiles/{row.id}/")),
    )
    assert "有効年数 相違 2 3" in theirs
    assert "判断する" not in own
    decide = f"/certificate-profiles/{row.id}/decide/"
    assert "他の人が判断します" in text(send(first, decide, verdict="activate", accreditation_reference="x"))
    assert "変更認定（電子署名法9条）が先に必要です" in text(send(second, decide, verdict="activate"))
    assert send(second, decide, verdict="activate", accreditation_reference="第3号").status_code == 302
    db.session.rollback()
    assert db.session.get_one(CertificateProfile, row.id, populate_existing=True).status is ProfileStatus.ACTIVE
    assert get_profiles().holder.years == 3
    assert send(first, decide, verdict="reject", reason="x").status_code == 409
    listed = text(second.get("/certificate-profiles/"))
    assert "適用中：版2" in listed
    assert "利用者証明書: 有効年数 2 → 3" in listed


def test_who_may_not(portal: Flask) -> None:
    approver = person(portal, "approver", "shonin@example.jp", "田中 裕子")
    outsider = person(portal, "billing", "billing@example.jp", "請求")
    assert outsider.get("/certificate-profiles/").status_code == 403
    assert outsider.get("/certificate-profiles/propose/").status_code == 403
    assert approver.get("/certificate-profiles/propose/").status_code == 403


@pytest.mark.skipif("LOOK_AT_PAGES" not in os.environ, reason="pictures for whoever changes the pages")
def test_pictures(portal: Flask) -> None:
    """LOOK_AT_PAGES=directory: every page at two widths and in two languages."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    out = Path(os.environ["LOOK_AT_PAGES"])
    first = person(portal, "ca_operator", "ca1@example.jp", "認証 一郎")
    make_staff("ca_operator", email="ca2@example.jp", name="認証 二郎")
    send(
        first,
        "/certificate-profiles/propose/",
        **form(**{"holder.years": "3", "holder.key_kinds": "secp256r1, rsa-3072"}),
    )
    row = db.session.scalars(select(CertificateProfile.id)).one()
    server = make_server("127.0.0.1", 0, portal, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.port}"
    pages = {"index": "", "show": f"{row}/", "decide": f"{row}/decide/", "propose": "propose/"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for language in ("ja", "en"):
            context = browser.new_context(locale=language, viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(f"{url}/login")
            page.fill("input[name=email]", "ca2@example.jp")
            page.fill("input[name=password]", PASSWORD)
            page.click("main form button")
            page.wait_for_url(lambda address: "/login" not in address)
            for width in (1440, 390):
                page.set_viewport_size({"width": width, "height": 900})
                for name, path in pages.items():
                    page.goto(f"{url}/certificate-profiles/{path}?lang={language}")
                    page.screenshot(path=out / f"{name}-{language}-{width}.png", full_page=True)
        browser.close()
    server.shutdown()
