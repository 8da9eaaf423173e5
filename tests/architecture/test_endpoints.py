"""Every endpoint of both applications says who may call it; a GET changes nothing but the record of who looked."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.core.settings import Settings
from app.security import PERMISSIONS, declared_guard
from tests.architecture.guards import PORTAL, SITE
from wsgi import create_portal, create_site


@pytest.fixture(scope="module")
def applications(settings: Settings) -> Iterator[dict[str, Flask]]:
    yield {"portal": create_portal(settings), "site": create_site(settings)}


@pytest.mark.parametrize(("role", "expected"), [("portal", PORTAL), ("site", SITE)])
def test_every_endpoint_has_the_expected_guard(applications, role: str, expected: dict[str, str]) -> None:
    app = applications[role]
    actual = {rule.endpoint: str(declared_guard(app, rule.endpoint)) for rule in app.url_map.iter_rules()}
    assert actual == expected  # in both directions: no endpoint unlisted, none listed that is gone


@pytest.mark.parametrize("role", ["portal", "site"])
def test_no_endpoint_is_undeclared(applications, role: str) -> None:
    app = applications[role]
    for rule in app.url_map.iter_rules():
        guard = declared_guard(app, rule.endpoint)
        assert guard is not None, rule.endpoint
        assert ":" not in guard or guard in PERMISSIONS or guard.startswith("customer:"), rule.endpoint


def test_the_site_has_none_of_the_portals_pages(applications) -> None:
    site = {rule.rule for rule in applications["site"].url_map.iter_rules()}
    assert not site & {"/reception/", "/review/", "/approval/", "/mailroom/", "/audit/"}


def test_no_built_in_crud_endpoint_exists(applications) -> None:
    endpoints = {rule.endpoint.rpartition(".")[2] for rule in applications["portal"].url_map.iter_rules()}
    assert not endpoints & {
        "create_view",
        "edit_view",
        "delete_view",
        "action_view",
        "ajax_update",
        "ajax_lookup",
        "export",
    }
