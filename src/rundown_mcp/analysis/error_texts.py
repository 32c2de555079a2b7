"""The patterns by which outputs tell of errors; each looks at how a text begins, or at a whole value.

The three large ones, which took 5 ms of every start, are compiled when the first output is looked at.
"""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from typing import Final

_NONE_ABROAD: Final = (
    "keine?r?|ningun[oa]|aucune?|nessuno?|nenhuma?|geen|ingen|ei|yok|brak|nincs|žádná|нет|нема|لا|なし|无|無|없음"
)
NO_ERROR: Final = re.compile(
    r"(?i)\A\s*(?:none|null|nil|undefined|false|ok|success|n/?a|not applicable|-|0|(?:no|0)\s+errors?"
    rf"(?:\s+(?:found|detected|occurred|reported))?|{_NONE_ABROAD})?[.!]?\s*\Z"
)
"""What stands in the place of an error where there was none."""

_PHRASES: Final = "|".join(
    status.phrase.replace(" ", r"\ ") for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST
)
_UNMISTAKABLE: Final = (
    r"internal\ server\ error|bad\ gateway|gateway\ time-?out|service\ (?:temporarily\ )?unavailable"
    r"|too\ many\ requests|unauthorized|forbidden|bad\ request|connection\ (?:refused|reset(?:\ by\ peer)?|closed)"
)
"""Phrases that say nothing but that a request failed."""
_GRPC: Final = (
    "CANCELLED|UNKNOWN|INVALID_ARGUMENT|DEADLINE_EXCEEDED|NOT_FOUND|ALREADY_EXISTS|PERMISSION_DENIED|RESOURCE_EXHAUSTED|"
    "FAILED_PRECONDITION|ABORTED|OUT_OF_RANGE|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS|UNAUTHENTICATED"
)
_NOTHING_WRONG: Final = (
    r"(?!\s*(?:(?:0|none|null|nil|n/?a|false|undefined|no\ errors?)(?![\w.])"
    rf"|(?:no|{_NONE_ABROAD})\s*\Z|-+\s*\Z))"
)
ERRORS_ABROAD: Final = (
    "fehler erreur errore erro fout błąd fel fejl virhe hata chyba hiba eroare ошибка помилка σφάλμα خطأ "
    "エラー 错误 錯誤 오류"
).split()
FAILED_ABROAD: Final = (
    "fehlgeschlagen échec échoué fallo falló fallido falha falhou fallito mislukt 失败 失敗 실패"
).split()
"""What other languages say for `error` and for `failed`, as a key, as a state, or before a colon."""
_ABROAD: Final = "|".join((*ERRORS_ABROAD, *FAILED_ABROAD))
_SPACELESS: Final = "|".join(word for word in (*ERRORS_ABROAD, *FAILED_ABROAD) if word[0] >= "\u3000")
"""Those in scripts that write no spaces, where such a word may stand last."""
_MENDED: Final = (
    r"(?! (?: (?! \b(?i:not|never|must|should|needs?|until|unless|before|if|cannot|can['’]t|fail\w*)\b )"
    r" [^.:;\n] ){0,60}"
    r" \b(?i:fixed|resolved|solved|cleared|corrected)\b (?! -\w | \ to\b ) )"
)
"""Not where an error is told of that is no more."""
DEEDS: Final = (
    "accepted applied booked cancelled canceled charged created deleted delivered dispatched done executed extended "
    "held issued moved notified paid placed posted processed refunded released renewed rescheduled reserved revoked "
    "saved scheduled sent shipped stored submitted transferred updated uploaded voided written"
).split()
"""What a tool was to do, and tells that it did or did not."""
_COULD_NOT_ABROAD: Final = (
    r"(?: no\ se\ (?:pudo|ha\ podido)\b | no\ fue\ posible\b | impossible\ (?:de\b|d['’]) | impossibile\b"
    r"| non\ è\ stato\ possibile\b | não\ foi\ possível\b | nie\ udało\ się\b | не\ удалось\b | 无法 | 無法 )"
)
"""How a sentence opens in other languages where English says `could not`."""
CUT_ERROR: Final = re.compile(
    r"""(?i)\A\s*\{\s*["'](?:(?:error|errors|err|exception|error_?message)["']\s*:"""
    r"""(?!\s*(?:\Z|null|none\b|false|0\b|""|''|\[\s*\]|\{\s*\}|["'](?:none|null|ok|no errors?)["']))"""
    r"""|(?:ok|success)["']\s*:\s*false|(?:is_?error)["']\s*:\s*true"""
    r"""|(?:http_?)?status(?:_?code)?["']\s*:\s*["']?(?:[45]\d\d\b|error["']))"""
)
"""An object whose first member tells of an error, and that is no JSON: it was cut, or written with other quotes."""
FINE_TEXT: Final = re.compile(
    r"(?i)\A\s*(?:ok|okay|success|succeeded|done|true|completed?|(?:http )?2\d\d(?: ok| created)?)[.!]?\s*\Z"
)
SAYS_NO: Final = re.compile(
    r"(?is)\A(?!.*(?:(?<!un)(?<!不)(?:success|成功)|\bno (?:errors?|problems?)\b|没有错误|沒有錯誤))"
    r".*?(?:\b(?:not|no|cannot|can['’]t|too|insufficient|exceed\w*|unknown|missing|fail\w*|error\w*|expired|denied|"
    r"refused|invalid)\b|不|失败|失敗|错误|錯誤)"
)
"""A message of one who does not do what was asked."""
HTTP_ERROR: Final = re.compile(r"(?i)\A\s*(?:http[ /:]*)?[45]\d\d(?:\s+[a-z]|\s*\Z)")
"""The value of a member that holds an HTTP status, as a text."""
CODE_OF_ERROR: Final = re.compile(r"\A(?:ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH)\Z")
CODE_WITH_A_MESSAGE: Final = re.compile(rf"\A(?:{_GRPC}|ERR_\w+|\w+_(?:ERROR|EXCEPTION|TIMEOUT))\Z")
"""What a `code` says where a message stands beside it."""
TYPE_OF_A_PROBLEM: Final = re.compile(r"(?i)\Aabout:blank\Z|/(?:prob|problem|error)s?/")
TYPE_OF_AN_ERROR: Final = re.compile(r"(?:Exception|Error|Fault|_error)\Z")
"""The name of a class of errors: `ThrottlingException`, `com.example#NoSuchThingException`, `invalid_request_error`."""
NAME_OF_AN_EXCEPTION: Final = re.compile(r"\b[A-Z][A-Za-z]*(?:Error|Exception|Fault|Timeout|Interrupt)\b")
REASON_PHRASES: Final = {str(status.value): status.phrase for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST}
"""The standard phrase of each HTTP error, by its number."""


