"""Who takes part in each flow: the agents, in the order in which they join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from buttermilk_widget.protocol.messages import AgentInfo

from .agents import BY_RULE, WEIGHING, Comparer, Fetcher, Judge, Reader, Scorer, Searcher, Talker
from .hosts import ChatHost, SequenceHost
from .library import GUIDELINES
from .participants import Part, Participant
from .script_context import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import JsonValue

    from .flows import Mode
    from .parameters import (
        AskParameters,
        LongParameters,
        OsbParameters,
        PanelParameters,
        Parameters,
    )


def part(
    key: str,
    role: str,
    plays: type[Participant],
    description: str,
    parameters: Mapping[str, JsonValue] | None = None,
) -> Part:
    """An agent; its model is ``rules``, unless its parameters name another."""
    who = AgentInfo(
        agent_id=key,
        role=role,
        agent_name=key,
        description=description,
        parameters={"model": "rules", **(parameters or {})},
    )
    return Part(who, plays)


def host(mode: Mode | None, parameters: Parameters) -> Part:
    """The one who speaks with the manager; it names the mode of its flow, as the deployed one does."""
    named: dict[str, JsonValue] = {} if mode is None else {"execution_mode": mode}
    chats = mode == "adaptive"
    return part(
        HOST,
        "HOST",
        ChatHost if chats else SequenceHost,
        "Takes what the manager says, and hands it to the agents."
        if chats
        else "Leads through the flow and asks the manager.",
        {"human_in_loop": parameters.human_in_loop, **named},
    )


def _fetcher(prompt: str | None, record_id: str | None) -> Part:
    return part(
        "FETCHER",
        "FETCHER",
        Fetcher,
        "Finds the post to look at.",
        {"prompt": prompt, "record_id": record_id},
    )


def _judges(criteria: Sequence[str]) -> list[Part]:
    keys: list[JsonValue] = list(criteria)
    return [
        part(
            "JUDGE-rules",
            "JUDGE",
            Judge,
            "Takes each guideline at its word.",
            {"template": BY_RULE, "criteria": keys},
        ),
        part(
            "JUDGE-weighing",
            "JUDGE",
            Judge,
            "Weighs what speaks for a breach and against it.",
            {"template": WEIGHING, "criteria": keys},
        ),
    ]


def _comparer(criteria: Sequence[str]) -> Part:
    keys: list[JsonValue] = list(criteria)
    return part(
        "DIFFERENCES", "DIFFERENCES", Comparer, "Says where the judges differ.", {"criteria": keys}
    )


# --- by flow -------------------------------------------------------------------------------------


def osb(asked: OsbParameters) -> list[Part]:
    """Of ``osb``."""
    keys: list[JsonValue] = list(asked.criteria)
    return [
        _fetcher(asked.prompt, asked.record_id),
        *_judges(asked.criteria),
        part(
            "SCORER",
            "SCORER",
            Scorer,
            "Scores each judgement, guideline by guideline.",
            {"template": "checklist", "criteria": keys},
        ),
        _comparer(asked.criteria),
    ]


def panel(asked: PanelParameters) -> list[Part]:
    """Of ``panel``."""
    keys = list(GUIDELINES)
    return [
        _fetcher(asked.prompt, asked.record_id),
        part("READER", "READER", Reader, "Looks for what the manager wants attention paid to."),
        *_judges(keys),
        _comparer(keys),
    ]


def ask(_asked: AskParameters) -> list[Part]:
    """Of ``ask``: the host tells each what to do, so the request for the flow is not theirs."""
    keys = list(GUIDELINES)
    return [
        part(
            "SEARCHER",
            "SEARCHER",
            Searcher,
            "Finds passages of the library, and answers in their words.",
            {"model": "BM25"},
        ),
        _fetcher(None, None),
        *_judges(keys),
        _comparer(keys),
    ]


def long(_asked: LongParameters) -> list[Part]:
    """Of ``long``."""
    return [
        part("WRITER", "WRITER", Talker, "Says every other message."),
        part("REVIEWER", "REVIEWER", Talker, "Says the messages between."),
    ]
