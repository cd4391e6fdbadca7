"""A page's messages are heard, whatever a cell is at and whichever pages came and went."""

from __future__ import annotations

import comm as comms
import pytest
from ipykernel.comm.comm import BaseComm

from buttermilk_widget.widget import kernel


@pytest.fixture
def comm():
    comm = BaseComm(target_name="jupyter.widget")
    yield comm
    comm.close()


def test_a_message_goes_to_the_shell_that_the_page_names(comm):
    comm._reply_subshell_id = "one that is gone"
    assert comm._reply_subshell_for({}, "mine") == "one that is gone"
    kernel.attend(comm, print)
    assert comm._reply_subshell_for({}, "mine") == "mine"
    assert comm._reply_subshell_for({}, None) is None


def test_a_message_is_heard_and_no_cell_is_said_to_have_run(comm, monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: pytest.fail("it counts as a cell"))
    heard = []
    comm.on_msg(print)
    kernel.attend(comm, heard.append)
    manager = comms.get_comm_manager()
    manager.comm_msg(None, None, {"content": {"comm_id": comm.comm_id, "data": 1}})
    assert heard == [{"content": {"comm_id": comm.comm_id, "data": 1}}]


def test_a_page_that_closes_the_comm_closes_it_for_no_other(comm):
    heard = []
    kernel.attend(comm, heard.append)
    manager, message = comms.get_comm_manager(), {"content": {"comm_id": comm.comm_id}}
    manager.comm_close(None, None, message)
    manager.comm_msg(None, None, message)
    assert heard == [message]
    comm.close()
    manager.comm_msg(None, None, message)
    assert heard == [message]


def test_a_comm_of_another_kernel_has_no_shells_to_choose_from():
    class Plain:
        pass

    plain = Plain()
    kernel.attend(plain, print)
    assert plain.handle_msg is print
    assert not hasattr(plain, "_reply_subshell_for")
