"""Writes models in the shapes that converters give them, and what they must answer.

Run with Debian's python3-onnx 1.12, python3-numpy, python3-sklearn 1.2.1 and xgboost 1.7.4, in this
directory:

    python3 make_corpus.py

The estimators are trained by scikit-learn and XGBoost themselves, on rows drawn at random, and the
expected scores are what these libraries answer. They are no output of converters: the graphs are written
here node by node in the form known of skl2onnx and onnxmltools (both Apache-2.0): the names of
inputs and outputs, the operators and their domains, the casts, the Normalizer behind a linear
classifier, the ZipMap at the end. Nothing of theirs is copied; the files are this project's own.
Each model has a CSV of the same name: the features, then the score.
"""

import csv
import json

import numpy as np
import onnx
import xgboost
from onnx import TensorProto, helper, numpy_helper
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

SEED = 20180704
ROWS = 40
ML = "ai.onnx.ml"

rng = np.random.default_rng(SEED)


def save(name, producer, nodes, inputs, outputs, initializers, features, scores):
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid(ML, 3)],
        ir_version=8,
        producer_name=producer,
    )
    onnx.save(model, name + ".onnx")
    with open(name + ".csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row, score in zip(features, scores):
            writer.writerow([v if isinstance(v, str) else repr(float(v)) for v in row] + [repr(float(score))])


def value(name, element, *shape):
    return helper.make_tensor_value_info(name, element, list(shape))


def zipmap(tensor, output, **labels):
    return helper.make_node("ZipMap", [tensor], [output], domain=ML, name="ZipMap", **labels)


def map_output(name, key):
    """What a converter declares for a sequence of maps: no shape."""
    map_type = onnx.TypeProto.Map(key_type=key)
    map_type.value_type.tensor_type.elem_type = TensorProto.FLOAT
    info = onnx.ValueInfoProto(name=name)
    info.type.sequence_type.elem_type.map_type.CopyFrom(map_type)
    return info


def tree_attributes(trees, weights_of, leaf_key):
    keys = (
        "nodes_treeids nodes_nodeids nodes_featureids nodes_values nodes_modes nodes_truenodeids"
        " nodes_falsenodeids nodes_hitrates nodes_missing_value_tracks_true"
        f" {leaf_key}_treeids {leaf_key}_nodeids {leaf_key}_ids {leaf_key}_weights"
    ).split()
    attributes = {key: [] for key in keys}
    for tree_id, tree in enumerate(trees):
        for node in range(tree.node_count):
            leaf = tree.children_left[node] == -1
            for key, entry in (
                ("nodes_treeids", tree_id),
                ("nodes_nodeids", node),
                ("nodes_featureids", 0 if leaf else int(tree.feature[node])),
                ("nodes_values", 0.0 if leaf else float(np.float32(tree.threshold[node]))),
                ("nodes_modes", "LEAF" if leaf else "BRANCH_LEQ"),
                ("nodes_truenodeids", 0 if leaf else int(tree.children_left[node])),
                ("nodes_falsenodeids", 0 if leaf else int(tree.children_right[node])),
                ("nodes_hitrates", 1.0),
                ("nodes_missing_value_tracks_true", 0),
            ):
                attributes[key].append(entry)
            if leaf:
                for class_id, weight in weights_of(tree_id, tree, node):
                    attributes[leaf_key + "_treeids"].append(tree_id)
                    attributes[leaf_key + "_nodeids"].append(node)
                    attributes[leaf_key + "_ids"].append(class_id)
                    attributes[leaf_key + "_weights"].append(float(weight))
    return attributes


features = rng.normal(0, 1, (600, 4)).astype(np.float32)
binary = (features[:, 0] + features[:, 1] * features[:, 2] > 0.3).astype(int)
three = np.digitize(features[:, 0] + features[:, 3], [-0.7, 0.7])
shown = features[:ROWS]
floats = [value("X", TensorProto.FLOAT, None, 4)]


# skl2onnx of a RandomForestClassifier: probabilities averaged in the ensemble, a ZipMap behind it.
forest = RandomForestClassifier(12, max_depth=4, random_state=1).fit(features, binary)
trees = [estimator.tree_ for estimator in forest.estimators_]


def shares(_, tree, node):
    counts = tree.value[node][0]
    return [(c, counts[c] / counts.sum() / len(trees)) for c in range(2)]


ensemble = helper.make_node(
    "TreeEnsembleClassifier",
    ["X"],
    ["label", "probabilities"],
    domain=ML,
    name="TreeEnsembleClassifier",
    post_transform="NONE",
    classlabels_int64s=[0, 1],
    **tree_attributes(trees, shares, "class"),
)
by_forest = forest.predict_proba(shown)[:, 1]
forest_nodes = [
    ensemble,
    helper.make_node("Cast", ["label"], ["output_label"], to=TensorProto.INT64, name="Cast"),
]
label = value("output_label", TensorProto.INT64, None)
save(
    "skl2onnx-forest-zipmap", "skl2onnx",
    forest_nodes + [zipmap("probabilities", "output_probability", classlabels_int64s=[0, 1])],
    floats, [label, map_output("output_probability", TensorProto.INT64)], [], shown, by_forest,
)
save(
    "skl2onnx-forest-tensor", "skl2onnx", forest_nodes, floats,
    [label, value("probabilities", TensorProto.FLOAT, None, 2)], [], shown, by_forest,
)

# skl2onnx of a LogisticRegression over three classes named by text.
names = np.array(["fine", "odd", "fraud"])[three]
logistic = LogisticRegression(max_iter=500).fit(features, names)
save(
    "skl2onnx-logistic-text-zipmap", "skl2onnx",
    [
        helper.make_node(
            "LinearClassifier", ["X"], ["label", "probability_tensor"], domain=ML,
            name="LinearClassifier", multi_class=1, post_transform="SOFTMAX",
            classlabels_strings=[c.encode() for c in logistic.classes_],
            coefficients=logistic.coef_.ravel().tolist(), intercepts=logistic.intercept_.tolist(),
        ),
        helper.make_node(
            "Normalizer", ["probability_tensor"], ["probabilities"], domain=ML, norm="L1",
            name="Normalizer",
        ),
        helper.make_node("Identity", ["label"], ["output_label"], name="Identity"),
        zipmap(
            "probabilities", "output_probability",
            classlabels_strings=[c.encode() for c in logistic.classes_],
        ),
    ],
    floats,
    [value("output_label", TensorProto.STRING, None), map_output("output_probability", TensorProto.STRING)],
    [], shown, logistic.predict_proba(shown)[:, list(logistic.classes_).index("fraud")],
)

# onnxmltools of an XGBClassifier: leaves as logits, LOGISTIC, inputs under their own name.
booster = xgboost.train(
    {"objective": "binary:logistic", "max_depth": 3, "base_score": 0.5, "seed": SEED, "nthread": 1},
    xgboost.DMatrix(features, binary), num_boost_round=15,
)


def xgboost_attributes(booster):
    """XGBoost's own arrays, node by node; a tree per class in turn where there are several."""
    attributes = {
        key: []
        for key in (
            "nodes_treeids nodes_nodeids nodes_featureids nodes_values nodes_modes nodes_truenodeids"
            " nodes_falsenodeids nodes_hitrates nodes_missing_value_tracks_true"
            " class_treeids class_nodeids class_ids class_weights"
        ).split()
    }
    model = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]["model"]
    for tree_id, (tree, class_id) in enumerate(zip(model["trees"], model["tree_info"])):
        for node, left in enumerate(tree["left_children"]):
            leaf = left == -1
            for key, entry in (
                ("nodes_treeids", tree_id), ("nodes_nodeids", node),
                ("nodes_featureids", 0 if leaf else tree["split_indices"][node]),
                ("nodes_values", 0.0 if leaf else tree["split_conditions"][node]),
                ("nodes_modes", "LEAF" if leaf else "BRANCH_LT"),
                ("nodes_truenodeids", 0 if leaf else left),
                ("nodes_falsenodeids", 0 if leaf else tree["right_children"][node]),
                ("nodes_hitrates", 1.0),
                ("nodes_missing_value_tracks_true", 0 if leaf else int(tree["default_left"][node])),
            ):
                attributes[key].append(entry)
            if leaf:
                attributes["class_treeids"].append(tree_id)
                attributes["class_nodeids"].append(node)
                attributes["class_ids"].append(class_id)
                attributes["class_weights"].append(tree["split_conditions"][node])
    return attributes


