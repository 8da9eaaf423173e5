"""Every form: what is missing or wrong is named, with what to do about it; no sentence of WTForms is shown to anybody."""

import ast
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale
from markupsafe import escape
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, SelectFieldBase
from wtforms.fields.choices import SelectChoice
from wtforms.i18n import messages_path
from wtforms.widgets import HiddenInput

import admin.forms
import admin.views
import app.accounts.web.forms
import app.contracts.web.forms
import app.enrol.forms
import app.enrol.revoke
import app.security.forms  # noqa: F401  defines one
from app.core.forms import Form
from app.core.language import init_language

ROOT = Path(__file__).parents[2]
OWN = ROOT / "app" / "core" / "forms"
for package in (admin.forms, admin.views):
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")


def every(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from every(each)


FORMS = sorted(set(every(Form)), key=lambda each: (each.__module__, each.__qualname__))


@pytest.fixture(scope="module")
def stock() -> set[str]:
    """What WTForms itself says, in both languages."""
    with (Path(messages_path()) / "ja" / "LC_MESSAGES" / "wtforms.po").open("rb") as source:
        entries = [entry for entry in read_po(source, locale="ja") if entry.id]
    texts = [
        text
        for entry in entries
        for each in (entry.id, entry.string)
        for text in ([each] if isinstance(each, str) else each)
    ]
    return {text.split("%(")[0] for text in texts if text}


@pytest.fixture(scope="module")
def site() -> Flask:
    built = Flask(__name__)
    built.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=False)  # noqa: S106  of a test
    init_language(built)
    return built


def sent(form_class: type[Form], value: str | None) -> Form:
    """A form with the same in every field, or with nothing at all."""
    blank = form_class(formdata=None)
    for field in blank:
        if isinstance(field, SelectFieldBase) and field.choices is None:
            field.choices = [SelectChoice("a", "A")]
    names = [field.name for field in blank if not isinstance(field, (FieldList, FormField))]
    form = form_class(formdata=MultiDict(dict.fromkeys(names, value) if value is not None else {"other": "1"}))
    for field in form:
        if isinstance(field, SelectFieldBase) and field.choices is None:
            field.choices = [SelectChoice("a", "A")]
    return form


@pytest.mark.parametrize("value", [None, "", " \u3000", "x", "9" * 5000, "\u3000１２ "])
@pytest.mark.parametrize("form_class", FORMS, ids=lambda each: f"{each.__module__}.{each.__qualname__}")
def test_every_error_names_its_field(form_class: type[Form], value: str | None, site: Flask, stock: set[str]) -> None:
    for language in ("ja", "en"):
        with site.test_request_context("/", method="POST"), force_locale(language):
            form = sent(form_class, value)
            form.validate()
            for field in form:
                for error in [error for error in field.errors if not isinstance(error, (dict, list))]:
                    assert str(error) not in stock and str(error).split(" ")[0] not in ("Field", "Number"), field.name
                    assert not any(text and str(error).startswith(text) for text in stock if len(text) > 8), field.name
                    assert "%(" not in str(error) and str(escape(error)), field.name
                if (
                    field.flags.required
                    and value is not None
                    and not value.strip()
                    and not isinstance(field.widget, HiddenInput)
                ):
                    assert field.errors, field.name


def test_there_are_forms() -> None:
    assert len(FORMS) > 60


def test_forms_are_made_of_our_own() -> None:
    wrong = []
    for package in ("admin", "app"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if OWN in path.parents:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef) and any(
                    getattr(base, "id", "") == "FlaskForm" for base in node.bases
                ):
                    wrong.append(f"{path}: {node.name}")
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wtforms"):
                    wrong += [
                        f"{path}: {name.name}"
                        for name in node.names
                        if name.name in {"Form", "InputRequired", "DataRequired"}
                    ]
    assert wrong == []
