"""The data dictionary in words, from the metrics' own declarations."""

from typing import Any

from imu.metrics import METRICS, Metric


def entries() -> list[dict[str, Any]]:
    """Return what is known of every metric, in order of declaration."""
    return [full(name) for name in METRICS]


def full(name: str) -> dict[str, Any]:
    """Return everything declared of one metric; ValueError lists what there is."""
    if name not in METRICS:
        raise ValueError(f"there is no metric {name!r}; there are {', '.join(METRICS)}")
    metric = METRICS[name]
    return {
        "name": metric.name,
        "label": metric.label,
        "unit": metric.unit.symbol,
        "theme": metric.theme,
        "definition": metric.doc,
        "evidence": metric.evidence,
        "pods": _pods(metric),
        "typical error between sessions": f"{metric.typical_error:g} {metric.unit.symbol}",
        "compared with the baseline": metric.primary,
        "source": metric.cite,
    }


def lines() -> list[str]:
    """Return two lines per metric for a terminal."""
    out = []
    for metric in METRICS.values():
        first = metric.doc.splitlines()[0]
        out += [
            f"{metric.name} [{metric.unit.symbol or 'count'}]  {metric.label}"
            f" ({metric.evidence}; needs {_pods(metric)})",
            f"    {first}",
        ]
    return out


def _pods(metric: Metric) -> str:
    return ", ".join(metric.needs) or "any pod"
