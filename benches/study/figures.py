"""The figure of a part: the same bytes for the same numbers."""
import os

from intervals import geometric


def panels(figure, names):
    """A pair of axes and name per panel, side by side."""
    return [(figure.add_subplot(1, len(names), place + 1), name) for place, name in enumerate(names)]


def rows(axes, named, score, first):
    """A row per name: a point per seed, and a stroke at their mean. `named` has pairs of name and values, which may be empty."""
    for row, (_, values) in enumerate(named):
        if values:
            axes.plot(values, [row] * len(values), "o", color=f"C{row}", alpha=0.6)
            axes.plot([geometric(values).mean], [row], "|", color=f"C{row}", markersize=18, markeredgewidth=2)
    axes.set_yticks(range(len(named)), [name if first else "" for name, _ in named])
    axes.set_ylim(len(named) - 0.5, -0.5)
    if score.error:
        errors(axes, "x")


def errors(axes, along):
    """A logarithmic axis of errors in per cent."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
    axis = axes.xaxis if along == "x" else axes.yaxis
    axes.set(**{f"{along}scale": "log"})
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda error, _: f"{100 * error:g} %"))
    axis.set_minor_locator(NullLocator())


def legend(figure):
    """One legend for all panels, beside them."""
    found = {}
    for axes in figure.axes:
        for line, name in zip(*axes.get_legend_handles_labels()):
            found.setdefault(name, line)
    figure.legend(found.values(), found.keys(), loc="outside right center", frameon=False)


def write(part, results, path):
    """Draws what has finished into an SVG file. Raises ImportError without matplotlib."""
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "ondine", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
                                "axes.grid": True, "grid.alpha": 0.3})
    from matplotlib.figure import Figure
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    part.draw(figure, results)
    unfinished = path.with_suffix(".svg.part")
    figure.savefig(unfinished, format="svg", metadata={"Date": None})
    os.replace(unfinished, path)
