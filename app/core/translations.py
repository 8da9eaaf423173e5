"""Flask-Babel's translations, found once for each answer and language instead of once for each word.

A page of a list translates a hundred words. Flask-Babel asks for each of them anew which domain, which language, and spells the
language out to find its catalogue; Jinja then goes through three calls of its own. Together that was a quarter of a page.
"""

from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, g
from flask_babel import Babel, Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


class QuickDomain(Domain):
    """A domain that remembers its catalogue beside the answer's language; `force_locale` puts another one there."""

    def get_translations(self) -> Translations | NullTranslations:
        """The catalogue of the language that is spoken now; outside of any context one that translates nothing."""
        context = g.get("_flask_babel") if g else None
        if context is not None:
            known = getattr(context, "catalogue", None)
            if known is not None and known[0] is getattr(context, "babel_locale", None):
                found: Translations = known[1]
                return found
        translations: Translations | NullTranslations = super().get_translations()
        if context is not None:
            context.catalogue = (get_locale(), translations)
        return translations


def init_app(app: Flask, babel: Babel) -> None:
    """Let everything that translates, in Python and in templates, ask this domain."""
    domain = babel.domain_instance = QuickDomain()

    @pass_eval_context
    def translate(eval_context: EvalContext, message: str, **values: Any) -> str:
        """As Jinja's own: always a format string, and its values are escaped where templates escape."""
        text = domain.get_translations().ugettext(message)
        if eval_context.autoescape:
            text = Markup(text)  # noqa: S704  a catalogue is ours, as a template is
        return text % values if values or "%" in text else text

    app.jinja_env.globals["_"] = translate
