"""The agents of the built-in flows. Each does real, small work, the same for the same input.

(Annotations are real here, not text: autogen-core reads those of every agent.)
"""

from collections.abc import Sequence

from buttermilk_widget.errors import truncate
from buttermilk_widget.protocol.messages import (
    AgentInfo,
    Assessment,
    Expert,
    Judgement,
    Payload,
    Record,
    Reference,
    Research,
    Text,
)

from . import judging, retrieval
from .group_messages import Said, Step
from .library import GUIDELINES, PASSAGES, POSTS, Guideline, sentences_of, words_of
from .participants import Participant

A_POST = 12
"""Words from which on a prompt is taken for a post of its own."""


class Fetcher(Participant):
    """Finds the post: the one named, or the prompt itself, or the one nearest to the prompt."""

    def work(self, step: Step) -> Sequence[Payload]:
        """Words on why this post, and the post."""
        prompt = str(self.who.parameters.get("prompt") or "")
        named = step.record_id or str(self.who.parameters.get("record_id") or "")
        why, record = _find(prompt, named)
        return [Text(content=why), record]


def _find(prompt: str, named: str) -> tuple[str, Record]:
    if named:
        return f"I took **{POSTS[named].title}**, as asked.", POSTS[named]
    mentioned = next((post for key, post in POSTS.items() if key in prompt.casefold()), None)
    if mentioned is not None:
        return f"I took **{mentioned.title}**, which the prompt names.", mentioned
    if len(prompt.split()) >= A_POST:
        record = Record(
            record_id="prompt",
            title="The prompt",
            metadata={"title": "The prompt", "source": "The manager"},
            content=prompt,
            mime="text/plain",
        )
        return "The prompt is long enough to be a post, so I took the prompt itself.", record
    about = words_of(prompt)
    shared = {
        key: sorted(about & words_of(f"{post.title} {post.content}")) for key, post in POSTS.items()
    }
    nearest = max(shared, key=lambda key: len(shared[key]))
    post = POSTS[nearest]
    if not shared[nearest]:
        return f"The prompt fits no post, so I took the first one, **{post.title}**.", post
    words = ", ".join(f"“{word}”" for word in shared[nearest])
    return f"I took **{post.title}**, the nearest to the prompt: both say {words}.", post


class Judge(Participant):
    """Judges the post by the guidelines; its template says how."""

    def work(self, step: Step) -> Sequence[Payload]:
        """A judgement; or words, where no post was fetched."""
        record = self.latest(Record)
        if record is None:
            return [Text(content="No post was fetched, so there is nothing to judge.")]
        by_weight = self.who.parameters.get("template") == WEIGHING
        judge = judging.judge_by_weight if by_weight else judging.judge_by_rule
        judgement = judge(record.content, _guidelines(self, step))
        heard = tuple(
            f"The manager said to the group: “{truncate(remark)}”." for remark in self.remarks
        )
        return [judgement.model_copy(update={"reasons": (*judgement.reasons, *heard)})]


BY_RULE = "rule by rule"
WEIGHING = "weighing"


class Scorer(Participant):
    """Scores each judgement, guideline by guideline."""

    def work(self, step: Step) -> Sequence[Payload]:
        """An assessment for each judgement; or words, where there is none."""
        record, judgements = self.latest(Record), self.told(Judgement)
        if record is None or not judgements:
            return [Text(content="There is no judgement to score.")]
        return [
            judging.score(
                judgement,
                record,
                _guidelines(self, step),
                agent_id=said.who.key,
                message_id=said.message_id,
            )
            for said, judgement in judgements
        ]


