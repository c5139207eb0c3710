"""Turns a boosted tree model of XGBoost into an ONNX model that gives the same numbers.

ONNX has one operator for a whole ensemble, which takes the nodes of all trees as parallel lists.
What makes the sum of the trees equal to XGBoost's bit for bit, and the score to a few units in
the last place:

* XGBoost goes left where `x < threshold`, in float32: BRANCH_LT, the thresholds unrounded.
* A missing value (NaN) goes where the node's default says, not where `<` would send it.
* XGBoost starts its float32 sum at the base margin, logit(base_score). ONNX would add its
  base_values last. Added to every leaf of the first tree instead, the order is XGBoost's own;
  both then add the trees in the order of training.
* The logistic function is spelled out as 1 / (1 + exp(-x)). The shorter ways, the Sigmoid operator
  and TreeEnsembleClassifier's post_transform, are right to 1e-7 only in absolute terms in ONNX
  Runtime: low scores, most of all scores here, would lose their digits and tie.
"""

import json
import math

import numpy as np
from onnx import TensorProto, checker, helper

IR_VERSION = 8  # what onnx 1.12 writes; ONNX Runtime reads every older one
OPSETS = (("", 15), ("ai.onnx.ml", 3))


def to_onnx(booster, features, name, version):
    """The ONNX model of a `binary:logistic` booster over the columns named by `features`.

    Input `features` float32 [N, number of features]; outputs `label` int64 [N] and
    `probabilities` float32 [N, 2], of which the second column is XGBoost's prediction.
    """
    return from_json(bytes(booster.save_raw(raw_format="json")), features, name, version)


def from_json(model_json, features, name, version):
    """The same, from the text of XGBoost's JSON model."""
    learner = json.loads(model_json)["learner"]
    _require(learner["objective"]["name"], "binary:logistic", "objective")
    _require(learner["gradient_booster"]["name"], "gbtree", "booster")
    _require(int(learner["learner_model_param"]["num_feature"]), len(features), "feature count")

    trees = learner["gradient_booster"]["model"]["trees"]
    nodes = []
    for number, tree in enumerate(trees):
        _require(any(tree.get("split_type", [])), False, "use of categorical splits")
        nodes += _nodes(number, tree, base_margin(learner) if number == 0 else np.float32(0))
    leaves = [node for node in nodes if node["mode"] == "LEAF"]
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["margin"],
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_treeids=[node["tree"] for node in nodes],
        nodes_nodeids=[node["node"] for node in nodes],
        nodes_featureids=[node["feature"] for node in nodes],
        nodes_modes=[node["mode"] for node in nodes],
        nodes_values=[node["threshold"] for node in nodes],
        nodes_truenodeids=[node["left"] for node in nodes],
        nodes_falsenodeids=[node["right"] for node in nodes],
        nodes_missing_value_tracks_true=[node["missing_left"] for node in nodes],
        target_treeids=[leaf["tree"] for leaf in leaves],
        target_nodeids=[leaf["node"] for leaf in leaves],
        target_ids=[0] * len(leaves),
        target_weights=[leaf["weight"] for leaf in leaves],
    )
    logistic = [
        helper.make_node("Neg", ["margin"], ["minus"]),
        helper.make_node("Exp", ["minus"], ["odds_against"]),
        helper.make_node("Add", ["one", "odds_against"], ["odds_total"]),
        helper.make_node("Div", ["one", "odds_total"], ["p1"]),
        helper.make_node("Sub", ["one", "p1"], ["p0"]),
        helper.make_node("Concat", ["p0", "p1"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0),
    ]
    graph = helper.make_graph(
        [ensemble, *logistic],
        name,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", len(features)])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, ["N"]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 2]),
        ],
        initializer=[helper.make_tensor("one", TensorProto.FLOAT, [], [1.0])],
    )
    model = helper.make_model(
        graph,
        producer_name="tidemark",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid(domain, opset) for domain, opset in OPSETS],
    )
    helper.set_model_props(
        model, {"model": name, "version": version, "features": ",".join(features)}
    )
    checker.check_model(model)
    return model


def base_margin(learner):
    """logit(base_score) in float32, as XGBoost computes it. From 3.1 on the score is a list."""
    score = json.loads(learner["learner_model_param"]["base_score"])
    if isinstance(score, list):
        _require(len(score), 1, "number of base scores")
        score = score[0]
    return np.float32(-math.log(np.float32(1) / np.float32(score) - np.float32(1)))


def _nodes(number, tree, offset):
    """The nodes of one tree that its root reaches; `offset` is added to the value of each leaf.

    In XGBoost's JSON a leaf is a node without children; its value stands where an inner node has
    its threshold.
    """
    nodes, reached = [], [0]
    for node in reached:
        left, right = tree["left_children"][node], tree["right_children"][node]
        value = np.float32(tree["split_conditions"][node])
        common = {"tree": number, "node": node}
        if left < 0:
            unused = {"feature": 0, "threshold": 0.0, "left": 0, "right": 0, "missing_left": 0}
            nodes.append({**common, "mode": "LEAF", "weight": float(value + offset), **unused})
        else:
            branch = {
                "feature": tree["split_indices"][node],
                "threshold": float(value),
                "left": left,
                "right": right,
                "missing_left": int(tree["default_left"][node]),
            }
            nodes.append({**common, "mode": "BRANCH_LT", **branch})
            reached += [left, right]
    return nodes


def _require(value, wanted, what):
    if value != wanted:
        raise ValueError(f"Cannot convert this model: {what} is {value!r}, must be {wanted!r}.")
