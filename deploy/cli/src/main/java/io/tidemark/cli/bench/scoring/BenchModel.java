package io.tidemark.cli.bench.scoring;

import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.contract.TopicUri;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model of 15 features. Its weights are drawn at random: what inference costs does not depend on
 * what was learned, as long as rows take different paths.
 */
enum BenchModel {
  /** 15-256-256-1. */
  MLP("mlp", 256, 256, 1),
  /** 15-512-512-256-1. */
  MLP_WIDE(null, 512, 512, 256, 1),
  /** A hundred trees of 64 leaves. */
  TREES("trees", 100),
  /** Three hundred trees of 64 leaves. */
  TREES_300(null, 300);

  static final int COLUMNS = 15;

  private static final String INPUT = "features";
  private static final int MAX_ROWS = 1_024;
  private static final int DEPTH = 6;
  private static final long SEED = 20_180_704;
  private static final double LEAF_SCALE = 0.1;

  private final @Nullable String key;

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
  private final int[] sizes;

  BenchModel(@Nullable String key, int... sizes) {
    this.key = key;
    this.sizes = sizes;
  }

  /** What the keys of ratios end with; null for a model that has none. */
  @Nullable String key() {
    return key;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  private boolean isTrees() {
    return sizes.length == 1;
  }

  /** The output that holds the score. */
  ScoreOutput output() {
    return isTrees() ? new ScoreOutput("probabilities", 1) : new ScoreOutput("score", 0);
  }

  /** How many columns that output has. */
  int outputColumns() {
    return isTrees() ? 2 : 1;
  }

  String input() {
    return INPUT;
  }

  ModelContract contract() {
    List<FeatureRef> features =
        IntStream.range(0, COLUMNS).mapToObj(i -> new FeatureRef(null, "f" + i)).toList();
    return new ModelContract(
        new Metadata(id(), new SemanticVersion(1, 0, 0), "tidemark", "For benchmarks."),
        new TopicUri("payments"),
        new ModelContract.Artifact(id() + ".onnx", sha256(bytes())),
        List.of(new TensorInput(INPUT, TensorType.FLOAT32, features)),
        output(),
        Map.of(),
        null,
        MissingPolicy.DEFAULT,
        new ModelContract.Batch(MAX_ROWS, Duration.ofMillis(2)),
        Duration.ofSeconds(10), // a machine that stands still for a while must not fail a run
        0.0);
  }

  /** The ONNX file. */
  byte[] bytes() {
    SplittableRandom random = new SplittableRandom(SEED);
    return isTrees() ? trees(sizes[0], random) : mlp(random);
  }

  private byte[] mlp(SplittableRandom random) {
    OnnxGraph graph = new OnnxGraph(id()).input(INPUT, COLUMNS);
    String from = INPUT;
    int width = COLUMNS;
    for (int layer = 0; layer < sizes.length; layer++) {
      int size = sizes[layer];
      boolean last = layer == sizes.length - 1;
      String sum = "sum" + layer;
      String to = last ? output().tensor() : "active" + layer;
      graph
          .weights("w" + layer, normal(random, width * size, 1 / Math.sqrt(width)), width, size)
          .weights("b" + layer, normal(random, size, LEAF_SCALE), size)
          .node(
              new OnnxGraph.Node("", "Gemm", List.of(from, "w" + layer, "b" + layer), List.of(sum)))
          .node(new OnnxGraph.Node("", last ? "Sigmoid" : "Relu", List.of(sum), List.of(to)));
      from = to;
      width = size;
    }
    return graph.output(output().tensor(), 1).model();
  }

  /** Complete trees: node n has the children 2n + 1 and 2n + 2. */
  private static byte[] trees(int count, SplittableRandom random) {
    int inner = (1 << DEPTH) - 1;
    int nodes = 2 * inner + 1;
    int all = count * nodes;
    long[] tree = new long[all];
    long[] node = new long[all];
    long[] feature = new long[all];
    float[] value = new float[all];
    String[] mode = new String[all];
    long[] ifTrue = new long[all];
    long[] ifFalse = new long[all];
    int leaves = inner + 1;
    long[] leafTree = new long[count * leaves];
    long[] leafNode = new long[count * leaves];
    for (int i = 0; i < all; i++) {
      int n = i % nodes;
      boolean leaf = n >= inner;
      tree[i] = i / nodes;
      node[i] = n;
      feature[i] = leaf ? 0 : random.nextInt(COLUMNS);
      value[i] = leaf ? 0 : (float) random.nextGaussian();
      mode[i] = leaf ? "LEAF" : "BRANCH_LT";
      ifTrue[i] = leaf ? 0 : 2L * n + 1;
      ifFalse[i] = leaf ? 0 : 2L * n + 2;
    }
    for (int i = 0; i < leafTree.length; i++) {
      leafTree[i] = i / leaves;
      leafNode[i] = (long) inner + i % leaves;
    }
    OnnxGraph.Node ensemble =
        new OnnxGraph.Node(
                OnnxGraph.CLASSICAL,
                "TreeEnsembleClassifier",
                List.of(INPUT),
                List.of("label", "probabilities"))
            .numbers("nodes_treeids", tree)
            .numbers("nodes_nodeids", node)
            .numbers("nodes_featureids", feature)
            .fractions("nodes_values", value)
            .texts("nodes_modes", List.of(mode))
            .numbers("nodes_truenodeids", ifTrue)
            .numbers("nodes_falsenodeids", ifFalse)
            .numbers("class_treeids", leafTree)
            .numbers("class_nodeids", leafNode)
            .numbers("class_ids", new long[leafTree.length])
            .fractions("class_weights", normal(random, leafTree.length, LEAF_SCALE))
            .numbers("classlabels_int64s", new long[] {0, 1})
            .text("post_transform", "LOGISTIC");
    return new OnnxGraph("trees")
        .input(INPUT, COLUMNS)
        .labels("label")
        .output("probabilities", 2)
        .node(ensemble)
        .model();
  }

  private static float[] normal(SplittableRandom random, int count, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return values;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }
}
