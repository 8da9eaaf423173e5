"""The certificate profiles as versioned data: holder, CA, CRL, OCSP responder, TSA and service seal. Pure.

Version 1 is built in. Later versions are rows (`models.certificate_profiles`) that a second person puts in force; a
certificate names its version, and a version that was used never changes. Bounds come from the law and from the
standards, so that no version can leave them: 施行規則2条 (algorithms), 6条4号 (five years); RFC 5280, 6960, 3161;
CRYPTREC LS-0003 (112-bit strength until 2030, see issuance.rules.term).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from app.core.errors import DomainError

DOCUMENT_SIGNING = "document-signing"  # id-kp-documentSigning, RFC 9336
_SUFFIX = re.compile(r"(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){0,5}")
S = TypeVar("S")


class ProfilesContentError(DomainError):
    """The content is no set of profiles. Codes: certificate-profile-…; `field` is section and name: `holder.years`."""


def _number(value: int, least: int, most: int) -> Any:  # noqa: ANN401  a dataclass field of the annotated type
    return field(default=value, metadata={"kind": "number", "least": least, "most": most})


def _flag(*, value: bool) -> Any:  # noqa: ANN401
    return field(default=value, metadata={"kind": "flag"})


def _some(value: tuple[str, ...], allowed: tuple[str, ...], *, least: int = 1) -> Any:  # noqa: ANN401
    return field(default=value, metadata={"kind": "choices", "allowed": allowed, "least": least})


def _policy(value: str) -> Any:  # noqa: ANN401
    return field(default=value, metadata={"kind": "policy"})


class _KeyKinds:
    """What is read off a list of key kinds; the first one is what is made when nobody asks for another."""

    key_kinds: tuple[str, ...]

    @property
    def default_key(self) -> str:
        """The key kind to prefer."""
        return self.key_kinds[0]

    @property
    def rsa_bits(self) -> tuple[int, ...]:
        """Sizes of RSA keys."""
        return tuple(int(kind[4:]) for kind in self.key_kinds if kind.startswith("rsa-"))

    @property
    def curves(self) -> tuple[str, ...]:
        """Names of elliptic curves (SEC 2)."""
        return tuple(kind for kind in self.key_kinds if not kind.startswith("rsa-"))


@dataclass(frozen=True)
class HolderProfile(_KeyKinds):
    """A natural person's signature certificate. `policy` is the OID under the installation's arc."""

    policy: str = _policy("1.1")
    years: int = _number(2, 1, 5)  # 施行規則6条4号
    content_commitment: bool = _flag(value=True)
    extended_usages: tuple[str, ...] = _some((), (DOCUMENT_SIGNING,), least=0)
    key_kinds: tuple[str, ...] = _some(
        ("rsa-3072", "secp256r1", "rsa-4096", "rsa-2048"), ("rsa-3072", "secp256r1", "rsa-4096", "rsa-2048")
    )


@dataclass(frozen=True)
class CaProfile(_KeyKinds):
    """The certification authority: at least five years longer than the longest certificate of a holder."""

    years: int = _number(20, 10, 30)
    path_length: int = _number(0, 0, 1)
    key_kinds: tuple[str, ...] = _some(("rsa-4096", "secp384r1"), ("rsa-4096", "secp384r1"))


@dataclass(frozen=True)
class CrlProfile:
    """The CRL: for how long one holds, when the next one comes at the latest, whether expired certificates stay."""

    next_update_hours: int = _number(96, 24, 240)  # survives a long weekend
    latest_after_hours: int = _number(20, 1, 24)  # at least daily
    expired_certs_on_crl: bool = _flag(value=True)


@dataclass(frozen=True)
class OcspProfile(_KeyKinds):
    """The OCSP responder's certificate (RFC 6960 §4.2.2.2). It cannot be revoked, so that it lives briefly."""

    certificate_days: int = _number(45, 1, 45)
    renew_before_days: int = _number(15, 1, 30)
    key_kinds: tuple[str, ...] = _some(("secp256r1", "rsa-3072"), ("secp256r1", "rsa-3072"))


@dataclass(frozen=True)
class TsaProfile(_KeyKinds):
    """The time-stamping authority (RFC 3161); eleven years outlive the records that it stamps."""

    policy: str = _policy("2.1")
    days: int = _number(4018, 365, 7300)
    accuracy_seconds: int = _number(1, 1, 60)
    key_kinds: tuple[str, ...] = _some(("secp256r1", "rsa-3072"), ("secp256r1", "rsa-3072", "rsa-4096"))


@dataclass(frozen=True)
class SealProfile(_KeyKinds):
    """The service seal on documents."""

    policy: str = _policy("3.1")
    days: int = _number(1826, 30, 1826)
    key_kinds: tuple[str, ...] = _some(("rsa-3072", "secp256r1"), ("rsa-3072", "secp256r1", "rsa-4096"))


