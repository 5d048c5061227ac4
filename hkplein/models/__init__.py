"""The town: one file per noun, with its columns, rules, verbs and queries; it knows no web."""

from __future__ import annotations

import importlib
import pkgutil

from hkplein.db import Model
from hkplein.models.authenticator import Authenticator, RecoveryCode
from hkplein.models.bid import Bid
from hkplein.models.erasure import Erasure
from hkplein.models.event import Event, Notification
from hkplein.models.forgetting import Forgetting
from hkplein.models.help_line import HelpLine, HelpLineHelper
from hkplein.models.identity import Identity
from hkplein.models.issue import Issue, IssuePartner, IssuePit
from hkplein.models.lesson import Lesson, LessonHelped
from hkplein.models.message import Message
from hkplein.models.municipality import Municipality
from hkplein.models.person import Partner, Person, PersonSkill
from hkplein.models.pit import Founder, Pit, PitSkill
from hkplein.models.pitstop import Pitstop
from hkplein.models.refused_leg import RefusedLeg
from hkplein.models.ring import Ring, RingLink
from hkplein.models.search_entry import SearchEntry
from hkplein.models.seat import Seat, SeatSkill
from hkplein.models.security_event import SecurityEvent
from hkplein.models.session import Attempt, SignIn, Submission
from hkplein.models.skill import Skill
from hkplein.models.square_count import SquareCount
from hkplein.models.swap import Leg, Swap
from hkplein.models.task import Task, TaskSkill
from hkplein.models.tick import Tick
from hkplein.models.update import Question, Update
from hkplein.models.wish import Wish, WishSkill, WishTask

NOUNS: dict[str, type[Model]] = {
    model.__tablename__: model
    for model in (
        *(Bid, HelpLine, Issue, Lesson, Notification, Person, Pit, Pitstop, Question, Ring, Seat, Skill, Swap, Task),
        Wish,
    )
}

for _found in pkgutil.iter_modules(__path__):
    if _found.name.endswith("_clock"):  # what time does to a noun registers itself
        importlib.import_module(f"{__name__}.{_found.name}")

__all__ = [
    "NOUNS",
    "Attempt",
    "Authenticator",
    "Bid",
    "Erasure",
    "Event",
    "Forgetting",
    "Founder",
    "HelpLine",
    "HelpLineHelper",
    "Identity",
    "Issue",
    "IssuePartner",
    "IssuePit",
    "Leg",
    "Lesson",
    "LessonHelped",
    "Message",
    "Municipality",
    "Notification",
    "Partner",
    "Person",
    "PersonSkill",
    "Pit",
    "PitSkill",
    "Pitstop",
    "Question",
    "RecoveryCode",
    "RefusedLeg",
    "Ring",
    "RingLink",
    "SearchEntry",
    "Seat",
    "SeatSkill",
    "SecurityEvent",
    "SignIn",
    "Skill",
    "SquareCount",
    "Submission",
    "Swap",
    "Task",
    "TaskSkill",
    "Tick",
    "Update",
    "Wish",
    "WishSkill",
    "WishTask",
]
