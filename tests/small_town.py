"""Other municipalities, that exist: with everybody named, and nothing of the demo. One is small, one has everything."""

from __future__ import annotations

SMALL_TOWN = """\
meta:
  gemeente: Duinmeer
  kernen: [Duinmeer]
  vertrouwenspersonen:
  - naam: Lia Luister
    telefoon: 0000 123
vaardigheden:
- id: schrijven
  naam: Schrijven
  naam_en: Writing
  soort: procesvaardigheid
pits:
- id: loket
  naam: Pit Loket
  bedoeling: Dat iedereen geholpen is.
  kern: [schrijven]
- id: strand
  naam: Pit Strand
  bedoeling: Dat het strand schoon is.
hulplijnen:
- id: hulp
  naam: Hulp
  helpers: [cor]
vraagstukken:
- id: v1
  titel: Drukte op zondag
  vraag: Waar laten we de fietsen?
  pits: [strand]
  indiener: ans
  trekker: ans
  vervanger: bep
  ronde_tot_dagen: 60
  status: aan_de_slag
klussen:
- id: k1
  titel: Fietsen tellen
  pit: strand
  vraagstuk: v1
  uren: 3
  deadline_dagen: 10
  status: bezig
  indiener: ans
  houder: cor
pitstops:
- id: p1
  pit: loket
  hulplijn: hulp
  vraag: Hoe kan dit korter?
  status: opgepakt
  zichtbaar: open
  vrager: bep
  helper: cor
profielen:
- {voornaam: Ans, achternaam: Aker, email: ans@duinmeer.example, pit: loket}
- {voornaam: Bep, achternaam: Bron, email: bep@duinmeer.example, pit: loket}
- {voornaam: Cor, achternaam: Cats, email: cor@duinmeer.example, pit: strand, beheerder: true}
"""

