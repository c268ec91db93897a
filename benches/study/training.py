"""A training in a folder of its own, that goes on where it was stopped or killed."""
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def bound():
    """Ends this process with the program that started it, however that ends: nothing writes on into a run that is gone on with."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


class Failed(Exception):
    """A command that did not do its work."""


def run(command, environment=None):
    """Runs a command and returns its processor seconds, those of its children among them.

    On Ctrl-C the command has the signal too, writes a checkpoint and is waited for; then KeyboardInterrupt goes on."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               preexec_fn=bound, env={**os.environ, **(environment or {})})
    interrupted, said = False, ""
    while True:
        try:
            said += process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            break
        except KeyboardInterrupt:
            interrupted = True
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, process.returncode, said, interrupted or process.returncode == 128 + signal.SIGINT


def write(path, text):
    """Writes a file that is whole whenever it has its name."""
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.replace(path)


class Training:
    """A training in `folder/name`, with its recipe and what it took so far beside it."""

    def __init__(self, folder, name, text, ondine, device="cpu", threads=None):
        self.run, self.text, self.ondine, self.device = folder / name, text, ondine, device
        self.recipe, self.ledger = folder / f"{name}.toml", folder / f"{name}.seconds.json"
        self.environment = {} if threads is None else {"RAYON_NUM_THREADS": str(threads)}

    def differs(self):
        """Whether the training of this name in the folder has another recipe."""
        return self.recipe.exists() and self.recipe.read_text() != self.text

    def ended(self):
        summary = self.run / "summary.json"
        return not self.differs() and summary.exists() and json.loads(summary.read_text())["status"] == "finished"

    def spent(self):
        """Processor and wall seconds so far; with `more` there are some of a start that was killed, and not known."""
        known = json.loads(self.ledger.read_text()) if self.ledger.exists() else {}
        return {"seconds": 0.0, "wall": 0.0, "open": False, "more": False, **known}

    def note(self, **changes):
        write(self.ledger, json.dumps({**self.spent(), **changes}))

    def command(self):
        """Starts the training, or goes on with it."""
        if any(self.run.glob("checkpoints/step-*")):
            return [self.ondine, "train", "--resume", self.run, "--device", self.device]
        if (self.run / "recipe.toml").exists():
            shutil.rmtree(self.run)  # killed before its first checkpoint
        return [self.ondine, "train", self.recipe, "--output", self.run, "--device", self.device]

    def train(self):
        """Trains to the end. Raises Failed, and KeyboardInterrupt once the training has written its checkpoint."""
        if self.differs():
            raise Failed(f"{self.recipe} is that of another training, of other options say: choose another folder")
        self.recipe.write_text(self.text)
        if self.ended():
            return
        before, start = self.spent(), time.monotonic()
        self.note(open=True, more=before["more"] or before["open"])
        seconds, status, said, interrupted = run(self.command(), self.environment)
        self.note(open=False, seconds=before["seconds"] + seconds, wall=before["wall"] + time.monotonic() - start)
        if interrupted:
            raise KeyboardInterrupt
        if not self.ended():
            raise Failed(f"{self.run}: the training ended with exit status {status}\n{said}")

    def summary(self):
        return json.loads((self.run / "summary.json").read_text())

    def evaluation(self):
        return json.loads((self.run / "evaluation.json").read_text())
