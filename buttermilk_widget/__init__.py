"""A live conversation of Buttermilk's agents in a notebook.

Input is held until the server is ready for it. Start with :class:`FlowWidget`, or with
:class:`Session` in a script. What is listed here is public; the rest may change.
"""

from __future__ import annotations

from buttermilk_widget.cassette.cassette import Cassette, Recording
from buttermilk_widget.cassette.player import Player
from buttermilk_widget.cassette.recorder import Recorder
from buttermilk_widget.client.script import Reply, Script, choose, confirm, reject, say
from buttermilk_widget.client.session import Session
from buttermilk_widget.conversation.conversation import Conversation, Frame
from buttermilk_widget.conversation.history import Entries
from buttermilk_widget.conversation.patches import (
    Agent,
    Card,
    Entry,
    Flow,
    Held,
    Parameter,
    Question,
    Readiness,
)
from buttermilk_widget.transcript.comparison import Comparison, Pair, compare
from buttermilk_widget.transcript.convert import convert
from buttermilk_widget.transcript.decisions import Decision
from buttermilk_widget.transcript.provenance import Provenance
from buttermilk_widget.transcript.scores import Score, Scores
from buttermilk_widget.transcript.transcript import Transcript
from buttermilk_widget.widget.run import Run
from buttermilk_widget.widget.widget import FlowWidget

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
