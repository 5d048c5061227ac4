"""A second municipality, that exists: small, with everybody named, and nothing of the demo."""

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
