"""Call names (roepnamen) of common given names, both in normalised form.

Few and sure ones only: who goes by a call name that is not here is held for a person to look at.
"""

from __future__ import annotations

from domain.persons.names import normalise

_CALL_NAMES = """
adriaan: ad adri arie
adrianus: ad adri arie janus
alexander: alex lex sander xander
antonius: anton ton toon antoon
anthonius: anton ton toon
antonia: toos tonny ton
bartholomeus: bart
bernardus: ben bernard
catharina: cato rina tineke toos trijntje ineke karin
christiaan: chris
cornelia: corrie cor nelie nel
cornelis: cor cees kees nelis
daniel: daan danny
elisabeth: elly els lies liesbeth lisette betty bep
ferdinand: fer nand
fransiscus: frans
franciscus: frans
frederik: fred frits freek
geertruida: truus geertje trudy
gerardus: gerard ger geert gerrit
hendrik: henk hein rik
hendrika: rika riek hennie
hendrikus: henk hein rik
jacob: jaap koos
jacobus: jaap koos co
johan: jan
johanna: annie hanna hanneke jannie joke jopie
johannes: jan johan hans joop joh
jozef: jos sjef
josephus: jos sjef jef
katarzyna: kasia
leonardus: leo leon
lambertus: bert bertus
margaretha: greet greetje gretha marga rita
maria: marie marieke maaike mieke ria miep
mohamed: mo moham
mohammed: mo moham
nicolaas: klaas nico niek
petrus: peter piet
pieter: piet
robert: rob bob
sebastiaan: bas
theodorus: theo door
thomas: tom
wilhelmina: willy wil mina minke
willem: wim
wilhelmus: wim willem
"""


def _table() -> dict[str, frozenset[str]]:
    lines = (line.partition(":") for line in _CALL_NAMES.strip().splitlines())
    return {
        normalise(formal): frozenset(normalise(one) for one in called.split())
        for formal, _, called in lines
    }


CALLED = _table()


def is_call_name(one: str, other: str) -> bool:
    """Whether the one is a call name of the other, or the other way round.

    Two call names of one formal name are not: brothers may be called Jan and Hans.
    """
    return other in CALLED.get(one, ()) or one in CALLED.get(other, ())
