// Generated from buttermilk_widget/conversation/patches.py and presentation.py by `npm run gen`.

export type KernelMessage = (Patch | FlowList | Frames | Replay | Recording | Card | Checkpoint | Reply)
/**
 * Whether, and why not, input may go to the server now.
 */
export type Readiness = ("offline" | "connecting" | "starting" | "working" | "asking" | "listening" | "ended" | "failed" | "stopped" | "lost")
export type Command = (Sync | AskOffers | AskFrames | AskCard | Start | Respond | EditHeld | RemoveHeld | ReleaseHeld | Play | Stop)

export interface Wire {
down: KernelMessage
command: Command
}
/**
 * What changed in run ``run`` after ``base``, up to and with ``seq``.
 * 
 * ``agents`` and ``status`` are there, whole, only if they changed. ``at`` is when the patch was
 * made, so that a page whose clock differs from the kernel's can still say for how long.
 */
export interface Patch {
kind: "patch"
run: number
base: number
seq: number
at: number
entries: Entry[]
agents: (Agent[] | null)
status: (Status | null)
}
/**
 * What the screen shows for one message or several; a later frame may change it.
 * 
 * Attributes:
 *     id: Its number in the conversation, from 1, for good.
 *     seq: The conversation's sequence number when it last changed.
 *     at: When its first frame arrived.
 *     server_time: The server's own time for it, as sent: local, with no zone.
 *     speaker: The agent, or nothing for the manager, the server and ourselves.
 *     message_id: The server's id for it; results may be pointed at by it.
 *     about: The id of the entry that it answers or scores.
 *     replies: The ids of the entries that answer or score it.
 *     frame: The index in ``Conversation.frames`` of the frame it came from.
 *     metadata: What the server tells beside it, as the model, the finish reason and the tokens.
 *     tracing_link: The address of its trace, as the server gives it; never opened by itself.
 *     source: Who the server says that it is from, where that is beside its agent.
 *     body: What it says.
 */
export interface Entry {
id: number
seq: number
at: number
server_time: (string | null)
speaker: (Speaker | null)
message_id: (string | null)
about: (number | null)
replies: number[]
frame: (number | null)
metadata: (string | null)
tracing_link: (string | null)
source: (string | null)
body: (Text | Json | ToolOutput | Record | Judgement | Assessment | Differences | Research | Question | Answer | TroubleNote | Gap | EventNote | UnknownBody)
}
/**
 * Who an entry is from.
 * 
 * Attributes:
 *     key: The agent's key in the roster.
 *     name: What the agent calls itself; others may call themselves the same.
 *     label: What readers know it by. The roster decides it, and it changes as agents come, so it
 *         is set only where entries are read (:meth:`.Entries.labelled`), and never kept.
 *     role: The agent's role.
 *     model: The model that it ran on.
 *     template: The template that it was instructed by.
 *     criteria: The criteria that it judged by.
 */
export interface Speaker {
key: string
name: string
label?: string
role: string
model: (string | null)
template: (string | null)
criteria: (string | null)
}
/**
 * Words, as Markdown. ``thought`` is what the agent thought before it said them.
 */
export interface Text {
unread?: (string | null)
kind: "text"
content: string
thought: (string | null)
}
/**
 * A value with no shape that we know.
 */
export interface Json {
kind: "json"
value: (string | null)
}
/**
 * What a tool gave back to the agent that called it.
 */
export interface ToolOutput {
unread?: (string | null)
kind: "tool"
name: string
content: string
call_id: (string | null)
args: (string | null)
results: (string | null)
}
/**
 * The thing under study. ``content`` is its text; a list of parts is joined by blank lines.
 */
export interface Record {
unread?: (string | null)
kind: "record"
record_id: (string | null)
title: (string | null)
metadata: (string | null)
uri: (string | null)
content: string
alt_text: (string | null)
ground_truth: (string | null)
mime: (string | null)
}
/**
 * A judge's finding.
 * 
 * ``prediction`` is its yes or no; ``None`` if it gave none, or one that is neither, which is then
 * in ``unread``. What yes and no mean is for the study to say.
 */
export interface Judgement {
unread?: (string | null)
kind: "judgement"
conclusion: string
reasons: string[]
prediction: (boolean | null)
uncertainty: (string | null)
}
/**
 * A score of one judgement.
 * 
 * ``correctness`` is the mean, from 0 to 1; a number outside of that is in ``unread``.
 */
