"""The page about renewal: what is possible for whom, in both languages; and what the program talks to."""

from datetime import timedelta

import pytest
from flask import Flask

from app.core import clock


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("papers", "end", "ja", "en"),
    [
        (-670, 60, "いまオンラインで更新できます。", "Online renewal is possible now."),
        (-540, 190, "からオンラインで更新できます。", "Online renewal will be possible from"),
        (-1780, 60, "新しい書類が必要です。", "Fresh papers are needed."),
        (-760, -30, "新しい書類が必要です。", "Fresh papers are needed."),
    ],
)
def test_the_page_says_which_way_is_open(site: Flask, papers: int, end: int, ja: str, en: str) -> None:
    client = site.test_client()
    for language, said in (("ja", ja), ("en", en)):
        answer = client.get(f"/enrol/renew?papers={day(papers)}&end={day(end)}&lang={language}")
        assert answer.status_code == 200
        assert said in answer.text


def test_the_page_without_days_only_explains(site: Flask) -> None:
    page = site.test_client().get("/enrol/renew?lang=ja").text
    assert "cectrust renew --server" in page and "様式5 電子証明書発行申請書" in page
    assert 'role="status"' not in page


@pytest.mark.parametrize(
    "query", ["papers=x&end=2026-11-24", "papers=2026-11-24&end=", "papers=2026-11-24&end=2020-01-01"]
)
def test_a_day_that_cannot_be_read_stays_and_is_explained(site: Flask, query: str) -> None:
    answer = site.test_client().get(f"/enrol/renew?{query}&lang=en")
    assert answer.status_code == 422
    assert "Write the day like 2026-11-24" in answer.text
    assert 'value="2026-11-24"' in answer.text


def test_wareki_is_read(site: Flask) -> None:
    assert site.test_client().get("/enrol/renew?papers=R7.1.10&end=令和9年1月9日").status_code == 200


@pytest.mark.parametrize("body", [None, [], {}, {"statement": "x", "signature": "!"}, {"statement": 1, "signature": 2}])
def test_what_is_no_statement_is_refused_in_both_languages(site: Flask, body: object) -> None:
    answer = site.test_client().post("/api/holder/renewal", json=body)
    assert (answer.status_code, answer.json["error"]) == (422, "statement-form")
    assert set(answer.json["message"]) == {"ja", "en"}


@pytest.mark.parametrize(("path", "command"), [("/enrol/renew", "renew"), ("/enrol/revoke", "revoke")])
def test_the_command_names_our_address_whatever_host_was_asked_for(site: Flask, path: str, command: str) -> None:
    page = site.test_client().get(path, headers={"Host": "evil.example"}).text
    assert f"cectrust {command} --server {site.extensions['settings'].public_url}" in page
    assert "evil.example" not in page
