"""What a form says of an entry that is missing or wrong."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from flask_babel import force_locale
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange

from admin.fields import DayField
from app.core.forms import Entry, Form, InputRequired
from app.core.language import init_language


class Row(Entry):
    name = StringField("Name 100 %", validators=[Length(max=3)])


class Everything(Form):
    text = StringField("Item number", validators=[InputRequired(), Length(max=3)])
    grams = IntegerField("Weight in g", validators=[InputRequired(), NumberRange(1, 4000)])
    shape = SelectField("Shape", choices=[SelectChoice("a", "A")], validators=[InputRequired()])
    day = DayField("Day of posting", validators=[InputRequired()])
    scan = FileField("Scan", validators=[FileRequired()])
    seen = BooleanField("I looked.", validators=[InputRequired()])
    digest = HiddenField("Digest", validators=[InputRequired()])
    own = StringField("Own", validators=[InputRequired("Say it.")])
    rows = FieldList(FormField(Row), min_entries=1)


@pytest.fixture
def site() -> Iterator[Flask]:
    built = Flask(__name__)
    built.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=False)
    init_language(built)
    with built.test_request_context("/", method="POST"):
        yield built


def errors(language: str = "en", **values: object) -> dict[str, list[str]]:
    good = {"text": "abc", "grams": "86", "shape": "a", "day": "R8.11.24", "seen": "y", "digest": "d", "own": "o"}
    scan = FileStorage(BytesIO(b"x"), "scan.pdf")
    with force_locale(language):
        form = Everything(formdata=MultiDict({**good, "scan": scan, **values}))
        form.validate()
        return {name: [str(each) for each in found] for name, found in form.errors.items()}


def test_what_is_right_is_taken(site: Flask) -> None:
    assert errors() == {}


@pytest.mark.parametrize("empty", ["", " ", "\u3000 \t"])
def test_what_is_missing_is_named(site: Flask, empty: str) -> None:
    nothing = dict.fromkeys(("text", "grams", "shape", "day", "digest", "own"), empty)
    assert errors(**nothing, scan="", seen="") == {
        "text": ["Enter “Item number”."],
        "grams": ["Enter “Weight in g”."],
        "shape": ["Choose “Shape” from what is offered."],
        "day": ["Enter “Day of posting” as a day, e.g. 2026-11-24 or R8.11.24."],
        "scan": ["Choose a file: “Scan”."],
        "seen": ["Read “I looked.” and tick it."],
        "digest": ["A part of this page did not arrive. Reload the page, then send it once more."],
        "own": ["Say it."],
    }


def test_in_japanese(site: Flask) -> None:
    assert errors("ja", text="", shape="", grams="一") == {
        "text": ["「Item number」を入力してください。"],
        "shape": ["「Shape」を選択肢から選んでください。"],
        "grams": ["「Weight in g」は整数で入力してください（例：12）。"],
    }


def test_what_is_wrong_says_how_it_is_right(site: Flask) -> None:
    assert (
        errors(text="abcd", grams="8.6", shape="b", day="yesterday").items()
        >= {
            "text": ["“Item number” has 4 characters, at most 3 are possible. Shorten it."],
            "grams": ["Enter “Weight in g” as a whole number, e.g. 12."],
            "shape": ["Choose “Shape” from what is offered."],
        }.items()
    )
    assert errors(grams="4001") == {"grams": ["Enter “Weight in g” as a number from 1 to 4000."]}


def test_figures_of_any_width_are_figures(site: Flask) -> None:
    assert errors(grams="８６") == {}


def test_a_field_that_a_form_has_several_times(site: Flask) -> None:
    with force_locale("en"):
        form = Everything(formdata=MultiDict({"rows-0-name": "long"}))
        form.validate()
        assert form.rows[0].form.name.errors == ["“Name 100 %” has 4 characters, at most 3 are possible. Shorten it."]