@dataclass(frozen=True)
class Profiles:
    """One version of all profiles together."""

    version: int
    holder: HolderProfile = field(default_factory=HolderProfile)
    ca: CaProfile = field(default_factory=CaProfile)
    crl: CrlProfile = field(default_factory=CrlProfile)
    ocsp: OcspProfile = field(default_factory=OcspProfile)
    tsa: TsaProfile = field(default_factory=TsaProfile)
    seal: SealProfile = field(default_factory=SealProfile)


SECTIONS: dict[str, type[Any]] = {
    "holder": HolderProfile,
    "ca": CaProfile,
    "crl": CrlProfile,
    "ocsp": OcspProfile,
    "tsa": TsaProfile,
    "seal": SealProfile,
}
BUILT_IN = Profiles(version=1)


def to_content(profiles: Profiles) -> dict[str, Any]:
    """The content as it is stored; `from_content` reads it back."""
    return {
        name: {each.name: _stored(getattr(getattr(profiles, name), each.name)) for each in fields(section)}
        for name, section in SECTIONS.items()
    }


def from_content(version: int, content: Mapping[str, Any]) -> Profiles:
    """A version from its stored content, or from what somebody proposes.

    Raises:
        ProfilesContentError: certificate-profile-missing, -unknown, -number (least, most), -flag, -choice, -policy,
            -policy-twice, -crl-order, -ocsp-order.
    """
    _same_names(content, SECTIONS, "")
    profiles = Profiles(version, **{name: _section(name, section, content[name]) for name, section in SECTIONS.items()})
    _check_together(profiles)
    return profiles


def compare(old: Profiles, new: Profiles) -> list[tuple[str, str, Any, Any]]:
    """Both versions side by side: section, name, old value, new value, in the order of the sections."""
    return [
        (name, each.name, getattr(getattr(old, name), each.name), getattr(getattr(new, name), each.name))
        for name, section in SECTIONS.items()
        for each in fields(section)
    ]


def _stored(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _same_names(given: object, expected: Mapping[str, Any], prefix: str) -> None:
    if not isinstance(given, Mapping):
        raise ProfilesContentError("certificate-profile-missing", field=prefix.rstrip("."))
    if missing := next((name for name in expected if name not in given), None):
        raise ProfilesContentError("certificate-profile-missing", field=f"{prefix}{missing}")
    if unknown := next((name for name in given if name not in expected), None):
        raise ProfilesContentError("certificate-profile-unknown", field=f"{prefix}{unknown}")


def _section(name: str, section: type[S], given: Mapping[str, Any]) -> S:
    expected = {each.name: each.metadata for each in fields(section)}  # type: ignore[arg-type]
    _same_names(given, expected, f"{name}.")
    return section(
        **{each: _CHECKS[rule["kind"]](f"{name}.{each}", given[each], rule) for each, rule in expected.items()}
    )


def _check_number(name: str, value: object, rule: Mapping[str, Any]) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not rule["least"] <= value <= rule["most"]:
        raise ProfilesContentError("certificate-profile-number", field=name, least=rule["least"], most=rule["most"])
    return value


def _check_flag(name: str, value: object, _rule: Mapping[str, Any]) -> bool:
    if not isinstance(value, bool):
        raise ProfilesContentError("certificate-profile-flag", field=name)
    return value


def _check_choices(name: str, value: object, rule: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ProfilesContentError("certificate-profile-choice", field=name, allowed=", ".join(rule["allowed"]))
    chosen = tuple(str(each) for each in value)
    if len(set(chosen)) != len(chosen) or len(chosen) < rule["least"] or not set(chosen) <= set(rule["allowed"]):
        raise ProfilesContentError("certificate-profile-choice", field=name, allowed=", ".join(rule["allowed"]))
    return chosen


def _check_policy(name: str, value: object, _rule: Mapping[str, Any]) -> str:
    if not isinstance(value, str) or _SUFFIX.fullmatch(value) is None:
        raise ProfilesContentError("certificate-profile-policy", field=name)
    return value


_CHECKS: dict[str, Any] = {
    "number": _check_number,
    "flag": _check_flag,
    "choices": _check_choices,
    "policy": _check_policy,
}


def _check_together(profiles: Profiles) -> None:
    """What no single value shows."""
    if profiles.crl.latest_after_hours >= profiles.crl.next_update_hours:
        raise ProfilesContentError("certificate-profile-crl-order", field="crl.latest_after_hours")
    if profiles.ocsp.renew_before_days >= profiles.ocsp.certificate_days:
        raise ProfilesContentError("certificate-profile-ocsp-order", field="ocsp.renew_before_days")
    # 施行規則6条7号: certificates of the accredited service are not to be taken for others
    policies = [profiles.holder.policy, profiles.tsa.policy, profiles.seal.policy]
    for name, policy in zip(("holder", "tsa", "seal"), policies, strict=True):
        if policies.count(policy) > 1:
            raise ProfilesContentError("certificate-profile-policy-twice", field=f"{name}.policy")
