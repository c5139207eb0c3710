package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxFileTest {
  private static final int GRAPH = 7;

  @ParameterizedTest
  @ValueSource(strings = {"trees", "mlp", "log", "two-inputs", "fourteen-columns"})
  void modelThatHoldsAllItsWeightsPasses(String model) {
    byte[] bytes = TestModels.bytes(model);

    assertThatCode(() -> OnnxFile.check(contractOf(bytes), bytes)).doesNotThrowAnyException();
  }

  @Test
  void modelThatNamesAnotherFileIsRefused() {
    byte[] bytes = TestModels.bytes("external-data");

    assertThatThrownBy(() -> OnnxFile.check(contractOf(bytes), bytes))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage(
            "Model any 1.2.0 (any/model.onnx): expected all weights inside the file, found tensor"
                + " 'w1' in external data. Save the model with its weights inside (onnx.save with"
                + " save_as_external_data=False)");
  }

  /** Field numbers of onnx.proto from the model down to a tensor. */
  @ParameterizedTest
  @CsvSource({
    "initializer, 7 5",
    "values of a sparse initializer, 7 15 1",
    "indices of a sparse initializer, 7 15 2",
    "Constant, 7 1 5 5",
    "list of tensors, 7 1 5 10",
    "sparse Constant, 7 1 5 22 1",
    "list of sparse tensors, 7 1 5 23 2",
    "initializer of a subgraph, 7 1 5 6 5",
    "Constant in a list of subgraphs, 7 1 5 11 1 5 5",
    "Constant in a function, 25 7 5 5",
    "default of a function's attribute, 25 11 5",
    "initialization of a training graph, 20 1 5",
    "algorithm of a training graph, 20 2 5",
  })
  void externalDataIsFoundOnEveryPath(String place, String path) {
    byte[] located = withGraph(nested(path, tensor(14, varint(1))));
    byte[] described = withGraph(nested(path, tensor(13, bytes("x"))));
    byte[] inside = withGraph(nested(path, tensor(14, varint(0))));

    assertThatThrownBy(() -> OnnxFile.check(contractOf(located), located))
        .as(place)
        .hasMessageContaining("tensor 'secret' in external data");
    assertThatThrownBy(() -> OnnxFile.check(contractOf(described), described))
        .as(place)
        .hasMessageContaining("tensor 'secret' in external data");
    assertThatCode(() -> OnnxFile.check(contractOf(inside), inside)).doesNotThrowAnyException();
  }

  @Test
  void otherBytesThanTheContractsAreRefused() {
    byte[] meant = TestModels.bytes("mlp");
    byte[] other = TestModels.bytes("trees");

    assertThatThrownBy(() -> OnnxFile.check(contractOf(meant), other))
        .hasMessageContaining(
            "expected sha256 %s, found %s."
                .formatted(TestModels.sha256(meant), TestModels.sha256(other)));
  }

  @Test
  void truncatedModelIsRefused() {
    byte[] whole = TestModels.bytes("trees");
    byte[] half = Arrays.copyOf(whole, whole.length / 2);

    assertThatThrownBy(() -> OnnxFile.check(contractOf(half), half))
        .hasMessageContaining("expected an ONNX model, found bytes that are no protobuf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "apiVersion: tidemark/v2\n", "\u0001\u0002\u0003"})
  void bytesThatAreNoModelAreRefused(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> OnnxFile.check(contractOf(bytes), bytes))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("expected an ONNX model");
  }

  @Test
  void formatOfOnnxRuntimeItselfIsRefused() {
    byte[] bytes = "....ORTM....".getBytes(StandardCharsets.US_ASCII);

    assertThatThrownBy(() -> OnnxFile.check(contractOf(bytes), bytes))
        .hasMessageContaining("found a file in ONNX Runtime's own format");
  }

  @Test
  void bottomlessNestingIsRefused() {
    byte[] bytes = nested("7" + " 1 5 6".repeat(10_000), bytes("")).toByteArray();

    assertThatThrownBy(() -> OnnxFile.check(contractOf(bytes), bytes))
        .hasMessageContaining("found more than 64 levels of nesting");
  }

  @Test
  void fileBeyondTheBoundIsRefused() {
    byte[] bytes = new byte[OnnxFile.MAX_BYTES + 1];

    assertThatThrownBy(() -> OnnxFile.check(contractOf(bytes), bytes))
        .hasMessageContaining("expected a file of at most 67108864 bytes, found 67108865 bytes");
  }

  private static ModelContract contractOf(byte[] bytes) {
    return TestModels.contract(
        "any",
        TestModels.sha256(bytes),
        TestModels.FIFTEEN,
        TestModels.MLP_SCORE,
        TestModels.batch(1),
        MissingPolicy.DEFAULT);
  }

  private static byte[] withGraph(UnknownFieldSet model) {
    return UnknownFieldSet.newBuilder(model).mergeField(GRAPH, bytes("")).build().toByteArray();
  }

  private static UnknownFieldSet tensor(int field, Field value) {
    return UnknownFieldSet.newBuilder().addField(8, bytes("secret")).addField(field, value).build();
  }

  private static UnknownFieldSet nested(String path, UnknownFieldSet innermost) {
    return nested(path, Field.newBuilder().addLengthDelimited(innermost.toByteString()).build());
  }

  private static UnknownFieldSet nested(String path, Field innermost) {
    String[] fields = path.split(" ");
    Field field = innermost;
    for (int i = fields.length - 1; i > 0; i--) {
      UnknownFieldSet message =
          UnknownFieldSet.newBuilder().addField(Integer.parseInt(fields[i]), field).build();
      field = Field.newBuilder().addLengthDelimited(message.toByteString()).build();
    }
    return UnknownFieldSet.newBuilder().addField(Integer.parseInt(fields[0]), field).build();
  }

  private static Field varint(long value) {
    return Field.newBuilder().addVarint(value).build();
  }

  private static Field bytes(String text) {
    return Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(text)).build();
  }
}
