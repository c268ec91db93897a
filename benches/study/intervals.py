"""Confidence intervals over few seeds, by Student's t."""
import math
from dataclasses import dataclass

# 97.5 % quantiles of Student's t with 1, 2, … degrees of freedom.
QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
             2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042]


@dataclass
class Interval:
    """A mean over seeds with the ends of its 95 % interval, which are None for a single seed."""
    mean: float
    low: float | None
    high: float | None
    count: int

    def map(self, function):
        ends = [None if end is None else function(end) for end in (self.low, self.high)]
        return Interval(function(self.mean), min(ends) if None not in ends else None, max(ends) if None not in ends else None,
                        self.count)

    def holds(self, value):
        """Whether a value lies in the interval of several seeds."""
        return self.low <= value <= self.high


def arithmetic(values):
    """The mean of values that may be negative."""
    count, mean = len(values), math.fsum(values) / len(values)
    if count < 2:
        return Interval(mean, None, None, count)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1))
    half = QUANTILES[min(count - 2, len(QUANTILES) - 1)] * deviation / math.sqrt(count)
    return Interval(mean, mean - half, mean + half, count)


def geometric(values):
    """The geometric mean, with an interval of the logarithm: for errors, times and their ratios, whose spread is a factor."""
    return arithmetic([math.log(value) for value in values]).map(math.exp)


def ratio(above, below):
    """The ratio of two scores that are paired by seed, dictionaries seed → score; None without a seed in both."""
    seeds = sorted(set(above) & set(below))
    return geometric([above[seed] / below[seed] for seed in seeds]) if seeds else None
