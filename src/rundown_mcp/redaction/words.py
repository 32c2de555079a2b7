"""Words that tell what stands near them: in several languages, and as names of fields."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

STEM: Final = (
    r"pass\b|passw(?:or(?:d|t)s?|d)|passphrase|passcode|passwd|passkey|pwd\b|pw\b|contrase(?:\xf1|n)a|clave\b|"
    r"senhas?\b|mot de passe|"
    r"mdp\b|kennwort|zugangsdaten|wachtwoord|parola|has(?:\xaa|l)o\b|l\xf6senord|losenord|adgangskode|passord|salasana|heslo|"
    r"kata sandi|"
    r"lozinka|[s\xaa]ifre|jelsz(?:o\b|\xf3)|m(?:\xaa|a)t kh(?:\xaa|a)u|secrets?|geheimnis|tokens?|jeton|"
    r"api[ _.-]?keys?|apikey|api[ -]schl\xfcssel|schl\xfcssel|"
    r"(?:access|private|secret|encryption|signing|master|auth|account|service|shared|storage|license|client|consumer|"
    r"app|application|integration|security|webhook|deploy|ssh|hmac|aes|admin|root|server|subscription|functions?|"
    r"publishable|jwt|write|read|ingest|license)[ _.-]?keys?|llave|chave|cl\xe9 (?:api|secr\xe8te|d'api)|cl\xe9|chiave|"
    r"credentials?|creds\b|bearer|authorization|auth\b|cookies?|(?:php|j)?sessid|jsessionid|signature|signing|hmac|jwt|otp\b|totp|2fa|mfa|pin\b|"
    r"one[- ]time (?:code|password)|(?:verification|security|access|login|recovery|backup|confirmation) codes?|"
    r"cvv2?|cvc|mnemonic|seed phrase|recovery phrase|connection ?string|dsn\b|webhook|login|"
    r"keys?\b|api\b|auth|\x91+"
)

_STRONG: Final = frozenset(
    "password passwords passwd passphrase passcode passkey pwd passwort contraseña contrasena clave senha "
    "kennwort wachtwoord "
    "parola haslo hasło lösenord losenord passord salasana heslo lozinka sifre şifre jelszo mdp secret secrets "
    "credential "
    "credentials creds apikey authorization cookie cookies jwt otp totp cvv cvv2 cvc mnemonic bearer token "
    "signature sig hmac "
    "geheimnis pgpassword пароль パスワード 密码 密碼 비밀번호 pass pw pin dsn privkey authkey secretkey accesskey "
    "privatekey apitoken "
    "authtoken accesstoken refreshtoken idtoken sessiontoken bearertoken securitytoken csrftoken xsrftoken csrf xsrf "
    "clientsecret appsecret sharedsecret webhooksecret connectionstring userpassword setcookie proxyauthorization "
    "adgangskode adgangskoden passordet lösenordet losenordet jelszó hasła sessid phpsessid jsessionid "
    "seedphrase recoveryphrase encryptionkey signingkey masterkey accountkey sharedaccesskey".split()
)
_WEAK_KEYS: Final = frozenset(
    "api access private secret encryption signing master auth account service shared storage license client "
    "consumer app "
    "application integration security webhook deploy ssh hmac aes admin root server subscription function "
    "functions rsa pgp "
    "gpg host ingest read write sas bot sdk management developer dev live prod test user team project org "
    "network wifi wpa "
    "crypto cipher session jwt".split()
)
_TAILS: Final = frozenset(
    "confirmation confirm hash hashed value plaintext plain raw encrypted text string data again repeat "
    "repeated old new "
    "current salt header base64 b64 enc base prod production staging stage dev development live sandbox eu".split()
)
"""What may stand behind a secret's name without making it another thing: its form, its age, its place."""
_CODES: Final = frozenset(
    "verification otp security pass pin access recovery backup scratch login sms mfa fa unlock lock lockbox door gate "
    "entry keypad alarm".split()
)
_PAGING: Final = frozenset(
    "page next prev previous sync continuation cursor pagination start stop eos bos pad unk mask max min total "
    "num input "
    "output prompt completion cached reasoning count per text".split()
)
_GLUED: Final = (
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "secret",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "authkey",
    "accesstoken",
    "authtoken",
    "refreshtoken",
    "idtoken",
    "sessiontoken",
    "bearertoken",
    "securitytoken",
    "apitoken",
    "credentials",
    "credential",
    "authorization",
    "encryptionkey",
    "signingkey",
    "masterkey",
    "passcode",
    "connectionstring",
    "motdepasse",
    "pwd",
)
_NO_PASSWORDS: Final = frozenset(
    "bypass compass encompass surpass trespass overpass underpass highpass lowpass bandpass allpass lastpass".split()
)
_NO_KEYS: Final = frozenset(
    "public primary foreign sort partition idempotency cache row hash object map dict s3 index composite unique "
    "lookup group "
    "business natural surrogate candidate range routing event message feature translation locale i18n issue "
    "project jira "
    "parent sub child press pressed arrow enter shift ctrl alt esc tab any each per of the a this that which "
    "other next "
    "column field table record item metric hot short registry settings config configuration dedupe dedup "
    "deduplication".split()
)
_WORD: Final = re.compile(r"[A-Z]+(?![a-zà-ÿ])|[A-Z]?[^\W\d_A-Z]+|\d+")
_LONGEST_NAME: Final = 80


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether a field's name says that its value is a secret: `userPassword`, `API-Key`, `x_access_token`, `DB_PASS`.

    What qualifies the secret behind it (`token_count`, `password_reset_url`, `secret_name`) makes it none.
    """
    if not 0 < len(name) <= _LONGEST_NAME:
        return False
    parts = [part.casefold() for part in _WORD.findall(name)]
    while parts and (parts[-1].isdigit() or (parts[-1] in _TAILS and len(parts) > 1)):
        parts.pop()
    if not parts:
        return False
    last, before = parts[-1], parts[-2] if len(parts) > 1 else ""
    if last in {"token", "tokens"} and before in _PAGING:
        return False
    if last == "tokens":
        return before in {"access", "refresh", "auth", "api", "bearer", "session", "id"}
    if last in _STRONG:
        return True
    if last in {"key", "keys"} and before:
        return before in _WEAK_KEYS
    if last in {"code", "codes"} and before:
        return before in _CODES
    if last.endswith("pass"):
        return last not in _NO_PASSWORDS
    return last.endswith(_GLUED) or "".join(parts).endswith(_GLUED)


@lru_cache(maxsize=4096)
def is_key_name(name: str) -> bool:
    """Whether a name might be a key's or a login's: `stripeKey`, `beeboleAuth`; only what it holds can tell."""
    parts = [part.casefold() for part in _WORD.findall(name)] if 0 < len(name) <= _LONGEST_NAME else []
    while len(parts) > 1 and (parts[-1].isdigit() or parts[-1] in _TAILS):
        parts.pop()
    if not parts or (len(parts) > 1 and parts[-2] in _NO_KEYS | _PAGING):
        return False
    return parts[-1] in {
        "key",
        "keys",
        "auth",
        "login",
        "webhook",
        "api",
        "code",
        "token",
        "tokens",
        "llave",
        "chave",
        "chiave",
        "schlüssel",
        "clé",
    } or (parts[-1].endswith("key") and len(parts[-1]) > 6)
