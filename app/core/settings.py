"""The settings: one class, from the environment alone, checked at start.

`.env.example` explains each. A setting without a value stands for the embedded part of the same kind under VAR_DIR.
"""

import os
import secrets
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
SOFTHSM_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)


class SettingsError(SystemExit):
    """The environment is wrong; the text names each variable and what it should be."""


class Settings(BaseSettings):
    """Everything that differs between two installations."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    environment: Literal["development", "production"] = Field("development", alias="ENVIRONMENT")
    var_dir: Path = Field(ROOT / "var", alias="VAR_DIR")

    database_url_given: str = Field("", alias="DATABASE_URL")
    redis_url_given: str = Field("", alias="REDIS_URL")
    storage_url_given: str = Field("", alias="STORAGE_URL")
    mail_url_given: str = Field("", alias="MAIL_URL")
    mail_from: str = Field("CECSIGN <no-reply@cecsign.example>", alias="MAIL_FROM")
    # Envelope sender, to which mails come back; `bounce@host` makes `bounce+<id>@host` for each mail.
    bounce_address: str = Field("", alias="BOUNCE_ADDRESS")
    bounce_mailbox: str = Field("", alias="BOUNCE_MAILBOX")  # imaps://user:password@host/INBOX or maildir:///path
    dkim_domain: str = Field("", alias="DKIM_DOMAIN")
    dkim_selector: str = Field("", alias="DKIM_SELECTOR")
    dkim_key_file: str = Field("", alias="DKIM_KEY_FILE")
    mail_sink_port: int = Field(8725, alias="MAIL_SINK_PORT", ge=1, le=65535)
    tsa_url: str = Field("", alias="TSA_URL")

    pkcs11_module: str = Field("", alias="PKCS11_MODULE")
    pkcs11_token: str = Field("cectrust", alias="PKCS11_TOKEN")
    pkcs11_pin_file_given: str = Field("", alias="PKCS11_PIN_FILE")

    portal_host: str = Field("127.0.0.1", alias="PORTAL_HOST")
    portal_port: int = Field(8600, alias="PORTAL_PORT", ge=1, le=65535)
    site_host: str = Field("127.0.0.1", alias="SITE_HOST")
    site_port: int = Field(8700, alias="SITE_PORT", ge=1, le=65535)
    public_url_given: str = Field("", alias="PUBLIC_URL")
    proxies: int = Field(0, alias="PROXIES", ge=0, le=5)  # so many of our own stand in front and add to X-Forwarded-For
    portal_secret_key_file: str = Field("", alias="PORTAL_SECRET_KEY_FILE")
    site_secret_key_file: str = Field("", alias="SITE_SECRET_KEY_FILE")

    scanner_prefix: str = Field("~", alias="SCANNER_PREFIX", min_length=1, max_length=1)  # what scanners send first
    hand_over_again_seconds: int = Field(120, alias="HAND_OVER_AGAIN_SECONDS", ge=1)
    max_upload_bytes: int = Field(100 * 1024 * 1024, alias="MAX_UPLOAD_BYTES", ge=1024 * 1024)
    freshness_extends_over_closed_days: bool = Field(True, alias="HOLIDAY_EXTENSION")
    # What the practice statement allows of a company without a registered seal (商業登記法20条 was repealed); empty: nothing.
    company_seal_alternative: str = Field("", alias="COMPANY_SEAL_ALTERNATIVE")
    printer_url: str = Field("", alias="PRINTER_URL")  # ipp:// or ipps://; empty: the browser prints
    printer_ca_file: str = Field("", alias="PRINTER_CA_FILE")  # whom to trust for ipps://
    restricted_keep_days: int = Field(10, alias="RESTRICTED_KEEP_DAYS", ge=5, le=30)  # at the post office
    restricted_warn_days: tuple[int, ...] = Field((7, 5), alias="RESTRICTED_WARN_DAYS")  # after the arrival notice
    posting_cut_off: str = Field("16:30", alias="POSTING_CUT_OFF", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    # Days before the end of a certificate on which its holder is told, by e-mail and by letter.
    renewal_email_days: tuple[int, ...] = Field((60, 30, 14), alias="RENEWAL_EMAIL_DAYS")
    renewal_letter_days: tuple[int, ...] = Field((60,), alias="RENEWAL_LETTER_DAYS")
    renewal_window_days: int = Field(
        90, alias="RENEWAL_WINDOW_DAYS", ge=1, le=365
    )  # before the end: online renewal opens
    # By how many days a renewal asked for online must outlast the present certificate; else papers are needed.
    renewal_least_days: int = Field(90, alias="RENEWAL_LEAST_DAYS", ge=1, le=365)
    receipt_days: int = Field(30, alias="RECEIPT_DAYS", ge=1, le=90)  # to confirm the receipt of a certificate
    receipt_reminder_days: tuple[int, ...] = Field((14, 3), alias="RECEIPT_REMINDER_DAYS")  # before they are over
    ocsp_minutes: int = Field(60, alias="OCSP_MINUTES", ge=5, le=24 * 60)  # for how long an OCSP answer holds
    ntp_server: str = Field("", alias="NTP_SERVER")  # host or host:port that the clock is compared with
    clock_tolerance_milliseconds: int = Field(500, alias="CLOCK_TOLERANCE_MILLISECONDS", ge=10, le=1000)
    certificate_policy_file: str = Field("", alias="CERTIFICATE_POLICY_FILE")  # PDF of the CP
    practice_statement_file: str = Field("", alias="PRACTICE_STATEMENT_FILE")  # PDF of the CPS
    policy_oid_arc: str = Field("1.2.392.200999", alias="POLICY_OID_ARC", pattern=r"^[0-2](\.\d+)+$")

    issuer_name: str = Field("株式会社サンプル認証", alias="ISSUER_NAME")
    issuer_registration_number: str = Field("T7000012050002", alias="ISSUER_REGISTRATION_NUMBER")
    issuer_address: str = Field("〒105-0004 東京都港区新橋2-6-2", alias="ISSUER_ADDRESS")
    issuer_phone: str = Field("03-0000-0000", alias="ISSUER_PHONE")
    issuer_bank: str = Field(
        "みずほし銀行　新橋支店（000）|普通預金　0000000|カ）サンプルニンシヨウ", alias="ISSUER_BANK"
    )
    tax_rounding: Literal["floor", "half_up", "ceil"] = Field("floor", alias="TAX_ROUNDING")

    @field_validator("database_url_given")
    @classmethod
    def _only_postgresql(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgresql+psycopg://")):
            raise ValueError("PostgreSQL is the only database: postgresql://user@host/name")
        return value

    @field_validator("storage_url_given")
    @classmethod
    def _only_files(cls, value: str) -> str:
        if value and not value.startswith("file:///"):
            raise ValueError("file:// and an absolute directory: file:///srv/cectrust/storage")
        return value

    @field_validator("mail_url_given")
    @classmethod
    def _only_smtp(cls, value: str) -> str:
        if value and not value.startswith(("smtp://", "smtp+starttls://", "smtps://")):
            raise ValueError("smtp://host:25, smtp+starttls://user:password@host:587 or smtps://user:password@host:465")
        return value

    @field_validator("printer_url")
    @classmethod
    def _only_ipp(cls, value: str) -> str:
        if value and not value.startswith(("ipp://", "ipps://")):
            raise ValueError("ipp://printer.example/ipp/print or ipps://…")
        return value

    @field_validator("bounce_mailbox")
    @classmethod
    def _only_mailboxes(cls, value: str) -> str:
        if value and not value.startswith(("imaps://", "imap://127.", "imap://localhost", "maildir:///")):
            raise ValueError("imaps://user:password@host/INBOX or maildir:///absolute/path")
        return value

    @model_validator(mode="after")
    def _dkim_whole(self) -> "Settings":
        if len({bool(each) for each in (self.dkim_domain, self.dkim_selector, self.dkim_key_file)}) > 1:
            raise ValueError("DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE belong together")
        return self

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            lines = [f"  {'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors()]
            raise SettingsError(
                "設定に誤りがあります。環境変数を直してもう一度起動してください (説明: .env.example)。\n"
                "The settings are wrong. Correct these environment variables and start again (see .env.example).\n"
                + "\n".join(lines)
            ) from None

    @property
    def is_development(self) -> bool:
        """Whether this is a development installation: mail can be read in the portal, cookies go over HTTP."""
        return self.environment == "development"

    def database_url(self) -> str:
        """The database, by psycopg 3; without DATABASE_URL the embedded one."""
        given = self.database_url_given or f"postgresql://postgres@/postgres?host={self.var_dir.resolve() / 'pg'}"
        return given.replace("postgresql://", "postgresql+psycopg://", 1)

    def redis_url(self) -> str:
        """Redis; without REDIS_URL the embedded one, on its unix socket."""
        return self.redis_url_given or f"unix://{self.var_dir.resolve() / 'redis' / 'redis.sock'}"

    @property
    def storage_url(self) -> str:
        """Where documents lie."""
        return self.storage_url_given or f"file://{self.var_dir.resolve() / 'storage'}"

    @property
    def mail_url(self) -> str:
        """The SMTP server; in development the local sink."""
        return self.mail_url_given or f"smtp://127.0.0.1:{self.mail_sink_port}"

    @property
    def public_url(self) -> str:
        """The site's address as the public knows it, without a slash at the end. It stands in certificates."""
        return (self.public_url_given or f"http://{self.site_host}:{self.site_port}").rstrip("/")

    @property
    def signer_dir(self) -> Path:
        """Directory of the signing process's sockets, one for each role."""
        return self.var_dir.resolve() / "signer"

    @property
    def pkcs11_module_path(self) -> str:
        """The PKCS#11 module; without PKCS11_MODULE the system's SoftHSM2."""
        if self.pkcs11_module:
            return self.pkcs11_module
        return next((place for place in SOFTHSM_PLACES if Path(place).exists()), SOFTHSM_PLACES[0])

    @property
    def pkcs11_pin_file(self) -> Path:
        """File with the PIN of the authority's token, readable by the signing process alone."""
        return Path(self.pkcs11_pin_file_given or self.var_dir.resolve() / "keys" / "pkcs11.pin")

    def secret_key(self, role: str) -> str:
        """The application's secret; made at the first start if no file is named.

        Args:
            role: `portal`, `site` or `worker`.
        """
        given = {"portal": self.portal_secret_key_file, "site": self.site_secret_key_file}.get(role, "")
        path = Path(given or self.var_dir.resolve() / "keys" / f"{role}.secret")
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48))
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text().strip()
