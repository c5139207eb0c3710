"""The converted model against XGBoost's own predictions, evaluated by a few lines of numpy.

    python3 -m unittest discover -s notebooks
"""

import json
import unittest

import numpy as np
import xgboost as xgb
from onnx import helper

import tree_to_onnx

FEATURES = ["a", "b", "c", "d"]


def evaluate(model, rows):
    """The ensemble node of a converted model in float32, row by row: margins and probabilities."""
    ensemble = {a.name: helper.get_attribute_value(a) for a in model.graph.node[0].attribute}
    places = list(zip(ensemble["nodes_treeids"], ensemble["nodes_nodeids"]))
    index = {place: i for i, place in enumerate(places)}
    weights = dict(
        zip(
            zip(ensemble["target_treeids"], ensemble["target_nodeids"]),
            ensemble["target_weights"],
        )
    )
    margins = []
    for row in rows:
        margin = np.float32(0)
        for tree in sorted(set(ensemble["nodes_treeids"])):
            node = 0
            while (tree, node) not in weights:
                i = index[tree, node]
                assert ensemble["nodes_modes"][i] == b"BRANCH_LT"
                value = row[ensemble["nodes_featureids"][i]]
                threshold = np.float32(ensemble["nodes_values"][i])
                missing_left = bool(ensemble["nodes_missing_value_tracks_true"][i])
                left = missing_left if np.isnan(value) else value < threshold
                node = ensemble["nodes_truenodeids" if left else "nodes_falsenodeids"][i]
            margin += np.float32(weights[tree, node])
        margins.append(margin)
    margins = np.array(margins, dtype=np.float32)
    return margins, np.float32(1) / (np.float32(1) + np.exp(-margins))


def train(seed, depth, missing, base_score, trees=30):
    """A booster on rounded numbers (so that values often equal a threshold) and its rows."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(800, len(FEATURES))).round(1).astype(np.float32)
    truth = (rows[:, 0] > 0.5) & (rows[:, 1] < 0.7) | (rng.random(len(rows)) < 0.02)
    rows[rng.random(rows.shape) < missing] = np.nan
    parameters = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "max_depth": depth,
        "base_score": base_score,
        "seed": seed,
    }
    return xgb.train(parameters, xgb.DMatrix(rows, label=truth.astype(int)), trees), rows


class TreeToOnnxTest(unittest.TestCase):
    def assert_same(self, booster, rows):
        margins, probabilities = evaluate(convert(booster), rows)
        wanted = booster.predict(xgb.DMatrix(rows), output_margin=True)
        np.testing.assert_array_equal(margins, wanted)
        np.testing.assert_allclose(probabilities, booster.predict(xgb.DMatrix(rows)), rtol=1e-6)

    def test_margins_are_equal_bit_for_bit(self):
        for seed, depth in enumerate((1, 2, 4, 6)):
            for base_score in (0.5, 0.008):
                for missing in (0.0, 0.2):
                    with self.subTest(
                        seed=seed, depth=depth, base_score=base_score, missing=missing
                    ):
                        self.assert_same(*train(seed, depth, missing, base_score))

    def test_value_equal_to_threshold_goes_right(self):
        booster, rows = train(seed=7, depth=3, missing=0.1, base_score=0.1)
        model = json.loads(bytes(booster.save_raw(raw_format="json")))
        edges = rows[:1].repeat(4000, axis=0)
        row = 0
        for tree in model["learner"]["gradient_booster"]["model"]["trees"]:
            for node, left in enumerate(tree["left_children"]):
                if left >= 0:
                    threshold = np.float32(tree["split_conditions"][node])
                    for value in (threshold, np.nextafter(threshold, np.float32(-9))):
                        edges[row, tree["split_indices"][node]] = value
                        row += 1
        self.assertGreater(row, 100)
        self.assert_same(booster, edges[:row])

    def test_every_pattern_of_missing_values(self):
        booster, _ = train(seed=8, depth=4, missing=0.3, base_score=0.02)
        values = [np.nan, -0.0, 0.0, 1e30, -1e30]
        grid = np.array(np.meshgrid(*[values] * len(FEATURES)), dtype=np.float32)
        self.assert_same(booster, grid.reshape(len(FEATURES), -1).T)

    def test_trees_of_a_single_leaf(self):
        rows = np.zeros((50, len(FEATURES)), dtype=np.float32)
        labels = np.arange(50) % 5 == 0
        parameters = {"objective": "binary:logistic", "tree_method": "hist", "base_score": 0.3}
        booster = xgb.train(parameters, xgb.DMatrix(rows, label=labels.astype(int)), 3)
        self.assertEqual(booster.get_dump()[0].count("\n"), 1)
        self.assert_same(booster, rows)

    def test_base_score_of_newer_versions_is_a_list(self):
        booster, rows = train(seed=9, depth=2, missing=0.0, base_score=0.008)
        text = json.loads(bytes(booster.save_raw(raw_format="json")))
        parameters = text["learner"]["learner_model_param"]
        score = json.loads(parameters["base_score"])
        score = score[0] if isinstance(score, list) else score
        models = []
        for form in (f"{score:E}", f"[{score:E}]"):
            parameters["base_score"] = form
            model = tree_to_onnx.from_json(json.dumps(text), FEATURES, "model", "1.0.0")
            models.append(model.SerializeToString())
        self.assertEqual(models[0], models[1])

    def test_other_models_are_refused(self):
        rows = np.random.default_rng(1).normal(size=(50, len(FEATURES))).astype(np.float32)
        matrix = xgb.DMatrix(rows, label=rows[:, 0])
        booster = xgb.train({"objective": "reg:squarederror"}, matrix, 2)
        with self.assertRaisesRegex(ValueError, "objective is 'reg:squarederror'"):
            convert(booster)
        booster, _ = train(seed=2, depth=2, missing=0.0, base_score=0.5)
        with self.assertRaisesRegex(ValueError, "feature count is 4, must be 3"):
            tree_to_onnx.to_onnx(booster, FEATURES[:3], "model", "1.0.0")

    def test_bytes_repeat_and_the_names_travel_with_the_model(self):
        booster, _ = train(seed=3, depth=2, missing=0.0, base_score=0.5)
        model = convert(booster)
        self.assertEqual(model.SerializeToString(), convert(booster).SerializeToString())
        properties = {entry.key: entry.value for entry in model.metadata_props}
        self.assertEqual(
            properties, {"model": "model", "version": "1.0.0", "features": "a,b,c,d"}
        )


def convert(booster):
    return tree_to_onnx.to_onnx(booster, FEATURES, "model", "1.0.0")


if __name__ == "__main__":
    unittest.main()
