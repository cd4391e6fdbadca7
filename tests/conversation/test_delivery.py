"""What is known of answers on their way."""

from __future__ import annotations

from buttermilk_widget.conversation.delivery import Delivery


def on_the_way(*answers, pinged=True):
    delivery = Delivery()
    for answer in answers:
        delivery.hand_over(answer)
        delivery.write(answer, pinged=pinged)
    return delivery


def test_a_pong_is_for_all_that_went_before_it():
    delivery = on_the_way(2, 4, 6)
    delivery.arrive(4)
    assert delivery
    assert delivery.give_up() == [6]
    assert not delivery


def test_a_word_of_the_server_is_enough_only_where_no_ping_was_sent():
    delivery = on_the_way(2, pinged=False)
    delivery.hand_over(4)
    delivery.hear()
    assert delivery.give_up() == [4]
    delivery = on_the_way(2)
    delivery.hear()
    assert delivery.give_up() == [2]


def test_what_was_given_up_is_not_on_its_way_again_by_being_written():
    delivery = Delivery()
    delivery.hand_over(2)
    assert delivery.give_up() == [2]
    delivery.write(2, pinged=True)
    assert not delivery


def test_what_could_not_be_written_is_not_on_its_way():
    delivery = on_the_way(2, 4)
    delivery.drop(2)
    delivery.drop(2)
    assert delivery.give_up() == [4]
