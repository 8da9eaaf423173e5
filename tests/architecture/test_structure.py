"""The house's rules, held by tests: layers, status writes, jobs, queues, migrations, templates, constraints."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

import models  # noqa: F401  makes every table known
from app.core.db import db
from app.jobs.registry import JOBS, QUEUES
from app.jobs.schedule import SCHEDULE

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("admin", "app", "registration", "issuance", "mailings", "models")
SOURCES = [path.relative_to(ROOT) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
TEMPLATES = [path for package in ("admin", "app") for path in sorted((ROOT / package).rglob("templates/**/*.html"))]


def test_import_layers_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [path for path in SOURCES if "services" not in path.parts], ids=str)
def test_only_services_assign_a_status(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    written = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "status" and isinstance(node.ctx, ast.Store)
    ]
    assert not written


@pytest.mark.parametrize("path", [path for path in SOURCES if "rules" in path.parts], ids=str)
def test_rules_ask_no_clock(path: Path) -> None:
    text = (ROOT / path).read_text("utf-8")
    assert not re.search(r"\b(datetime\.now|date\.today|clock\.now|clock\.today)\b", text)


@pytest.mark.parametrize("name", [*JOBS, *(regular.name for regular in SCHEDULE)])
def test_every_job_name_resolves(name: str) -> None:
    module, _, function = name.rpartition(".")
    assert callable(getattr(import_module(module), function))


def test_every_promised_job_is_in_the_registry() -> None:
    promised = {
        found
        for path in SOURCES
        for found in re.findall(r'(?:defer|_promise)\(\s*"([\w.]+)"', (ROOT / path).read_text("utf-8"))
    }
    assert promised <= set(JOBS)
    assert set(JOBS) - promised <= {"app.contracts.jobs.make_lta"}


def test_every_queue_has_a_worker() -> None:
    worked = set(re.findall(r"jobs work (?:--[\w-]+ )*([\w ]+)", (ROOT / "Procfile").read_text()))
    queues = [queue for line in worked for queue in line.split()]
    assert sorted(queues) == sorted(QUEUES)  # each exactly once: issuance has one worker


def test_the_head_file_names_the_newest_migration() -> None:
    done = subprocess.run(
        [sys.executable, ".ci/check_migrations.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_constraint_is_named() -> None:
    nameless = [
        (table.name, constraint)
        for table in db.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint) and not constraint.name
    ]
    assert not nameless


def test_every_template_is_used() -> None:
    texts = "\n".join((ROOT / path).read_text("utf-8") for path in SOURCES) + "\n".join(
        path.read_text("utf-8") for path in TEMPLATES
    )
    unused = []
    for path in TEMPLATES:
        parts = path.parts
        name = "/".join(parts[len(parts) - parts[::-1].index("templates") :])
        by_role = re.sub(r".*/(?:portal|site)_", "_", name)  # security/{role}_verify.html
        if name not in texts and by_role not in texts:
            unused.append(name)
    assert not unused


PROPER = {"CECTRUST", "CECSIGN", "SHA-256", "CRL", "PDF", "KB", "MB", "TEL", "FAX"}  # the same in every language
WORDS = re.compile(r"[A-Za-z][\w-]+|[ぁ-んァ-ヶ一-龠]+")
SHOWN = re.compile(r">([^<>]*)<|(?:placeholder|title|aria-label|alt)=\"([^\"]*)\"")


def bare_words(template: str) -> set[str]:
    """Words that a person would read and no translator ever sees: between tags, and in attributes that are read out."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.DOTALL)
    text = re.sub(r"<(code|pre|svg|kbd|p class=\"code)[^>]*>.*?</", "</", text, flags=re.DOTALL)
    shown = (part for found in SHOWN.findall(text) for part in found if "@" not in part)
    return {word for part in shown for word in WORDS.findall(part)} - PROPER


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_word_stands_outside_gettext(path: Path) -> None:
    assert bare_words(path.read_text("utf-8")) == set()


@pytest.mark.parametrize(
    "template",
    ["<p>Please sign</p>", "<b>Save</b>", "<b>保存</b>", '<input placeholder="Search">', '<a title="次へ">{{ x }}</a>'],
)
def test_the_word_checker_sees_words(template: str) -> None:
    assert bare_words(template)
    assert not bare_words('<p class="big">{{ _("Please sign") }} PDF</p>')


def test_every_error_code_of_the_desks_has_a_sentence() -> None:
    from admin.messages import messages  # noqa: PLC0415

    codes = set()
    for path in SOURCES:
        if path.parts[0] in {"registration", "mailings"} or path.parts[:2] == ("app", "core"):
            codes |= set(re.findall(r'Error\(\s*"([a-z]+(?:-[a-z]+)+)"', (ROOT / path).read_text("utf-8")))
    internal = {"mail-piece", "print-run"}  # names of machines, in an illegal-transition error
    assert codes - set(map(str, messages())) - internal == set()
