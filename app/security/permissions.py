"""Who may do what in the portal: eight roles, each a set of permissions `subject:action`. Pure.

Four eyes on one case is a matter of the database (ControlAction); here stands only which work a role is for. Identity
papers (`paper:read`) are for registration and audit, not for mailroom or billing.
"""

from enum import StrEnum


class Role(StrEnum):
    """The eight kinds of staff."""

    RECEPTION = "reception"
    OFFICER = "officer"
    APPROVER = "approver"
    MAILROOM = "mailroom"
    BILLING = "billing"
    CA_OPERATOR = "ca_operator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


READS = frozenset(
    {
        "application:read",
        "paper:read",
        "sheet:read",
        "notice:read",
        "profile:read",
        "disclosure:read",
        "emergency:read",
        "company:read",
        "account:read",
        "letter:read",
        "email:read",
        "token:read",
        "certificate:read",
        "invoice:read",
        "charge:read",
        "audit:read",
        "staff:read",
        "ca:read",
        "revocation:read",
        "certificate_profile:read",
    }
)

ROLE_PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.RECEPTION: frozenset(
        {
            "application:read",
            "application:receive",
            "paper:read",
            "sheet:read",
            "sheet:manage",
            "notice:read",
            "company:read",
            "email:read",
            "account:read",
        }
    ),
    Role.OFFICER: frozenset(
        {
            "application:read",
            "application:receive",
            "application:review",
            "application:confirm",
            "application:assign",
            "paper:read",
            "paper:mask",
            "sheet:read",
            "sheet:manage",
            "sheet:hold",
            "disposal:propose",
            "disposal:confirm",
            "notice:read",
            "notice:write",
            "profile:read",
            "disclosure:read",
            "disclosure:receive",
            "emergency:read",
            "emergency:declare",
            "emergency:countersign",
            "company:read",
            "account:read",
            "letter:read",
            "email:read",
            "email:release",
            "certificate:read",
            "enrolment:resume",
            "revocation:read",
            "revocation:receive",
            "token:read",
            "token:report",
        }
    ),
    Role.APPROVER: frozenset(
        {
            "application:read",
            "application:approve",
            "application:confirm",
            "application:assign",
            "paper:read",
            "sheet:read",
            "sheet:hold",
            "disposal:confirm",
            "notice:read",
            "profile:read",
            "profile:decide",
            "disclosure:read",
            "disclosure:decide",
            "emergency:read",
            "emergency:follow_up",
            "company:read",
            "account:read",
            "letter:read",
            "letter_template:decide",
            "email:read",
            "certificate:read",
            "certificate:revoke",
            "certificate_profile:read",
            "enrolment:resume",
            "enrolment:end",
            "revocation:read",
            "token:read",
        }
    ),
    Role.MAILROOM: frozenset(
        {
            "notice:read",
            "letter:read",
            "letter:print",
            "letter_template:propose",
            "letter:enclose",
            "letter:post",
            "token:read",
            "token:manage",
            "token:report",
            "token:so_pin",
        }
    ),
    Role.BILLING: frozenset(
        {"company:read", "account:read", "charge:read", "invoice:read", "invoice:issue", "email:read"}
    ),
    Role.CA_OPERATOR: frozenset(
        {
            "ca:read",
            "ca:operate",
            "certificate:read",
            "certificate:revoke",
            "certificate_profile:read",
            "certificate_profile:propose",
            "certificate_profile:decide",
            "enrolment:resume",
            "revocation:read",
            "revocation:receive",
            "token:read",
            "token:manage",
            "token:report",
            "token:so_pin",
        }
    ),
    Role.AUDITOR: READS,
    Role.ADMINISTRATOR: frozenset({"staff:read", "staff:manage", "account:read", "profile:read", "profile:propose"}),
}

PERMISSIONS = frozenset().union(*ROLE_PERMISSIONS.values())

# Whoever watches does no work, and whoever gives out roles has no other.
CLASHES = frozenset(
    {frozenset({Role.AUDITOR, role}) for role in Role if role is not Role.AUDITOR}
    | {frozenset({Role.ADMINISTRATOR, role}) for role in Role if role is not Role.ADMINISTRATOR}
    | {
        # The hands that make certificates and the hands that decide on them, or that carry the PIN, stay apart.
        frozenset({Role.CA_OPERATOR, Role.OFFICER}),
        frozenset({Role.CA_OPERATOR, Role.APPROVER}),
        frozenset({Role.CA_OPERATOR, Role.MAILROOM}),
        frozenset({Role.APPROVER, Role.MAILROOM}),
    }
)


def permissions_of(roles: list[str]) -> frozenset[str]:
    """Everything that these roles allow together. A role that is not known allows nothing."""
    known = [Role(role) for role in roles if role in set(Role)]
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in known)) if known else frozenset()


def clashing_roles(roles: list[str]) -> tuple[Role, Role] | None:
    """The first two of these roles that one person may not hold together, or None."""
    held = sorted({Role(role) for role in roles})
    for index, first in enumerate(held):
        for second in held[index + 1 :]:
            if frozenset({first, second}) in CLASHES:
                return first, second
    return None
