"""What templates can say: sentences, dates, and texts that people wrote."""

from __future__ import annotations

import functools
from typing import Any

import nh3
from flask import Flask
from flask_login import current_user
from markdown_it import MarkdownIt
from markupsafe import Markup

from hkplein import clock, i18n
from hkplein.views.memo import HIDDEN, Memo

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).disable("image")
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code"}


@functools.lru_cache(maxsize=2000)
def prose(text: str) -> Markup:
    """What somebody wrote, with the little markup that is allowed, made safe."""
    return Markup(nh3.clean(_markdown.render(text), tags=_TAGS, link_rel="noopener noreferrer nofollow"))  # noqa: S704


def linked(thing: Any) -> bool:
    """Whether the name of somebody or of a pit may be a link: it is one for whoever may open it."""
    return bool(current_user.is_authenticated and thing.visible_to(current_user))


def init_app(app: Flask) -> None:
    """Plug the words into Jinja."""
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.add_extension(Memo)
    install: Any = env.install_gettext_callables  # type: ignore[attr-defined]
    install(i18n.gettext, i18n.ngettext, newstyle=True)
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(day=i18n.day, moment=i18n.moment, ago=i18n.ago, number=i18n.number, prose=prose)
    env.globals.update(
        hidden_fields=HIDDEN,
        language=i18n.language,
        languages=i18n.LANGUAGES,
        today=clock.today,
        linked=linked,
    )