export interface Assessment {
unread?: (string | null)
kind: "assessment"
assessments: Criterion[]
assessed_agent_id: (string | null)
assessed_call_id: (string | null)
correctness: (number | null)
}
/**
 * One criterion of an assessment: whether the judge was right on it, and why.
 */
export interface Criterion {
unread?: (string | null)
correct: (boolean | null)
feedback: string
}
/**
 * Where judgements differ.
 */
export interface Differences {
unread?: (string | null)
kind: "differences"
conclusion: string
divergences: Divergence[]
}
/**
 * A topic on which the experts differ.
 */
export interface Divergence {
unread?: (string | null)
topic: string
positions: Position[]
}
/**
 * One side of a divergence, and who is on it.
 */
export interface Position {
unread?: (string | null)
position: string
experts: Expert[]
}
/**
 * Who holds a position, and the ``message_id`` of the result in which they took it.
 */
export interface Expert {
unread?: (string | null)
name: string
answer_id: (string | null)
}
/**
 * An answer from the literature.
 */
export interface Research {
unread?: (string | null)
kind: "research"
response: string
literature: Reference[]
}
/**
 * One item of literature.
 */
export interface Reference {
unread?: (string | null)
summary: string
source: string
doi: (string | null)
}
/**
 * The manager is, or was, asked.
 * 
 * Attributes:
 *     content: The words of the question.
 *     options: The options to choose from.
 *     thought: What the agent thought before it asked.
 *     form: What it takes.
 *     number: Which question of the run it is, from 1.
 *     confirms: For each option, whether it accepts the step. ``None`` is uncertain: the manager
 *         declares it with the choice. Empty where the server needs no such declaration.
 *     asked: How often the server has put it.
 *     state: Whether it is open.
 */
export interface Question {
kind: "question"
content: string
options: string[]
thought: (string | null)
form: ("confirm" | "options" | "text" | "chat")
number: number
confirms: (boolean | null)[]
asked: number
state: ("open" | "answered" | "unanswered")
}
/**
 * What the manager said.
 * 
 * *sending*: it has not left yet. *lost*: the connection broke as it went, and it is not sent
 * again. ``confirm`` and ``selection`` are what was sent beside the words, as the server reads it.
 */
export interface Answer {
kind: "answer"
verdict: ("confirm" | "reject" | "choice" | "text" | "remark")
content: string
by: ("person" | "script" | "replay")
confirm: (boolean | null)
selection: (string | null)
state: ("sending" | "sent" | "lost")
}
/**
 * Something went wrong. ``fatal``: the flow does not go on.
 */
export interface TroubleNote {
kind: "trouble"
content: string
source: string
fatal: boolean
}
/**
 * A stretch without a connection: frames may have been lost. ``until`` is unset while it is open.
 */
export interface Gap {
kind: "gap"
began: number
until: (number | null)
content: string
}
/**
 * Something happened that is neither talk nor trouble.
 */
export interface EventNote {
kind: "event"
content: string
source: string
}
/**
 * A frame of neither dialect, whole; ``why`` says what is odd about it.
 */
export interface UnknownBody {
kind: "unknown"
raw: string
why: string
}
/**
 * One line of the roster.
 * 
 * Attributes:
 *     key: What the agent is known by: its id, or else its role or name.
 *     name: What it calls itself; others may call themselves the same.
 *     label: What readers know it by, everywhere: it differs from every other agent's.
 *     role: Its role, which others may share.
 *     description: What it is for, in its own words.
 *     model: The model that it runs on.
 *     template: The template that it is instructed by.
 *     criteria: The criteria that it judges by.
 *     state: What it is at.
 *     since: When that state began.
 *     steps: How many steps it has done.
 */
export interface Agent {
key: string
name: string
label: string
role: string
description: string
model: (string | null)
template: (string | null)
criteria: (string | null)
state: ("expected" | "idle" | "working" | "failed" | "left")
since: number
steps: number
}
/**
 * Everything about a run that is replaced as a whole.
 * 
 * Attributes:
 *     readiness: The state.
 *     reason: A sentence: why this state, and what it waits for.
 *     since: When the state began.
 *     activity: The server's latest line on what it is at.
 *     silent_since: Since when neither a frame nor an answer to a ping has come, while the
 *         connection stands: the server is busy, as a rule.
 *     steps: How far the flow is, if it is a sequence, whose steps are known.
 *     flow: The flow's name.
 *     server: The server's address, with no credentials.
 *     question: The id of the open question's entry.
 *     remarks: Whether a remark may go to the group now.
 *     held: What is held, in the order in which it will be sent.
 *     labels: The study's words for predictions; without them the words are neutral.
 */
