"""A part of the study: what it trains, and the scores of a training that it puts side by side."""
import math
from dataclasses import dataclass
from typing import Callable


@dataclass
class File:
    """Simulations that are made once and trained on from disk."""
    name: str
    recipe: dict
    count: int


@dataclass
class Case:
    """A training: what it is called in the table, its seed and its recipe."""
    labels: dict
    seed: int
    recipe: dict
    file: File | None = None

    @property
    def name(self):
        letters = "_".join([*self.labels.values(), str(self.seed)]).lower()
        return "".join(letter if letter.isalnum() or letter in "._" else "-" for letter in letters)


@dataclass
class Score:
    """A positive number of an evaluation: errors are shown in per cent, all others as they are."""
    name: str
    of: Callable
    error: bool = True

    def show(self, number):
        if number is None:
            return "?"
        return f"{100 * number:.3g} %" if self.error else f"{number:.3g}"

    def text(self, interval):
        mean = self.show(interval.mean)
        return mean if interval.low is None else f"{mean} ({self.show(interval.low)} to {self.show(interval.high)})"


@dataclass
class Part:
    """A list of trainings as a function of size, seeds and number of updates, and what is made of them."""
    title: str
    cases: Callable
    scores: list
    compare: Callable
    draw: Callable


@dataclass
class Result:
    """The scores of a training that has finished, with its processor seconds."""
    case: Case
    scores: dict
    parameters: int
    seconds: float
    more: bool = False


def error_after(step):
    """The mean nRMSE after so many steps of the surrogate."""
    name = f"nRMSE after {step} step" + ("s" if step > 1 else "")
    return Score(name, lambda evaluation: evaluation["surrogate"]["nrmse_over_time"][step - 1])


def mean_error(first, last):
    """The geometric mean of the nRMSE from one step of the surrogate to another, as APEBench's."""
    def of(evaluation):
        errors = evaluation["surrogate"]["nrmse_over_time"][first - 1:last]
        if any(error is None for error in errors):
            return None
        return math.exp(math.fsum(math.log(error) for error in errors) / len(errors))
    return Score(f"nRMSE, steps {first} to {last}", of)


def correlation_time(threshold="0.8"):
    """Time units until the mean correlation is below a threshold; the whole rollout where it is not."""
    def of(evaluation):
        time = evaluation["surrogate"]["correlation_time"][threshold]
        return evaluation["times"][-1] if time is None else time
    return Score(f"correlation time ({threshold}), time units", of, error=False)


def rows(results, labels):
    """Results by their labels in the order of the list: [(labels, {seed: result})]."""
    found = [(one, {result.case.seed: result for result in results if result.case.labels == one}) for one in labels]
    return [(one, seeds) for one, seeds in found if seeds]


def by_seed(results, score, **labels):
    """A score of the trainings with these labels, seed → value."""
    chosen = [result for result in results if labels.items() <= result.case.labels.items()]
    return {result.case.seed: result.scores[score] for result in chosen if result.scores[score] is not None}
