"""The format of a municipality's file: its keys, and what its Dutch words are in the models.

The keys are Dutch, for those who fill in such a file are. `hkplein/demo/README.md` describes it for people.
"""

from __future__ import annotations

from typing import Any

from hkplein.loading.source import (
    anything,
    block,
    each,
    flag,
    identity,
    may,
    need,
    one_of,
    refer,
    text,
    whole,
)
from hkplein.loading.words import (
    BID_STATES,
    CHOICES,
    EFFECTS,
    HELPED,
    ISSUE_ROLES,
    ISSUE_STATES,
    KINDS,
    LESSON_STATES,
    LEVELS,
    LINE_STATES,
    PERSON_ROLES,
    PIT_STATES,
    PITSTOP_STATES,
    READERS,
    SEAT_STATES,
    SKILL_STATES,
    SWAP_STATES,
    TASK_STATES,
)
from hkplein.models.task_verbs import MOST_HOURS, MOST_PLACES

short, long = text(200), text()
days, count = whole(-3650, 3650), whole(1, 1000)
hours, places = whole(1, MOST_HOURS), whole(1, MOST_PLACES)  # of a task
person, pit, skill, issue = refer("profielen"), refer("pits"), refer("vaardigheden"), refer("vraagstukken")
skills = may(each(skill), ())


def section(name: str, **fields: Any) -> Any:
    """A list of blocks, each with an `id` of its own."""
    return may(each(block(id=need(identity(name)), **fields)), ())


HAND = block(
    wie=need(person),
    status=may(one_of(BID_STATES), "opgestoken"),
    woorden=may(long, ""),
    antwoord=may(long, ""),
    dagen=may(days, -1),
)
SEAT = block(
    titel=need(short),
    vraagt=may(long, ""),
    uren=need(whole(1, 40)),
    tot_dagen=need(days),
    nodig=skills,
    status=may(one_of(SEAT_STATES), "open"),
    wie=may(person),
    handen=may(each(HAND), ()),
)
SIDE = block(
    pit=need(pit), wie=may(person), indiener=may(person), geeft=need(short), uren=need(hours), over_dagen=may(days)
)

