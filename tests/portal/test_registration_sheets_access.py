"""Who may open and press what on the pages of sheets, masking, disposal and disclosure."""

import pytest
from flask import Flask

from tests.factories.staff import form_token, make_staff, sign_in

ROLES = ("reception", "officer", "approver", "mailroom", "billing", "ca_operator", "auditor", "administrator")
NOBODY = "6f0cde4c-1d1c-4a9c-8a5e-8d6f9f3f9c11"
MAY = {
    "/sheets/": {"reception", "officer", "approver", "auditor"},
    "/sheet-desk/": {"reception", "officer", "approver", "auditor"},
    "/sheet-desk/labels.pdf": {"reception", "officer"},
    "/disposals/": {"reception", "officer", "approver", "auditor"},
    "/disposals/propose/": {"officer"},
    "/disposals/book/": {"reception", "officer", "approver", "auditor"},
    f"/disposals/hold/{NOBODY}/": {"officer", "approver"},
    "/disclosures/": {"officer", "approver", "auditor"},
    f"/disclosures/new/{NOBODY}/": {"officer"},
    f"/masking/{NOBODY}/": {"officer"},
}
PRESS = {
    f"/sheet-desk/{NOBODY}/shelve/": {"reception", "officer"},
    f"/sheet-desk/{NOBODY}/lend/": {"reception", "officer"},
    f"/sheet-desk/{NOBODY}/give-back/": {"reception", "officer"},
    f"/disposals/{NOBODY}/confirm/": {"officer", "approver"},
    f"/disposals/{NOBODY}/withdraw/": {"officer"},
    f"/disposals/holds/{NOBODY}/lift/": {"officer", "approver"},
    f"/disclosures/{NOBODY}/decide/": {"approver"},
    f"/disclosures/{NOBODY}/hand-over/": {"officer"},
    f"/masking/{NOBODY}/preview/": {"officer"},
    f"/masking/{NOBODY}/store/": {"officer"},
    f"/masking/{NOBODY}/send-back/": {"officer"},
}


@pytest.mark.parametrize("role", ROLES)
def test_who_may(portal: Flask, role: str) -> None:
    make_staff(role, email="somebody@example.jp")
    client = sign_in(portal, "somebody@example.jp")
    for path, allowed in MAY.items():
        status = client.get(path).status_code
        assert (status == 403) == (role not in allowed), (path, status)
        assert status < 500, path
    for path, allowed in PRESS.items():
        status = client.post(path, data={"csrf_token": form_token(client, "/")}).status_code
        assert (status == 403) == (role not in allowed), (path, status)
        assert status < 500, path
        assert role not in allowed or status == 404, (path, status)
