"""The settings say at start what is wrong, in both languages, and each is explained."""

import re

import pytest

from app.core.settings import ROOT, Settings, SettingsError


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("DATABASE_URL", "mysql://db/cectrust", "postgresql://user@host/name"),
        ("STORAGE_URL", "s3://bucket", "file:///srv"),
        ("MAIL_URL", "mail.example", "smtp://host:25"),
        ("ENVIRONMENT", "staging", "'development' or 'production'"),
        ("PORTAL_PORT", "eight", "integer"),
        ("PORTAL_PORT", "70000", "65535"),
        ("RECEIPT_DAYS", "91", "90"),
        ("TAX_ROUNDING", "round", "'half_up'"),
    ],
)
def test_a_wrong_value_names_the_variable_and_what_it_should_be(monkeypatch, name, value, hint):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings()
    text = str(caught.value)
    assert name in text
    assert hint in text
    assert "環境変数" in text
    assert "environment variables" in text


def test_every_setting_is_explained_and_every_explained_setting_exists():
    explained = set(re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert explained == {field.alias for field in Settings.model_fields.values()}


def test_what_is_not_given_lies_under_the_var_directory(monkeypatch, tmp_path):
    for name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL"):
        monkeypatch.delenv(name, raising=False)
    settings = Settings(VAR_DIR=tmp_path)
    for address in (settings.database_url(), settings.redis_url(), settings.storage_url):
        assert str(tmp_path) in address


def test_portal_and_site_have_different_secrets_that_last(tmp_path):
    settings = Settings(VAR_DIR=tmp_path)
    assert settings.secret_key("portal") != settings.secret_key("site")
    assert settings.secret_key("portal") == Settings(VAR_DIR=tmp_path).secret_key("portal")
    assert (tmp_path / "keys" / "portal.secret").stat().st_mode & 0o077 == 0
