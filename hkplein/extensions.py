"""The libraries that are plugged in, before there is an app."""

from __future__ import annotations

from flask_htmx import HTMX
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

csrf = CSRFProtect()
htmx = HTMX()
login = LoginManager()
migrate = Migrate()
