"""What a row of `triage_failures` says of one group of failures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rundown_mcp.analysis.kinds import FailureKind
from rundown_mcp.analysis.signature import Failure, Signature
from rundown_mcp.analysis.trends import Counted, concentration
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.answer import Cell
from rundown_mcp.views.budget import clip
from rundown_mcp.views.format import minute

NO_STEP: Final = "no step named"
_NO_AGENT: Final = "no agent named"
_MOST_TEXTS: Final = 3
_ADDRESS: Final = re.compile(r"(?:(?=[!-~]{0,40}(?:://|\.[a-z0-9-]+\.))[!-~]{24,}|[!-~]{40,})…?")
"""An address or a long id in an error: what comes behind it tells more than its end does."""
_ADDRESS_ROOM: Final = 16
_MOST_EASED: Final = 400
_MESSAGES: Final = ("message", "error_message", "error", "detail", "msg", "description", "reason", "body")


@dataclass(frozen=True, slots=True)
class GroupCells:
    """What there is to say of a group, whole: through the gate once, however often it is laid out.

    `fixed` are count, share and change; `texts` the first few of the texts, `more` how many others there are.
    """

    fixed: tuple[str, ...]
    why: str
    name: Cell
    example: str
    texts: tuple[SafeText, ...]
    more: int
    where: Cell
    spread: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWriter:
    """Writes the cells of groups that are grouped `by`; `total` failures are all of the window.

    `times` is how many characters of `2026-11-21 22:12` go without saying; `agents` counts the groups by connection and
    name of the agent of their newest failure.
    """

    by: str
    total: int
    gate: Gate
    refs: Mapping[Ref, str]
    times: int
    agents: Mapping[tuple[str, Untrusted | None], int]

    def cells(self, group: Counted) -> GroupCells:
        """All of one group."""
        said = dict.fromkeys(self._error(text[0]) for text in group.texts)
        return GroupCells(
            fixed=(_count(group), _share(len(group.now), self.total), group.change.value if group.change else ""),
            why=_why(group),
            name=self._name(group),
            example=self.refs[group.example.ref],
            texts=tuple(said)[:_MOST_TEXTS],
            more=max(0, len(said) - _MOST_TEXTS),
            where=self._label(group.seen, "tool" if self.by == "agent" else "agent"),
            spread=_spread(group),
            seen=self._seen(group),
        )

    def _error(self, failure: Failure) -> SafeText:
        """What a failure says, its addresses shortened; our words where it says nothing, or too much to be kept."""
        if failure.error is None:
            is_none = failure.signature.kind in {FailureKind.SILENT, FailureKind.STOPPED}
            return SafeText("none given" if is_none else "a very long text, see the example")
        safe = clip(self.gate.knowing(failure.identities).safe(_spoken(failure.error)), _MOST_EASED)
        return SafeText(_ADDRESS.sub(lambda found: f"{found[0][:_ADDRESS_ROOM]}…", safe.text))

    def _label(self, failures: Sequence[Failure], what: str) -> Cell:
        """`charge_card`, `charge_card 7/9`, or `5 agents` where agents do not gather; empty where none is known."""
        values = [failure.tool if what == "tool" else failure.agent_label for failure in failures]
        most = concentration(values)
        if most.value is None:
            return ""
        if what == "agent" and most.different > 1 and most.count * 2 < len(values):
            return f"{most.different} agents"
        known = next(failure for failure, value in zip(failures, values, strict=True) if value == most.value)
        name = self.gate.knowing(known.identities).safe(most.value)
        return name if most.different == 1 else SafeText(f"{name} {most.count}/{len(values)}")

    def _name(self, group: Counted) -> Cell:
        """What the groups are grouped by; of a cause, the tool that met it."""
        failures = group.seen
        match self.by:
            case "provider":
                return failures[0].ref.connection
            case "agent":
                return self._agent(failures)
            case _:
                return self._label(failures, "tool") or NO_STEP

    def _agent(self, failures: Sequence[Failure]) -> Cell:
        """What an agent is called, told from those of the same name by its connection, and there by its id."""
        name = self._label(failures, "agent") or _NO_AGENT
        agent, label, connection = failures[0].agent, failures[0].agent_label, failures[0].ref.connection
        if agent is not None and agent.id is not None and self.agents[connection, label] > 1:
            name = words.with_id(self.gate, name, agent.id)
        is_elsewhere = any(other == label and where != connection for where, other in self.agents)
        return SafeText(f"{connection}: {name}") if is_elsewhere else name

    def _seen(self, group: Counted) -> str:
        """First and last, in UTC."""
        times = sorted(failure.at for failure in group.seen if failure.at is not None)
        if not times:
            return ""
        first, last = (minute(at)[self.times :] for at in (times[0], times[-1]))
        return first if first == last else f"{first}–{last}"


def _spoken(error: Untrusted) -> Untrusted:
    """The message of an error that is JSON, the error itself where it has none."""
    inner = next((member for name in _MESSAGES if (member := error.child(name))), None)
    return error if inner is None else _spoken(inner)


def _spread(group: Counted) -> str:
    """`duckie 5/9`, or `3 providers` where no connection has most of it; empty where there is but one."""
    counts = Counter(failure.ref.connection for failure in group.seen)
    (name, most), *others = counts.most_common()
    if not others:
        return ""
    return f"{name} {most}/{counts.total()}" if most * 2 > counts.total() else f"{len(counts)} providers"


def _count(group: Counted) -> str:
    return str(len(group.now)) if group.now else f"0 ({len(group.before)} before)"


def _share(count: int, total: int) -> str:
    if not count:
        return ""
    percent = round(100 * count / total)
    return f"{percent}%" if percent else "<1%"


def _why(group: Counted) -> str:
    """The kind of failure, the HTTP status, how many share them where not all do, and how much rests on a candidate."""
    sort = _sort(group.example.signature)
    total = len(group.seen)
    alike = sum(_sort(failure.signature) == sort for failure in group.seen)
    said = f"{sort} {alike}/{total}" if alike < total else sort
    uncertain = sum(failure.uncertain for failure in group.seen)
    return said + ("" if not uncertain else ", uncertain" if uncertain == total else f", {uncertain} uncertain")


def _sort(signature: Signature) -> str:
    parts = (
        signature.kind.value,
        signature.status and str(signature.status),
        signature.facet and signature.facet.value,
    )
    return " ".join(part for part in parts if part)