boosted = xgboost_attributes(booster)
save(
    "onnxmltools-xgboost", "OnnxMLTools",
    [
        helper.make_node(
            "TreeEnsembleClassifier", ["input"], ["label", "probabilities"], domain=ML,
            name="TreeEnsembleClassifier", base_values=[0.0], post_transform="LOGISTIC",
            classlabels_int64s=[0, 1], **boosted,
        )
    ],
    [value("input", TensorProto.FLOAT, "None", 4)],
    [value("label", TensorProto.INT64, "None"), value("probabilities", TensorProto.FLOAT, "None", 2)],
    [], shown, booster.predict(xgboost.DMatrix(shown)),
)

# skl2onnx of an MLPClassifier over three classes: MatMul and Add, double inputs, Softmax.
network = MLPClassifier((8,), max_iter=300, random_state=1).fit(features.astype(np.float64), three)


def double(name, array):
    return numpy_helper.from_array(np.asarray(array, np.float64), name)


save(
    "skl2onnx-mlp-softmax-double", "skl2onnx",
    [
        helper.make_node("MatMul", ["X", "coefficient"], ["mul_result"], name="MatMul"),
        helper.make_node("Add", ["mul_result", "intercepts"], ["add_result"], name="Add"),
        helper.make_node("Relu", ["add_result"], ["next_activations"], name="Relu"),
        helper.make_node("MatMul", ["next_activations", "coefficient1"], ["mul_result1"], name="MatMul1"),
        helper.make_node("Add", ["mul_result1", "intercepts1"], ["add_result1"], name="Add1"),
        helper.make_node("Softmax", ["add_result1"], ["probabilities"], axis=-1, name="Softmax"),
    ],
    [value("X", TensorProto.DOUBLE, None, 4)], [value("probabilities", TensorProto.DOUBLE, None, 3)],
    [
        double("coefficient", network.coefs_[0]), double("intercepts", network.intercepts_[0]),
        double("coefficient1", network.coefs_[1]), double("intercepts1", network.intercepts_[1]),
    ],
    shown, network.predict_proba(shown.astype(np.float64))[:, 2],
)

