"""The patterns by which texts tell of errors, fallbacks, rejections and cancellations; each is anchored or bounded."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

NO_ERROR: Final = re.compile(
    r"(?i)\A\s*(?:none|null|nil|undefined|false|ok|success|n/?a|-|0|no\s+errors?|0\s+errors?)?\s*\Z"
)
"""What stands in the place of an error where there was none."""

_NOTHING_WRONG: Final = r"(?!\s*(?:(?:0|none|null|nil|n/?a|false|undefined|no\ errors?)(?![\w.])|no\s*\Z|-+\s*\Z))"
ERROR_TEXT: Final = re.compile(
    rf"""(?x) \A [^\w{{"]{{0,8}} (?:
      Traceback\ \(most\ recent\ call\ last\)
    | (?i:http)(?:/\d(?:\.\d)?)? [ :]* (?i:status[ :]*)? (?i:code[ :]*)? (?i:error[ :]*)? [45]\d\d (?!\d)
    | (?i:(?:request|call)\ failed\ with\ status(?:\ code)?\ [45]\d\d)
    | (?i:error) \s+ [45]\d\d (?!\d)
    | (?: [A-Za-z_.]*(?:Error|Exception) | (?i:(?:fatal\ |internal\ |server\ )?error|exception|fatal|panic) )
      (?: \s*[\[(][^\])\n]{{0,40}}[\])] )? \]? (?: \s*: | \s+[-–—]\s ) {_NOTHING_WRONG} \s*\S
    | (?i:failed|failure) (?: \s*: | \s+[-–—]\s ) {_NOTHING_WRONG} (?! \s*\d+\s*(?:[,;/]|of\b|\Z) ) \s*\S
    | ERROR \]? \s+ (?! (?i:0|no\ errors?|none|count|rate|log|logs|budget|free|handling)\b ) \S
    )"""
)
"""A text that opens with an error; a count of none (`failed: 0`, `Error: none`) is none."""
CUT_ERROR: Final = re.compile(
    r'(?i)\A\s*\{\s*"(?:(?:error|errors|err|exception|error_?message)"\s*:'
    r'(?!\s*(?:\Z|null|false|0\b|""|\[\s*\]|\{\s*\}|"(?:none|null|ok|no errors?)"))'
    r'|(?:ok|success)"\s*:\s*false|(?:is_?error)"\s*:\s*true'
    r'|(?:http_?)?status(?:_?code)?"\s*:\s*"?[45]\d\d\b)'
)
"""JSON that was cut so that it is none any more, whose first member tells of an error."""
FINE_TEXT: Final = re.compile(
    r"(?i)\A\s*(?:ok|okay|success|succeeded|done|true|completed?|(?:http )?2\d\d(?: ok| created)?)[.!]?\s*\Z"
)
HTTP_ERROR: Final = re.compile(r"(?i)\A\s*(?:http[ /:]*)?[45]\d\d(?:\s+[a-z].*)?\s*\Z")
"""The value of a member that holds an HTTP status, as a text."""
CODE_OF_ERROR: Final = re.compile(r"\A(?:ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH)\Z")
REASON_PHRASES: Final = {str(status.value): status.phrase for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST}
"""The standard phrase of each HTTP error, by its number."""

QUOTED: Final = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»|`[^`\n]*`|(?<!\w)'[^'\n]*'(?!\w)")
"""Words that a text quotes: somebody else's."""
_BACK: Final = r"(?:(?:fall(?:s|ing)?|fell)[ -]?back|fallback|fail(?:ing|ed)?[ -]?over)"
DECLARED: Final = re.compile(
    rf"(?i)\b{_BACK}\s+(?:to|on|onto)\b"
    r"|\b(?:us(?:ing|ed|e)|trying|via|through|switch(?:ed|ing) to|served (?:by|from)|handled by|continu(?:ing|ed) with)"
    r"\s+"
    r"(?:(?:the|a|an|its|our)\s+)?(?:[\w-]+\s+){0,2}?(?:fallback|backup|secondary)\b"
    r"|\bfallback\s*(?:[:=]|->|→|is|was)\s*\w"
    r"|\bfallback (?:succeeded|worked|took over|used|served|answered)\b"
)
"""A text that states that something else takes over."""
DENIED: Final = re.compile(
    rf"(?i)\b(?:no|not|nor|without|cannot|can't|couldn't|won't|unable to|never|could not|will not)"
    rf"(?:\s+(?:a|any|the|usable|available|configured|further|other|suitable|working|more|be))*\s+{_BACK}"
    rf"|{_BACK}[^.;,()\n]{{0,80}}\b(?:fail(?:ed|s|ing|ure)?|unavailable|not|timed out|disabled|exhausted|down|refused|"
    r"rejected|declined|unreachable|none|null|false|broken|impossible|missing|unknown)\b"
)
"""A text that states that nothing took over."""
TOLERATED: Final = re.compile(
    r"(?i)\b(?:non[- ]?(?:fatal|critical|blocking)|best[- ]effort|optional|ignor(?:ed|ing)|"
    r"continu(?:ing|ed) without|proceed(?:ing|ed) without|going on without|skipp(?:ed|ing))\b"
)
"""A text that states that the run does without."""
MISSED: Final = re.compile(
    r"(?i)\A\W*(?:cache[ -]?)?miss(?:ed)?\b|\bcache[ -]miss\b|\bnot (?:in|found in) (?:the )?cache\b|\bnot cached\b"
)
"""A cache that says that it does not hold what it was asked for, which is what caches do."""
CANCELLED: Final = re.compile(r"(?i)\b(?:cancell?ed|cancell?ation|aborted|interrupted|terminated)\b")
TO_BE_RETRIED: Final = re.compile(
    r"(?i)\b(?:retry(?:ing)?|retried|again|later|resum\w*|reschedul\w*|scheduled|back[- ]?off)\b"
)
REJECTED: Final = re.compile(
    r"(?i)\b(?:approv\w*|approver|reviewer|guardrail)\b[^.;\n]{0,60}\b(?:reject|den(?:y|ied)|declin|refus|expir|block|"
    r"withh|not granted|timed out)\w*"
    r"|\b(?:rejected|denied|declined|refused|blocked|not approved|stopped) by (?:an? |the |our )?"
    r"(?:human|approver|reviewer|manager|supervisor|colleague|guardrail|policy)\b"
    r"|\bnot approved\b"
)
"""A text that states that a person or a guardrail said no."""
SAYS_IT_FAILED: Final = re.compile(
    r"(?i)\b(?:fail\w*|error\w*|never (?:answered|returned|responded|came back|finished)|no (?:answer|response|reply)|"
    r"time[ds]?[ -]?out|timing out|could(?: not|n't)|did(?: not|n't)|unavailable|unreachable|refused|crash\w*|broke\w*|"
    r"hung|stuck|wrong|invalid|denied|unable)\b"
)
"""A sentence that tells of something going wrong."""
PERSON_WANTED: Final = re.compile(
    r"(?i)\b(?:asks?|asked|asking|wants?|wanted|request(?:s|ed)?|insist\w*|prefer\w*|demand\w*)\b[^.;\n]{0,40}"
    r"\b(?:person|human|people|someone|somebody|agent|manager|representative|call(?:ed)? back)\b"
)
"""A reason that lies with the customer, not with any step."""
STOP_WORDS: Final = re.compile(
    r"(?i)\b(?:reject\w*|den(?:y|ied)|declin\w*|(?:dis)?approv\w*|guardrail\w*|block\w*|polic(?:y|ies)|restrict\w*|"
    r"timed?[ -]?out|expir\w*|never (?:ended|answered|finished)|no (?:answer|response)|stuck|hung|unanswered)\b"
)
"""A reason that tells of a stop or of a step that never ended."""
SENTENCE: Final = re.compile(r"[^.;!?\n]+")
