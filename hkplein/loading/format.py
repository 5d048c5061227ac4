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
    line,
    may,
    need,
    one_of,
    refer,
    refers,
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
    RING_STATES,
    SEAT_STATES,
    SKILL_STATES,
    SWAP_STATES,
    TASK_STATES,
    WISH_STATES,
)
from hkplein.models.task_verbs import MOST_HOURS, MOST_PLACES

# For whom, or what, some places are alone.
COLLEAGUES, TAKERS, ACTIVE_PITS, SKILLS_IN_USE = "colleagues", "colleagues and partners", "active pits", "skills in use"

short, long = line(200), text()
days, past, count = whole(-3650, 3650), whole(-3650, 0), whole(1, 1000)
hours, places = whole(1, MOST_HOURS), whole(1, MOST_PLACES)  # of a task
person, colleague, taker = (refer("profielen", group) for group in ("", COLLEAGUES, TAKERS))
pit, skill, issue = refer("pits"), refer("vaardigheden", SKILLS_IN_USE), refer("vraagstukken")
task = refer("klussen")
colleagues, skills = may(refers("profielen", COLLEAGUES), ()), may(refers("vaardigheden", SKILLS_IN_USE), ())


def section(name: str, **fields: Any) -> Any:
    """A list of blocks, each with an `id` of its own."""
    return may(each(block(id=need(identity(name)), **fields)), ())


HAND = block(
    wie=need(taker),
    status=may(one_of(BID_STATES), "opgestoken"),
    woorden=may(long, ""),
    antwoord=may(long, ""),
    dagen=may(past, -1),
)
SEAT = block(
    titel=need(short),
    vraagt=may(long, ""),
    uren=need(whole(1, 40)),
    tot_dagen=need(days),
    nodig=skills,
    status=may(one_of(SEAT_STATES), "open"),
    wie=may(taker),
    handen=may(each(HAND), ()),
)
SIDE = block(
    pit=need(pit),
    wie=may(colleague),
    indiener=may(colleague),
    geeft=need(short),
    uren=need(hours),
    over_dagen=may(days),
)

FORMAT = block(
    meta=need(
        block(
            gemeente=need(short),
            verzonnen=may(flag, default=False),
            inwoners=may(whole(0, 20_000_000)),
            medewerkers=may(whole(0)),
            kernen=may(each(short), ()),
            maildomein=may(line(180)),
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
        groep=may(line(60), ""),
        omschrijving=may(long, ""),
        esco=may(block(uri=need(line(300)), label_en=may(short), match=may(short))),
        status=may(one_of(SKILL_STATES), "in_gebruik"),
        samengevoegd_met=may(skill),
        voorgesteld_door=may(colleague),
    ),
    pits=section(
        "pits",
        naam=need(short),
        domein=may(line(60), ""),
        leden=may(whole(0, 500), 0),
        bedoeling=need(long),
        kern=skills,
        afspraken=may(long, ""),
        status=may(one_of(PIT_STATES), "actief"),
        oprichters=colleagues,
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
        helpers=colleagues,
        status=may(one_of(LINE_STATES), "actief"),
    ),
    partners=section("partners", naam=need(short), soort=may(line(60), "")),
    vraagstukken=section(
        "vraagstukken",
        titel=need(short),
        thema=may(line(80), ""),
        vraag=need(long),
        effect=may(long, ""),
        meten=may(each(long), ()),
        rol_gemeente=may(one_of(ISSUE_ROLES)),
        partners=may(refers("partners"), ()),
        pits=need(refers("pits", least=1)),
        status=need(one_of(ISSUE_STATES)),
        trekker_pit=may(pit),
        indiener=may(colleague),
        trekker=may(colleague),
        vervanger=may(colleague),
        gevraagd_als_trekker=may(colleague),
        ronde_tot_dagen=may(days),
        reden=may(long, ""),
        effect_gezien=may(one_of(EFFECTS), "deels"),
        plekken=may(each(SEAT), ()),
        standen=may(each(block(dagen=need(past), tekst=need(long))), ()),
        vragen=may(each(block(wie=need(person), dagen=may(past, -3), tekst=need(long), antwoord=may(long, ""))), ()),
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
        plaats=may(line(120), ""),
        plekken=may(places, 1),
        overdracht=may(long, ""),
        keuze=may(one_of(CHOICES)),
        bevoegdheid=may(flag, default=False),
        indiener=may(colleague),
        houder=may(taker),
        medehouders=may(refers("profielen", TAKERS), ()),
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
        onderwerp=may(line(120), ""),
        vraag=need(long),
        al_geprobeerd=may(long, ""),
        zichtbaar=may(one_of(READERS)),
        status=need(one_of(PITSTOP_STATES)),
        spoed=may(flag, default=False),
        werkdagen_open=may(whole(0, 500), 0),
        vrager=may(colleague),
        helper=may(colleague),
        berichten=may(each(block(van=need(one_of({"vrager": "asker", "helper": "helper"})), tekst=need(long))), ()),
        over_dagen=may(days),
        plaats=may(line(200), ""),
        geholpen=may(one_of(HELPED), "ja"),
        voor_pit=may(flag, default=False),
        voorstel_hulplijn=may(refer("hulplijnen")),
        van_hulplijn=may(refer("hulplijnen")),
    ),
    ruilen=section("ruilen", van=need(SIDE), met=need(SIDE), status=need(one_of(SWAP_STATES)), woorden=may(long, "")),
    wensen=section(
        "wensen",
        wie=need(colleague),
        klus=may(task),
        wil=may(refers("klussen"), ()),
        vaardigheden=skills,
        uren=may(hours),
        plaats=may(line(120), ""),
        pit=may(pit),
        van_dagen=may(days),
        tot_dagen=may(days),
        ster=may(task),
        status=may(one_of(WISH_STATES), "staat"),
        dagen=may(past),
    ),
    kringen=section(
        "kringen",
        schakels=need(refers("wensen", least=2)),
        status=need(one_of(RING_STATES)),
        akkoord=may(refers("wensen"), ()),
    ),
    lessen=section(
        "lessen",
        titel=need(short),
        tekst=need(long),
        pit=may(pit),
        vraagstuk=may(issue),
        status=need(one_of(LESSON_STATES)),
        bevestigingen=may(whole(0, 1000), 0),
        bevestigd_door=colleagues,
        schrijver=may(colleague),
        dagen=may(past),
    ),
    profielen=may(
        each(
            block(
                id=may(line(60)),
                voornaam=need(line(100)),
                achternaam=may(line(99)),
                email=may(line(320)),
                pit=may(refer("pits", ACTIVE_PITS)),
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
                werkt_graag_in=may(line(200), ""),
                even_weg_tot_dagen=may(whole(0, 3650)),
            )
        ),
        (),
    ),
    rondkijken=may(each(block(wie=need(person), als=need(short), als_en=may(short, ""))), ()),
    experimenten=may(anything),
    schrapvoorstellen=may(anything),
    casussen=may(anything),
)
