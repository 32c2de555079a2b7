"""What must survive unchanged: ids, hashes, numbers, dates, code and prose that only look like something to mask."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from benchmarks.corpus.item import Half, Item, grown
from benchmarks.corpus.numbers import luhn_digit, luhn_valid
from benchmarks.corpus.prose import PROSE
from rundown_mcp.domain.text import JsonValue

PROVIDER_IDS: Final = {
    Half.TUNING: {
        "uuid": "{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}",
        "conduit agent": "ag{low:30}",
        "conduit run": "ar{low:30}",
        "conduit contact": "co{low:30}",
        "conduit run_id": "run_{hex:8}",
        "duckie tool": "custom:{hex:8}-{hex:4}-4{hex:3}-9{hex:3}-{hex:12}",
        "ticket": "{nz:1}{dig:4}",
        "trace": "{hex:16}",
    },
    Half.HELD_OUT: {
        "uuid upper": "{HEX:8}-{HEX:4}-4{HEX:3}-B{HEX:3}-{HEX:12}",
        "uuid all digits": "{nz:1}{dig:7}-{dig:4}-4{dig:3}-8{dig:3}-{dig:12}",
        "conduit conversation": "cv{low:30}",
        "conduit trigger": "tr{low:30}",
        "conduit trigger event": "te{low:30}",
        "conduit workspace": "j57{low:29}",
        "request": "req_{an:14}",
        "charge": "ch_{an:24}",
        "session": "sess_{hex:6}",
        "conduit path": "ag{low:30}/ar{low:30}",
        "ref": "duckie:{hex:8}-{hex:4}-4{hex:3}-8{hex:3}-{hex:12}",
        "run address": "https://app.useduckie.ai/runs/{hex:8}-{hex:4}-4{hex:3}-9{hex:3}-{hex:12}",
    },
}
LOOK_ALIKES: Final = {
    Half.TUNING: {
        "git sha": "{hex:40}",
        "short sha": "{hex:7}",
        "md5": "{hex:32}",
        "image digest": "sha256:{hex:64}",
        "traceparent": "00-{hex:32}-{hex:16}-01",
        "order": "A-{dig:4}",
        "order long": "ORD-2026-{dig:6}",
        "order plain": "{nz:1}{dig:8}",
        "version": "{dig:1}.{nz:1}{dig:1}.{dig:1}",
        "price": "{nz:1},{dig:3}.{dig:2} USD",
        "file": "invoice_2026{dig:4}_{dig:3}.pdf",
        "host": "ip-10-web-{dig:2}.eu-west-1.compute.internal",
        "isbn": "978-3-{dig:2}-{dig:6}-{dig:1}",
        "ups": "1Z{up:6}{dig:10}",
        "ulid": "01H{b32:23}",
        "object id": "{hex:24}",
        "cuid": "c{low:24}",
        "ksuid": "{an:27}",
        "firebase user": "{an:28}",
        "base 32": "{b32:32}",
        "usps": "9400{dig:18}",
        "imei": "35{dig:13}",
        "content hash": "Qm{b58:44}",
        "pod": "billing-api-{hex:10}-{lc:5}",
        "video": "https://video.example/watch?v={url:11}",
    },
    Half.HELD_OUT: {
        "sha in url": "https://git.example.com/team/repo/commit/{hex:40}",
        "sha512 integrity hex": "{hex:128}",
        "etag": 'W/"{hex:32}"',
        "b3 header": "{hex:16}-{hex:16}-1",
        "order dashed": "{dig:3}-{dig:7}-{dig:7}",
        "load": "L-{dig:2}/{dig:5}",
        "po number": "PO{dig:10}",
        "semver pre": "v{nz:1}.{dig:1}.{dig:2}-rc.{dig:1}+build.{dig:4}",
        "four part version": "{nz:1}{dig:1}.0.{dig:4}.{dig:3}",
        "euro": "{nz:1}.{dig:3},{dig:2} €",
        "yen": "¥{nz:1}{dig:2},{dig:3}",
        "path": "/var/log/app/2026-11-{dig:1}0/worker-{dig:2}.log.gz",
        "bucket key": "recordings/2026/11/20/{hex:8}.mp3",
        "fedex": "{not luhn:12}",
        "dhl": "JJD{dig:18}",
        "swiss order": "{not luhn:16}",
        "pnr": "{UC:6}",
        "flight": "LH{dig:3} on {dig:1}{dig:1}A",
        "coordinates": "48.{dig:6}, 11.{dig:6}",
        "dimensions": "{nz:1}{dig:2} x {nz:1}{dig:2} x {nz:1}{dig:1} cm",
        "nanoid": "{url:21}",
        "hex colour": "#{hex:6}",
        "mac": "{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}",
        "score": "{nz:1}{dig:1}:{dig:1}, {dig:1}-{dig:1}",
        "zendesk tag": "sla_{dig:2}h_tier_{dig:1}",
        "ean": "40{dig:11}",
        "cuid2": "{lc:1}{low:23}",
        "firebase document": "{an:20}",
        "typeid": "user_{crock:26}",
        "base 32 small": "{b32lc:52}",
        "content hash 1": "bafybei{b32lc:52}",
        "vin": "WVW{vin:14}",
        "registered mail": "RR{dig:9}DE",
        "short uuid": "{b58:22}",
        "build": "build-2026.11.{dig:2}-{hex:12}-linux-x86-64",
        "chunk": "/_next/static/{url:21}/main-{hex:16}.js",
        "app client": "{dig:12}-{low:32}.apps.googleusercontent.com",
        "slug": "iphone-15-pro-{dig:3}gb-natural-titanium-2026-refurbished-b2b",
        "part": "4{dig:2}-{dig:4}-{dig:2}",
        "serial": "SN {dig:4} {dig:4} {dig:2}",
    },
}
TIMES: Final = {
    Half.TUNING: ("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%m/%d/%Y", "%H:%M:%S", "epoch s"),
    Half.HELD_OUT: (
        "%a, %d %b %Y %H:%M:%S GMT",
        "%Y%m%dT%H%M%SZ",
        "%d/%m/%y %H:%M",
        "%Y年%m月%d日",
        "%B %d, %Y",
        "epoch ms",
        "epoch us",
        "%Y-%m-%dT%H:%M:%S+02:00",
        "%Y-W%V-%u",
        "%d-%b-%Y",
        "%Y.%m.%d-%H.%M.%S",
        "%Y%m%d%H%M%S",
    ),
}
FRAMES: Final = {
    Half.TUNING: (
        "Run {} failed at step 4.",
        "see {}",
        "id={} status=failed",
        "{} was retried 3 times",
        "Die Bestellung {} fehlt.",
    ),
    Half.HELD_OUT: (
        "{}",
        "looked up {} and found nothing",
        "Le colis {} est en retard",
        "deployed {} (rollback: none)",
        "- {}\n- n/a",
        "注文 {} について",
        "I gave them {} twice already",
    ),
}
KEYS: Final = {
    Half.TUNING: ("id", "run_id", "reference", "trace_id", "value"),
    Half.HELD_OUT: ("request_id", "external_ref", "sku", "etag", "object", "cursor_position", "token_count", "slug"),
}


def _framed(group: str, form: str, half: Half, rng: random.Random, value: str) -> Item:
    """A value in a sentence or in a payload; it must be there afterwards, and nothing may be masked."""
    if rng.random() < 0.35:
        inside: JsonValue = {
            rng.choice(KEYS[half]): value,
            "count": rng.randint(1, 90_000),
            "ratio": round(rng.random(), 4),
        }
        return Item(group=group, form=form, half=half, value={"result": inside}, kept=(value.replace('"', '\\"'),))
    return Item(group=group, form=form, half=half, value=rng.choice(FRAMES[half]).format(value), kept=(value,))


def provider_id(half: Half, rng: random.Random) -> Item:
    """An id as one of the three vendors writes it."""
    form = rng.choice(list(PROVIDER_IDS[half]))
    return _framed("provider ids", form, half, rng, grown(PROVIDER_IDS[half][form], rng))


def look_alike(half: Half, rng: random.Random) -> Item:
    """A hash, an order, a version, a price, a date; long digit strings are such as fail the Luhn check."""
    if rng.random() < 0.25:
        form = rng.choice(TIMES[half])
        return _framed("look-alikes", form, half, rng, _time(form, rng))
    form = rng.choice(list(LOOK_ALIKES[half]))
    pattern = LOOK_ALIKES[half][form]
    if pattern.startswith("{not luhn:"):
        return _framed("look-alikes", form, half, rng, _no_card(int(pattern[10:-1]), rng))
    return _framed("look-alikes", form, half, rng, grown(pattern, rng))


def prose(half: Half, rng: random.Random) -> Item:
    """Sentences of several languages, code, SQL and plain JSON."""
    form = rng.choice(list(PROSE[half]))
    text = rng.choice(PROSE[half][form])
    return Item(group="prose and code", form=f"{form}: {text[:40]}", half=half, value=text)


def numbers_only(half: Half, rng: random.Random) -> Item:
    """A payload of plain numbers, flags and words."""
    keys = ("amount_cents", "attempts", "lat", "total") if half is Half.TUNING else ("width", "ms", "tokens", "score")
    value: JsonValue = {
        key: rng.choice((rng.randint(0, 9_999_999), round(rng.random() * 1e6, 3), True, None)) for key in keys
    }
    return Item(group="prose and code", form="numbers", half=half, value=_data(value))


def _data(value: JsonValue) -> JsonValue:
    return {"data": [value, value], "ok": True}


def _no_card(length: int, rng: random.Random) -> str:
    digits = grown(f"{{nz:1}}{{dig:{length - 1}}}", rng)
    return digits if not luhn_valid(digits) else digits[:-1] + str((int(luhn_digit(digits[:-1])) + 1) % 10)


def _time(form: str, rng: random.Random) -> str:
    after = timedelta(seconds=rng.randrange(2 * 365 * 86_400), microseconds=rng.randrange(10**6))
    at = datetime(2025, 1, 1, tzinfo=UTC) + after
    seconds = int(at.timestamp())
    match form:
        case "epoch s":
            return str(seconds)
        case "epoch ms":
            return f"{seconds}{rng.randrange(1000):03d}"
        case "epoch us":
            return f"{seconds}{rng.randrange(10**6):06d}"
        case _:
            return at.strftime(form)


def every(half: Half, rng: random.Random, count: int) -> Iterator[Item]:
    """`count` of each class."""
    makers: tuple[Callable[[Half, random.Random], Item], ...] = (provider_id, look_alike, prose)
    for make in makers:
        for _ in range(count):
            yield make(half, rng)
    for _ in range(count // 5):
        yield numbers_only(half, rng)
