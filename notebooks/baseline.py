"""The reference distributions a model is watched against: what `baseline.json` holds.

`document` writes it, `ks` and `psi` read it; the README describes the form. The reading side is
the definition that a drift job has to meet.
"""

import json
import math

import numpy as np

SCHEMA = 1
STEPS = 256
SHARE_FLOOR = 1e-4


def document(model, version, start, end, features, score):
    """The text of `baseline.json`: `features` maps each name, in tensor order, to its values."""
    head = {
        "schema": SCHEMA,
        "model": model,
        "version": version,
        "period": {"from": start, "to": end},
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    # one line per distribution: a new version of a model differs in lines a person can count
    entries = [
        "    " + json.dumps({"name": name, **distribution(values)}, allow_nan=False)
        for name, values in features.items()
    ]
    lines.append('  "features": [\n' + ",\n".join(entries) + "\n  ]")
    lines.append('  "score": ' + json.dumps(distribution(score), allow_nan=False))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def distribution(values):
    """Summarises values: moments, the distribution function, and the bins of the PSI.

    The distribution function is kept at no more than STEPS + 1 of the values, with the exact
    counts below and up to each. At most STEPS + 1 distinct values are all kept; of more, those of
    rank 1, n/STEPS, 2n/STEPS, ... n, so that fewer than n/STEPS lie between two neighbours.
    """
    finite = _finite(values)
    rows = len(finite)
    if rows == 0:
        raise ValueError("A distribution needs at least one finite value.")
    kept = np.unique(finite)
    if len(kept) > STEPS + 1:
        ranks = -(-np.arange(STEPS + 1) * rows // STEPS)  # rounded up
        kept = np.unique(finite[np.maximum(ranks, 1) - 1])
    edges = np.unique(np.quantile(finite, np.arange(1, 10) / 10))
    mean = math.fsum(finite) / rows
    return {
        "rows": rows,
        "missing": len(values) - rows,
        "mean": mean,
        "sd": math.sqrt(math.fsum((finite - mean) ** 2) / rows),
        "min": finite[0],
        "max": finite[-1],
        "values": kept.tolist(),
        "below": np.searchsorted(finite, kept, side="left").tolist(),
        "upTo": np.searchsorted(finite, kept, side="right").tolist(),
        "edges": edges.tolist(),
        "shares": _shares(edges, finite).tolist(),
    }


def ks(reference, values):
    """The Kolmogorov-Smirnov distance: exact if all distinct values were kept, otherwise at most
    1/STEPS too small.
    """
    current = _finite(values)
    gaps = [
        np.array(reference[counts]) / reference["rows"]
        - np.searchsorted(current, reference["values"], side=side) / len(current)
        for counts, side in (("below", "left"), ("upTo", "right"))
    ]
    return float(np.abs(gaps).max())


def psi(reference, values):
    """The population stability index over the reference's decile bins; no share counts as less
    than SHARE_FLOOR.
    """
    was = np.maximum(reference["shares"], SHARE_FLOOR)
    now = np.maximum(_shares(reference["edges"], _finite(values)), SHARE_FLOOR)
    return float(((now - was) * np.log(now / was)).sum())


def _finite(values):
    """The values that are numbers, ascending."""
    values = np.asarray(values, dtype=np.float64)
    return np.sort(values[np.isfinite(values)])


def _shares(edges, ascending):
    """The share of the values in each of (-inf, e1], (e1, e2], ... (ek, inf)."""
    ends = np.searchsorted(ascending, edges, side="right")
    return np.diff(ends, prepend=0, append=len(ascending)) / len(ascending)
