"""The patterns by which outputs tell of errors; each looks at how a text begins, or at a whole value."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

NO_ERROR: Final = re.compile(
    r"(?i)\A\s*(?:none|null|nil|undefined|false|ok|success|n/?a|not applicable|-|0|(?:no|0)\s+errors?"
    r"(?:\s+(?:found|detected|occurred|reported))?)?[.!]?\s*\Z"
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
_NOTHING_WRONG: Final = r"(?!\s*(?:(?:0|none|null|nil|n/?a|false|undefined|no\ errors?)(?![\w.])|no\s*\Z|-+\s*\Z))"
ERROR_TEXT: Final = re.compile(
    rf"""(?x) \A [^\w{{"<]{{0,8}} (?:
      Traceback\ \(most\ recent\ call\ last\)
    | (?i:http)(?:/\d(?:\.\d)?)? [ :]* (?i:status[ :]*)? (?i:code[ :]*)? (?i:error[ :]*)? [45]\d\d (?!\d)
    | (?i:(?:request|call)\ failed\ with\ status(?:\ code)?\ [45]\d\d)
    | (?i:error) \s+ [45]\d\d (?!\d)
    | (?: [A-Za-z_.]*(?:Error|Exception) | (?i:(?:(?:fatal|internal|server|tool|api|network|system)\ )?error)
        | (?i:exception|fatal|panic) )
      (?: \s*[\[(][^\])\n]{{0,40}}[\])] )? \]? (?: \s*: | \s+[-–—]\s ) {_NOTHING_WRONG} \s*\S
    | (?i:failed|failure) (?: \s*: | \s+[-–—]\s ) {_NOTHING_WRONG} (?! \s*\d+\s*(?:[,;/]|of\b|\Z) ) \s*\S
    | ERROR \]? \s+ (?! (?i:0|no\ errors?|none|count|rate|log|logs|budget|free|handling)\b ) \S
    | error= {_NOTHING_WRONG} \S
    | (?:(?:connect|getaddrinfo|read|write)\ )? E(?:CONN\w+|TIMEDOUT|NOTFOUND|AI_AGAIN|PIPE|HOSTUNREACH|NETUNREACH)\b
    | (?i:(?:(?:the\ )?(?:request|connection|call|operation|query)\ )?(?:timed\ out|timeout))
      (?= \s* (?: [.:!]? \s*\Z | [.:!]\s | (?i:after|while|waiting)\b ) )
    | (?i:(?:[45]\d\d\ )?(?:{_UNMISTAKABLE})) [.!]? \s* \Z
    | [45]\d\d \ (?i:{_PHRASES}) \b
    )"""
)
"""A text that opens with an error; a count of none (`failed: 0`, `Error: none`) is none."""
MARKED_UP_ERROR: Final = re.compile(
    r"(?is)\A\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<(?:error|fault|soap:fault)\b|(?:<!doctype[^>]{0,200}>\s*)?<html\b.{0,1000}?"
    r"<(?:title|h1)>\s*(?:error\s+)?[45]\d\d\b)"
)
"""An XML error, or a page whose title is an HTTP status."""
CUT_ERROR: Final = re.compile(
    r"""(?i)\A\s*\{\s*["'](?:(?:error|errors|err|exception|error_?message)["']\s*:"""
    r"""(?!\s*(?:\Z|null|none\b|false|0\b|""|''|\[\s*\]|\{\s*\}|["'](?:none|null|ok|no errors?)["']))"""
    r"""|(?:ok|success)["']\s*:\s*false|(?:is_?error)["']\s*:\s*true"""
    r"""|(?:http_?)?status(?:_?code)?["']\s*:\s*["']?[45]\d\d\b)"""
)
"""An object whose first member tells of an error, and that is no JSON: it was cut, or written with other quotes."""
FINE_TEXT: Final = re.compile(
    r"(?i)\A\s*(?:ok|okay|success|succeeded|done|true|completed?|(?:http )?2\d\d(?: ok| created)?)[.!]?\s*\Z"
)
HTTP_ERROR: Final = re.compile(r"(?i)\A\s*(?:http[ /:]*)?[45]\d\d(?:\s+[a-z]|\s*\Z)")
"""The value of a member that holds an HTTP status, as a text."""
CODE_OF_ERROR: Final = re.compile(r"\A(?:ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH)\Z")
REASON_PHRASES: Final = {str(status.value): status.phrase for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST}
"""The standard phrase of each HTTP error, by its number."""
