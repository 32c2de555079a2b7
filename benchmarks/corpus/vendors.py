"""Key formats that vendors publish, half of the vendors in each half; a bar splits every prefix in two."""

from __future__ import annotations

import base64
import json
import random
from typing import Final

from benchmarks.corpus.item import Half, grown

TUNING_KEYS: Final = {
    "aws access key": "AK|IA{b32:16}",
    "github classic": "gh|p_{an:36}",
    "github oauth": "gh|o_{an:36}",
    "github fine-grained": "github|_pat_{an:22}_{an:59}",
    "gitlab personal": "gl|pat-{url:20}",
    "slack bot": "xo|xb-{dig:12}-{dig:13}-{an:24}",
    "slack app": "xa|pp-1-A{up:10}-{dig:13}-{hex:64}",
    "stripe live": "sk|_live_{an:24}",
    "stripe restricted": "rk|_live_{an:99}",
    "stripe webhook": "wh|sec_{an:32}",
    "openai project": "sk|-proj-{url:74}T3Blbk|FJ{url:74}",
    "anthropic": "sk|-ant-api03-{url:93}AA",
    "google api": "AI|za{url:35}",
    "google oauth secret": "GOC|SPX-{url:28}",
    "google access token": "ya|29.a0{url:150}",
    "sendgrid": "S|G.{url:22}.{url:43}",
    "twilio api key": "S|K{hex:32}",
    "npm": "np|m_{an:36}",
    "pypi": "py|pi-AgEIcHlwaS5vcmc{url:140}",
    "hugging face": "h|f_{al:34}",
    "digitalocean": "do|p_v1_{hex:64}",
    "shopify": "shp|at_{hex:32}",
    "mailgun": "ke|y-{hex:32}",
    "telegram bot": "{nz:1}{dig:9}:AA{url:33}",
    "discord bot": "M{an:23}.{url:6}.{url:38}",
    "databricks": "da|pi{hex:32}",
    "square": "sq|0atp-{url:22}",
    "postman": "PM|AK-{hex:24}-{hex:34}",
    "new relic": "NR|AK-{up:27}",
    "duckie": "dk|_live_{an:32}",
    "conduit": "ca|pi_{an:40}",
    "happyrobot": "hr|_live_{an:32}",
    "azure storage": "{b64:86}==",
    "slack webhook": "https://hooks.slack.com/ser|vices/T{up:9}/B{up:10}/{an:24}",
    "jwt hs256": "signed by HS256",
}
HELD_OUT_KEYS: Final = {
    "linear": "lin|_api_{an:40}",
    "notion": "nt|n_{dig:11}{an:35}",
    "airtable": "pa|t{an:14}.{hex:64}",
    "groq": "gs|k_{an:52}",
    "replicate": "r|8_{an:37}",
    "perplexity": "pp|lx-{an:48}",
    "xai": "xa|i-{an:80}",
    "grafana service": "gl|sa_{an:32}_{hex:8}",
    "vault": "hv|s.{url:92}",
    "terraform cloud": "{an:14}.atlas|v1.{url:67}",
    "doppler": "dp|.pt.{an:43}",
    "planetscale": "pscale|_tkn_{url:43}",
    "supabase": "sb|p_{hex:40}",
    "netlify": "nf|p_{an:40}",
    "figma": "fi|gd_{url:40}",
    "dropbox": "s|l.{url:135}",
    "sentry user": "sntry|u_{hex:64}",
    "dynatrace": "dt|0c01.{b32:24}.{b32:64}",
    "pulumi": "pu|l-{hex:40}",
    "rubygems": "ruby|gems_{hex:48}",
    "artifactory": "AK|Cp8{an:69}",
    "atlassian": "ATA|TT3xFfGF0{url:171}={HEX:8}",
    "bitbucket": "AT|BB{an:24}{HEX:8}",
    "hubspot": "pa|t-na1-{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}",
    "razorpay": "rzp|_live_{an:14}",
    "flutterwave": "FLW|SECK-{hex:32}-X",
    "easypost": "EZ|AK{an:54}",
    "shippo": "ship|po_live_{hex:40}",
    "typeform": "tf|p_{url:40}_{url:14}",
    "buildkite": "bk|ua_{hex:40}",
    "circleci": "CCI|PAT_{an:22}_{hex:40}",
    "docker hub": "dck|r_pat_{url:27}",
    "alibaba": "LT|AI{an:20}",
    "brevo": "xkey|sib-{hex:64}-{an:16}",
    "mailchimp": "{hex:32}-u|s12",
    "langsmith": "lsv2|_pt_{hex:32}_{hex:10}",
    "elevenlabs": "s|k_{hex:48}",
    "contentful": "CF|PAT-{url:43}",
    "facebook": "EA|A{an:120}",
    "fly": "fo|1_{url:43}",
    "discord webhook": "https://discord.com/api/web|hooks/{dig:19}/{url:68}",
    "jwt rs256": "signed by RS256",
}
KEYS: Final = {Half.TUNING: TUNING_KEYS, Half.HELD_OUT: HELD_OUT_KEYS}

TOLD_ONLY: Final = {
    Half.TUNING: {
        "hex 32": "{hex:32}",
        "alphanumeric 40": "{an:40}",
        "base64 40": "{b64:40}",
        "mixed password": "{pw:12}",
        "long password": "{pw:20}",
    },
    Half.HELD_OUT: {
        "hex 64": "{hex:64}",
        "uuid": "{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}",
        "url-safe 32": "{url:32}",
        "words and digits": "{UC:1}{lc:5}-{lc:6}-{dig:3}!",
        "short password": "{UC:1}{lc:4}{dig:3}#",
    },
}
"""Values that only a telling word gives away: random keys of vendors without a prefix, and passwords."""


def key(half: Half, rng: random.Random) -> tuple[str, str]:
    """A vendor's name and a key in its form."""
    vendor = rng.choice(list(KEYS[half]))
    return vendor, _web_token(vendor, rng) if vendor.startswith("jwt") else grown(KEYS[half][vendor], rng)


def _web_token(name: str, rng: random.Random) -> str:
    """A JSON web token whose head and claims can be read; the signature's size is that of its algorithm."""
    algorithm = name.rpartition(" ")[2].upper()
    claims = {"sub": grown("{dig:10}", rng), "iat": 1_790_000_000 + rng.randrange(10**6), "scope": "runs:read"}
    parts = [{"alg": algorithm, "typ": "JWT"}, claims]
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*coded, grown("{url:43}" if algorithm == "HS256" else "{url:342}", rng)])


def told_only(half: Half, rng: random.Random) -> tuple[str, str]:
    """What a random value or password is called, and one."""
    name = rng.choice(list(TOLD_ONLY[half]))
    while True:
        value = grown(TOLD_ONLY[half][name], rng)
        if value[0].isalnum() and value[-1] not in ".,?:;" and len(set(value)) > 4:
            return name, value
