"""Made-up Dutch people's names, with frequencies like those of the real ones (after Zipf).

Family names: a head of common ones, and a tail that is put together from parts. A real tail is
longer, so that people share a rare name less often than here.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

_COMMON = """
de|Jong;Jansen;de|Vries;van den|Berg;van|Dijk;Bakker;Janssen;Visser;Smit;Meijer;de|Boer;Mulder;
de|Groot;Bos;Vos;Peters;Hendriks;van|Leeuwen;Dekker;Brouwer;de|Wit;Dijkstra;Smits;de|Graaf;
van der|Meer;van der|Linden;Kok;Jacobs;de|Haan;Vermeulen;van den|Heuvel;van der|Veen;van den|Broek;
de|Bruijn;de|Bruin;van der|Heijden;Schouten;van|Beek;Willems;van|Vliet;van de|Ven;Hoekstra;Maas;
Verhoeven;Koster;van|Dam;van der|Wal;Prins;Blom;Huisman;Peeters;de|Jonge;Kuipers;van|Veen;Kuiper;
Veenstra;Kramer;van den|Brink;Scholten;van|Wijk;Postma;Martens;Vink;de|Ruiter;Timmermans;Groen;
Gerritsen;Jonker;van|Loon;Boer;van der|Velde;Willemsen;Smeets;de|Lange;de|Vos;Bosch;van|Dongen;
Schipper;de|Koning;van der|Laan;Koning;Driessen;van|Doorn;Hermans;Evers;van den|Bosch;
van der|Meulen;Hofman;Bosman;Wolters;Sanders;van der|Horst;Mol;Kuijpers;Molenaar;
van de|Pol;de|Leeuw;Verbeek;
Yılmaz;Kaya;Demir;Şahin;Çelik;Öztürk;Aydın;Yıldız;el|Amrani;el|Idrissi;Ben|Ali;Bouzid;Ait|Taleb;
Ahmed;Ali;Mohamed;Hassan;Singh;Ramdin;Kartosen;Martina;Nguyễn;Chen;Wang;Kowalski;Wójcik;Nowak;
Şimşek;Koç;Pérez;García;da|Silva;dos|Santos;Müller;Schröder;Tahiri;Bakkali;el|Ouali;Haddou
"""
_BEGIN_WORDS = """
Berg Bos Veld Meer Wester Ooster Zand Koop Bloem Hage Lind Eik Beek Broek Veen Heid Water Noord
Zuid Hout Kerk Molen Stein Wol Rozen Groen Hoog Laag Nieuw Oud Dijk Duin Vaar Ploeg Haver Spaar
Roos Kers Wijn Hoek Schaap Vlas Ganzen Heer
"""
_BEGIN = _BEGIN_WORDS.split()
_END_WORDS = """
stra ma inga sma kamp huis man dijk veld burg berg beek meijer kerk horst bosch water stein hof
dam laar brink hoven mans sen ink wijk zee aar vliet
"""
_END = _END_WORDS.split()
_TAIL_PREFIXES = ("", "", "", "", "", "", "van ", "van de ", "van der ", "van den ", "ter ", "de ")

_MALE_WORDS = """
Johannes Jan Daan Cornelis Hendrik Willem Pieter Petrus Sem Lucas Thomas Tim Mohamed Robert Dirk
Jacobus Gerrit Antonius Erik Mark Bram Jeroen Martijn Sander Ruben Jesse Thijs Lars Kevin Dennis
Michael Franciscus Adrianus Marco Stefan Rick Niels Bas Koen Jasper Milan Noah Luuk Finn Levi
Adam Ömer Mehmet Ahmed Youssef Ali Mustafa Ibrahim Hamza Emre Yusuf Bilal Rachid Said Krzysztof
Piotr Jürgen René André José Nicolaas Leonardus Theodorus Gerardus Wilhelmus Arjan Wouter Joost
Maarten Jan-Willem Jan-Pieter Hendrik-Jan Klaas Sjoerd Wiebe Douwe Harm Roel Gijs Teun Floris
Olivier Siem Mees Julian Tobias Benjamin Samuel Rayan Imran Kofi Anthony Ricardo Winston Delano
Xavi Boaz Jelle
"""
_MALE = _MALE_WORDS.split()
_FEMALE_WORDS = """
Maria Johanna Anna Elisabeth Cornelia Wilhelmina Sanne Lisa Anouk Emma Julia Sophie Fleur Eva
Lotte Catharina Hendrika Margaretha Petronella Linda Monique Esther Marieke Kim Laura Iris Femke
Noor Tess Saar Zoë Mila Nora Sara Fatima Khadija Aicha Naima Samira Ayşe Zeynep Elif Fatma
Meryem Hatice Agnieszka Katarzyna Chloé Renée Anneke Ineke Ria Truus Greetje Anja Petra Ingrid
Astrid Mirjam Ilse Anne-Marie Marie-Louise Annemarie Hanneke Jolanda Wendy Patricia Sandra
Nicole Daniëlle Michelle Lieke Lieve Roos Isa Evi Sofie Amber Naomi Romy Britt Merel Jasmijn
Maud Yara Safiya Amira Hanna Charlotte Josephine Geertruida Antonia Jantje Trijntje Grietje
Aaltje Geesje Fenna Hiske Tjitske
"""
_FEMALE = _FEMALE_WORDS.split()


class Zipf:
    """Draws from a list in which the n-th is drawn in proportion to 1 / (n + shift) ** power."""

    def __init__(self, items: list[str], *, power: float, shift: float) -> None:
        self._items = items
        weights = (1 / (place + shift) ** power for place in range(1, len(items) + 1))
        self._cumulative = list(accumulate(weights))

    def draw(self, rng: Random) -> str:
        """One of them."""
        return rng.choices(self._items, cum_weights=self._cumulative)[0]


def _family_names() -> list[str]:
    tail = [begin + end for end in _END for begin in _BEGIN]
    # Fixed, so that the same seed draws the same people.
    Random(11).shuffle(tail)
    with_prefix = [
        f"{_TAIL_PREFIXES[place % len(_TAIL_PREFIXES)].strip()}|{name}".lstrip("|")
        for place, name in enumerate(tail)
    ]
    return ["".join(one.split("\n")) for one in _COMMON.strip().split(";")] + with_prefix


FAMILY_NAMES = Zipf(_family_names(), power=0.62, shift=4)
MALE_NAMES = Zipf(_MALE, power=0.75, shift=5)
FEMALE_NAMES = Zipf(_FEMALE, power=0.75, shift=5)