# A regressor's shape: one column named variable, as skl2onnx names it.
grown = GradientBoostingClassifier(n_estimators=10, max_depth=2, random_state=1).fit(features, binary)
stages = [stage[0].tree_ for stage in grown.estimators_]
prior = float(grown._raw_predict_init(features[:1])[0, 0])
save(
    "skl2onnx-boosted-regressor", "skl2onnx",
    [
        helper.make_node(
            "TreeEnsembleRegressor", ["X"], ["variable"], domain=ML, name="TreeEnsembleRegressor",
            n_targets=1, base_values=[prior], post_transform="NONE",
            **tree_attributes(
                stages, lambda _, tree, node: [(0, 0.1 * tree.value[node][0][0])], "target"
            ),
        )
    ],
    floats, [value("variable", TensorProto.FLOAT, None, 1)], [], shown, grown.decision_function(shown),
)

# A sequence of 2 steps of 2 values through an LSTM, as frameworks export it: [rows, steps, values].
hidden = 3
w, r = (rng.normal(0, 0.5, (1, 4 * hidden, n)).astype(np.float32) for n in (2, hidden))
b = rng.normal(0, 0.1, (1, 8 * hidden)).astype(np.float32)
head = rng.normal(0, 1, (hidden, 1)).astype(np.float32)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(row):
    h, c = np.zeros(hidden), np.zeros(hidden)
    for step in row.reshape(2, 2).astype(np.float64):
        i, o, f, g = np.split(
            w[0] @ step + r[0] @ h + b[0, : 4 * hidden] + b[0, 4 * hidden :], 4
        )
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return sigmoid(h @ head)[0]


