"""Secrets: with a telling word beside them, bare in prose, in addresses, as key blocks and links."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.corpus.item import Half, Item, Planted, grown, secret
from benchmarks.corpus.vendors import key, told_only
from rundown_mcp.domain.text import JsonValue

TOLD: Final = {
    Half.TUNING: {
        "env": "APP_ENV=prod\nPAYMENTS_API_KEY={}\nPORT=8080",
        "yaml": "service:\n  api_key: {}\n  retries: 3",
        "yaml quoted": 'auth:\n  client_secret: "{}"',
        "header": "POST /v1/refunds HTTP/1.1\nX-Api-Key: {}\nAccept: */*",
        "curl bearer": "curl -sS -H 'Authorization: Bearer {}' https://api.example.com/v2/orders",
        "query string": "GET https://api.example.com/v1/orders?page=2&api_key={}&sort=desc",
        "log line": "2026-11-20T09:14:03Z ERROR auth: refused token={} attempt=3",
        "prose en": "Hi, the API key is {} and it stopped working yesterday.",
        "prose en password": "I reset it for you, your new password is {} , please change it soon.",
        "prose de": "Hallo, der API-Schlüssel lautet {} und gilt seit gestern.",
        "prose fr": "Bonjour, le mot de passe est {} mais je ne peux pas me connecter.",
        "prose es": "Buenas, mi contraseña es {} y no funciona.",
        "json text": '{{"user":"svc","secret_key":"{}","ttl":60}}',
        "shouting": "ACCESS TOKEN: {}",
        "exception": "ValueError: bad credentials (client_secret='{}')",
        "mail": "Your account is ready. Temporary password:\n\n    {}\n\nPlease change it.",
        "markdown column": "| id | api_key |\n|---|---|\n| 7 | {} |",
        "tab column": "user\tpassword\tstate\nanna\t{}\tok",
        "form data": 'Content-Disposition: form-data; name="password"\r\n\r\n{}\r\n--x',
        "sql user": "CREATE USER app IDENTIFIED BY '{}';",
        "piped": "echo '{}' | docker login --username robot --password-stdin",
        "prose for whom": "Password for user anna is {}",
    },
    Half.HELD_OUT: {
        "toml": '[registry]\ntoken = "{}"\nverify = true',
        "ini": "[smtp]\nuser=robot\npasswd={}\n",
        "properties": "spring.datasource.password={}",
        "xml": "<config><apiKey>{}</apiKey><region>eu</region></config>",
        "python": 'client = Client(api_key="{}", timeout=30)',
        "javascript": "const authToken = '{}';",
        "export": "export DEPLOY_TOKEN='{}'",
        "dockerfile": "ENV NODE_ENV=production SECRET_KEY={}",
        "flag": "mytool sync --password {} --dry-run",
        "flag equals": "mytool sync --access-token={} --dry-run",
        "cookie": "Set-Cookie: session_token={}; Path=/; HttpOnly",
        "token header": "> PRIVATE-TOKEN: {}\n> Host: git.example.com",
        "prose pt": "Olá, a senha é {} e já tentei duas vezes.",
        "prose it": "Ciao, la password è {} ma non entra.",
        "prose nl": "Hoi, het wachtwoord is {} geloof ik.",
        "prose ja": "新しいパスワードは{}です。よろしくお願いします。",
        "prose pl": "Dzień dobry, moje hasło to {} i nie działa.",
        "prose ru": "Здравствуйте, пароль: {} не подходит.",
        "prose zh": "您好,我的密码是 {} 登录不了。",
        "prose en chat": "sure, here's my token {} can you check it",
        "prose en credentials": "Login credentials: username anna, pw: {}",
        "table": "| secret | {} |",
        "go struct": 'cfg := Config{{APIKey: "{}", Retries: 2}}',
        "ruby hash": "{{:api_token => '{}', :region => 'eu'}}",
    },
}
TOLD_KEYS: Final = {
    Half.TUNING: ("api_key", "password", "accessToken", "client_secret", "authorization", "USER_PASSWORD", "token"),
    Half.HELD_OUT: (
        "apikey",
        "user-password",
        "refresh_token",
        "privateKey",
        "x-api-key",
        "db_passwd",
        "webhookSecret",
        "Proxy-Authorization",
        "signing_secret",
        "passphrase",
        "bearerToken",
        "secretAccessKey",
    ),
}
CONNECTIONS: Final = {
    Half.TUNING: {
        "postgres": "postgres://app:{}@db.internal:5432/orders?sslmode=require",
        "mysql": "mysql://root:{}@10-db.example.com/shop",
        "redis": "redis://:{}@cache.example.com:6379/0",
        "https basic": "https://deploy:{}@git.example.com/team/repo.git",
        "mongodb": "mongodb+srv://svc:{}@cluster0.example.mongodb.net/app",
    },
    Half.HELD_OUT: {
        "amqp": "amqps://bus:{}@rabbit.example.com/vhost",
        "jdbc": "jdbc:sqlserver://db.example.com:1433;user=sa;password={};encrypt=true",
        "odbc": "Driver={{ODBC}};Server=db.example.com;Uid=sa;Pwd={};",
        "ado": "Data Source=db.example.com;User ID=app;Password={};Pooling=False",
        "sftp": "sftp://ftpuser:{}@files.example.com/in",
        "sqlalchemy": "postgresql+asyncpg://app:{}@db/orders",
        "snowflake": "snowflake://etl:{}@acct.eu-west-1/warehouse",
        "curl user": "curl -u robot:{} https://ci.example.com/job/1/build",
    },
}
LINKS: Final = {
    Half.TUNING: {
        "aws presigned": (
            "https://files.s3.eu-west-1.amazonaws.com/rec/{low:12}.mp3?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            "&X-Amz-Date=20261120T090000Z&X-Amz-Expires=900&X-Amz-Signature=",
            "{hex:64}",
            "&X-Amz-SignedHeaders=host",
        ),
        "reset link": ("https://shop.example.com/reset?uid=77&token=", "{url:43}", ""),
    },
    Half.HELD_OUT: {
        "azure sas": (
            "https://acct.blob.core.windows.net/c/{low:12}.wav?sv=2024-11-04&se=2026-12-01T00%3A00%3A00Z&sr=b&sp=r&sig=",
            "{an:43}",
            "%3D",
        ),
        "gcs signed": (
            "https://storage.googleapis.com/b/{low:12}.pdf?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Expires=600&X-Goog-Signature=",
            "{hex:512}",
            "",
        ),
        "cloudfront": (
            "https://cdn.example.com/v/{low:12}.m3u8?Expires=1790000000&Signature=",
            "{an:172}",
            "&Key-Pair-Id=K1",
        ),
        "oauth fragment": ("https://app.example.com/cb#state=ok&access_token=", "{an:48}", "&expires_in=3600"),
    },
}
BARE: Final = {
    Half.TUNING: (
        "I pasted {} by mistake, can you look?",
        "Use {} for staging, the other one is for production.",
        "we switched from {} last week and now every call fails",
        "Es geht um {}, das steht so im Skript.",
        "customer wrote: {} (twice)",
    ),
    Half.HELD_OUT: (
        "{} does not work any more",
        "Antes usábamos {}, ahora no sabemos cuál.",
        "see attachment; it begins with {}.",
        'J\'ai mis "{}" dans le champ et rien ne se passe',
        "昨日 {} を使いました",
        "<p>{}</p>",
    ),
}
BARE_FORMS: Final = {
    Half.TUNING: ("{an:40}", "{b64:40}", "{url:43}", "{an:32}"),
    Half.HELD_OUT: ("{an:48}", "{b64:43}=", "{url:64}", "{UC:3}{dig:2}{an:30}"),
}
KEY_BLOCKS: Final = {
    Half.TUNING: ("RSA PRI|VATE KEY", "PRI|VATE KEY"),
    Half.HELD_OUT: ("EC PRI|VATE KEY", "OPENSSH PRI|VATE KEY", "ENCRYPTED PRI|VATE KEY", "PGP PRI|VATE KEY BLOCK"),
}
_Maker = Callable[[Half, random.Random], Item]


def _value(half: Half, rng: random.Random) -> tuple[str, str]:
    return key(half, rng) if rng.random() < 0.5 else told_only(half, rng)


def _made(group: str, form: str, half: Half, value: JsonValue, *planted: Planted) -> Item:
    return Item(group=group, form=form, half=half, value=value, planted=planted)


def told(half: Half, rng: random.Random) -> Item:
    """A secret beside a word that tells what it is, in a text or under a telling key."""
    name, value = _value(half, rng)
    if rng.random() < 0.3:
        label = rng.choice(TOLD_KEYS[half])
        payload: JsonValue = {"status": 401, "request": {label: value, "limit": 20}}
        return _made("secret, told", f"{name} under {label}", half, payload, secret(value))
    if rng.random() < 0.15:
        place = rng.choice(list(CONNECTIONS[half]))
        name, value = "password", grown("{an:18}", rng)
        return _made("secret, told", f"{name} in {place}", half, CONNECTIONS[half][place].format(value), secret(value))
    if rng.random() < 0.12:
        place = rng.choice(list(LINKS[half]))
        before, form, behind = LINKS[half][place]
        value = grown(form, rng)
        return _made(
            "secret, told", place, half, f"recording: {grown(before, rng)}{value}{behind} (15 min)", secret(value)
        )
    if rng.random() < 0.06:
        return _basic(half, rng)
    place = rng.choice(list(TOLD[half]))
    return _made("secret, told", f"{name} in {place}", half, TOLD[half][place].format(value), secret(value))


def _basic(half: Half, rng: random.Random) -> Item:
    """A user's password in a basic header; what is behind its base64 leaks too."""
    password = grown("{an:14}", rng)
    coded = base64.b64encode(f"robot:{password}".encode()).decode()
    form = (
        "> Authorization: Basic {}\n> Accept: */*"
        if half is Half.TUNING
        else '{{"headers":{{"authorization":"Basic {}"}}}}'
    )
    return _made("secret, told", "basic header", half, form.format(coded), secret(coded), secret(password))


def bare(half: Half, rng: random.Random) -> Item:
    """A secret in prose that says nothing about it: mostly vendors' keys, some key blocks, some random tokens."""
    sentence = rng.choice(BARE[half])
    share = rng.random()
    if share < 0.1:
        label = rng.choice(KEY_BLOCKS[half]).replace("|", "")
        lines = [grown("{b64:64}", rng) for _ in range(12)]
        block = "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"])
        return _made("secret, bare", label.lower(), half, sentence.format(block), *(secret(line) for line in lines))
    if share < 0.3:
        form = rng.choice(BARE_FORMS[half])
        value = grown(form, rng)
        return _made("secret, bare", f"random {form}", half, sentence.format(value), secret(value))
    vendor, value = key(half, rng)
    return _made("secret, bare", vendor, half, sentence.format(value), secret(value))


def every(half: Half, rng: random.Random, count: int) -> Iterator[Item]:
    """`count` of each of the two classes."""
    makers: tuple[_Maker, ...] = (told, bare)
    for make in makers:
        for _ in range(count):
            yield make(half, rng)
