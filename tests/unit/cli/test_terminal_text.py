"""What a website wrote never steers the terminal that shows it."""

from __future__ import annotations

from docspasta.cli.terminal_text import TerminalText, one_line, printable


def test_control_characters_go_and_text_stays():
    hostile = "a\x1b]0;title\x07b\x9b31mc\rd\x00e\u202ef\tg\nh – Käse 文"
    assert printable(hostile) == "a]0;titleb31mcdef\tg\nh – Käse 文"
    assert one_line("a\n\x1b[2J b\t c") == "a [2J b c"


def test_characters_may_be_cut_anywhere():
    text = "Käse \x1b[1m文 end".encode()
    for cut in range(len(text)):
        shown = TerminalText()
        assert (shown.feed(text[:cut]) + shown.feed(text[cut:])).decode() == "Käse [1m文 end"
