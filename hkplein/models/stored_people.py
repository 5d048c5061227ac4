"""What is stored about somebody as a person: account, profile, signing in, and what happened; see stored.py."""

from __future__ import annotations

from hkplein.i18n import _l
from hkplein.models.stored_terms import ACCOUNT, MESSAGES, MINUTES, PROFILE, SIGNED_IN, WHEN, WHERE, WORK, Stored, about

PEOPLE: tuple[Stored, ...] = (
    about(
        "person.id",
        _l("Your account and your profile"),
        ACCOUNT,
        {
            "name": _l("so that colleagues know who does what"),
            "sought": _l("your name without accents, so that colleagues find you"),
            "email": _l("to sign in, and for mail about what you are told"),
            "password_hash": _l("to check your password without knowing it"),
            "password_until": _l("until when a one-time password works"),
            "role steward active": _l("what you may see and do"),
            "outdoors": _l("that you work outdoors, so that suggestions fit"),
            "locale": _l("your language"),
            "created_at": WHEN,
            "pit_id partner_id": _l("your pit, or the organisation that you come from"),
            "about wants room": _l("what you want colleagues to know, and the hours that you can give"),
            "about_shown_to wants_shown_to skills_shown_to": _l("who may read which part of your profile"),
            "away_from away_until": _l("when you are away, if you say so; never why"),
            "suggestions welcomed": _l("whether you want suggestions, and have put the explanation away"),
        },
    ),
    about(
        "person_skill.person_id",
        _l("What you can, teach or want to learn"),
        PROFILE,
        {"skill_id level": _l("what you filled in yourself, so that work that fits finds you")},
    ),
    about(
        "sign_in.person_id",
        _l("Where you are signed in"),
        SIGNED_IN,
        {
            "digest": _l("a one-way hash of the key in your browser, to know that it is you"),
            "expires_at": _l("until when it works; not when you were here, and not on which device"),
        },
    ),
    about(
        "attempt.key",
        _l("Failed attempts to sign in with your address"),
        MINUTES,
        {"count since": _l("to stop whoever guesses passwords; your address is not readable in it")},
    ),
    about(
        "notification.person_id",
        _l("Messages to you"),
        MESSAGES,
        {
            "event_id why": _l("what happened, and why you are told"),
            "seen_at sent_at": _l("whether you have read it, so that mail does not repeat it; only you see that"),
        },
    ),
    about(
        "event.by_id",
        _l("What you did, in the history of the work"),
        WORK,
        {
            "at noun verb whom_id": _l("who did what to which work, when, and whom it was about"),
            "task_id swap_id ring_id wish_id seat_id issue_id pitstop_id pit_id lesson_id help_line_id skill_id": WHERE,
            "note": _l("your own words with it; never those of a pitstop"),
        },
    ),
    about(
        "event.whom_id",
        _l("What was about you, in the history of the work"),
        WORK,
        {
            "at noun verb by_id": _l("who did what to which work, when, and whom it was about"),
            "task_id swap_id ring_id wish_id seat_id issue_id pitstop_id pit_id lesson_id help_line_id skill_id": WHERE,
        },
    ),
)