save(
    "lstm-sequence", "pytorch",
    [
        helper.make_node("Transpose", ["sequence"], ["steps"], perm=[1, 0, 2]),
        helper.make_node("LSTM", ["steps", "w", "r", "b"], ["", "last"], hidden_size=hidden),
        helper.make_node("Squeeze", ["last", "first"], ["state"]),
        helper.make_node("MatMul", ["state", "head"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["score"]),
    ],
    [value("sequence", TensorProto.FLOAT, "rows", 2, 2)], [value("score", TensorProto.FLOAT, "rows", 1)],
    [
        numpy_helper.from_array(w, "w"), numpy_helper.from_array(r, "r"),
        numpy_helper.from_array(b, "b"), numpy_helper.from_array(head, "head"),
        numpy_helper.from_array(np.array([0], np.int64), "first"),
    ],
    shown, [lstm(row) for row in shown],
)

# Dynamic quantisation as onnxruntime.quantization writes it: int8 weights, MatMulInteger.
weights = rng.normal(0, 1, (4, 1)).astype(np.float32)
scale = np.float32(np.abs(weights).max() / 127)
quantised = np.round(weights / scale).astype(np.int8)


def by_integers(rows):
    low, high = np.minimum(0, rows.min()), np.maximum(0, rows.max())
    step = np.float32((high - low) / 255)
    zero = np.uint8(np.clip(np.round(-low / step), 0, 255))
    q = np.clip(np.round(rows / step) + zero, 0, 255).astype(np.int32)
    return sigmoid((q - int(zero)) @ quantised.astype(np.int32) * step * scale)[:, 0]


save(
    "quantised-int8", "onnx.quantize",
    [
        helper.make_node("DynamicQuantizeLinear", ["X"], ["X_quantized", "X_scale", "X_zero_point"]),
        helper.make_node(
            "MatMulInteger", ["X_quantized", "w_quantized", "X_zero_point", "w_zero_point"], ["sum_int"]
        ),
        helper.make_node("Cast", ["sum_int"], ["sum_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["X_scale", "w_scale"], ["scales"]),
        helper.make_node("Mul", ["sum_float", "scales"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["score"]),
    ],
    floats, [value("score", TensorProto.FLOAT, None, 1)],
    [
        numpy_helper.from_array(quantised, "w_quantized"),
        numpy_helper.from_array(np.array(scale, np.float32), "w_scale"),
        numpy_helper.from_array(np.array(0, np.int8), "w_zero_point"),
    ],
    shown, by_integers(shown),
)

# A category as text beside numbers, as skl2onnx encodes it: OneHotEncoder, Concat.
kinds = np.array(["chip", "online", "swipe"])[rng.integers(0, 3, ROWS)]
mixed = np.array([0.3, -0.2, 0.9, 0.5, -1.0, 2.0, 0.7], np.float32)
one_hot = np.stack([kinds == k for k in ("chip", "online", "swipe")], 1)
save(
    "skl2onnx-text-category", "skl2onnx",
    [
        helper.make_node(
            "OneHotEncoder", ["kind"], ["encoded"], domain=ML, cats_strings=["chip", "online", "swipe"],
            zeros=1,
        ),
        helper.make_node("Reshape", ["encoded", "shape"], ["columns"]),
        helper.make_node("Concat", ["amounts", "columns"], ["all"], axis=1),
        helper.make_node("MatMul", ["all", "weights"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["score"]),
    ],
    [value("amounts", TensorProto.FLOAT, None, 4), value("kind", TensorProto.STRING, None, 1)],
    [value("score", TensorProto.FLOAT, None, 1)],
    [
        numpy_helper.from_array(mixed.reshape(7, 1), "weights"),
        numpy_helper.from_array(np.array([-1, 3], np.int64), "shape"),
    ],
    [list(row) + [str(kind)] for row, kind in zip(shown, kinds)],
    sigmoid(np.concatenate([shown, one_hot], 1) @ mixed),
)

# skl2onnx of a pipeline that ends with an XGBClassifier: the same ensemble, with a ZipMap behind it.
save(
    "skl2onnx-xgboost-zipmap", "skl2onnx",
    [
        helper.make_node(
            "TreeEnsembleClassifier", ["X"], ["label", "probabilities"], domain=ML,
            name="TreeEnsembleClassifier", base_values=[0.0], post_transform="LOGISTIC",
            classlabels_int64s=[0, 1], **boosted,
        ),
        helper.make_node("Cast", ["label"], ["output_label"], to=TensorProto.INT64, name="Cast"),
        zipmap("probabilities", "output_probability", classlabels_int64s=[0, 1]),
    ],
    floats, [label, map_output("output_probability", TensorProto.INT64)], [],
    shown, booster.predict(xgboost.DMatrix(shown)),
)

# onnxmltools of an XGBClassifier over three classes: a tree per round and class, SOFTMAX.
softmax = xgboost.train(
    {
        "objective": "multi:softprob", "num_class": 3, "max_depth": 3, "base_score": 0.5,
        "seed": SEED, "nthread": 1,
    },
    xgboost.DMatrix(features, three), num_boost_round=8,
)
save(
    "onnxmltools-xgboost-softmax", "OnnxMLTools",
    [
        helper.make_node(
            "TreeEnsembleClassifier", ["input"], ["label", "probabilities"], domain=ML,
            name="TreeEnsembleClassifier", base_values=[0.5, 0.5, 0.5], post_transform="SOFTMAX",
            classlabels_int64s=[0, 1, 2], **xgboost_attributes(softmax),
        )
    ],
    [value("input", TensorProto.FLOAT, "None", 4)],
    [value("label", TensorProto.INT64, "None"), value("probabilities", TensorProto.FLOAT, "None", 3)],
    [], shown, softmax.predict(xgboost.DMatrix(shown))[:, 2],
)

# skl2onnx of a pipeline over the columns of a data frame: an input per column, each of its own
# type, cast and concatenated before the classifier.
counts = rng.integers(0, 30, (600, 2))
table = np.concatenate([features[:, :2], counts.astype(np.float32)], 1)
frequent = (table[:, 0] + 0.1 * table[:, 2] > 1.2).astype(int)
linear = LogisticRegression(max_iter=2000).fit(table, frequent)
save(
    "skl2onnx-columns-int64", "skl2onnx",
    [
        helper.make_node("Cast", ["n_1d"], ["n_1d_float"], to=TensorProto.FLOAT, name="Cast"),
        helper.make_node("Cast", ["n_7d"], ["n_7d_float"], to=TensorProto.FLOAT, name="Cast1"),
        helper.make_node(
            "Concat", ["amount", "mean", "n_1d_float", "n_7d_float"], ["merged"], axis=1, name="Concat"
        ),
        helper.make_node(
            "LinearClassifier", ["merged"], ["label", "probability_tensor"], domain=ML,
            name="LinearClassifier", multi_class=0, post_transform="LOGISTIC", classlabels_ints=[0, 1],
            coefficients=(-linear.coef_).ravel().tolist() + linear.coef_.ravel().tolist(),
            intercepts=(-linear.intercept_).tolist() + linear.intercept_.tolist(),
        ),
        helper.make_node(
            "Normalizer", ["probability_tensor"], ["probabilities"], domain=ML, norm="L1",
            name="Normalizer",
        ),
    ],
    [
        value("amount", TensorProto.FLOAT, None, 1), value("mean", TensorProto.FLOAT, None, 1),
        value("n_1d", TensorProto.INT64, None, 1), value("n_7d", TensorProto.INT64, None, 1),
    ],
    [value("label", TensorProto.INT64, None), value("probabilities", TensorProto.FLOAT, None, 2)],
    [], table[:ROWS], linear.predict_proba(table[:ROWS])[:, 1],
)