export interface Status {
readiness: Readiness
reason: string
since: number
activity: string
silent_since: (number | null)
steps: (Steps | null)
flow: (string | null)
server: (string | null)
question: (number | null)
remarks: boolean
held: Held[]
labels: (Labels | null)
}
/**
 * How far a sequence is: it has reached step ``reached`` of ``total``; 0 is none yet.
 */
export interface Steps {
reached: number
total: number
}
/**
 * What the manager typed before it could be sent.
 * 
 * Attributes:
 *     id: Its number among the held, for good.
 *     question: The question that it was written for, if one was open.
 *     facing: The open question that it meets and was not written for; it goes there only on
 *         the person's word.
 *     note: A sentence on what it waits for, or what would happen if it were sent now.
 */
export interface Held {
id: number
verdict: ("confirm" | "reject" | "choice" | "text" | "remark")
content: string
by: ("person" | "script" | "replay")
at: number
question: (number | null)
facing: (number | null)
note: string
}
/**
 * What the study calls a prediction that is yes, and one that is no.
 */
export interface Labels {
yes: string
no: string
}
/**
 * The flows on offer at ``server``, or a sentence on why they are not known.
 * 
 * ``listed``: whether the server lists its flows at all; one that does not has some all the same.
 */
export interface FlowList {
kind: "offers"
server: string
flows: Flow[]
problem: string
listed: boolean
}
/**
 * A named workflow that a server offers.
 * 
 * Attributes:
 *     name: What it is asked for by.
 *     description: What it does, if the server says so.
 *     parameters: What it can be given; ``None`` if the server does not say.
 */
export interface Flow {
name: string
description: string
parameters: (Parameter[] | null)
}
/**
 * What a flow can be given, as the server tells it.
 * 
 * Attributes:
 *     name: Its name.
 *     type: As in JSON: ``string``, ``integer``, ``number``, ``boolean``, ``array``, ``object``;
 *         or whatever else the server calls it.
 *     required: Whether the flow does not run without.
 *     default: What it is if it is not given.
 *     description: What it means.
 */
export interface Parameter {
name: string
type: string
required: boolean
default: unknown
description: string
}
/**
 * Some frames of run ``run``, from the one with index ``start`` on, of ``total``.
 */
export interface Frames {
kind: "frames"
run: number
start: number
total: number
frames: FramePreview[]
}
/**
 * One frame as it went over the wire. A long one is cut; ``length`` is that of the whole.
 */
export interface FramePreview {
direction: ("in" | "out")
at: number
text: string
length: number
}
/**
 * Run ``run`` is replayed from a cassette, and how far that is.
 * 
 * Attributes:
 *     cassette: The name of its file.
 *     recorded: When it was recorded.
 *     played: How many of the ``total`` things in the recording have happened.
 *     paused: Whether it waits for the person to let it go on.
 *     waits: The answer that was given in code and is awaited from code again, or nothing.
 *     note: What is wrong with the recording, or nothing.
 */
export interface Replay {
kind: "replay"
run: number
cassette: string
recorded: number
played: number
total: number
paused: boolean
waits: string
note: string
}
/**
 * Run ``run`` is recorded into a cassette.
 * 
 * Attributes:
 *     notice: Sentences on what is wrong with that, or nothing.
 */
export interface Recording {
kind: "recording"
run: number
notice: string
}
/**
 * Where run ``run`` comes from, in lines, and as one paragraph for a methods section.
 */
export interface Card {
kind: "card"
run: number
facts: Fact[]
paragraph: string
}
/**
 * One line of a :class:`Card`.
 */
export interface Fact {
name: string
value: string
}
/**
 * A settled run as the saved notebook keeps it, for a page that has no kernel.
 */
export interface Checkpoint {
kind: "checkpoint"
patch: Patch
card: Card
replay: (Replay | null)
}
/**
 * What became of the command with this ``id``: ``problem`` is empty when it was taken.
 */
export interface Reply {
kind: "reply"
id: string
problem: string
}
/**
 * The page has everything of run ``run`` up to ``seq`` and asks for the rest.
 */
export interface Sync {
kind: "sync"
run: number
seq: number
}
/**
 * The page asks which flows there are.
 */