class Comparer(Participant):
    """Says where the judges differ, post by post."""

    def work(self, step: Step) -> Sequence[Payload]:
        """The differences for each post; or words, where there are not two judgements of one."""
        posts = [
            (record, judgements)
            for record, judgements in self._by_post()
            if step.record_id in ("", record.record_id)
        ]
        several = [(record, judgements) for record, judgements in posts if len(judgements) > 1]
        if not several:
            how_many = "is only one judgement" if any(j for _, j in posts) else "is no judgement"
            of = f" of {step.record_id}" if step.record_id else ""
            return [Text(content=f"There {how_many}{of}, so there is nothing to compare.")]
        return [
            self._compared(judgements, step, f"{record.title}: " if len(several) > 1 else "")
            for record, judgements in several
        ]

    def _by_post(self) -> list[tuple[Record, list[tuple[Said, Judgement]]]]:
        """Each post that was fetched, with the latest judgement that each judge gave of it."""
        posts: dict[str | None, tuple[Record, dict[str, tuple[Said, Judgement]]]] = {}
        judgements: dict[str, tuple[Said, Judgement]] = {}
        for said in self.heard:
            if isinstance(said.payload, Record):
                key = said.payload.record_id
                _, judgements = posts.setdefault(key, (said.payload, {}))
            elif isinstance(said.payload, Judgement):
                judgements[said.who.key] = (said, said.payload)
        return [(record, [*given.values()]) for record, given in posts.values()]

    def _compared(
        self, judgements: Sequence[tuple[Said, Judgement]], step: Step, head: str
    ) -> Payload:
        names = {said.who.key: str(said.who.agent_name) for said, _ in judgements}
        ids = {said.message_id for said, _ in judgements}
        experts = [
            (Expert(name=names[said.who.key], answer_id=said.message_id), judgement)
            for said, judgement in judgements
        ]
        scores = [
            (names[scored.assessed_agent_id or ""], scored.correctness or 0.0)
            for _, scored in self.told(Assessment)
            if scored.assessed_call_id in ids
        ]
        differences = judging.compare(experts, _guidelines(self, step), scores)
        return differences.model_copy(update={"conclusion": head + differences.conclusion})


class Searcher(Participant):
    """Finds passages of the library, and answers in their words."""

    def work(self, step: Step) -> Sequence[Payload]:
        """An answer with numbered citations; or words, where nothing fits."""
        found = retrieval.library().find(step.words)
        if not found:
            return [
                Text(
                    content=f"None of the {len(PASSAGES)} passages of the library speaks of that: "
                    "I look for words, and find nothing that is said in others."
                )
            ]
        return [retrieval.answer(found, len(PASSAGES))]


class Reader(Participant):
    """Looks for what the manager wants attention paid to: in the post, then in the others."""

    def work(self, step: Step) -> Sequence[Payload]:
        """What it found, with the sentences it found it in."""
        record, about = self.latest(Record), words_of(step.words)
        if record is None:
            return [Text(content="No post was fetched, so there is nothing to read.")]
        if not about:
            return [Text(content="There is nothing in particular to pay attention to.")]
        all_of_it = sentences_of(record.content)
        here = [sentence for sentence in all_of_it if about & words_of(sentence)]
        elsewhere = [
            Reference(summary=sentence, source=str(post.title))
            for post in POSTS.values()
            if post.record_id != record.record_id
            for sentence in sentences_of(post.content)
            if about & words_of(sentence)
        ]
        where = [Reference(summary=sentence, source=str(record.title)) for sentence in here]
        response = (
            f"You asked for attention to “{step.words}”. {len(here)} of {len(all_of_it)} sentences "
            f"of “{record.title}” speak of it, and {len(elsewhere)} of other posts."
        )
        return [Research(response=response, literature=(*where, *elsewhere))]


class Talker(Participant):
    """One of two who talk for as long as they are told to; for load."""

    def __init__(self, who: AgentInfo, _pace: float = 0.0) -> None:
        super().__init__(who)  # the script keeps the time, message by message

    def work(self, step: Step) -> Sequence[Payload]:
        """The message of this number: mostly words, now and then a judgement."""
        number = step.number
        if number % 20 == 10:
            post = list(POSTS.values())[number // 20 % len(POSTS)]
            return [judging.judge_by_rule(post.content, list(GUIDELINES.values()))]
        return [Text(content=_SPEECHES[number % len(_SPEECHES)].format(number=number))]


_SPEECHES = (
    "Message {number}: a plain sentence.",
    "Message {number}, with **bold**, *italic* and `code` in it.",
    "### Message {number}\n\n- one point\n- another point\n- a third, [with a link](https://example.org/)",
    "Message {number} quotes:\n\n> Disagree with what somebody says; do not call them names.",
    "Message {number} counts:\n\n| guideline | found |\n|---|---|\n| claims | {number} |\n| private | 0 |",
    "Message {number} has code:\n\n```python\nprint({number})\n```",
    "Message {number} is longer. It goes on for a few sentences. None says much; all are laid out.",
)


def _guidelines(agent: Participant, step: Step) -> list[Guideline]:
    """Those that the step names, or else those that are the agent's own."""
    own = agent.who.parameters.get("criteria")
    keys = step.guidelines or (own if isinstance(own, list) else GUIDELINES)
    return [GUIDELINES[str(key)] for key in keys]
