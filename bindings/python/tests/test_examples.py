"""Codes of other packages that stream into a training, whose surrogate then advances them behind a gate.

They need `ondine` and the C library with surrogates, as `cargo build --release` makes them or as ONDINE_PROGRAM and ONDINE_LIBRARY
name them.
"""

import os
import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).parent.parent
BUILT = FOLDER.parent.parent / "target/release"
PROGRAM = pathlib.Path(os.environ.get("ONDINE_PROGRAM", BUILT / "ondine"))
LIBRARY = pathlib.Path(os.environ.get("ONDINE_LIBRARY", BUILT / "libondine_surrogate.so"))

RECIPE = """
seed = 3
[problem]
name = "{name}"
fields = ["{field}"]
conditions = {{ {condition} = {{ uniform = [0.9, 1.1] }} }}
[source]
kind = "program"
command = ["{python}", "{script}"]
persistent = true
[grid]
points = {points}
length = {length}
[time]
dt = 0.5
frames = {frames}
[ensemble]
simulations = {simulations}
workers = 1
[model]
kind = "fno"
width = 12
modes = {modes}
layers = 2
[train]
steps = 300
batch = 16
optimizer = {{ learning_rate = 5e-3 }}
[evaluate]
every = 300
trajectories = 12
"""

EXAMPLES = {
    "allen_cahn": dict(package="pde", field="c", condition="width", points=[32, 32], length=32.0, frames=10, modes=6, simulations=30),
    "kuramoto_sivashinsky": dict(
        package="exponax", field="u", condition="growth", points=[64], length=22.0, frames=30, modes=12, simulations=40
    ),
}


def succeed(*command, **named):
    result = subprocess.run(command, capture_output=True, text=True, **named)
    assert result.returncode == 0, (command, result.stdout, result.stderr)
    return result.stdout


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_code_streams_into_a_training_and_then_runs_its_surrogate_behind_a_gate(name, tmp_path):
    example = dict(EXAMPLES[name])
    package = example.pop("package")
    pytest.importorskip(package, reason=f"needs {package}")
    missing = [str(path) for path in (PROGRAM, LIBRARY) if not path.exists()]
    if missing:
        pytest.skip(f"{missing} are not built")
    script = FOLDER / "examples" / f"{name}.py"
    assert len(script.read_text().splitlines()) < 150
    recipe, run, policy = (tmp_path / name for name in ("recipe.toml", "run", "policy.toml"))
    recipe.write_text(RECIPE.format(name=name, python=sys.executable, script=script, **example))
    policy.write_text("tolerance = 0.5\n")
    succeed(PROGRAM, "train", recipe, "--output", run)
    succeed(PROGRAM, "evaluate", run, "--gate", policy)

    def accepted(condition, policy):
        environment = {**os.environ, "ONDINE_LIBRARY": str(LIBRARY)}
        said = succeed(sys.executable, script, run, condition, policy, env=environment)
        assert said.endswith(f" of {example['frames'] - 1} steps by the surrogate\n")
        return int(said.split()[0])

    assert accepted("1.0", "tolerance = 1e-9") == 0, "the solver alone"
    assert 0 < accepted("1.0", "tolerance = 0.5\nalpha = 0.2\ndistance = 2.0\n") < example["frames"]
    assert accepted("1.6", "tolerance = 10.0") == 0, "a condition outside of the trained range"
