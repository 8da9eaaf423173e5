"""Which language a person reads: Japanese unless asked otherwise, remembered in a cookie that holds nothing else."""

from flask import Flask, Response, has_request_context, request, url_for
from flask_babel import Babel

from app.core import translations
from app.core.catalogues import catalogue_directories, compile_stale

LANGUAGES = ("ja", "en")
COOKIE = "lang"


def current_language() -> str:
    """`ja` or `en`. Outside of a request: Japanese."""
    if not has_request_context():
        return LANGUAGES[0]
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    return asked if asked in LANGUAGES else LANGUAGES[0]


def language_url(language: str) -> str:
    """The address of this page in another language, all that was asked for kept; after an error or a POST-only address, the home page."""
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return f"/?lang={language}"
    arguments = {**request.args.to_dict(flat=False), **(request.view_args or {}), "lang": language}
    return url_for(rule.endpoint, **arguments)


def language_name(language: str) -> str:
    """A language in its own words, in the short form of a switch."""
    return {"ja": "日本語", "en": "English"}[language]


def init_language(app: Flask) -> None:
    """Give the application its catalogues and its language choice (`?lang=en` sets the cookie)."""
    compile_stale()
    app.config.setdefault("BABEL_DEFAULT_LOCALE", LANGUAGES[0])
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Tokyo")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, catalogue_directories()))
    translations.init_app(app, Babel(app, locale_selector=current_language))
    app.jinja_env.globals.update(
        current_language=current_language, languages=LANGUAGES, language_url=language_url, language_name=language_name
    )
    app.after_request(_remember)


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LANGUAGES and asked != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, asked, max_age=31_536_000, httponly=True, samesite="Lax", secure=request.is_secure)
    return response
