"""What is stored about somebody in the work: tasks, swaps, issues, pitstops, lessons; see stored.py."""

from __future__ import annotations

from hkplein.i18n import _l
from hkplein.models.stored_terms import (
    CLOCK,
    COUNT,
    PITSTOP,
    PROFILE,
    RINGS,
    ROWS,
    STATE,
    SWAPS,
    TEXT,
    WHEN,
    WHERE,
    WORK,
    Stored,
    about,
)

DAY = _l("so that a wrong click costs nothing for a day")
MEET = _l("when and where you meet")

# What a wish holds belongs to whoever made it.
WISH = "wish.person_id"

ROLES: tuple[Stored, ...] = (
    about(
        "task.author_id",
        _l("Tasks that you posted"),
        WORK,
        {
            "title description place reason thanks": TEXT,
            "hours due learns_id less_fun mandate choice": _l("what the task asks and gives, as you posted it"),
            "state offered": STATE,
            "author_left": _l("that others answer for it when you are gone"),
            "pit_id issue_id posting_id": WHERE,
            "places hands": COUNT,
            "created_at posted_at reported_at ended_at": WHEN,
            "asked asked_at": CLOCK,
        },
    ),
    about(
        "task.holder_id",
        _l("Tasks that you do or did"),
        WORK,
        {
            "state offered": STATE,
            "taken_at reported_at ended_at": WHEN,
            "wish handover_done handover_left handover_tip hours_left": TEXT,
            "undo_until taken_offer taken_from_id": DAY,
        },
    ),
    about(
        "task.taken_from_id",
        _l("Tasks that somebody took over from you"),
        WORK,
        {"undo_until taken_offer": DAY},
    ),
    about(
        "bid.person_id",
        _l("Hands that you raised, and invitations to you"),
        WORK,
        {
            "task_id seat_id": WHERE,
            "by_id": _l("who raised the hand, or who invited you"),
            "state": STATE,
            "words": TEXT,
            "reply why_no": _l("the reason that goes with a no: everybody gets an answer"),
            "at since answered_at": WHEN,
            "reminded_at": CLOCK,
        },
        gone="words reply why_no",
    ),
    about(
        "bid.by_id",
        _l("Hands and invitations that are from you"),
        WORK,
        {"task_id seat_id person_id": WHERE, "state": STATE, "words": TEXT, "at": WHEN},
        gone="words",
    ),
    *(
        about(
            f"swap.{whose}",
            title,
            SWAPS,
            {
                "state round pair turn_id": _l("what is proposed now, and who answers"),
                "proposer_id other_id": _l("who swaps with whom"),
                "at moved_at": WHEN,
            },
        )
        for whose, title in (
            ("proposer_id", _l("Swaps that you proposed")),
            ("other_id", _l("Swaps that were proposed to you")),
        )
    ),
    about("swap.turn_id", _l("Swaps in which it is your turn"), SWAPS, {"state": STATE, "moved_at": WHEN}),
    *(
        about(
            f"leg.{whose}",
            title,
            SWAPS,
            {
                "swap_id round task_id": _l("which task goes from whom to whom"),
                "giver_id taker_id": _l("who gives, and who gets"),
            },
        )
        for whose, title in (
            ("giver_id", _l("Tasks that you give in a swap")),
            ("taker_id", _l("Tasks that you get in a swap")),
        )
    ),
    about(
        "wish.person_id",
        _l("Wishes for swap rings"),
        RINGS,
        {
            "task_id kind hours place pit_id due_from due_until starred_id": _l(
                "what you give and what you would take"
            ),
            "state": STATE,
            "at kept_at": WHEN,
            "asked": CLOCK,
            "goes_first": _l("that your wish goes first at the next tie, because a ring with it came to nothing"),
        },
        gone="hours place pit_id due_from due_until starred_id goes_first",
    ),
    *(
        about(f"{table}.wish_id", title, RINGS, purposes, through=WISH, gone=ROWS)
        for table, title, purposes in (
            ("wish_task", _l("Tasks that your wishes name"), {"task_id": _l("what you would take")}),
            ("wish_skill", _l("Skills that your wishes name"), {"skill_id": _l("what you would take")}),
            (
                "refused_leg",
                _l("Tasks that are not proposed again for your wishes"),
                {"task_id for_id": _l("what you said no to, so that it is not asked again"), "at": WHEN},
            ),
        )
    ),
    about(
        "ring_link.person_id",
        _l("Swap rings that were proposed to you"),
        RINGS,
        {
            "ring_id position wish_id gives_id takes_id": _l("what you give and take in which ring"),
            "agreed_at live": _l("whether you said yes, and whether the ring still waits"),
            "others more": _l("why this ring was chosen among those that were possible"),
        },
    ),
    about(
        "seat.holder_id",
        _l("Seats in which you sit or sat"),
        WORK,
        {
            "issue_id": WHERE,
            "title asks hours until": _l("what the seat asks, and until when"),
            "state": STATE,
            "filled_at created_at": WHEN,
            "warned": CLOCK,
            "reason": _l("why the seat was ended"),
        },
    ),
    about(
        "issue.author_id",
        _l("Issues that you posted"),
        WORK,
        {
            "title question theme effect signs role": _l("what it is about and what residents should notice"),
            "pit_id": WHERE,
            "state": STATE,
            "created_at sought_at": WHEN,
        },
    ),
    about(
        "issue.trekker_id",
        _l("Issues of which you are trekker"),
        WORK,
        {
            "led_at started_at updated_at ended_at asked_at": WHEN,
            "round_ends look_again": _l("until when this round goes on, and when to look again"),
            "round_told reminded reminded_at": CLOCK,
            "pause_reason reason effect_seen": TEXT,
            "offered_pit_id": _l("which pit was asked to take it over"),
        },
    ),
    about("issue.deputy_id", _l("Issues of which you are deputy"), WORK, {"state": STATE}),
    about("issue.offered_lead_id", _l("Issues that you were asked to lead"), WORK, {"asked_at": WHEN}),
    about("update.by_id", _l("States of play that you wrote"), WORK, {"issue_id": WHERE, "text": TEXT, "at": WHEN}),
    about(
        "question.by_id",
        _l("Questions that you asked at an issue"),
        WORK,
        {"issue_id": WHERE, "text": TEXT, "at": WHEN, "reminded_at": CLOCK},
    ),
    about(
        "question.answered_by_id",
        _l("Questions that you answered"),
        WORK,
        {"issue_id": WHERE, "reply": TEXT, "answered_at": WHEN},
    ),
    about(
        "pitstop.asker_id",
        _l("Pitstops that you asked for"),
        PITSTOP,
        {
            "topic question tried": _l("what you are stuck in; who reads it you choose yourself"),
            "readers": _l("who may read it"),
            "line_id pit_id for_pit issue_id": _l("who is asked, and for whom you ask"),
            "state turn": STATE,
            "due asked_at waits_since front": _l("the promise of the line, and how long it waits"),
            "reminded remind_on": CLOCK,
            "planned_at planned_place": MEET,
            "refer_to_id": _l("to which other line it may go; you say yes or no"),
            "helped closed_at": _l("whether it helped, in your own word"),
        },
    ),
    about(
        "pitstop.helper_id",
        _l("Pitstops that you picked up"),
        PITSTOP,
        {
            "line_id": WHERE,
            "state turn": STATE,
            "picked_up_at": WHEN,
            "planned_at planned_place": MEET,
        },
    ),
    about("pitstop.hand_to_id", _l("Pitstops that were offered to you"), PITSTOP, {"line_id": WHERE, "state": STATE}),
    about(
        "message.by_id",
        _l("What you said in pitstops"),
        PITSTOP,
        {"pitstop_id": WHERE, "text": _l("your words, for those who may read the pitstop"), "at": WHEN},
    ),
    about(
        "help_line_helper.person_id",
        _l("Help lines on which you help"),
        PROFILE,
        {"line_id": WHERE, "away_from away_until at_most": _l("when you are not asked, and how much at a time")},
        gone=ROWS,
    ),
    about(
        "lesson.author_id",
        _l("Lessons that you shared"),
        WORK,
        {"title text": TEXT, "state": STATE, "pit_id issue_id task_id pitstop_id": WHERE, "at": WHEN},
    ),
    about(
        "lesson_helped.person_id",
        _l("Lessons that helped you"),
        WORK,
        {"lesson_id pit_id": _l("that it was of use, and in which pit"), "at": WHEN},
    ),
    about(
        "founder.person_id",
        _l("Pits that you found or were asked to found"),
        WORK,
        {"pit_id": WHERE, "agreed": _l("whether you said yes: nobody is put into a pit unasked")},
    ),
    about(
        "skill.proposed_by_id",
        _l("Skills that you proposed"),
        WORK,
        {
            "key name_nl name_en kind group description esco": _l("the skill, as the list shows it to everybody"),
            "state merged_into_id": STATE,
        },
    ),
)
