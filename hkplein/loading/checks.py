"""What a file must keep to beyond its form: nothing in it may contradict itself, or what the square allows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from hkplein.loading.format import ACTIVE_PITS, COLLEAGUES, SKILLS_IN_USE, TAKERS
from hkplein.loading.people import id_of, invented
from hkplein.loading.ring_checks import check_rings, check_wishes
from hkplein.loading.source import Entry, Source
from hkplein.loading.staffing import check_staffing
from hkplein.loading.words import HELD, HELPING, ISSUE_STATES, LED
from hkplein.models.lesson import LONGEST
from hkplein.roster import ADDRESS

DOMAIN = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,}")
UP = ("opgestoken", "uitgenodigd", "wachtlijst", "akkoord")
SOUGHT = set(ISSUE_STATES) - {"idee", "in_verkenning", "zoekt_trekker"}  # may have a trekker


def check(source: Source, file: Entry) -> None:
    """Note everything that contradicts itself."""
    define_people(source, file)
    define_groups(source, file)
    domain = file.get("meta", {}).get("maildomein")
    if domain and not DOMAIN.fullmatch(domain):
        source.wrong(file["meta"].at("maildomein"), f"“{domain}” is not a domain of mail addresses")
    for profile in file["profielen"]:
        check_profile(source, profile)
    check_staffing(source, file)
    for skill in file["vaardigheden"]:
        only(source, skill, "samengevoegd_met", ("samengevoegd",))
        if skill.get("status") == "samengevoegd" and not skill.get("samengevoegd_met"):
            source.wrong(skill.line, "`samengevoegd_met` is missing")
    guests = {id_of(profile): profile["partner"] for profile in file["profielen"] if profile.get("partner")}
    issues = {issue.get("id"): issue for issue in file["vraagstukken"]}
    for issue in file["vraagstukken"]:
        check_issue(source, issue, guests)
    for task in file["klussen"]:
        check_task(source, task)
        check_guests(source, guests, issues.get(task.get("vraagstuk")), task)
    for swap in file["ruilen"]:
        check_swap(source, swap)
    check_wishes(source, file)
    check_rings(source, file)
    for pitstop in file["pitstops"]:
        check_pitstop(source, file, pitstop)
    for lesson in file["lessen"]:
        check_lesson(source, lesson)


def define_people(source: Source, file: Entry) -> None:
    """The ids of people, those of the invented included, and who they are."""
    for profile in file["profielen"]:
        if id_ := id_of(profile):
            source.define("profielen", id_, profile.at("id"))
            source.group(COLLEAGUES, id_, belongs=profile.get("rol") == "collega")
            source.group(TAKERS, id_, belongs=profile.get("rol") != "bestuur")
        elif profile.get("voornaam"):
            source.wrong(profile.line, f"`id` is missing: none can be made of “{profile['voornaam']}”")
    for pit, id_ in invented(file):
        source.define("profielen", id_, pit.line)
        source.group(COLLEAGUES, id_)
        source.group(TAKERS, id_)


def define_groups(source: Source, file: Entry) -> None:
    """What can still be chosen: skills in use, and pits that are there."""
    for skill in file["vaardigheden"]:
        source.group(SKILLS_IN_USE, skill.get("id"), belongs=skill.get("status") != "samengevoegd")
    for pit in file["pits"]:
        active = pit.get("status") == "actief"
        source.group(ACTIVE_PITS, pit.get("id"), belongs=active)
        if pit.get("leden") and not active:
            source.wrong(pit.at("leden"), "`leden` is for a pit that is `actief`")


def check_profile(source: Source, profile: Entry) -> None:
    """Roles, pits and partners that go together; an address that is one, and whose it is; each skill once."""
    role = profile.get("rol")
    if role == "partner" and not profile.get("partner"):
        source.wrong(profile.line, "`partner` is missing: this is somebody of a partner")
    if role != "collega":
        for key in ("pit", "beheerder"):
            if profile.get(key):
                source.wrong(profile.at(key), f"`{key}` is for colleagues only, and this is {role}")
    if email := profile.get("email"):
        if not ADDRESS.match(email):
            source.wrong(profile.at("email"), f"“{email}” is not an e-mail address")
        source.define("e-mail", email.lower(), profile.at("email"))
    for skill in twice(can.get("vaardigheid") for can in profile["wat_kan_ik"]):
        source.wrong(profile.at("wat_kan_ik"), f"“{skill}” stands in `wat_kan_ik` twice")


def check_issue(source: Source, issue: Entry, guests: Mapping[str, str]) -> None:
    """Who moves it, who sits in its team, and who asks."""
    apart(source, issue, "trekker", "vervanger")
    apart(source, issue, "trekker", "gevraagd_als_trekker")
    only(source, issue, "trekker", SOUGHT)
    only(source, issue, "gevraagd_als_trekker", LED)
    movers = {issue.get("trekker"), issue.get("vervanger")}
    for seat in issue["plekken"]:
        only(source, seat, "wie", ("bezet",))
        if seat.get("wie") and seat["wie"] in movers:
            source.wrong(seat.at("wie"), f"“{seat['wie']}” moves this issue, and is in its team already")
        check_hands(source, seat, movers)
        check_guests(source, guests, issue, seat)
    for question in issue["vragen"]:
        check_guests(source, guests, issue, question)


def check_task(source: Source, task: Entry) -> None:
    """Who does it, on how many places, and whose hands are up."""
    status, fellows, hands = task.get("status"), task["medehouders"], task["handen"]
    apart(source, task, "indiener", "houder")
    apart(source, task, "indiener", "medehouders")
    apart(source, task, "houder", "medehouders")
    only(source, task, "houder", HELD | {"teruggelegd"})
    only(source, task, "medehouders", HELD)
    if len(fellows) >= task.get("plekken", 1):
        source.wrong(task.at("medehouders"), f"{len(fellows) + 1} people on {task.get('plekken', 1)} `plekken`")
    if hands and status == "hand_opgestoken" and "opgestoken" not in [hand.get("status") for hand in hands]:
        source.wrong(task.at("handen"), "none of these hands is up")
    if hands and task.get("keuze") == "eerste":
        source.wrong(task.at("handen"), "`handen` is for a task of which the `keuze` is `handen`")
    if status == "te_ruil" and task.get("bevoegdheid"):
        source.wrong(task.at("bevoegdheid"), "a task that asks a mandate cannot be swapped")
    check_hands(source, task, {task.get("indiener"), task.get("houder"), *fellows})


def check_swap(source: Source, swap: Entry) -> None:
    """Two people, each with work that somebody else posted."""
    one, other = swap.get("van", {}), swap.get("met", {})
    if one.get("wie") and one.get("wie") == other.get("wie"):
        source.wrong(other.at("wie"), f"“{one['wie']}” cannot swap alone")
    for side in (one, other):
        if side:
            apart(source, side, "indiener", "wie")


def check_pitstop(source: Source, file: Entry, pitstop: Entry) -> None:
    """A helper of the line, from another pit."""
    apart(source, pitstop, "vrager", "helper")
    for key in ("helper", "berichten"):
        only(source, pitstop, key, HELPING)
    helper, line = pitstop.get("helper"), pitstop.get("van_hulplijn") or pitstop.get("hulplijn")
    pits = {id_of(profile): profile.get("pit") for profile in file["profielen"]}
    pits |= {id_: pit["id"] for pit, id_ in invented(file)}
    if helper and pits.get(helper) and pits[helper] == pitstop.get("pit"):
        source.wrong(pitstop.at("helper"), f"“{helper}” is of the pit that asks: a helper comes from another one")
    helpers = {one.get("id"): one["helpers"] for one in file["hulplijnen"]}
    if helper and pitstop.get("status") != "opgelost" and helper not in helpers.get(line, [helper]):
        source.wrong(pitstop.at("helper"), f"“{helper}” is not one of the `helpers` of “{line}”")


def check_lesson(source: Source, lesson: Entry) -> None:
    """Short enough to be read, and of use to others."""
    apart(source, lesson, "schrijver", "bevestigd_door")
    if (words := len(lesson.get("tekst", "").split())) > LONGEST:
        source.wrong(lesson.at("tekst"), f"a lesson has at most {LONGEST} words, and this has {words}")


def check_hands(source: Source, entry: Entry, own: Collection[str | None]) -> None:
    """One living hand a person for one thing, and none for what is theirs already."""
    up = [hand.get("wie") for hand in entry["handen"] if hand.get("status") in UP]
    for who in twice([entry.get("wie"), *up]):
        source.wrong(entry.at("handen"), f"“{who}” has two hands up for the same thing")
    for hand in entry["handen"]:
        if hand.get("wie") and hand["wie"] in own:
            source.wrong(hand.at("wie"), f"“{hand['wie']}” has a hand up for what is theirs already")


def check_guests(source: Source, guests: Mapping[str, str], issue: Entry | None, entry: Entry) -> None:
    """Somebody of a partner takes part in that partner's own issues only."""
    hands = [hand.get("wie") for hand in entry.get("handen", ())]
    for who in (entry.get("wie"), entry.get("houder"), *entry.get("medehouders", ()), *hands):
        if who in guests and (issue is None or guests[who] not in issue["partners"]):
            source.wrong(entry.line, f"“{who}” is of a partner, and takes part in its own issues only")


def only(source: Source, entry: Entry, key: str, states: Collection[str]) -> None:
    """A key that says something in some states alone."""
    if entry.get(key) and entry.get("status") not in states:
        source.wrong(entry.at(key), f"`{key}` goes with: {', '.join(sorted(states))}")


def apart(source: Source, entry: Entry, one: str, other: str) -> None:
    """Two roles that nobody can have at once."""
    who, others = entry.get(one), entry.get(other)
    if who and (who == others or (isinstance(others, list) and who in others)):
        source.wrong(entry.at(other), f"`{one}` and `{other}` are the same person")


def twice(names: Iterable[str | None]) -> list[str]:
    """Those that occur more than once."""
    given = [name for name in names if name]
    return sorted({name for name in given if given.count(name) > 1})
