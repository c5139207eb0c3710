"""Writes models with PyTorch's own exporter and ONNX Runtime's own quantiser, and what they answer.

Run with Python 3.11, torch 2.13.0 (CPU), onnx 1.23.1, onnxscript 0.7.2 and onnxruntime 1.30.0, in
this directory:

    python3 make_exported.py

Unlike those of make_corpus.py these files are what the converters wrote, less the metadata that
names folders of the machine they ran on. The weights are drawn at random by the seed. The expected
scores are PyTorch's; of a quantised model those of ONNX Runtime's Python package. Each model has a
CSV of the same name: the features, then the score.
"""

import csv
import pathlib

import onnx
import onnxruntime
import torch
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

SEED = 20180704
ROWS = 40

torch.manual_seed(SEED)
rows = torch.randn(ROWS, 4)


def write(name, scores):
    with open(name + ".csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row, score in zip(rows.tolist(), scores):
            writer.writerow([repr(v) for v in row] + [repr(float(score))])


def strip(name):
    """Drops what says where in whose sources a node comes from."""
    model = onnx.load(name)
    for part in [model, model.graph, *model.graph.node, *model.graph.value_info]:
        del part.metadata_props[:]
        part.doc_string = ""
    for value in [*model.graph.input, *model.graph.output, *model.graph.initializer]:
        del value.metadata_props[:]
        value.doc_string = ""
    onnx.save(model, name)


def export(name, model, example, column):
    model.eval()
    torch.onnx.export(
        model, (example,), name + ".onnx", input_names=["input"], output_names=["output"],
        dynamic_shapes=({0: torch.export.Dim("batch")},), external_data=False, dynamo=True,
    )
    strip(name + ".onnx")
    with torch.no_grad():
        write(name, model(example)[:, column])


def perceptron(classes, last):
    return torch.nn.Sequential(
        torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.BatchNorm1d(16),
        torch.nn.Linear(16, classes), last,
    )


class Recurrent(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(2, 5, batch_first=True)
        self.head = torch.nn.Linear(5, 1)

    def forward(self, steps):
        states, _ = self.lstm(steps)
        return torch.sigmoid(self.head(states[:, -1]))


class Reader(CalibrationDataReader):
    def __init__(self):
        self.batches = iter([{"input": rows.numpy()}])

    def get_next(self):
        return next(self.batches, None)


export("torch-mlp-softmax", perceptron(3, torch.nn.Softmax(dim=1)), rows, 2)
binary = perceptron(1, torch.nn.Sigmoid())
export("torch-mlp", binary, rows, 0)
export("torch-lstm", Recurrent(), rows.reshape(ROWS, 2, 2), 0)

plain = onnx.load("torch-mlp.onnx")
del plain.graph.value_info[:]  # shapes that the quantiser wants to infer itself
quantize_dynamic(plain, "ort-dynamic-int8.onnx", weight_type=QuantType.QInt8)
quantize_static(
    plain, "ort-static-qdq-int8.onnx", Reader(), quant_format=QuantFormat.QDQ,
    activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
)
for name in ("ort-dynamic-int8", "ort-static-qdq-int8"):
    strip(name + ".onnx")
    session = onnxruntime.InferenceSession(name + ".onnx", providers=["CPUExecutionProvider"])
    write(name, session.run(None, {"input": rows.numpy()})[0][:, 0])
pathlib.Path("torch-mlp.onnx").unlink()
pathlib.Path("torch-mlp.csv").unlink()
