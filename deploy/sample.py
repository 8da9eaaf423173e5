"""The sample of a development installation: one member of staff for each role, prices, a model of token. Safe to run again."""

from sqlalchemy import func, select

from app.billing.rules.price_file import parse_price_file
from app.billing.services.load_prices import load_prices
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.settings import ROOT
from app.security.permissions import Role
from app.security.services.staff import add_staff
from issuance.queries.token_models import find_token_model
from issuance.rules.token_models import DEFAULT_MODEL, ModelDetails
from issuance.services.keep_token_model import keep_token_model
from models.staff import StaffUser
from wsgi import create_worker

PASSWORD = "genba-no-hanko-2026"  # noqa: S105  printed at every start of a development installation
PEOPLE = (
    ("uketsuke@cecsign.example", "佐藤 直樹", Role.RECEPTION),
    ("shinsa@cecsign.example", "田中 裕子", Role.OFFICER),
    ("shonin@cecsign.example", "中村 健", Role.APPROVER),
    ("hasso@cecsign.example", "小川 亮", Role.MAILROOM),
    ("seikyu@cecsign.example", "森 美咲", Role.BILLING),
    ("ca@cecsign.example", "藤田 隆", Role.CA_OPERATOR),
    ("kansa@cecsign.example", "渡邊 直子", Role.AUDITOR),
    ("kanri@cecsign.example", "管理 太郎", Role.ADMINISTRATOR),
)


def main() -> None:
    """Put the sample in, as far as it is not there."""
    app = create_worker()
    with app.app_context():
        _staff()
        prices = ROOT / "app" / "billing" / "prices.example.csv"
        load_prices(parse_price_file(prices.read_text("utf-8")), actor=SYSTEM)
        if find_token_model(DEFAULT_MODEL) is None:
            db.session.rollback()
            keep_token_model(ModelDetails(DEFAULT_MODEL, reorder_level=10), actor=SYSTEM, now=clock.now())


def _staff() -> None:
    known = set(db.session.scalars(select(func.lower(StaffUser.email))))
    db.session.rollback()
    for email, name, role in PEOPLE:
        if email not in known:
            add_staff(email=email, name=name, roles=[role.value], password=PASSWORD, actor=SYSTEM, must_change=False)


def announcement(portal: str, site: str) -> str:
    """Where to go and how to sign in."""
    lines = [
        "",
        "=" * 78,
        f"  Portal (staff)    {portal}/",
        f"  Site (public)     {site}/",
        "",
        f"  Sign-ins of the portal, all with the password  {PASSWORD}",
    ]
    lines += [f"    {email:<28} {role.value:<14} {name}" for email, name, role in PEOPLE]
    lines += [
        "",
        "  The built-in time-stamping authority is not accredited. Stop with Ctrl-C.",
        "=" * 78,
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
