"""A training whose workers are killed at random, against the same training on threads: losses have to be equal to the bit.

    cargo build --release
    python3 launchers/tests/ordeal.py local|slurm|hyperqueue|netns [--kills N] [--ondine PATH]

`local` starts workers by launchers/local.sh. `slurm` starts a Slurm of one node by slurm_node.sh (root; slurmctld, slurmd, munge
and slurm-client), and its workers by launchers/slurm.sh; half of the deaths are `scancel`s. `hyperqueue` starts a server and a
worker of HyperQueue and submits tasks by its Python library (pip install hyperqueue). `netns` has two network namespaces for two
hosts (root), with the trainer in one and the workers in the other, over TCP with a token. After each death a worker is started.
"""

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LAUNCHERS = HERE.parent
WORKERS = 4
CLOCK = ["time_s", "training_s", "samples_per_s", "trainer_wait", "trainer_wait_recent", "solver_wait", "solver_wait_recent",
         "simulations_running", "workers_active", "worker_restarts", "step_compute_s", "step_windows_s", "step_ranks_s", "step_reduce_s"]
RECIPE = """
seed = 5
deterministic = true
[equation]
kind = "kuramoto_sivashinsky"
viscosity = {{ uniform = [0.9, 1.1] }}
[grid]
points = [128]
length = 44.0
[time]
dt = 0.5
frames = 40
substeps = {substeps}
[ensemble]
simulations = {simulations}
workers = 1
{launcher}
[buffer]
capacity = 2000
[model]
kind = "fno"
width = 8
modes = 6
layers = 2
[train]
steps = {simulations}
batch = 16
log = 1
[evaluate]
every = 1000000
trajectories = 2
"""


