"""Names of people, by locale, half of the locales in each half: ours, so that no name list is shared with the rules."""

from __future__ import annotations

from typing import Final

from benchmarks.corpus.item import Half

PEOPLE: Final = {
    Half.TUNING: {
        "en": "Oliver Bennett|Harriet Ashworth|Desmond Okafor|Priscilla Vance|Thaddeus Whitlock|Imogen Carruthers",
        "de": "Maria Schneider|Jürgen Großmann|Käthe Brückner|Hans-Peter Löffler|Annegret von Stetten|Uwe Krämer",
        "fr": "Élodie Lefèvre|François Beaumont|Anaïs Delacroix|Jean-Baptiste Moreau|Cécile d'Harcourt|Benoît Rey",
        "es": "María Ibáñez|Íñigo Etxeberria|Joaquín Peñalver|Rocío Domínguez|Álvaro Santamaría|Begoña Quiroga",
        "jp": "佐藤 健太|鈴木 美咲|Haruka Yamamoto|Kenji Watanabe|山本 由美子|Takumi Fujiwara",
        "pl": "Małgorzata Wiśniewska|Paweł Kowalczyk|Zbigniew Łukaszewski|Agnieszka Dąbrowska|Grzegorz Żółkowski",
        "in": "Lakshmi Venkataraman|Arjun Chatterjee|Priyanka Deshpande|Rajesh Krishnamurthy|Sunita Bhattacharya",
        "ar": "Fatima Al-Mansouri|Khalid bin Rashid|محمد الأحمد|Yasmin Haddad|Omar El-Sayed",
    },
    Half.HELD_OUT: {
        "pt": "João Guimarães|Conceição Figueiredo|Luís Magalhães|Tatiana Vasconcelos|Gonçalo Brandão",
        "it": "Niccolò Bergamaschi|Chiara De Santis|Giuseppe D'Angelo|Ludovica Mastroianni|Ettore Colombo",
        "nl": "Willemijn van der Heijden|Sjoerd Hoekstra|Joost de Vries|Anneloes Kuijpers",
        "se": "Åsa Lindström|Björn Häggkvist|Märta Öberg|Torbjörn Sjögren",
        "cz": "Jiří Dvořák|Božena Němcová|Vojtěch Růžička|Kateřina Šimková",
        "tr": "Gülşen Yıldırım|İbrahim Çelik|Özlem Karadağ|Mehmet Öztürk",
        "ru": "Екатерина Соколова|Dmitri Volkonsky|Сергей Петренко|Anastasia Kuznetsova",
        "cn": "王小明|Li Xiuying|陈思远|Zhang Weimin",
        "kr": "김민준|Seo-yeon Hwang|박지훈|Hyun-woo Jang",
        "vi": "Nguyễn Thị Hương|Trần Quốc Bảo|Phạm Thu Trang",
        "gr": "Γιώργος Παπαδόπουλος|Eleni Stavropoulou",
        "ie": "Siobhán O'Sullivan|Cillian Mac Gearailt|Niamh Ní Bhriain",
        "ng": "Oluwaseun Adebayo|Chidinma Nwosu|Babatunde Ogunleye",
        "hu": "Kovács Erzsébet|Szőke Balázs|Tóth Gergő",
    },
}
SHORT: Final = {
    Half.TUNING: ("Al Roe", "Bo Lind", "Cy Katz", "Jo Marsh"),
    Half.HELD_OUT: ("Ty Voss", "Xi Wu", "Ida Ek", "Ng Wei"),
}
WORD_NAMES: Final[dict[Half, dict[str, tuple[str, tuple[str, ...]]]]] = {
    Half.TUNING: {
        "Will Turner": ("will", ("I will call you tomorrow", "they will not refund it", "will this be fixed soon?")),
        "May Chen": ("may", ("you may return it within 30 days", "it may take a while, it may not")),
        "Mark Bishop": ("mark", ("please mark the ticket as solved", "a question mark is missing")),
        "Grace Miller": ("grace", ("there is a grace period of 3 days", "within the grace window")),
        "Bill Waters": ("bill", ("the bill is wrong", "please send the bill again")),
        "Karl Gross": ("gross", ("das ist gross", "nicht so gross")),
        "Rose Baker": ("rose", ("the price rose by 4 percent", "costs rose last week")),
    },
    Half.HELD_OUT: {
        "Hope Young": ("hope", ("I hope it arrives", "we hope to hear from you, young or old")),
        "Jack Price": ("price", ("the price is too high", "at full price")),
        "Frank Long": ("long", ("it takes too long", "to be frank, how long is it?")),
        "Chase Banks": ("chase", ("please chase the carrier", "we chase late loads; banks are closed")),
        "April Summers": ("april", ("shipped in april", "since april nothing came")),
        "Drew Case": ("case", ("in that case, close the case", "the agent drew a wrong conclusion")),
        "Sonny Day": ("day", ("have a nice day", "one day later")),
        "Art Page": ("page", ("the page does not load", "state of the art, see page 3")),
        "Kurt Klein": ("klein", ("das Paket ist zu klein", "klein, aber fein")),
        "Pierre Petit": ("petit", ("un petit problème", "le petit colis")),
        "Angel Guerra": ("guerra", ("non è una guerra", "la guerra dei prezzi")),
    },
}
"""A person's name of common words, one of them, and texts in which it is no name: these must survive."""

FOREIGN_WORDS: Final = frozenset({"Karl Gross", "Kurt Klein", "Pierre Petit", "Angel Guerra"})
"""Those whose word is one of another language than English; counted apart."""
