"""The ceremony's configuration file, checked before the first key is made."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from issuance.errors import CeremonyError
from issuance.rules.profiles import Profiles

DEVELOPMENT = Path(__file__).with_name("development.toml")
KeyKind = Literal["rsa-3072", "rsa-4096", "secp256r1", "secp384r1"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Present(_Strict):
    """Somebody in the room."""

    name: str = Field(min_length=1)
    role: str = "witness"


class Authority(_Strict):
    """The CA itself. RSA-4096 or P-384, living at least five years longer than what it signs."""

    organization: str = Field(min_length=1, max_length=64)
    common_name: str = Field(min_length=1, max_length=64)
    key: KeyKind = "rsa-4096"
    years: int = Field(20, ge=10, le=30)


class Unit(_Strict):
    """A certificate under the CA: OCSP responder, TSA, service seal."""

    common_name: str = Field(min_length=1, max_length=64)
    key: KeyKind
    days: int = Field(ge=1, le=7300)


class Responder(Unit):
    """The OCSP responder: its certificate cannot be revoked (id-pkix-ocsp-nocheck), so that it lives briefly."""

    days: int = Field(ge=1, le=45)  # issuance.services.renew_responder renews it


class Configuration(_Strict):
    """What the ceremony makes."""

    title: str
    ca: Authority
    ocsp: Responder
    tsa: Unit
    seal: Unit
    backup: Literal["none", "wrapped"] = "none"  # whether keys may leave the token wrapped (docs/adr/0012)
    present: list[Present] = Field(default_factory=list)


def load_configuration(path: Path, present: tuple[str, ...] = ()) -> Configuration:
    """Read and check the file; names given on the command line stand for those in the file.

    Raises:
        CeremonyError: the file is wrong, or fewer than two different people are there.
    """
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        if present:
            values["present"] = [{"name": name} for name in present]
        configuration = Configuration.model_validate(values)
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise CeremonyError("ceremony-configuration", reason=str(error)) from error
    require_two_people([person.name for person in configuration.present])
    return configuration


def require_profile(configuration: Configuration, profiles: Profiles) -> None:
    """A ceremony makes nothing that the profiles in force do not have.

    Raises:
        CeremonyError: ceremony-profile; `what` names the part of the configuration, `allowed` what the profile says.
    """
    for name in ("ca", "ocsp", "tsa", "seal"):
        wanted, profile = getattr(configuration, name), getattr(profiles, name)
        if wanted.key not in profile.key_kinds:
            raise CeremonyError("ceremony-profile", what=f"{name}.key", allowed=", ".join(profile.key_kinds))
    if configuration.ca.years > profiles.ca.years:
        raise CeremonyError("ceremony-profile", what="ca.years", allowed=str(profiles.ca.years))
    most = {"ocsp": profiles.ocsp.certificate_days, "tsa": profiles.tsa.days, "seal": profiles.seal.days}
    for name, days in most.items():
        if getattr(configuration, name).days > days:
            raise CeremonyError("ceremony-profile", what=f"{name}.days", allowed=str(days))


def require_two_people(present: Sequence[str]) -> None:
    """No one touches the authority's keys alone (施行規則6条17号). Raises CeremonyError."""
    if len({"".join(name.split()) for name in present} - {""}) < 2:  # noqa: PLR2004
        raise CeremonyError("ceremony-two-people")
