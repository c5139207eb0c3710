"""The baseline against the plain definitions of what it summarises."""

import json
import unittest

import numpy as np
from scipy.stats import ks_2samp

import baseline


def psi(reference, current):
    """By the definition, from the reference's rows themselves."""
    edges = sorted(set(np.quantile(reference, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])))
    total = 0.0
    for low, high in zip([-np.inf, *edges], [*edges, np.inf]):
        was, now = (
            max(np.mean((values > low) & (values <= high)), 1e-4) for values in (reference, current)
        )
        total += (now - was) * np.log(now / was)
    return total


SAMPLES = {
    "continuous": lambda rng, shift: rng.normal(shift, 1, 5000),
    "counts": lambda rng, shift: rng.poisson(3 + shift, 5000).astype(float),
    "many distinct counts": lambda rng, shift: rng.poisson(40000 * (1 + shift), 5000) / 10,
    "mostly zero": lambda rng, shift: rng.random(5000) * (rng.random(5000) < 0.02 + shift / 9),
    "flag": lambda rng, shift: (rng.random(5000) < 0.3 + shift / 3).astype(float),
    "constant": lambda rng, shift: np.full(5000, 7.0 + shift),
    "fewer rows than steps": lambda rng, shift: rng.normal(shift, 1, 40),
}


def samples():
    """A description, a reference and a current sample, drifted from not at all to a lot."""
    for name, draw in SAMPLES.items():
        for seed, shift in enumerate((0.0, 0.05, 1.0)):
            rng = np.random.default_rng(seed)
            yield f"{name}, seed {seed}, shift {shift}", draw(rng, 0.0), draw(rng, shift)


class BaselineTest(unittest.TestCase):
    def test_ks_is_exact_for_few_values_and_within_a_step_for_many(self):
        for sample, reference, current in samples():
            with self.subTest(sample):
                wanted = ks_2samp(reference, current, method="asymp").statistic
                found = baseline.ks(baseline.distribution(reference), current)
                exact = len(np.unique(reference)) <= baseline.STEPS + 1
                self.assertLessEqual(found, wanted + 1e-12)
                self.assertLess(wanted - found, 1e-12 if exact else 1 / baseline.STEPS)

    def test_psi_is_that_of_the_definition(self):
        for sample, reference, current in samples():
            with self.subTest(sample):
                found = baseline.psi(baseline.distribution(reference), current)
                self.assertAlmostEqual(found, psi(reference, current), places=12)

    def test_counts_are_those_of_the_rows_at_ties_too(self):
        for sample, reference, _ in samples():
            with self.subTest(sample):
                summary = baseline.distribution(reference)
                self.assertLessEqual(len(summary["values"]), baseline.STEPS + 1)
                self.assertEqual(summary["values"][0], summary["min"])
                self.assertEqual(summary["upTo"][-1], summary["rows"])
                for value, below, up_to in zip(
                    summary["values"], summary["below"], summary["upTo"]
                ):
                    self.assertEqual((reference < value).sum(), below)
                    self.assertEqual((reference <= value).sum(), up_to)
                between = np.subtract(summary["below"][1:], summary["upTo"][:-1])
                self.assertTrue((between < len(reference) / baseline.STEPS).all())

    def test_moments_and_missing_values(self):
        summary = baseline.distribution([3.0, np.nan, 1.0, 1.0, np.nan])
        self.assertEqual((summary["rows"], summary["missing"]), (3, 2))
        self.assertEqual((summary["min"], summary["max"]), (1.0, 3.0))
        self.assertAlmostEqual(summary["mean"], 5 / 3)
        self.assertAlmostEqual(summary["sd"], np.sqrt(8 / 9))
        self.assertEqual(summary["values"], [1.0, 3.0])
        self.assertEqual(summary["below"], [0, 2])
        self.assertEqual(summary["upTo"], [2, 3])
        with self.assertRaisesRegex(ValueError, "at least one finite value"):
            baseline.distribution([np.nan])

    def test_document_keeps_the_order_of_the_tensor(self):
        columns = {"b": [1.0, 2.0], "a": [0.0, 0.0]}
        text = baseline.document("m", "1.0.0", "2025-01-01", "2025-01-08", columns, [0.1, 0.9])
        read = json.loads(text)
        self.assertEqual(
            list(read), ["schema", "model", "version", "period", "features", "score"]
        )
        self.assertEqual([entry["name"] for entry in read["features"]], ["b", "a"])
        self.assertEqual(read["period"], {"from": "2025-01-01", "to": "2025-01-08"})
        self.assertEqual(read["score"]["values"], [0.1, 0.9])


if __name__ == "__main__":
    unittest.main()
