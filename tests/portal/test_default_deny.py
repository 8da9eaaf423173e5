"""No endpoint is open by oversight, and none of Flask-Admin's own ways to change a row exists."""

from typing import Any

import pytest
from flask import Flask
from flask_admin import expose

from admin.access import needs, refuse_undeclared
from admin.base import PageView
from app.core.db import db
from models.companies import Company
from tests.factories.cases import make_case
from tests.factories.staff import form_token, make_staff, sign_in

BUILT_IN = ("create_view", "edit_view", "delete_view", "action_view", "ajax_update", "ajax_lookup", "export")
FORGED = ("new/", "edit/?id={id}", "delete/", "action/", "ajax/update/", "ajax/lookup/", "export/csv/")


class Careless(PageView):
    title = "careless"
    path = "careless"
    permission = "application:read"

    @expose("/", methods=["GET", "POST"])
    def index(self) -> str:
        return "done"


def test_a_page_that_takes_post_names_its_permission() -> None:
    app = Flask(__name__)
    view = Careless()
    app.add_url_rule("/careless", "careless.index", view.index, methods=["POST"])

    with pytest.raises(RuntimeError, match="takes POST"):
        refuse_undeclared(app)


def test_an_endpoint_that_says_nothing_stops_the_start() -> None:
    app = Flask(__name__)
    app.add_url_rule("/open", "open", lambda: "done")

    with pytest.raises(RuntimeError, match="does not declare"):
        refuse_undeclared(app)


def test_a_misspelt_permission_stops_the_start() -> None:
    with pytest.raises(ValueError, match="no role may"):
        needs("aplication:approve")


def test_no_built_in_endpoint(portal: Flask) -> None:
    endpoints = [rule.endpoint for rule in portal.url_map.iter_rules()]

    assert not [each for each in endpoints if each.rpartition(".")[2] in BUILT_IN]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", FORGED)
def test_a_forged_request_changes_nothing(portal: Flask, method: str, path: str) -> None:
    case = make_case("佐藤 花子")
    make_staff("auditor", email="kansa@example.jp")
    client = sign_in(portal, "kansa@example.jp")
    data: dict[str, Any] = {"id": str(case.company_id), "name": "乗っ取り", "action": "delete", "rowid": str(case.id)}
    if method == "post":
        data["csrf_token"] = form_token(client, "/")

    for register in ("companies", "applications", "audit"):
        answer = getattr(client, method)(f"/{register}/{path.format(id=case.company_id)}", data=data)
        assert answer.status_code in {404, 405}

    db.session.expire_all()
    assert db.session.query(Company).one().name == "株式会社髙﨑建設"


def test_a_post_without_the_token(portal: Flask) -> None:
    make_staff("auditor", email="kansa@example.jp")
    client = sign_in(portal, "kansa@example.jp")

    assert client.post("/audit/verify/").status_code == 400
    assert client.post("/audit/verify/", data={"csrf_token": form_token(client, "/")}).status_code == 200


def test_nobody_signed_in_sees_anything(portal: Flask) -> None:
    client = portal.test_client()
    for path in ("/", "/applications/", "/audit/", "/companies/", "/jobs/", "/reception/"):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 302)
        assert answer.headers["Location"].startswith("/login?next=")