@cache
def error_text() -> re.Pattern[str]:
    """A text that opens with an error; a count of none (`failed: 0`, `Error: none`) is none."""
    return re.compile(
        rf"""(?x) \A [^\w{{"<]{{0,8}} (?:
      Traceback\ \(most\ recent\ call\ last\)
    | (?i:http)(?:/\d(?:\.\d)?)? [ :]* (?i:status[ :]*)? (?i:code[ :]*)? (?i:error[ :]*)? [45]\d\d (?!\d)
    | (?i:(?:request|call)\ failed\ with\ status(?:\ code)?\ [45]\d\d)
    | (?i:(?:tool|function|api)\ (?:call|execution|request)\ failed) \s* [:.]
    | (?i:error) \s+ [45]\d\d (?!\d) {_MENDED}
    | (?i:error) \ (?i:calling|connecting|creating|executing|fetching|invoking|processing|running|sending) \b
    | (?: [A-Za-z_.]*(?:Error|Exception) | (?i:(?:(?:fatal|internal|server|tool|api|network|system|rpc)\ )?error)
        | (?i:exception|fatal|panic) )
      (?: \s*[\[(][^\])\n]{{0,40}}[\])] )? \]? (?: \s*[:：] | \s+[-–—]\s ) {_NOTHING_WRONG} \s*\S
    | (?i:failed|failure) (?: \s*: | \s+[-–—]\s ) {_NOTHING_WRONG} (?! \s*\d+\s*(?:[,;/]|of\b|\Z) ) \s*\S
    | ERROR \]? \s+ {_MENDED} (?! (?i:0|no\ errors?|none|count|rate|log|logs|budget|free|handling)\b ) \S
    | error= {_NOTHING_WRONG} \S
    | (?:(?:connect|getaddrinfo|read|write)\ )? E(?:CONN\w+|TIMEDOUT|NOTFOUND|AI_AGAIN|PIPE|HOSTUNREACH|NETUNREACH)\b
    | (?i:(?:(?:the\ )?(?:request|connection|call|operation|query)\ )?(?:timed\ out|timeout))
      (?= \s* (?: [.:!]? \s*\Z | [.:!]\s | (?i:after|while|waiting)\b ) )
    | (?i:(?:[45]\d\d\ )?(?:{_UNMISTAKABLE})) [.!]? \s* \Z
    | [45]\d\d \ (?i:{_PHRASES}) \b
    | \d{{1,2}}\ (?:{_GRPC}): \s* \S
    | (?i:{_ABROAD}) \b [^:：\n]{{0,40}} [:：] {_NOTHING_WRONG} \s*\S
    | [^:：\s]{{0,12}} (?:{_SPACELESS}) [:：] {_NOTHING_WRONG} \s*\S
    )"""
    )


