"""What of a failure stays the same when it happens again: the tool, the kind, the codes, the words of its error."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from rundown_mcp.analysis.failure import Assessment, diagnose
from rundown_mcp.analysis.heard import heard_in, stated_codes, stated_status
from rundown_mcp.analysis.kinds import Facet, FailureKind, facet_of, kind_of
from rundown_mcp.analysis.masking import masked, without_stack
from rundown_mcp.analysis.stops import gave_nothing
from rundown_mcp.analysis.wording import segments
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, Run, RunDetail, Status, StepState
from rundown_mcp.domain.text import Untrusted

MOST_READ: Final = 2000
"""Characters of an error that are compared; what tells causes apart stands in its beginning."""
MOST_KEPT: Final = 20_000
"""Characters of an error that are kept to be shown; a longer one is read in its run."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What two runs that failed of one cause have in common; equal where nothing but particulars differ.

    The words come from outside: they are compared, and no part of it but `kind` and `status` may be printed. `hosts`
    are the services that the text names; they may differ between texts of one cause. `agent` is whose run it was, where
    nothing else is known of a failure.
    """

    tool: str | None = field(repr=False)
    kind: FailureKind
    status: int | None
    facet: Facet | None
    codes: frozenset[str] = field(repr=False)
    segments: frozenset[frozenset[str]] = field(repr=False)
    hosts: frozenset[str] = field(repr=False, compare=False)
    agent: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The little that is kept of a failed run. `error` is None where there is none, or one too long to keep.

    `uncertain`: no single step could be named, and the first candidate stands for it. `by_row`: only the list's row was
    looked at. `identities` are those of the run, for whoever shows its error.
    """

    ref: Ref
    at: datetime | None
    agent: Named | None
    tool: Untrusted | None
    error: Untrusted | None
    signature: Signature
    uncertain: bool = False
    by_row: bool = False
    identities: tuple[Untrusted, ...] = ()

    @property
    def agent_key(self) -> tuple[str, Untrusted | None]:
        """Equal for runs of one agent: two of the same name may be different ones."""
        return self.ref.connection, self.agent.key if self.agent else None

    @property
    def agent_label(self) -> Untrusted | None:
        """What its agent is called."""
        return self.agent.label if self.agent else None


def failure_of(detail: RunDetail) -> Failure | None:
    """What failed in a run, from the first failure that nothing made good; None where nothing did.

    Where no step can be named with reason, the first candidate stands for it; where there is none, the run's own error,
    or the reason of its outcome.
    """
    diagnosis, run = diagnose(detail), detail.run
    item = diagnosis.first or next(iter(diagnosis.candidates), None)
    if item is None and run.error is None and run.status.word is not Status.FAILED:
        return None
    label = item.step.label if item else None
    error = (item.error if item else None) or run.error or (run.outcome.reason if run.outcome else None)
    return _failure(run, label, error, item, uncertain=diagnosis.first is None and item is not None)


def failure_of_row(run: Run) -> Failure | None:
    """The same from what a list's row holds; None where it holds no error."""
    return _failure(run, None, run.error, None, by_row=True) if run.error else None


def failure_like(run: Run, other: Failure) -> Failure:
    """The failure of a run whose row says what that of `other`, which was looked into, said."""
    own = _failure(run, other.tool, run.error, None, by_row=True)
    return replace(own, signature=other.signature, uncertain=other.uncertain)


def _failure(
    run: Run,
    label: Untrusted | None,
    error: Untrusted | None,
    item: Assessment | None,
    *,
    uncertain: bool = False,
    by_row: bool = False,
) -> Failure:
    told = signature(label, error, run.identities, stopped=item is not None and _was_held_up(item))
    if told.kind is FailureKind.SILENT and label is None:
        key = run.agent.key if run.agent else None
        told = replace(told, agent=(run.ref.connection, key.folded() if key else ""))
    return Failure(
        ref=run.ref,
        at=run.started_at,
        agent=run.agent,
        tool=label,
        error=error if error is not None and error.size <= MOST_KEPT else None,
        signature=told,
        uncertain=uncertain,
        by_row=by_row,
        identities=run.identities,
    )


def _was_held_up(item: Assessment) -> bool:
    """Whether a step was stopped or never ended; one that the run's texts merely name may have gone well."""
    return item.stopped or item.state in {StepState.RUNNING, StepState.WAITING} or gave_nothing(item)


def is_told_by(whole: Signature, part: Signature) -> bool:
    """Whether the error of a run's row carries that of its step, so that another row with it tells as much."""
    return part.tool is None or bool(part.segments and part.segments <= whole.segments)


def signature(
    tool: Untrusted | None, error: Untrusted | None, people: tuple[Untrusted, ...] = (), *, stopped: bool = False
) -> Signature:
    """The signature of one error of one tool; `stopped` where a step was held up, not failed."""
    name = tool.folded() if tool else None
    if not error:
        kind = FailureKind.STOPPED if stopped else FailureKind.SILENT
        return Signature(name, kind, None, None, frozenset(), frozenset(), frozenset())
    heard = heard_in(error)
    said = without_stack("\n".join(heard.texts)[: 4 * MOST_READ])
    text = unicodedata.normalize("NFKC", _without_people(said[:MOST_READ], people))
    status = heard.status or stated_status(text)
    folded = text.casefold()
    # what comes with codes is often said by them alone
    kind = FailureKind.STOPPED if stopped else kind_of(" ".join((folded, *heard.codes)), status)
    left = masked(text)
    codes = frozenset(heard.codes) | frozenset(stated_codes(text, name))
    return Signature(name, kind, status, facet_of(folded, kind), codes, segments(left.text), left.hosts)


def _without_people(text: str, people: tuple[Untrusted, ...]) -> str:
    """A text without the people whom its run's fields name."""
    for person in people:
        name = person.canonical().strip()
        if len(name) > 2 and not name.startswith("\0"):  # noqa: PLR2004 - as the gate has it
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "''", text, flags=re.IGNORECASE)
    return text
