"""Which role may do what."""

import pytest

from app.security.permissions import CLASHES, PERMISSIONS, READS, ROLE_PERMISSIONS, Role, clashing_roles, permissions_of


def holders(permission: str) -> set[str]:
    """The roles that have a permission."""
    return {role.value for role, granted in ROLE_PERMISSIONS.items() if permission in granted}


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("application:receive", {"reception", "officer"}),
        ("application:review", {"officer"}),
        ("application:approve", {"approver"}),
        ("paper:read", {"reception", "officer", "approver", "auditor"}),
        ("letter:print", {"mailroom"}),
        ("letter:enclose", {"mailroom"}),
        ("letter:post", {"mailroom"}),
        ("token:manage", {"mailroom", "ca_operator"}),
        ("certificate:revoke", {"approver", "ca_operator"}),
        ("enrolment:resume", {"officer", "approver", "ca_operator"}),
        ("enrolment:end", {"approver"}),
        ("invoice:issue", {"billing"}),
        ("ca:operate", {"ca_operator"}),
        ("staff:manage", {"administrator"}),
        ("audit:read", {"auditor"}),
    ],
)
def test_a_permission_is_held_by_these_roles_only(permission: str, expected: set[str]) -> None:
    assert holders(permission) == expected


def test_every_permission_follows_the_grammar() -> None:
    assert all(permission.count(":") == 1 for permission in PERMISSIONS)


def test_the_auditor_reads_everything_and_changes_nothing() -> None:
    assert permissions_of(["auditor"]) == READS
    assert {permission for permission in PERMISSIONS if permission.endswith(":read")} == READS
    assert all(permission.endswith(":read") for permission in READS)


@pytest.mark.parametrize("role", ["billing", "mailroom", "ca_operator", "administrator"])
def test_identity_papers_are_not_for(role: str) -> None:
    assert not {"paper:read", "application:read"} & permissions_of([role])


def test_an_administrator_decides_nothing() -> None:
    assert permissions_of(["administrator"]) == {
        "staff:read",
        "staff:manage",
        "account:read",
        "profile:read",
        "profile:propose",
    }


def test_roles_add_up_and_strangers_count_for_nothing() -> None:
    assert permissions_of(["officer", "billing"]) == ROLE_PERMISSIONS[Role.OFFICER] | ROLE_PERMISSIONS[Role.BILLING]
    assert permissions_of([]) == permissions_of(["emperor"]) == frozenset()


@pytest.mark.parametrize("other", [role for role in Role if role is not Role.AUDITOR])
def test_an_auditor_has_no_other_role(other: Role) -> None:
    assert clashing_roles(["auditor", other]) is not None


@pytest.mark.parametrize(
    ("roles", "clash"),
    [
        (["officer", "approver"], False),  # on different cases; the case itself keeps them apart
        (["reception", "officer"], False),
        (["ca_operator", "approver"], True),
        (["ca_operator", "mailroom"], True),
        (["approver", "mailroom"], True),
        (["administrator", "approver"], True),
        (["billing", "reception"], False),
        (["officer"], False),
    ],
)
def test_roles_that_one_person_may_hold(roles: list[str], clash: bool) -> None:
    assert (clashing_roles(roles) is not None) is clash


def test_clashes_are_pairs() -> None:
    assert all(len(pair) == 2 for pair in CLASHES)
