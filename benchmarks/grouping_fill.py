"""Write an error text anew: every placeholder gets other particulars each time, in the forms that systems give them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

_NAMES: Final = (
    "Maria Gonçalves", "John Smith", "Oyelaran Adeyemi", "Jürgen Weiß", "山田 太郎", "محمد الأحمد", "Анна Петрова",
    "Siobhán O'Brien", "Nguyễn Thị Hoa", "김민준", "Zoë van den Berg", "Łukasz Wójcik",
)  # fmt: skip
_CITIES: Final = ("Hamburg", "São Paulo", "Kraków", "Osaka", "Nairobi", "Montréal", "Αθήνα", "Zürich", "New York")
_QUOTED: Final = (
    "two", "blue tent XL", "", "n/a", "zwei Erwachsene", "大人2名", "غرفتان", "до завтра", "2 adults", "it's fine",
    "x-1",
)  # fmt: skip
_WORDS: Final = ("umbrella", "kayak", "lantern", "rucksack", "stove", "poncho", "hammock", "compass", "thermos")
_ALNUM: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_EPOCH: Final = datetime(2026, 11, 20, tzinfo=UTC)


class Filler:
    """Draws particulars from one source of chance."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._makers: Mapping[str, Callable[[], str]] = {
            "n": lambda: str(rng.choice((rng.randint(2, 9), rng.randint(10, 999), rng.randint(1000, 90000)))),
            "ms": lambda: rng.choice(("30000", "30,001", "30.004", "29998", "5000", "12 000")),
            "s": lambda: rng.choice(("10", "30", "2.5", "59", "1")),
            "id": self._id,
            "hex": lambda: f"{rng.getrandbits(64):016x}"[: rng.choice((8, 12, 16))],
            "uuid": lambda: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            "ref": lambda: "".join(rng.choices(_ALNUM, k=5)) + str(rng.randint(2, 9)),
            "ip": lambda: f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}",
            "port": lambda: str(rng.choice((443, 5432, 6379, 8443, 9092))),
            "zone": lambda: rng.choice(("eu-1", "us-2", "eu-west-1", "ap-southeast-2", "us-east-1b")),
            "k": lambda: str(rng.randint(1, 9)),
            "name": lambda: rng.choice(_NAMES),
            "city": lambda: rng.choice(_CITIES),
            "q": lambda: rng.choice(_QUOTED),
            "word": lambda: rng.choice(_WORDS),
            "amount": self._amount,
            "time": self._time,
            "date": lambda: (_EPOCH + timedelta(days=rng.randint(0, 300))).date().isoformat(),
            "email": lambda: f"{rng.choice(_WORDS)}.{rng.randint(1, 99)}@{rng.choice(_WORDS)}.example",
            "lq": lambda: rng.choice("'\"“«`"),
        }

    def text(self, template: str) -> str:
        """The template with its `{placeholders}` filled; a quote that opens with `{lq}` is closed by `{rq}`."""
        out: list[str] = []
        closing = {"'": "'", '"': '"', "“": "”", "«": "»", "`": "`"}
        opened = "'"
        for part in template.replace("}", "{").split("{"):
            if part == "lq":
                opened = self._makers["lq"]()
                out.append(opened)
            elif part == "rq":
                out.append(closing[opened])
            elif len(out) % 2 and part in self._makers:
                out.append(self._makers[part]())
            else:
                out.append(part)
        return "".join(out)

    def value(self, template: Any) -> Any:  # noqa: ANN401 - any JSON
        """The same for any JSON; the keys of objects come in another order each time."""
        if isinstance(template, str):
            return self.text(template)
        if isinstance(template, Mapping):
            items = [(key, self.value(item)) for key, item in template.items()]
            self._rng.shuffle(items)
            return dict(items)
        if isinstance(template, Sequence):
            return [self.value(item) for item in template]
        return template

    def _id(self) -> str:
        kind = self._rng.choice(("ch_", "res_", "A-", "req-", "", "cus_", "#"))
        return kind + "".join(self._rng.choices("0123456789abcdefghij", k=11)) + str(self._rng.randint(0, 9))

    def _amount(self) -> str:
        whole, cents = self._rng.randint(1, 4000), self._rng.randint(0, 99)
        return self._rng.choice(
            (
                f"{whole}.{cents:02} EUR",
                f"€{whole:,}.{cents:02}",
                f"{whole},{cents:02} €",
                f"USD {whole}",
                f"¥{whole}",
                f"${whole}.{cents:02}",
                f"{whole:,}.{cents:02} USD".replace(",", "'"),
            )
        )

    def _time(self) -> str:
        at = _EPOCH + timedelta(seconds=self._rng.randint(0, 86400 * 200), milliseconds=self._rng.randint(0, 999))
        return at.strftime(
            self._rng.choice(
                ("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d %H:%M:%S", "%a, %d %b %Y %H:%M:%S GMT", "%d.%m.%Y %H:%M", "%s")
            )
        )


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One thing that was wrong: the tool that met it, the texts in which it showed, and when (hours of the window).

    `tool` is None where the run itself states the error and no step does. `texts` are JSON where the tool answered so.
    """

    name: str
    tool: str | None
    texts: tuple[Any, ...]
    hours: tuple[float, float] = (1, 23)
