"""Write ``labels.json`` anew: how names, agents and options are labelled, here and on the page."""

from __future__ import annotations

import json

from support.paths import DATA

from buttermilk_widget.text.letters import called, claimed, label, option_label, option_names

HERE = DATA / "parity"

NAMES = [
    *(
        "Judge Amber",
        "裁判",
        "محكم",
        "Richter ß",
        "می\u200cخواهم",
        "क्\u200dष",
        "👩🏽\u200d💻",
        "❤️",
        "1️⃣",
        "葛󠄀",
    ),
    *(
        " two\nlines\tand a tab ",
        "a\r\nb\rc",
        "\x1b[1;31mred\x1b[0m",
        "\x1b]0;title\x07x",
        "\x1b]8;;open",
        "\x9b31m!",
    ),
    *(
        "stop\u202eesaelp",
        "\u2066x\u2069",
        "con\u200bfirm",
        "con\u200dfirm",
        "soft\u00adly",
        "JUDGE\ufe0f",
        "1\ufe0f",
    ),
    *(
        "a\u17b4b",
        "a\u2065b",
        "a\U000e0101b",
        "a\U000e0041b",
        "bell\x07 \u2028 \ufeff",
        "",
        " ",
        "\u3164",
        "\u2800",
    ),
    "w" * 3000,
]
AGENTS = [
    *(
        "You",
        " you ",
        "YOU",
        "Yоu",
        "Υου",
        "You:",
        "You (entry 3)",
        "‘You’",
        "_You_",
        "Ｙｏｕ",
        "You\u200b",
        "Y\no\nu",
    ),
    *(
        "Server",
        "ѕегvег",
        "Question",
        "Script",
        "Event",
        "Connection",
        "Manager",
        "An agent",
        "A judge",
        "You and the server",
    ),
    *(
        "“You” (agent JUDGE-1)",
        "You\n### You",
        "\u2060You",
        "Server-1",
        "Server of tea",
        "Younes",
        "Your judge",
        "Questioner",
    ),
]
OPTIONS = [
    ["Proceed", "Do not proceed"],
    ["Proceed\n  2  Stop", "Stop"],
    ["A", "B", "A ", "A\u00a0", "a", "", " "],
    ["A", "A ", "1. A"],
    ["", "(blank option)"],
    ["con\u200bfirm", "confirm", "\x1b[2Jconfirm"],
    ["\u3164", "ﬁ", "fi"],
    [],
]


def made() -> dict[str, list[object]]:
    """What each is given, and its label."""
    return {
        "label": [[text, label(text)] for text in [*NAMES, *AGENTS]],
        "called": [[name, "JUDGE-1", called(name, "JUDGE-1")] for name in [*NAMES, *AGENTS]]
        + [["You", "", called("You", "")], ["", "", called("", "")]],
        "claimed": [[name, claimed(name)] for name in [*NAMES, *AGENTS]],
        "options": [
            {"options": one, "each": list(map(option_label, one)), "names": option_names(one)}
            for one in OPTIONS
        ],
    }


def as_text() -> str:
    """What the file holds."""
    return json.dumps(made(), indent=1) + "\n"


if __name__ == "__main__":
    (HERE / "labels.json").write_text(as_text())
