"""Tell what sort of failure an error text speaks of: the service was away, it refused the credential, the input, …."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Final

from rundown_mcp.analysis.heard import heard_in, stated_status
from rundown_mcp.analysis.phrases import MOST
from rundown_mcp.domain.text import Untrusted


class FailureKind(StrEnum):
    """What sort of thing went wrong, in a word that may be printed."""

    UNAVAILABLE = "unavailable"
    SERVER = "server error"
    RATE = "rate limit"
    QUOTA = "quota used up"
    CREDENTIAL = "credential"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    INVALID = "invalid input"
    CONFLICT = "conflict"
    TLS = "TLS"
    DNS = "host name"
    TOO_LONG = "too long"
    RESOURCES = "out of resources"
    CRASH = "crash"
    STOPPED = "stopped"
    SILENT = "no error given"
    OTHER = "other"


OF_A_SYSTEM: Final = frozenset(
    {
        FailureKind.UNAVAILABLE,
        FailureKind.SERVER,
        FailureKind.RATE,
        FailureKind.QUOTA,
        FailureKind.TLS,
        FailureKind.DNS,
        FailureKind.RESOURCES,
        FailureKind.CRASH,
    }
)
"""What befalls a machine, whatever it was to do."""


class Facet(StrEnum):
    """What is wrong with a credential or certificate, where the text says it; different facets are different causes."""

    EXPIRED = "expired"
    INVALID = "invalid"
    MISSING = "missing"
    UNTRUSTED = "untrusted"


_BY_STATUS: Final = {
    400: FailureKind.INVALID,
    401: FailureKind.CREDENTIAL,
    402: FailureKind.OTHER,
    403: FailureKind.FORBIDDEN,
    404: FailureKind.NOT_FOUND,
    408: FailureKind.UNAVAILABLE,
    409: FailureKind.CONFLICT,
    410: FailureKind.NOT_FOUND,
    413: FailureKind.TOO_LONG,
    422: FailureKind.INVALID,
    429: FailureKind.RATE,
    500: FailureKind.SERVER,
    502: FailureKind.UNAVAILABLE,
    503: FailureKind.UNAVAILABLE,
    504: FailureKind.UNAVAILABLE,
    522: FailureKind.UNAVAILABLE,
    524: FailureKind.UNAVAILABLE,
    529: FailureKind.UNAVAILABLE,
}

_TELLING: Final = (
    # what decides whatever status stands beside it
    (
        FailureKind.TLS,
        r"(?<!gift )(?<!birth )certificate|\btls\b|\bssl\b|handshake|zertifikat|"
        r"certificat\b|certificado|証明書|证书|сертификат",
    ),
    (
        FailureKind.DNS,
        r"enotfound|eai_again|getaddrinfo|name or service not known|no such host|nxdomain|could not resolve|"
        r"name resolution|unknownhost|nodename nor servname|dns lookup",
    ),
    (
        FailureKind.TOO_LONG,
        r"context.?length|maximum context|context window|too many tokens|prompt is too long|payload too large|"
        r"exceeds? (?:the )?(?:maximum|fixed|max|size)\b[^.]{0,20}(?:size|limit|length)|size exceeds|"
        r"(?:payload|body|entity|file|message|request|prompt|image|attachment|response)\b[^.:]{0,20}"
        r"too (?:large|long|big)",
    ),
    (
        FailureKind.RESOURCES,
        r"queuepool|pool (?:is )?(?:exhausted|timeout)|too many (?:connections|clients)|out.?of.?memory|oomkill|"
        r"no space left|enospc|disk (?:is )?full",
    ),
    (
        FailureKind.QUOTA,
        r"insufficient.?quota|plan and billing|billing.?(?:hard.?)?limit|insufficient.?credit|out of credits|"
        r"(?:daily|monthly|usage)[^.]{0,20}(?:quota|(?:request|token|api|usage)s?.?limit)",
    ),
    (
        FailureKind.RATE,
        r"rate.?limit|too many requests|throttl|\bquota\b|resource.?exhausted|slow down|calls per second|"
        r"requests per (?:second|minute)|request rates?\b|sending rate|zu viele anfragen|demasiadas solicitudes|"
        r"trop de requ|muitas solicita|リクエストが多|请求过多|слишком много запросов",
    ),
)
_OTHERWISE: Final = (
    # what decides where no status does
    (
        FailureKind.UNAVAILABLE,
        r"time[ds]?.?out|timeout|etimedout|econnrefused|econnreset|ehostunreach|enetunreach|epipe|"
        r"connection (?:was )?(?:refused|reset|closed|aborted|error)|socket hang up|service unavailable|bad gateway|"
        r"(?:service|server|provider|system|backend|api|temporarily)\b[^.:]{0,20}\bunavailable|unavailable:|"
        r"code = unavailable|\A\W*unavailable|deadline.?exceeded|upstream|overloaded|no route to host|broken pipe|"
        r"(?:host|network|server|destination|service)[^.:]{0,12}unreachable|server (?:is )?down|network error|"
        r"(?:cannot|can't|could not|unable to|failed to) (?:connect to|reach (?:the )?(?:server|service|host|\S+://))|"
        r"zeit(?:überschreitung|limit)|(?:server|dienst|host)[^.:]{0,20}nicht erreichbar|"
        r"délai|tiempo de espera|tempo limite|"
        r"タイムアウト|接続でき|超时|无法连接|시간 초과|انتهت المهلة|время ожидания|недоступ",
    ),
    (
        FailureKind.CREDENTIAL,
        r"unauthori[sz]ed|unauthenticated|authentication|(?:token|jwt|session|credential)s?\b[^.]{0,30}"
        r"(?:expired|invalid|revoked|missing)|(?:invalid|expired|incorrect|bad)[^.]{0,12}"
        r"(?:api.?key|token|credential|password)|nicht angemeldet|认证|認証|не авторизован",
    ),
    (
        FailureKind.FORBIDDEN,
        r"forbidden|permission|access.?denied|not (?:permitted|allowed|authori[sz]ed)|missing scope|"
        r"insufficient.?(?:scope|privilege|permission)|zugriff verweigert|acceso denegado|accès refusé|доступ запрещ",
    ),
    (FailureKind.CONFLICT, r"already (?:exists|booked|taken|issued)|conflict|duplicate|deadlock|lock_row|locked|stale"),
    (
        FailureKind.CRASH,
        r"\b(?:type|reference|key|attribute|index|syntax|range|zerodivision|assertion|runtime|name)error\b|"
        r"nullpointer|undefined is not|cannot read propert|sigkill|sigsegv|segfault|panic",
    ),
    (
        FailureKind.INVALID,
        r"invalid|validation|is required|required field|field required|must be|\bexpected\b|malformed|not a valid|"
        r"unprocessable|bad request|missing (?:field|param|argument|value)|ungültig|no es válid|non valide|无效|無効",
    ),
    (
        FailureKind.NOT_FOUND,
        r"not.?found|does not exist|doesn't exist|no such|unknown user|user unknown|nosuch|nicht gefunden|"
        r"no encontrad|introuvable|見つかりません|未找到|не найден|\bno \w+ (?:with|named|exists|found)\b",
    ),
)
_FACETS: Final = (
    (Facet.EXPIRED, r"expired|expir|abgelaufen|caducad|périm|期限|истек"),
    (Facet.UNTRUSTED, r"self.?signed|unknown (?:ca|authority)|unable to get (?:local )?issuer|hostname mismatch"),
    (Facet.MISSING, r"missing|no (?:api.?key|token|credential)|not provided|required"),
    (Facet.INVALID, r"invalid|incorrect|wrong|bad|revoked|malformed"),
)


@cache
def _compiled(table: tuple[tuple[StrEnum, str], ...]) -> tuple[tuple[StrEnum, re.Pattern[str]], ...]:
    return tuple((word, re.compile(pattern)) for word, pattern in table)


def kind_of(text: str, status: int | None) -> FailureKind:
    """The kind of a folded text and the HTTP status that it states."""
    for table, may in ((_TELLING, True), (_OTHERWISE, status not in _BY_STATUS)):
        for word, pattern in _compiled(table) if may else ():
            if pattern.search(text):
                return FailureKind(word)
        if status in _BY_STATUS:
            return _BY_STATUS[status]
    return FailureKind.SERVER if status is not None and status >= 500 else FailureKind.OTHER  # noqa: PLR2004 - HTTP


def kind_of_error(error: Untrusted) -> FailureKind:
    """The kind of an error in whatever form it comes."""
    heard = heard_in(error.head(MOST) if error.is_text else error)
    text = "\n".join(heard.texts)[:MOST]
    return kind_of(" ".join((text.casefold(), *heard.codes)), heard.status or stated_status(text))


def facet_of(text: str, kind: FailureKind) -> Facet | None:
    """What is wrong with the credential or the certificate, where a folded text is about one."""
    if kind not in {FailureKind.CREDENTIAL, FailureKind.TLS}:
        return None
    return next((Facet(word) for word, pattern in _compiled(_FACETS) if pattern.search(text)), None)
