"""Writes the models that the tests of scoring load, and what they must answer.

Run with Debian's python3-onnx 1.12, python3-numpy and xgboost 1.7.4, in this directory:

    python3 make_models.py

expected.csv holds 15 features per row (NaN: missing), then the probability that XGBoost itself gives
for the trees and the score that numpy gives for the MLP, which sees 0 in place of NaN. Everything
is decided by the seed.
"""

import csv
import json

import numpy as np
import onnx
import xgboost
from onnx import TensorProto, helper, numpy_helper

COLUMNS = 15
ROWS = 300
SEED = 20180704

rng = np.random.default_rng(SEED)


def save(name, nodes, inputs, outputs, initializers=(), complete=True):
    graph = helper.make_graph(nodes, name.split("/")[-1], inputs, outputs, list(initializers))
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 3)],
        ir_version=8,
        producer_name="tidemark-tests",
    )
    if complete:
        onnx.checker.check_model(model)
    onnx.save(model, name + ".onnx")


def rows_of(name, columns, element=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, element, ["rows", columns])


def train_trees(features, labels):
    return xgboost.train(
        {
            "objective": "binary:logistic",
            "max_depth": 4,
            "eta": 0.3,
            "base_score": 0.5,
            "seed": SEED,
            "nthread": 1,
        },
        xgboost.DMatrix(features, labels),
        num_boost_round=20,
    )


def tree_node(booster):
    """XGBoost's own arrays, node by node: nothing is rounded on the way."""
    attributes = {
        key: []
        for key in (
            "nodes_treeids nodes_nodeids nodes_featureids nodes_values nodes_modes"
            " nodes_truenodeids nodes_falsenodeids nodes_missing_value_tracks_true"
            " class_treeids class_nodeids class_ids class_weights"
        ).split()
    }
    model = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]["model"]
    for tree_id, tree in enumerate(model["trees"]):
        for node, left in enumerate(tree["left_children"]):
            leaf = left == -1
            value = tree["split_conditions"][node]
            for key, entry in (
                ("nodes_treeids", tree_id),
                ("nodes_nodeids", node),
                ("nodes_featureids", 0 if leaf else tree["split_indices"][node]),
                ("nodes_values", 0.0 if leaf else value),
                ("nodes_modes", "LEAF" if leaf else "BRANCH_LT"),
                ("nodes_truenodeids", 0 if leaf else left),
                ("nodes_falsenodeids", 0 if leaf else tree["right_children"][node]),
                ("nodes_missing_value_tracks_true", 0 if leaf else int(tree["default_left"][node])),
            ):
                attributes[key].append(entry)
            if leaf:
                for key, entry in (
                    ("class_treeids", tree_id),
                    ("class_nodeids", node),
                    ("class_ids", 0),
                    ("class_weights", value),
                ):
                    attributes[key].append(entry)
    return helper.make_node(
        "TreeEnsembleClassifier",
        ["features"],
        ["label", "probabilities"],
        domain="ai.onnx.ml",
        classlabels_int64s=[0, 1],
        post_transform="LOGISTIC",
        **attributes,
    )


def weight(name, array):
    return numpy_helper.from_array(np.asarray(array, np.float32), name)


def external(name, *shape):
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    return tensor


features = rng.normal(0, 50, (ROWS, COLUMNS)).astype(np.float32)
features[:, 1:3] = rng.integers(0, 2, (ROWS, 2))
features[rng.random((ROWS, COLUMNS)) < 0.02] = np.nan
known = np.nan_to_num(features)
labels = known[:, 0] + known[:, 3] * known[:, 1] + rng.normal(0, 20, ROWS) > 30

# The trees, as converters write them: a label, and a probability per class.
booster = train_trees(features, labels)
save(
    "trees",
    [tree_node(booster)],
    [rows_of("features", COLUMNS)],
    [
        helper.make_tensor_value_info("label", TensorProto.INT64, ["rows"]),
        rows_of("probabilities", 2),
    ],
)
by_trees = booster.predict(xgboost.DMatrix(features))

# An MLP 15-16-1 with an output of shape [rows, 1].
first, first_bias = rng.normal(0, 0.02, (COLUMNS, 16)), rng.normal(0, 0.1, 16)
second, second_bias = rng.normal(0, 0.5, (16, 1)), rng.normal(0, 0.1, 1)
first, first_bias, second, second_bias = (
    np.asarray(w, np.float32) for w in (first, first_bias, second, second_bias)
)
mlp_nodes = [
    helper.make_node("Gemm", ["features", "w1", "b1"], ["hidden"]),
    helper.make_node("Relu", ["hidden"], ["active"]),
    helper.make_node("Gemm", ["active", "w2", "b2"], ["logit"]),
    helper.make_node("Sigmoid", ["logit"], ["score"]),
]
mlp_weights = [
    weight("w1", first),
    weight("b1", first_bias),
    weight("w2", second),
    weight("b2", second_bias),
]
save("mlp", mlp_nodes, [rows_of("features", COLUMNS)], [rows_of("score", 1)], mlp_weights)
logit = np.maximum(known.astype(np.float64) @ first + first_bias, 0) @ second + second_bias
by_mlp = (1 / (1 + np.exp(-logit)))[:, 0]

# The same with its first weights outside of the file.
save(
    "external-data",
    mlp_nodes,
    [rows_of("features", COLUMNS)],
    [rows_of("score", 1)],
    [external("w1", COLUMNS, 16)] + mlp_weights[1:],
    complete=False,
)

# One column short.
save(
    "fourteen-columns",
    mlp_nodes,
    [rows_of("features", COLUMNS - 1)],
    [rows_of("score", 1)],
    [weight("w1", first[:-1])] + mlp_weights[1:],
)

# NaN where the first feature is negative.
save(
    "log",
    [
        helper.make_node("Slice", ["features", "from", "to", "axis"], ["amount"]),
        helper.make_node("Log", ["amount"], ["score"]),
    ],
    [rows_of("features", COLUMNS)],
    [rows_of("score", 1)],
    [
        numpy_helper.from_array(np.array([value], np.int64), name)
        for name, value in (("from", 0), ("to", 1), ("axis", 1))
    ],
)

# Two inputs of other types, an output of shape [rows]: the sum of all values, in double.
save(
    "two-inputs",
    [
        helper.make_node("Cast", ["counts"], ["counted"], to=TensorProto.DOUBLE),
        helper.make_node("Concat", ["amounts", "counted"], ["all"], axis=1),
        helper.make_node("ReduceSum", ["all", "axis"], ["total"], keepdims=0),
    ],
    [rows_of("amounts", 2, TensorProto.DOUBLE), rows_of("counts", 1, TensorProto.INT64)],
    [helper.make_tensor_value_info("total", TensorProto.DOUBLE, ["rows"])],
    [numpy_helper.from_array(np.array([1], np.int64), "axis")],
)

# For the registry of sessions, which looks at no output.
save(
    "../../../../../deploy/runtime/src/test/resources/identity",
    [helper.make_node("Identity", ["in"], ["out"])],
    [rows_of("in", 1)],
    [rows_of("out", 1)],
)

with open("expected.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([f"f{i}" for i in range(COLUMNS)] + ["trees", "mlp"])
    for row, missing, tree, mlp in zip(known, np.isnan(features), by_trees, by_mlp):
        values = ["NaN" if is_nan else repr(float(v)) for v, is_nan in zip(row, missing)]
        writer.writerow(values + [repr(float(tree)), repr(float(mlp))])
