"""Pages that anybody may read."""

from pathlib import Path

from flask import Blueprint, abort, current_app, render_template, send_from_directory
from werkzeug.wrappers import Response

from app.core import clock
from app.core.calendar import helpdesk_is_open, next_open_day
from app.security import public
from app.site.downloads import doctor_command, list_downloads
from app.site.environment import REQUIREMENTS
from app.site.help_desk import HOURS

site = Blueprint("site", __name__, template_folder="templates", static_folder="static", static_url_path="/static/site")


@site.get("/")
@public
def home() -> str:
    """What the two services are, and where to go on."""
    return render_template("site/home.html")


@site.get("/environment")
@public
def environment() -> str:
    """What a PC needs."""
    return render_template("site/environment.html", requirements=REQUIREMENTS)


@site.get("/downloads")
@public
def downloads() -> str:
    """Manuals and tools."""
    check = doctor_command(current_app.extensions["settings"].public_url)
    return render_template("site/downloads.html", downloads=list_downloads(_directory()), check=check)


@site.get("/downloads/<name>")
@public
def download(name: str) -> Response:
    """One file that the page offers; no other."""
    if name not in {item.name for item in list_downloads(_directory())}:
        abort(404)
    return send_from_directory(_directory(), name, as_attachment=True)


def _directory() -> Path:
    return Path(current_app.extensions["settings"].var_dir).resolve() / "downloads"


@site.get("/help")
@public
def help_desk() -> str:
    """How to reach the help desk, and whether somebody is there now."""
    now = clock.now()
    return render_template(
        "site/help_desk.html",
        hours=HOURS,
        is_open=helpdesk_is_open(now),
        today=clock.day_in_tokyo(now),
        next_day=next_open_day(clock.day_in_tokyo(now)),
    )
