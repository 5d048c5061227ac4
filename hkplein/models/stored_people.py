"""What is stored about somebody as a person: account, profile, signing in, and what happened; see stored.py."""

from __future__ import annotations

from hkplein.i18n import _l
from hkplein.models.stored_terms import (
    ACCOUNT,
    AUTHENTICATOR,
    HISTORY,
    IDENTITY,
    MESSAGES,
    MINUTES,
    PROFILE,
    ROWS,
    SECURITY,
    SIGNED_IN,
    WHEN,
    WHERE,
    Stored,
    about,
)

WHO = _l("who did what to which work, when, and whom it was about")
KNOCKED = _l("who came in, got other rights, or was refused; so that misuse is noticed and can be examined")

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
            "near": _l("where you like to work, so that suggestions fit"),
            "about_shown_to wants_shown_to skills_shown_to": _l("who may read which part of your profile"),
            "away_from away_until": _l("when you are away, if you say so; never why"),
            "suggestions welcomed": _l("whether you want suggestions, and have put the explanation away"),
            "erase_at erased": _l("when your account is erased, if that was asked"),
        },
        gone="name sought email password_hash password_until role steward outdoors locale pit_id partner_id about wants"
        " room near about_shown_to wants_shown_to skills_shown_to away_from away_until suggestions welcomed",
    ),
    about(
        "person_skill.person_id",
        _l("What you can, teach or want to learn"),
        PROFILE,
        {"skill_id level": _l("what you filled in yourself, so that work that fits finds you")},
        gone=ROWS,
    ),
    about(
        "sign_in.person_id",
        _l("Where you are signed in"),
        SIGNED_IN,
        {
            "digest": _l("a one-way hash of the key in your browser, to know that it is you"),
            "expires_at": _l("until when it works; not when you were here, and not on which device"),
        },
        gone=ROWS,
    ),
    about(
        "identity.person_id",
        _l("Your work account"),
        IDENTITY,
        {
            "issuer": _l("at which provider you sign in"),
            "subject": _l("by which number it knows you, so that it is you also with another e-mail address"),
        },
        gone=ROWS,
    ),
    about(
        "authenticator.person_id",
        _l("Your authenticator app"),
        AUTHENTICATOR,
        {
            "secret": _l("to check the codes of your app"),
            "since": _l("since when it is asked; not when you used it"),
            "step": _l("which code was used last, so that none works twice"),
        },
        gone=ROWS,
    ),
    about(
        "recovery_code.person_id",
        _l("Your recovery codes"),
        AUTHENTICATOR,
        {"digest": _l("to check a code that you wrote down, without knowing it")},
        gone=ROWS,
    ),
    *(
        about(
            f"security_event.{whose}",
            title,
            SECURITY,
            {
                f"at kind {other}": KNOCKED,
                "note": _l("which role, or which kind of page; never what somebody typed"),
                "network": _l("from which network; of the address of a device the last part is left out"),
            },
        )
        for whose, other, title in (
            ("by_id", "whom_id", _l("What you did, in the security log")),
            ("whom_id", "by_id", _l("What was about your account, in the security log")),
        )
    ),
    about(
        "attempt.key",
        _l("Failed attempts to sign in with your address"),
        MINUTES,
        {"count since": _l("to stop whoever guesses passwords; your address is not readable in it")},
        gone=ROWS,
    ),
    about(
        "notification.person_id",
        _l("Messages to you"),
        MESSAGES,
        {
            "event_id why": _l("what happened, and why you are told"),
            "seen_at sent_at": _l("whether you have read it, so that mail does not repeat it; only you see that"),
        },
        gone=ROWS,
    ),
    about(
        "event.by_id",
        _l("What you did, in the history of the work"),
        HISTORY,
        {
            "at noun verb whom_id": WHO,
            "task_id swap_id ring_id wish_id seat_id issue_id pitstop_id pit_id lesson_id help_line_id skill_id": WHERE,
            "note": _l("your own words with it; never those of a pitstop"),
        },
        gone="note",
    ),
    about(
        "event.whom_id",
        _l("What was about you, in the history of the work"),
        HISTORY,
        {
            "at noun verb by_id": WHO,
            "task_id swap_id ring_id wish_id seat_id issue_id pitstop_id pit_id lesson_id help_line_id skill_id": WHERE,
        },
    ),
)