def say(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


SUBMIT = """#!{python}
import os
from hyperqueue import Client, Job

names = ["ONDINE_ENDPOINT", "ONDINE_TOKEN"]
job = Job(max_fails=None, default_env={{name: os.environ[name] for name in names}})
command = [os.environ["ONDINE_PROGRAM"], "worker", "--connect", os.environ["ONDINE_ENDPOINT"]]
for worker in range(int(os.environ["ONDINE_WORKERS"])):
    job.program(command, stdout=f"{folder}/said-{{os.getpid()}}-{{worker}}")
Client(os.environ["ORDEAL_SERVER"]).submit(job)
"""


class Local:
    """Workers of launchers/local.sh; the parent of the other engines."""

    template = "local.sh"
    host = "127.0.0.1"

    def __init__(self, folder):
        self.folder = folder
        self.endpoint = f"tcp://{self.host}:{free_port()}"
        self.variables = {}

    def start(self):
        pass

    def stop(self):
        pass

    def script(self):
        """A copy of the template whose workers write what they say into the folder."""
        script = self.folder / self.template
        text = (LAUNCHERS / self.template).read_text()
        script.write_text(text.replace('worker --connect "$ONDINE_ENDPOINT" &',
                                       f'worker --connect "$ONDINE_ENDPOINT" >> {self.folder}/said &'))
        script.chmod(0o755)
        return script

    def around(self, command):
        return command

    def processes(self):
        """Workers of this training on this machine, by their endpoint, which no other one has."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[1:4] == [b"worker", b"--connect", self.endpoint.encode()]:
                found.append(int(process.name))
        return found

    def kill(self):
        found = self.processes()
        if not found:
            return None
        os.kill(random.choice(found), 9)
        return "kill -9"


class Slurm(Local):
    template = "slurm.sh"

    def start(self):
        say(HERE / "slurm_node.sh", "start", self.folder / "slurm", "8")
        self.variables = {"SLURM_CONF": str(self.folder / "slurm" / "slurm.conf")}

    def stop(self):
        say(HERE / "slurm_node.sh", "stop", self.folder / "slurm")

    def script(self):
        script = self.folder / self.template
        text = (LAUNCHERS / self.template).read_text()
        script.write_text(text.replace("--output=/dev/null", f"--output={self.folder}/said-%A-%a"))
        script.chmod(0o755)
        return script

    def kill(self):
        if random.random() < 0.5:
            return super().kill()
        running = say("squeue", "-h", "-r", "-t", "R", "-o", "%i", env={**os.environ, **self.variables}).split()
        if not running:
            return None
        say("scancel", random.choice(running), env={**os.environ, **self.variables})
        return "scancel"


class HyperQueue(Local):
    """A server and a worker in this process; its wheel has no `hq`, so that tasks are submitted by its library."""

    def start(self):
        from hyperqueue import LocalCluster
        from hyperqueue.cluster import WorkerConfig

        self.cluster = LocalCluster(worker_config=WorkerConfig(cores=8))
        self.variables = {"ORDEAL_SERVER": str(self.cluster.cluster.server_dir)}

    def stop(self):
        self.cluster.stop()

    def script(self):
        script = self.folder / "submit.py"
        script.write_text(SUBMIT.format(python=sys.executable, folder=self.folder))
        script.chmod(0o755)
        return script


class Netns(Local):
    host = "10.77.0.1"

    def start(self):
        for command in ["netns add ondine-a", "netns add ondine-b", "link add oa type veth peer name ob", "link set oa netns ondine-a",
                        "link set ob netns ondine-b", "-n ondine-a addr add 10.77.0.1/24 dev oa",
                        "-n ondine-b addr add 10.77.0.2/24 dev ob", "-n ondine-a link set oa up", "-n ondine-b link set ob up"]:
            say("ip", *command.split())

    def stop(self):
        for name in ["ondine-a", "ondine-b"]:
            say("ip", "netns", "del", name)

    def around(self, command):
        return ["ip", "netns", "exec", "ondine-a", *command]

    def script(self):
        script = super().script()
        text = script.read_text()
        script.write_text(text.replace('"${ONDINE_PROGRAM', 'ip netns exec ondine-b "${ONDINE_PROGRAM'))
        return script


ENGINES = {"local": Local, "slurm": Slurm, "hyperqueue": HyperQueue, "netns": Netns}


def timeless(run):
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{key: value for key, value in line.items() if key not in CLOCK} for line in lines]


def simulations_said(folder):
    said = " ".join(path.read_text() for path in folder.glob("said*"))
    words = said.split()
    return sum(int(number) for number, word in zip(words, words[1:]) if word.startswith("simulation") and number.isdigit())


def ordeal(given, engine, folder):
    recipe = folder / "recipe.toml"
    shape = {"substeps": given.substeps, "simulations": given.simulations}
    recipe.write_text(RECIPE.format(launcher="", **shape))
    since = time.time()
    say(given.ondine, "train", recipe, "--output", folder / "alone")
    alone_s = time.time() - since
    (folder / "token").write_text("a secret of this ordeal\n")
    script = engine.script()
    launcher = (f'launcher = {{ endpoint = "{engine.endpoint}", workers = {WORKERS}, command = ["{script}"], '
                f'token = {{ file = "{folder}/token" }} }}')
    recipe.write_text(RECIPE.format(launcher=launcher, **shape))
    environment = {**os.environ, **engine.variables}
    since = time.time()
    command = engine.around([given.ondine, "train", recipe, "--output", folder / "together"])
    training = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    own = {"ONDINE_ENDPOINT": engine.endpoint, "ONDINE_TOKEN": "a secret of this ordeal", "ONDINE_PROGRAM": str(given.ondine),
           "ONDINE_WORKERS": "1"}
    deaths, replacements = {}, []
    while training.poll() is None and sum(deaths.values()) < given.kills:
        time.sleep(random.uniform(0.1, 0.6))
        how = engine.kill()
        if how:
            deaths[how] = deaths.get(how, 0) + 1
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            replacements.append(subprocess.Popen(engine.around([script]), env={**environment, **own}, **quiet))
    said = training.communicate()[1]
    together_s = time.time() - since
    for replacement in replacements:
        replacement.wait(timeout=60)
    time.sleep(2)
    if training.returncode:
        sys.exit(f"error: the training failed: {said}")
    equal = timeless(folder / "alone") == timeless(folder / "together")
    judged = [(folder / run / "evaluation.json").read_bytes() for run in ["alone", "together"]]
    left = len(engine.processes())
    print(f"{given.engine}: {deaths}, {simulations_said(folder)} of {given.simulations} simulations by workers that lived to the end; "
          f"{alone_s:.1f} s alone, {together_s:.1f} s together; losses equal: {equal}, evaluation equal: {judged[0] == judged[1]}, "
          f"workers left behind: {left}")
    enough = sum(deaths.values()) >= given.kills
    if not (equal and judged[0] == judged[1] and enough and left == 0):
        sys.exit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--simulations", type=int, default=400)
    parser.add_argument("--substeps", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ondine", type=Path, default=LAUNCHERS.parent / "target/release/ondine")
    given = parser.parse_args()
    random.seed(given.seed)
    given.ondine = given.ondine.resolve()
    folder = Path(tempfile.mkdtemp(prefix="ondine-ordeal-"))
    engine = ENGINES[given.engine](folder)
    try:
        engine.start()
        ordeal(given, engine, folder)
    finally:
        engine.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
