"""The patterns by which texts tell of fallbacks, rejections, cancellations and blame."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MOST: Final = 4000
"""Characters of a text that are searched for what it says: an error that goes on for longer says it first."""

QUOTED: Final = re.compile(
    r"\"[^\"\n]{0,500}\"|“[^”\n]{0,500}”|«[^»\n]{0,500}»|`[^`\n]{0,500}`|(?<!\w)'[^'\n]{0,500}'(?!\w)"
)
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
AIM: Final = re.compile(r"(?:(?:back|over)\s+(?:to|on|onto)|fallback|using|via|through)\b\W*([^.;,()\n]{1,80})")
"""What follows the words that declare a fallback, in case-folded text."""
BY_HAND: Final = frozenset("agent colleague human hand manual manually operator person staff support team".split())
DENIED: Final = re.compile(
    rf"(?i)\b(?:no|not|nor|without|cannot|can't|couldn't|won't|unable to|never|could not|will not)"
    rf"(?:\s+(?:a|any|the|usable|available|configured|further|other|suitable|working|more|be))*\s+{_BACK}"
    rf"|{_BACK}[^.;,()\n]{{0,80}}\b(?:fail(?:ed|s|ing|ure)?|unavailable|not|timed out|disabled|exhausted|down|refused|"
    r"rejected|declined|unreachable|none|null|false|broken|impossible|missing|unknown)\b"
)
"""A text that states that nothing took over."""
TOLERATED: Final = re.compile(
    r"(?i)\b(?:non[- ]?(?:fatal|critical|blocking)|best[- ]effort|(?:is|was) optional|"
    r"optional (?:step|call|tool|lookup|enrichment|check)|(?:error|failure) ignored|ignoring (?:this|the|it)|"
    r"(?:continu(?:ing|ed)|proceed(?:ing|ed)|going on|went on) without)\b"
    r"|[,;:–—]\s?(?:kept|keeping|queued|return(?:ed|ing)|saved|sending|sent|serv(?:ed|ing)|shown|showing|stored|us(?:ed|ing))"
    r"\b[^.;:,\n]{0,40}\b(?:instead|original|unchanged|defaults?|stale|last known|previous)\b"
)
"""A text that states that the run does without, or with less."""
MISSED: Final = re.compile(
    r"(?i)\A\W*(?:cache[ -]?)?miss(?:ed)?\b|\bcache[ -]miss\b|\bnot (?:in|found in) (?:the )?cache\b|\bnot cached\b"
)
"""A cache that says that it does not hold what it was asked for, which is what caches do."""
NOT_FOUND: Final = re.compile(
    r"(?i)not[ _-]?found|\bno (?:such|match\w*)\b|\bno \w+ (?:found|match\w*)\b|"
    r"\bno[ _](?:results?|records?|hits?|rows?|entries|matches)\b|"
    r"\bdoes ?n[o'’]t exist\b|\bunknown \w+|\b404\b|"
    r"\bnot an? (?:\w+ ){1,2}(?:code|id|key|number|ref|reference)\b"
)
"""A text of a lookup that says that there is no such thing, or that it was asked for a thing of another kind."""
TURNED_DOWN: Final = re.compile(r"(?i)(?:\b|_)(?:declin\w*|turned (?:\w+ )?down)\b")
"""A text of one who may say no, such as a bank, a carrier or a colleague, and of whom there are others."""
UNTAKEN: Final = re.compile(r"(?i)\bno[- ]answer\b|\bnot answered\b|\bbusy\b|\bpick(?:ed|s)? up\b|\bvoice ?mail\b")
"""A text of a hand-over that nobody took."""
DONE_ALREADY: Final = re.compile(
    r"(?i)\balready\b[^.;\n]{0,30}\b(?:exist|there|creat|regist|process|captur|charg|paid|refund|cancel|sent|submit|"
    r"complet|appl|book|receiv|done)\w*|\bduplicate\w*(?: (?:request|entry|key|order|payment|submission|record)s?)?\b|"
    r"\balready_\w+|\bexists already\b|\bexistiert bereits\b|\bya existe\b|\bexiste déjà\b|既に存在|已存在"
)
"""A text that says that what was asked for is there, or was done, before."""
CANCELLED: Final = re.compile(r"(?i)\b(?:cancell?ed|cancell?ation|aborted|interrupted|terminated)\b")
BY_THE_CUSTOMER: Final = re.compile(
    r"(?i)\b(?:cancell?ed|aborted|interrupted|stopped|ended|dismissed) by (?:the )?"
    r"(?:customer|user|caller|guest|client)\b"
    r"|\b(?:customer|user|caller|guest|client) (?:has )?(?:hung up|cancell?ed|aborted|disconnected)\b"
)
"""A text that says that the customer wanted no more of it."""
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
DOUBTED: Final = re.compile(
    r"(?i)\b(?:do(?: not|n't) (?:think|believe|see|know)|no (?:evidence|sign)|not (?:that|because|sure|clear)|unlikely|"
    r"whether|if|might|may|perhaps|maybe|possibly|could have|neither|nor)\b"
)
"""A sentence that denies or doubts what it names."""
CALL_TIMED_OUT: Final = re.compile(
    r"(?i)\b(?:tool|step|node|function|action|call|execution)s?\b[^.;\n]{0,40}"
    r"\b(?:time[ds]?[ -]?out|timing out|no (?:answer|response|reply)|"
    r"(?:never|did(?: not|n't)) (?:answer|respond|return|repl|finish|complet)\w*)\b"
)
"""A text that says that some call did not answer."""
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


@lru_cache(maxsize=256)
def as_a_tool(name: str) -> re.Pattern[str]:
    """A text that says of a name, which may be an everyday word, that it is a tool or that it failed."""
    word = rf"[\"'`]?{re.escape(name)}[\"'`]?(?:\(\))?"
    return re.compile(
        rf"(?i)\b(?:tool|step|node|function|call to|calling)[\s:]{{0,3}}{word}(?!\w)"
        rf"|(?:\A|[\s:]){word}\s*(?::|failed\b)"
    )


@lru_cache(maxsize=256)
def already(stem: str) -> re.Pattern[str]:
    """A text that says of a deed that its state is there: `already cancelled`."""
    return re.compile(rf"(?i)\balready\s+(?:been\s+)?{re.escape(stem)}\w*")


@lru_cache(maxsize=256)
def blaming(name: str) -> re.Pattern[str]:
    """A text that says of a tool, not of what it answered, that it did not work."""
    word = rf"[\"'`]?{re.escape(name)}[\"'`]?(?:\(\))?"
    thing = r"(?:\s+(?:tool|call|step|node|function|request|action))?"
    return re.compile(
        rf"(?i){word}{thing}\s+(?:(?:has|had|was|then|also|itself|silently)\s+)*"
        r"(?:fail(?:s|ed)|did(?: not|n't) (?:work|succeed|complete|go through|take effect|respond|return|answer)|"
        r"errored|broke|crashed|hung|time[ds] out|"
        r"never (?:\w+ )?(?:work|succeed|complet|respond|return|answer|finish|c[ao]me)\w*|"
        r"(?:returned|threw|raised|gave|hit|got) an? (?:\w+ )?(?:error|exception|failure))"
        rf"|(?i:\b(?:failure|error|exception|crash|fault) (?:of|in|from|at|during) (?:the )?){word}(?!\w)"
    )


SENTENCE: Final = re.compile(r"[^.;!?\n]+")