FORMAT = block(
    meta=need(
        block(
            gemeente=need(short),
            verzonnen=may(flag, default=False),
            inwoners=may(whole(0, 20_000_000)),
            medewerkers=may(whole(0)),
            kernen=may(each(short), ()),
            maildomein=may(text(200)),
            vertrouwenspersonen=may(each(block(naam=need(short), telefoon=may(short, ""), email=may(short, ""))), ()),
            toelichting=may(long),
            licentie=may(long),
        )
    ),
    woordenlijst_status=may(anything),
    coachvragen=may(
        block(
            **{
                name: may(each(long), ())
                for name in ("vast", "bij_vraagstuk", "bij_pitstop", "bij_overbelasting", "bij_schrappen")
            }
        )
    ),
    vaardigheden=section(
        "vaardigheden",
        naam=need(short),
        naam_en=may(short, ""),
        soort=need(one_of(KINDS)),
        groep=may(text(60), ""),
        omschrijving=may(long, ""),
        esco=may(block(uri=need(text(300)), label_en=may(short), match=may(short))),
        status=may(one_of(SKILL_STATES), "in_gebruik"),
        samengevoegd_met=may(skill),
        voorgesteld_door=may(person),
    ),
    pits=section(
        "pits",
        naam=need(short),
        domein=may(text(60), ""),
        leden=may(whole(0, 500), 0),
        bedoeling=need(long),
        kern=skills,
        afspraken=may(long, ""),
        status=may(one_of(PIT_STATES), "actief"),
        oprichters=may(each(person), ()),
    ),
    hulplijnen=section(
        "hulplijnen",
        naam=need(short),
        waarvoor=may(long, ""),
        reactie_werkdagen=may(whole(1, 60), 2),
        bemenst_door=may(long, ""),
        standaard_zichtbaar=may(one_of(READERS), "pit"),
        thuis_pit=may(pit),
        vraagt=skills,
        helpers=may(each(person), ()),
        status=may(one_of(LINE_STATES), "actief"),
    ),
    partners=section("partners", naam=need(short), soort=may(text(60), "")),
    vraagstukken=section(
        "vraagstukken",
        titel=need(short),
        thema=may(text(80), ""),
        vraag=need(long),
        effect=may(long, ""),
        meten=may(each(long), ()),
        rol_gemeente=may(one_of(ISSUE_ROLES)),
        partners=may(each(refer("partners")), ()),
        pits=need(each(pit)),
        status=need(one_of(ISSUE_STATES)),
        trekker_pit=may(pit),
        indiener=may(person),
        trekker=may(person),
        vervanger=may(person),
        gevraagd_als_trekker=may(person),
        ronde_tot_dagen=may(days),
        reden=may(long, ""),
        effect_gezien=may(one_of(EFFECTS), "deels"),
        plekken=may(each(SEAT), ()),
        standen=may(each(block(dagen=need(days), tekst=need(long))), ()),
        vragen=may(each(block(wie=need(person), dagen=may(days, -3), tekst=need(long), antwoord=may(long, ""))), ()),
    ),
    klussen=section(
        "klussen",
        titel=need(short),
        omschrijving=may(long, ""),
        pit=need(pit),
        vraagstuk=may(issue),
        uren=need(hours),
        vorm=may(one_of(dict.fromkeys(("los", "dienst", "wekelijks"))), "los"),
        deadline_dagen=need(days),
        status=need(one_of(TASK_STATES)),
        nodig=skills,
        leert=may(skill),
        minder_leuk=may(flag, default=False),
        plaats=may(text(120), ""),
        plekken=may(places, 1),
        overdracht=may(long, ""),
        keuze=may(one_of(CHOICES)),
        bevoegdheid=may(flag, default=False),
        indiener=may(person),
        houder=may(person),
        ruilwens=may(long, ""),
        reden=may(long, ""),
        dank=may(long, ""),
        handen=may(each(HAND), ()),
    ),
    pitstops=section(
        "pitstops",
        pit=need(pit),
        vraagstuk=may(issue),
        hulplijn=need(refer("hulplijnen")),
        onderwerp=may(text(120), ""),
        vraag=need(long),
        al_geprobeerd=may(long, ""),
        zichtbaar=may(one_of(READERS)),
        status=need(one_of(PITSTOP_STATES)),
        spoed=may(flag, default=False),
        werkdagen_open=may(whole(0, 500), 0),
        vrager=may(person),
        helper=may(person),
        berichten=may(each(block(van=need(one_of({"vrager": "asker", "helper": "helper"})), tekst=need(long))), ()),
        over_dagen=may(days),
        plaats=may(text(200), ""),
        geholpen=may(one_of(HELPED), "ja"),
        voor_pit=may(flag, default=False),
        voorstel_hulplijn=may(refer("hulplijnen")),
        van_hulplijn=may(refer("hulplijnen")),
    ),
    ruilen=section("ruilen", van=need(SIDE), met=need(SIDE), status=need(one_of(SWAP_STATES)), woorden=may(long, "")),
    lessen=section(
        "lessen",
        titel=need(short),
        tekst=need(long),
        pit=may(pit),
        vraagstuk=may(issue),
        status=need(one_of(LESSON_STATES)),
        bevestigingen=may(whole(0, 1000), 0),
        schrijver=may(person),
        dagen=may(days),
    ),
    profielen=may(
        each(
            block(
                id=may(text(60)),
                voornaam=need(text(100)),
                achternaam=may(text(100)),
                email=may(text(320)),
                pit=may(pit),
                rol=may(one_of(PERSON_ROLES), "collega"),
                partner=may(refer("partners")),
                beheerder=may(flag, default=False),
                buiten=may(flag, default=False),
                nieuw=may(flag, default=False),
                taal=may(one_of({"nl": "nl", "en": "en"}), "nl"),
                wie_ben_ik=may(long, ""),
                wat_wil_ik=may(long, ""),
                wat_kan_ik=may(each(block(vaardigheid=need(skill), niveau=need(one_of(LEVELS)))), ()),
                ruimte_uren_per_week=may(whole(0, 40)),
                even_weg_tot_dagen=may(days),
            )
        ),
        (),
    ),
    rondkijken=may(each(block(wie=need(person), als=need(short), als_en=may(short, ""))), ()),
    experimenten=may(anything),
    schrapvoorstellen=may(anything),
    casussen=may(anything),
)
