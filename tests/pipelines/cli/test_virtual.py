"""record --virtual in a terminal, as a user: keys, live numbers, Ctrl-C, what is stored."""

import os
import re
import shlex
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("bumble")
pytest.importorskip("pty", reason="there are no pseudo terminals here")

from pipelines import cli
from pipelines.store.files import session_files
from pipelines.store.stated.context_file import read_context

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 180.0
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """The command in a pseudo terminal of 80 columns: what it wrote, and keys for it."""

    def __init__(self, folder, *words):
        import fcntl
        import pty
        import struct
        import termios

        self._own, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 80, 0, 0))
        env = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", ENTER, *words],
            cwd=folder,
            env={**env, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._written = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        try:
            while more := os.read(self._own, 65536):
                self._written += more
        except OSError:  # the other end was closed
            return

    @property
    def text(self):
        return CONTROL.sub("", self._written.decode("utf-8", "replace")).replace("\xa0", " ")

    def until(self, *words, measure=()):
        """Wait until all `words` were written, and pods of these names measured."""
        deadline = time.monotonic() + PATIENCE_S
        rows = [rf"{name}\)\s+recording\s+\d+\.\d Hz" for name in measure]
        while not all(one in self.text for one in words) or not all(
            re.search(row, self.text) for row in rows
        ):
            assert self.process.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.05)

    def press(self, key):
        os.write(self._own, key.encode())

    def ended(self):
        code = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        os.close(self._own)
        return code


ENTER = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C is a signal
sys.argv = ["midstance", *sys.argv[1:]]
from pipelines.cli import main
if __name__ == "__main__":
    main()
"""


def sessions(store):
    return [session_files(store, "ana", p.stem) for p in (store / "journal/ana").glob("*.journal")]


@pytest.mark.slow
def test_a_virtual_run_in_a_terminal_from_the_first_line_to_the_last(tmp_path):
    terminal = Terminal(tmp_path, "record", "ana", "--virtual", "--shoes", "blue pair")
    terminal.until("Kept in virtual-store, tagged virtual and excluded from what is usual.")
    terminal.until("k cuts the link of the next one, r reboots the next", "shank right (ORP-RSH)")
    terminal.until("Stand still, then run: numbers come after some seconds of running.")
    # What a link costs that is cut before its pod measures is nothing.
    terminal.until(measure=("ORP-PEL", "ORP-LSH", "ORP-RSH"))
    for key, words in (
        ("k", "the link of ORP-PEL is cut"),
        ("m", "marker 1 at "),
        ("a", "lap a began at "),
    ):
        terminal.press(key)
        terminal.until(words)
    terminal.until("pelvis: ", "samples came late")
    terminal.until("steps/min")
    terminal.press("r")
    terminal.until("ORP-PEL is switched off and on")
    terminal.press("\x03")
    assert terminal.ended() == 0
    (files,) = sessions(tmp_path / "virtual-store")
    assert f"ana {files.session}: " in terminal.text
    assert "Next: midstance report ana last --store virtual-store" in terminal.text
    assert "fetched from the pod" in terminal.text
    assert "the live numbers ended" not in terminal.text
    assert "Traceback" not in terminal.text
    known = read_context(files)
    assert (known.shoes, known.tags) == ("blue pair", ("virtual",))
    assert known.excluded == "a virtual runner"
    assert not (tmp_path / "store").exists(), "her own runs are left alone"


@pytest.mark.slow
def test_a_virtual_run_that_is_killed_goes_on_with_pods_that_began_anew(tmp_path):
    store = tmp_path / "apart"
    first = Terminal(tmp_path, "record", "ana", "--virtual", "--store", str(store), "--no-live")
    first.until(measure=("ORP-PEL", "ORP-LSH", "ORP-RSH"))
    time.sleep(3)
    assert "Last minute" not in first.text
    first.process.kill()
    first.ended()
    words = ("record", "ana", "--virtual", "--store", str(store), "--resume")
    second = Terminal(tmp_path, *words)
    second.until("Last minute")
    second.until("steps/min")
    second.press("\x03")
    assert second.ended() == 0
    assert len(sessions(store)) == 1
    assert re.search(r"it restarted after \d", second.text)


@pytest.mark.parametrize("command", ["record", "check"])
def test_without_the_simulated_radio_one_sentence_says_what_to_install(
    command, tmp_path, monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "bumble", None)
    monkeypatch.setattr("pipelines.cli.called.which", lambda _: None)  # not of an environment
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["midstance", command, "ana", "--virtual"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert str(end.value) == (
        "midstance: the virtual radio needs bumble, which is not installed; run "
        f'{shlex.quote(sys.executable)} -m pip install "midstance[sim]"'
    )
    assert list(tmp_path.iterdir()) == []


def test_a_cue_that_is_wrong_is_named_before_anything_is_recorded(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text('[[cue]]\nmetric = "cadence"\nabove = 180\n', encoding="utf-8")
    words = ["midstance", "record", "ana", "--cues", "mine.toml"]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert "mine.toml: cue 1: metric is 'cadence' (did you mean cadence_spm?)" in str(end.value)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


@pytest.mark.parametrize(
    ("where", "again"),
    [
        ([], "midstance record ana --resume"),
        (["--store", "my runs"], "midstance record ana --resume --store 'my runs'"),
        (["--virtual"], "midstance record ana --resume --virtual"),
        (["--virtual", "--store", "apart"], "record ana --resume --virtual --store apart"),
    ],
)
def test_an_interrupted_run_is_named_with_the_command_that_goes_on_in_its_store(
    where, again, tmp_path, monkeypatch, capsys
):
    store = where[-1] if "--store" in where else "virtual-store" if where else "store"
    (tmp_path / store / "journal/ana").mkdir(parents=True)
    (tmp_path / store / "journal/ana/2026-11-22-a1b2.journal").write_bytes(b"cut short")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pipelines.capture.run.record_run", lambda *_, **__: sys.exit(0))
    monkeypatch.setattr("pipelines.cli.capture.record.among_virtual_pods", lambda *_: None)
    monkeypatch.setattr("sys.argv", ["midstance", "record", "ana", *where])
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().err
    assert said.startswith("2026-11-22-a1b2 was interrupted; ")
    assert f"{again} goes on with it.\n" in said