@cache
def marked_up_error() -> re.Pattern[str]:
    """An XML error, a SOAP envelope around a fault, or a page whose title is an HTTP status or its phrase."""
    return re.compile(
        r"(?isx)\A\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<(?:error(?:response)?|(?:[\w-]{1,20}:)?fault)\b"
        r"|<(?:[\w-]{1,20}:)?envelope\b.{0,2000}?<(?:[\w-]{1,20}:)?fault\b"
        r"|(?:<!doctype[^>]{0,200}>\s*)?<html\b.{0,1000}?<(?:title|h1)\b[^>]{0,100}>\s*(?:error\s+)?"
        rf"(?:[45]\d\d\b|(?:{_UNMISTAKABLE}|not\ found|access\ denied|"
        r"(?:(?:application|server|an)\ )?error\b[^<]{0,40})\s*<)"
        r"|<\w[^>]{0,200}>.{0,300}?(?:<(?:status|result)>\s*error\s*<|<success>\s*false\s*<))"
    )


@cache
def not_done() -> re.Pattern[str]:
    """A text in which a tool that was to do something says that it did not, or not to all: `3 of 5 sent, 2 failed`."""
    return re.compile(
        rf"""(?ix) \A \W{{0,8}} (?: (?:failed|unable) \ to \ \w
    | not\ (?:{"|".join(DEEDS)}) \s* (?: [.:,;!] | [-–—]\s | because\b | \Z )
    | {_COULD_NOT_ABROAD}
    | (?! [^\n]{{0,200}} \b(?:passed|retried|report|history)\b )
      [^\n]{{0,120}}? (?<![\d.,]) [1-9]\d* \ failed \s* (?= [.:,;!)] | \Z )
    | (?:[\w-]+\ ){{0,2}} exit(?:ed)?\ (?:with\ )?(?:code|status)\ [1-9]
    | (?:could\ ?n[o'’]t|can\ ?not|can['’]t) \ \w
    | (?!(?:no|none|not|nothing|never|if|when)\b) (?:[^\W\d][\w'’-]* \ ){{1,4}} (?:has\ |was\ )?
      (?:failed|timed\ out|not\ possible)
      (?= \s* (?: [.:!;] | [-–—]\s | \Z ) | \ (?:with|due|because|after)\b ) )"""
    )
