"""A live conversation of Buttermilk's agents in a notebook.

Input is held until the server is ready for it. Start with :class:`FlowWidget`, or with
:class:`Session` in a script. What is listed here is public; the rest may change.
"""

from __future__ import annotations

from .conversation import Conversation, Frame
from .errors import (
    AnswerError,
    BadAddress,
    BadParameter,
    ButtermilkError,
    CannotListen,
    ConnectionLost,
    FlowFailed,
    FlowSilent,
    MissingExtra,
    NeedsAnswer,
    NoQuestion,
    NotButtermilk,
    RunError,
    RunOver,
    RunStopped,
    ServerError,
    ServerUnreachable,
    StillRunning,
    UnknownFlow,
    UnknownKeyword,
    WrongAnswer,
)
from .history import Entries
from .patches import Agent, Entry, Held, Question, Readiness
from .run import Run
from .scores import Score, Scores
from .session import Session
from .widget import FlowWidget

__version__ = "0.1.0"

__all__ = [
    "Agent",
    "AnswerError",
    "BadAddress",
    "BadParameter",
    "ButtermilkError",
    "CannotListen",
    "ConnectionLost",
    "Conversation",
    "Entries",
    "Entry",
    "FlowFailed",
    "FlowSilent",
    "FlowWidget",
    "Frame",
    "Held",
    "MissingExtra",
    "NeedsAnswer",
    "NoQuestion",
    "NotButtermilk",
    "Question",
    "Readiness",
    "Run",
    "RunError",
    "RunOver",
    "RunStopped",
    "Score",
    "Scores",
    "ServerError",
    "ServerUnreachable",
    "Session",
    "StillRunning",
    "UnknownFlow",
    "UnknownKeyword",
    "WrongAnswer",
    "__version__",
]