export interface AskOffers {
kind: "ask_offers"
}
/**
 * The page asks for the frames of run ``run`` from the one with this index on.
 */
export interface AskFrames {
kind: "ask_frames"
run: number
start: number
}
/**
 * The page asks where run ``run`` comes from.
 */
export interface AskCard {
kind: "ask_card"
run: number
}
/**
 * Run a flow.
 */
export interface Start {
kind: "start"
id: string
flow: string
prompt: (string | null)
record_id: (string | null)
typed: Typed[]
}
/**
 * A parameter as it was typed into the form: ``type`` is the parameter's own.
 * 
 * One with no name is JSON with several.
 */
export interface Typed {
name: string
type: string
text: string
}
/**
 * The manager says something. ``question`` is the one that the person was looking at.
 * 
 * ``confirm`` declares whether the chosen option accepts the step, where that is uncertain.
 */
export interface Respond {
kind: "respond"
id: string
verdict: ("confirm" | "reject" | "choice" | "text" | "remark")
content: string
question: (number | null)
confirm: (boolean | null)
}
/**
 * Change the words of a held input.
 */
export interface EditHeld {
kind: "edit_held"
id: string
held: number
content: string
}
/**
 * Take a held input back.
 */
export interface RemoveHeld {
kind: "remove_held"
id: string
held: number
}
/**
 * Send a held input as the answer to ``question``, on the person's word.
 */
export interface ReleaseHeld {
kind: "release_held"
id: string
held: number
question: number
}
/**
 * Lead a replay: halt it, let it go on, go to the next entry, or on to the end at once.
 */
export interface Play {
kind: "play"
id: string
action: ("pause" | "resume" | "step" | "finish")
}
/**
 * Stop the run.
 */
export interface Stop {
kind: "stop"
id: string
}

/** How a field is presented; see buttermilk_widget/transcript/presentation.py, and change it there. */
export type Form = "markdown" | "output" | "code" | "lines" | "record" | "json" | "label" | "address" | "ours";

export const PRESENTATION = {
  "text.thought": "markdown",
  "text.content": "markdown",
  "text.unread": "json",
  "json.value": "json",
  "tool.name": "label",
  "tool.content": "output",
  "tool.args": "json",
  "tool.results": "json",
  "tool.unread": "json",
  "tool.call_id": "ours",
  "record.title": "label",
  "record.record_id": "label",
  "record.uri": "address",
  "record.content": "record",
  "record.alt_text": "lines",
  "record.metadata": "json",
  "record.ground_truth": "json",
  "record.unread": "json",
  "record.mime": "ours",
  "judgement.prediction": "ours",
  "judgement.uncertainty": "label",
  "judgement.conclusion": "markdown",
  "judgement.reasons": "markdown",
  "judgement.unread": "json",
  "assessment.correctness": "ours",
  "assessment.assessed_agent_id": "label",
  "assessment.assessed_call_id": "ours",
  "assessment.assessments.correct": "ours",
  "assessment.assessments.feedback": "markdown",
  "assessment.assessments.unread": "json",
  "assessment.unread": "json",
  "differences.conclusion": "markdown",
  "differences.divergences.topic": "lines",
  "differences.divergences.unread": "json",
  "differences.divergences.positions.position": "lines",
  "differences.divergences.positions.unread": "json",
  "differences.divergences.positions.experts.name": "label",
  "differences.divergences.positions.experts.answer_id": "ours",
  "differences.divergences.positions.experts.unread": "json",
  "differences.unread": "json",
  "research.response": "markdown",
  "research.literature.source": "address",
  "research.literature.doi": "address",
  "research.literature.summary": "markdown",
  "research.literature.unread": "json",
  "research.unread": "json",
  "question.thought": "markdown",
  "question.content": "markdown",
  "question.options": "label",
  "question.form": "ours",
  "question.number": "ours",
  "question.confirms": "ours",
  "question.asked": "ours",
  "question.state": "ours",
  "answer.content": "lines",
  "answer.verdict": "ours",
  "answer.confirm": "ours",
  "answer.selection": "label",
  "answer.by": "ours",
  "answer.state": "ours",
  "trouble.source": "label",
  "trouble.content": "output",
  "trouble.fatal": "ours",
  "gap.content": "lines",
  "gap.began": "ours",
  "gap.until": "ours",
  "event.source": "label",
  "event.content": "lines",
  "unknown.why": "label",
  "unknown.raw": "code"
} as const;
