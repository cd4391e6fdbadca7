"""A live conversation of Buttermilk's agents in a notebook.

Input is held until the server is ready for it. Start with :class:`FlowWidget`, or with
:class:`Session` in a script. What is listed here is public; the rest may change.
"""

from __future__ import annotations

from .cassette import Cassette, Recording
from .comparison import Comparison, Pair, compare
from .conversation import Conversation, Frame
from .decisions import Decision
from .errors import (
    AnswerError,
    BadAddress,
    BadCassette,
    BadParameter,
    BadTranscript,
    ButtermilkError,
    CannotListen,
    CassetteError,
    CassetteMismatch,
    CassetteWarning,
    ConnectionLost,
    FlowFailed,
    FlowSilent,
    MissingExtra,
    NeedsAnswer,
    NoQuestion,
    NotButtermilk,
    NotListed,
    PartialTranscriptWarning,
    PlainTextWarning,
    Replaying,
    RunError,
    RunOver,
    RunStopped,
    ScriptOver,
    ServerError,
    ServerUnreachable,
    StillRunning,
    UnknownFlow,
    UnknownKeyword,
    WrongAnswer,
)
from .foreign import convert
from .history import Entries
from .patches import Agent, Card, Entry, Flow, Held, Parameter, Question, Readiness
from .player import Player
from .provenance import Provenance
from .recorder import Recorder
from .run import Run
from .scores import Score, Scores
from .script import Reply, Script, choose, confirm, reject, say
from .session import Session
from .transcript import Transcript
from .widget import FlowWidget

__version__ = "0.1.0"

__all__ = [
    "Agent",
    "AnswerError",
    "BadAddress",
    "BadCassette",
    "BadParameter",
    "BadTranscript",
    "ButtermilkError",
    "CannotListen",
    "Card",
    "Cassette",
    "CassetteError",
    "CassetteMismatch",
    "CassetteWarning",
    "Comparison",
    "ConnectionLost",
    "Conversation",
    "Decision",
    "Entries",
    "Entry",
    "Flow",
    "FlowFailed",
    "FlowSilent",
    "FlowWidget",
    "Frame",
    "Held",
    "MissingExtra",
    "NeedsAnswer",
    "NoQuestion",
    "NotButtermilk",
    "NotListed",
    "Pair",
    "Parameter",
    "PartialTranscriptWarning",
    "PlainTextWarning",
    "Player",
    "Provenance",
    "Question",
    "Readiness",
    "Recorder",
    "Recording",
    "Replaying",
    "Reply",
    "Run",
    "RunError",
    "RunOver",
    "RunStopped",
    "Score",
    "Scores",
    "Script",
    "ScriptOver",
    "ServerError",
    "ServerUnreachable",
    "Session",
    "StillRunning",
    "Transcript",
    "UnknownFlow",
    "UnknownKeyword",
    "WrongAnswer",
    "__version__",
    "choose",
    "compare",
    "confirm",
    "convert",
    "reject",
    "say",
]