# Every key of the format, once.
WHOLE_TOWN = """\
meta:
  gemeente: Duinmeer
  verzonnen: false
  inwoners: 900
  medewerkers: 6
  kernen: [Duinmeer, Het Gat]
  maildomein: duinmeer.example
  vertrouwenspersonen:
  - naam: Lia Luister
    telefoon: 0000 123
    email: lia@duinmeer.example
  toelichting: Klein.
  licentie: Vrij.
coachvragen:
  vast: [Wat heb je nodig?]
  bij_vraagstuk: [Wie mist er?]
  bij_pitstop: [Wat heb je al gedaan?]
  bij_overbelasting: [Wat kan weg?]
  bij_schrappen: [Wie merkt het?]
vaardigheden:
- id: schrijven
  naam: Schrijven
  naam_en: Writing
  soort: procesvaardigheid
  groep: Taal
  omschrijving: Zo dat iemand het leest.
  esco:
    uri: http://data.europa.eu/esco/1
    label_en: write
    match: exact
- id: tellen
  naam: Tellen
  soort: vakkennis
  status: voorgesteld
  voorgesteld_door: bep
- id: pennen
  naam: Pennen
  soort: procesvaardigheid
  status: samengevoegd
  samengevoegd_met: schrijven
pits:
- id: loket
  naam: Pit Loket
  domein: dienst
  leden: 3
  bedoeling: Dat iedereen geholpen is.
  kern: [schrijven]
  afspraken: Maandag overleg.
- id: strand
  naam: Pit Strand
  bedoeling: Dat het strand schoon is.
- id: duin
  naam: Pit Duin
  bedoeling: Dat het duin blijft.
  status: oprichting
  oprichters: [ans, cor, dirk]
hulplijnen:
- id: hulp
  naam: Hulp
  waarvoor: Werk dat vastloopt
  reactie_werkdagen: 3
  bemenst_door: Wie wil.
  standaard_zichtbaar: pit
  thuis_pit: strand
  vraagt: [schrijven]
  helpers: [cor, dirk]
- id: recht
  naam: Recht
  status: gesloten
partners:
- id: school
  naam: De school
  soort: onderwijs
vraagstukken:
- id: v1
  titel: Drukte op zondag
  thema: verkeer
  vraag: Waar laten we de fietsen?
  effect: Dat iedereen erlangs kan.
  meten: [Minder klachten]
  rol_gemeente: samen_optrekken
  partners: [school]
  pits: [strand, loket]
  status: aan_de_slag
  trekker_pit: loket
  indiener: ans
  trekker: ans
  vervanger: bep
  gevraagd_als_trekker: dirk
  ronde_tot_dagen: 60
  plekken:
  - titel: Teller
    vraagt: Goed tellen
    uren: 2
    tot_dagen: 60
    nodig: [tellen]
    status: bezet
    wie: cor
  - titel: Schrijver
    uren: 2
    tot_dagen: 60
    handen:
    - wie: dirk
      status: niet_gekozen
      woorden: Graag!
      antwoord: Volgende keer.
      dagen: -3
    - wie: sam
  standen:
  - dagen: -7
    tekst: De proef loopt.
  vragen:
  - wie: els
    dagen: -2
    tekst: Wat kost het?
    antwoord: Niets.
- id: v2
  titel: Zand in de bus
  vraag: Hoe houden we de bus schoon?
  pits: [strand]
  status: afgerond
  indiener: bep
  trekker: cor
  effect_gezien: ja
  reden: Het is schoon.
klussen:
- id: k1
  titel: Fietsen tellen
  omschrijving: Een uur op zondag.
  pit: strand
  vraagstuk: v1
  uren: 3
  vorm: dienst
  deadline_dagen: 10
  status: bezig
  nodig: [tellen]
  leert: schrijven
  minder_leuk: true
  plaats: Het Gat
  plekken: 2
  bevoegdheid: true
  indiener: ans
  houder: sam
  medehouders: [dirk]
- id: k2
  titel: Folder schrijven
  pit: loket
  uren: 4
  deadline_dagen: 12
  status: hand_opgestoken
  keuze: handen
  indiener: bep
  handen:
  - wie: cor
    woorden: Ik wil leren schrijven.
- id: k3
  titel: Vlag hangen
  pit: strand
  uren: 1
  deadline_dagen: 5
  status: teruggelegd
  overdracht: De vlag is gewassen. Hij moet nog omhoog.
  indiener: cor
  houder: bep
- id: k4
  titel: Hek schilderen
  pit: strand
  uren: 5
  deadline_dagen: 20
  status: te_ruil
  ruilwens: Iets binnen.
  indiener: dirk
  houder: cor
- id: k5
  titel: Bord maken
  pit: strand
  uren: 5
  deadline_dagen: -5
  status: afgerond
  dank: Mooi geworden.
  indiener: dirk
  houder: ans
- id: k6
  titel: Lijst bijhouden
  pit: loket
  uren: 2
  deadline_dagen: -9
  status: geschrapt
  reden: Niemand leest hem.
  indiener: ans
- id: k7
  titel: Verslag typen
  pit: loket
  uren: 2
  deadline_dagen: 15
  status: te_ruil
  nodig: [schrijven]
  plaats: Het Gat
  indiener: ans
  houder: bep
pitstops:
- id: p1
  pit: loket
  vraagstuk: v1
  hulplijn: hulp
  onderwerp: formulier
  vraag: Hoe kan dit korter?
  al_geprobeerd: Schrappen.
  zichtbaar: open
  status: gepland
  spoed: false
  werkdagen_open: 2
  vrager: bep
  helper: cor
  over_dagen: 3
  plaats: Kamer 2
  voor_pit: true
  voorstel_hulplijn: recht
  berichten:
  - van: vrager
    tekst: Het is zes bladzijden.
  - van: helper
    tekst: Ik kom langs.
- id: p2
  pit: loket
  hulplijn: recht
  van_hulplijn: hulp
  vraag: Mag dit?
  status: doorverwezen
  vrager: ans
  helper: dirk
- id: p3
  pit: loket
  hulplijn: hulp
  vraag: Wie weet dit?
  status: opgelost
  geholpen: deels
  vrager: bep
  helper: cor
ruilen:
- id: r1
  status: voorgesteld
  woorden: Jij buiten, ik binnen.
  van: {pit: loket, geeft: Post openen, uren: 2, wie: bep, indiener: ans, over_dagen: 9}
  met:
    pit: strand
    geeft: Schelpen rapen
    uren: 2
    wie: cor
    indiener: dirk
    over_dagen: 9
wensen:
- id: w1
  wie: cor
  klus: k4
  vaardigheden: [schrijven]
  uren: 4
  plaats: Gat
  pit: loket
  van_dagen: 1
  tot_dagen: 30
  ster: k7
- id: w2
  wie: bep
  klus: k7
  wil: [k4]
  dagen: -12
- id: w3
  wie: dirk
  wil: [k4]
  status: ingetrokken
kringen:
- id: kring1
  schakels: [w1, w2]
  status: loopt
  akkoord: [w2]
lessen:
- id: l1
  titel: Bel eerst
  tekst: Bellen werkt beter dan schrijven.
  pit: loket
  vraagstuk: v1
  status: gedeeld
  bevestigingen: 1
  bevestigd_door: [cor]
  schrijver: ans
  dagen: -20
profielen:
- {voornaam: Ans, achternaam: Aker, email: ans@duinmeer.example, pit: loket}
- {voornaam: Bep, achternaam: Bron, email: bep@duinmeer.example, pit: loket}
- {voornaam: Cor, achternaam: Cats, email: cor@duinmeer.example, pit: strand, beheerder: true}
- voornaam: Dirk
  achternaam: Dijk
  email: dirk@duinmeer.example
  pit: strand
  buiten: true
  nieuw: true
  taal: en
  wie_ben_ik: Ik loop graag.
  wat_wil_ik: Meer schrijven.
  wat_kan_ik:
  - vaardigheid: tellen
    niveau: leer_ik_anderen
  ruimte_uren_per_week: 2
  even_weg_tot_dagen: 3
- {id: els, voornaam: Els, achternaam: Eik, email: els@duinmeer.example, rol: bestuur}
- {voornaam: Sam, achternaam: Smit, email: sam@school.example, rol: partner, partner: school}
rondkijken:
- wie: ans
  als: medewerker
  als_en: employee
woordenlijst_status: x
experimenten: []
schrapvoorstellen: []
casussen: []
"""
