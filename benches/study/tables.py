"""Tables of a part, as Markdown and CSV, from the trainings that have finished."""
import csv
import io

from intervals import geometric
from part import rows


def unique(cases):
    """The labels of a list of trainings, each once."""
    found = []
    for case in cases:
        if case.labels not in found:
            found.append(case.labels)
    return found


def line(cells):
    return "| " + " | ".join(cells) + " |\n"


def head(cells):
    return line(cells) + "|" + "---|" * len(cells) + "\n"


def seconds(found):
    mark = "≥ " if any(result.more for result in found) else ""
    return f"{mark}{sum(result.seconds for result in found) / len(found):.0f}"


def scores(part, found):
    """The interval of every score over the seeds; None where a rollout did not stay finite."""
    values = [[result.scores[score.name] for result in found] for score in part.scores]
    return [None if None in each else geometric(each) for each in values]


def markdown(part, cases, results):
    """One row per kind of training; a mean over seeds with its 95 % interval."""
    labels = unique(cases)
    text = head([*labels[0], "weights", "seeds", *(score.name for score in part.scores), "processor s each"])
    for one, seeds in rows(results, labels):
        found = list(seeds.values())
        shown = ["not finite" if interval is None else score.text(interval)
                 for score, interval in zip(part.scores, scores(part, found))]
        text += line([*one.values(), str(found[0].parameters), str(len(found)), *shown, seconds(found)])
    return text


def comparisons(part, results):
    """Ratios that are paired by seed; they separate two kinds of training where their interval does not hold 1."""
    found = part.compare(results)
    if not found:
        return ""
    text = head(["ratio", "of", "seeds", "mean", "95 % interval", "change", "separated"])
    for name, score, interval in found:
        ends, separated = "-", "one seed"
        if interval.low is not None:
            ends, separated = f"{interval.low:.3g} to {interval.high:.3g}", "no" if interval.holds(1.0) else "yes"
        change = f"{100 * (interval.mean - 1):+.0f} %".replace("-", "−")
        text += line([name, score, str(interval.count), f"{interval.mean:.3g}", ends, change, separated])
    return text


def unfinished(cases, results):
    """A line on the trainings that have not finished."""
    done = {result.case.name for result in results}
    missing = [case.name for case in cases if case.name not in done]
    if not missing:
        return f"All {len(cases)} trainings have finished.\n"
    named = ", ".join(missing[:12]) + (f" and {len(missing) - 12} more" if len(missing) > 12 else "")
    return f"Not finished: {len(missing)} of {len(cases)} trainings ({named}).\n"


def numbers(part, cases, results):
    """The text of the CSV file: one row per training."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow([*unique(cases)[0], "seed", "weights", *(score.name for score in part.scores), "processor_s"])
    for result in results:
        values = ["" if value is None else repr(value) for value in result.scores.values()]
        out.writerow([*result.case.labels.values(), result.case.seed, result.parameters, *values, round(result.seconds, 1)])
    return text.getvalue()


def page(part, cases, results):
    return (f"# {part.title}\n\n{unfinished(cases, results)}\n{markdown(part, cases, results)}\n"
            f"{comparisons(part, results)}")
