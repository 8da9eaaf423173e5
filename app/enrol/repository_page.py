"""What the repository page shows, put together."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from app.core.settings import Settings
from issuance.queries.authority import list_cross_certificates, list_published_authorities, load
from issuance.queries.crls import find_latest_crl, list_shards
from issuance.queries.profiles import get_profiles
from issuance.rules.crl_names import SHARD
from issuance.rules.profile import Places
from models.certificates import CaCertificate, Crl

OCTETS_IN_A_GROUP = 4


@dataclass(frozen=True, slots=True)
class Published:
    """One certificate of the authority with its CRLs."""

    row: CaCertificate
    subject: str
    fingerprint: str
    state: str  # active, rolled-over or expired
    crls: list[Crl]


def contents(now: datetime) -> dict[str, Any]:
    """Variables of the template."""
    settings: Settings = current_app.extensions["settings"]
    profiles = get_profiles()
    places = Places(settings.public_url, settings.policy_oid_arc)
    authorities = [_published(row, now) for row in list_published_authorities()]
    return {
        "authorities": authorities,
        "crosses": [_published(row, now) for row in list_cross_certificates()],
        "newest": next((each for each in authorities if each.state == "active"), None),
        "places": places,
        "shard": SHARD,
        "documents": {name: policy_file(settings, name) is not None for name in ("cp", "cps")},
        "policies": {
            name: f"{settings.policy_oid_arc}.{getattr(profiles, name).policy}" for name in ("holder", "tsa", "seal")
        },
        "tsa_address": settings.tsa_url or f"{settings.public_url}/tsa",
        "has_accredited_tsa": bool(settings.tsa_url),
    }


def policy_file(settings: Settings, name: str) -> Path | None:
    """The PDF of the certificate policy (`cp`) or the practice statement (`cps`), if it is configured and there."""
    given = {"cp": settings.certificate_policy_file, "cps": settings.practice_statement_file}[name]
    path = Path(given).resolve() if given else None
    return path if path is not None and path.is_file() else None


def grouped(sha256: str) -> str:
    """A fingerprint as openssl writes it, in groups that two people can read to each other."""
    octets = [sha256[at : at + 2].upper() for at in range(0, len(sha256), 2)]
    groups = (octets[at : at + OCTETS_IN_A_GROUP] for at in range(0, len(octets), OCTETS_IN_A_GROUP))
    return " ".join(":".join(group) for group in groups)


def _published(row: CaCertificate, now: datetime) -> Published:
    state = "expired" if row.not_after <= now else "active" if row.active else "rolled-over"
    newest = (find_latest_crl(row.id, shard) for shard in list_shards(row.id))
    return Published(
        row, load(row).subject.rfc4514_string(), grouped(row.sha256), state, [crl for crl in newest if crl is not None]
    )
