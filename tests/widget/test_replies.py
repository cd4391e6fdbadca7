"""A command that comes again is told what it was told, and is not done again."""

from __future__ import annotations

from buttermilk_widget.conversation.patches import Reply
from buttermilk_widget.widget.replies import CommandReplies


def test_a_command_is_new_once():
    replies = CommandReplies()
    assert replies.new("a-1")
    assert not replies.new("a-1")
    assert replies.new("b-1")


def test_nothing_is_said_while_it_is_done_and_then_the_same_each_time():
    replies = CommandReplies()
    replies.new("a-1")
    assert replies.get("a-1") is None
    said = Reply(id="a-1", problem="no")
    replies.note(said)
    assert replies.get("a-1") == said
    assert not replies.new("a-1")


def test_only_the_latest_are_remembered():
    replies = CommandReplies(kept=2)
    for number in ("1", "2", "3"):
        replies.new(number)
    replies.note(Reply(id="1"))
    assert replies.get("1") is None
    assert replies.new("1")
    assert not replies.new("3")
