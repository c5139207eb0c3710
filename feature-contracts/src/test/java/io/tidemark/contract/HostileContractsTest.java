package io.tidemark.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that try to exhaust, to confuse or to get out: each ends in a problem, soon. */
@Timeout(20)
class HostileContractsTest {
  @TempDir private Path temp;
  private Path root;
  private Path hostile;

  @BeforeEach
  void copyValidContracts() throws IOException {
    root = temp.resolve("contracts");
    ValidContracts.copyTo(root);
    hostile = root.resolve("shop/events/hostile.yaml");
  }

  private List<Problem> problems() {
    InvalidContractsException refused =
        catchThrowableOfType(InvalidContractsException.class, () -> Contracts.read(root));
    assertThat(refused).isNotNull();
    return refused.problems();
  }

  private Problem problemOf(byte[] bytes) throws IOException {
    Files.write(hostile, bytes);
    List<Problem> problems = problems();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).file()).isEqualTo(hostile.toString());
    return problems.get(0);
  }

  private Problem problemOf(String text) throws IOException {
    return problemOf(text.getBytes(UTF_8));
  }

  @Test
  void aliasBombEndsAtItsFirstAnchor() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 48; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }

    Problem problem = problemOf(bomb.toString());

    assertThat(problem.line()).isEqualTo(1);
    assertThat(problem.column()).isEqualTo(5);
    assertThat(problem.reason()).contains("anchors (&a0)");
  }

  @Test
  void aliasWithoutAnchorIsRefused() throws IOException {
    assertThat(problemOf("kind: *nowhere\n").reason()).contains("aliases");
  }

  @Test
  void mergeKeyIsAnOrdinaryUnknownKey() throws IOException {
    Files.writeString(hostile, "kind: EventContract\n<<: {topic: kafka://x}\n");

    assertThat(problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.value()).isEqualTo("<<");
              assertThat(problem.reason()).isEqualTo("unknown key");
            });
  }

  @Test
  void nestingIsBoundedBeforeAnythingIsBuilt() throws IOException {
    Problem flow = problemOf("a: " + "[".repeat(200_000));
    assertThat(flow.reason()).contains("deeper than 20 levels");
    assertThat(flow.column()).isEqualTo(23);

    StringBuilder block = new StringBuilder();
    for (int depth = 0; depth < 300; depth++) {
      block.append(" ".repeat(depth)).append("k:\n");
    }
    Problem nested = problemOf(block.toString());
    assertThat(nested.reason()).contains("deeper than 20 levels");
    assertThat(nested.line()).isEqualTo(21);
  }

  @Test
  void fileOver256KiBIsNotParsed() throws IOException {
    assertThat(problemOf(new byte[YamlFile.MAX_BYTES + 1]).reason()).contains("256 KiB");
  }

  @Test
  void fileWithAProblemPerKeyEndsAtTheThousandth() throws IOException {
    StringBuilder keys = new StringBuilder("kind: EventContract\n");
    for (int i = 0; keys.length() < YamlFile.MAX_BYTES - 20; i++) {
      keys.append("k").append(i).append(": 1\n");
    }
    Files.writeString(hostile, keys);

    List<Problem> problems = problems();

    assertThat(problems).hasSize(1 + Problems.MAX);
    assertThat(problems.get(0).file()).isEqualTo(root.toString());
    assertThat(problems.get(0).reason()).startsWith("more than 1000 problems");
  }

  @Test
  void hugeScalarsAreQuotedShort() throws IOException {
    Files.writeString(
        hostile,
        "kind: EventContract\ntopic: \"" + "x".repeat(200_000) + "\"\nid: 1" + "0".repeat(50_000));

    assertThat(problems())
        .allSatisfy(problem -> assertThat(problem.toString().length()).isLessThan(2_000));
  }

  @Test
  void tagBuildsNothing() throws IOException {
    Problem problem =
        problemOf("kind: !!javax.script.ScriptEngineManager [!!java.net.URL [\"http://x\"]]\n");

    assertThat(problem.reason()).contains("tags");
    assertThat(problem.column()).isEqualTo(7);
  }

  @Test
  void nulByteIsNamedWithItsPlace() throws IOException {
    Problem problem = problemOf("kind: EventContract\ntopic: kaf\0ka\n");

    assertThat(problem.line()).isEqualTo(2);
    assertThat(problem.column()).isEqualTo(11);
    assertThat(problem.value()).isEqualTo("U+0000");
  }

  @Test
  void otherEncodingsAreRefusedAtTheirFirstByte() throws IOException {
    Problem latin1 = problemOf("kind: x\ntopic: für".getBytes(ISO_8859_1));
    assertThat(latin1.reason()).contains("not UTF-8");
    assertThat(latin1.line()).isEqualTo(2);
    assertThat(latin1.column()).isEqualTo(9);

    assertThat(problemOf("kind: x".getBytes(UTF_16)).reason()).contains("not UTF-8");
  }

  @Test
  void byteOrderMarkIsNoCharacter() throws IOException {
    String valid = Files.readString(root.resolve("shop/events/orders.yaml"));
    Files.writeString(root.resolve("shop/events/orders.yaml"), "\uFEFF" + valid);

    assertThatCode(() -> Contracts.read(root)).doesNotThrowAnyException();
  }

  @Test
  void linkOutOfTheRootIsNotFollowed() throws IOException {
    Path secret = Files.writeString(temp.resolve("secret.yaml"), "password: hunter2\n");
    Files.createSymbolicLink(hostile, secret);

    List<Problem> problems = problems();

    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).reason()).contains("leads out of the folder");
    assertThat(problems.get(0).toString()).doesNotContain("hunter2");
  }

  @Test
  void linkToADomainOutsideIsNotFollowed() throws IOException {
    Path outside = temp.resolve("outside");
    ValidContracts.copyTo(outside);
    Files.createSymbolicLink(root.resolve("other"), outside.resolve("shop"));

    assertThat(problems()).allSatisfy(p -> assertThat(p.reason()).contains("leads out"));
  }

  @Test
  void linkWithinTheRootIsFollowed() throws Exception {
    Path orders = root.resolve("shop/events/orders.yaml");
    Path data = Files.createDirectories(root.resolve(".data"));
    Files.move(orders, data.resolve("orders.yaml"));
    Files.createSymbolicLink(orders, data.resolve("orders.yaml"));

    assertThat(Contracts.read(root).events()).hasSize(2);
  }

  @Test
  void danglingLinkAndFolderInPlaceOfAFileAreProblems() throws IOException {
    Files.createSymbolicLink(hostile, root.resolve("shop/events/nowhere.yaml"));
    Files.createDirectory(root.resolve("shop/events/folder.yaml"));

    assertThat(problems())
        .extracting(Problem::reason)
        .containsExactly(
            "this is not a plain file", "the file cannot be read: NoSuchFileException");
  }

  @Test
  void deepExpressionIsRefusedNotOverflowing() throws IOException {
    Path feature = root.resolve("shop/features/deep.yaml");
    String head =
        """
        apiVersion: tidemark/v2
        kind: FeatureContract
        metadata: {name: deep, version: 1.0.0, owner: shop}
        entity: []
        source: kafka://orders
        features:
          a: {type: int, expression: "%s"}
        """;
    for (String expression :
        List.of("(".repeat(900) + "items" + ")".repeat(900), "1 + ".repeat(50_000) + "items")) {
      Files.writeString(feature, head.formatted(expression));

      assertThat(problems()).isNotEmpty().allSatisfy(p -> assertThat(p.line()).isEqualTo(7));
    }
  }

  /** Every key of a feature, of its window and of the state with every odd value, one by one. */
  @ParameterizedTest
  @ValueSource(strings = {"count", "top_k", "distinct", "quantile", "histogram", "ratio"})
  void oddValueUnderAnyKeyIsAProblemOrFineButNeverAFailure(String aggregate) throws Exception {
    List<String> keys =
        List.of(
            "type",
            "freshness",
            "source",
            "expression",
            "aggregate",
            "of",
            "where",
            "k",
            "exactUpTo",
            "quantile",
            "edges",
            "halfLife",
            "numerator",
            "denominator",
            "window",
            "default",
            "check");
    List<String> windowKeys =
        List.of("size", "delay", "hop", "tumbling", "offset", "session", "maximum", "lifetime");
    List<String> odd =
        List.of(
            "",
            "[]",
            "{}",
            "[1, 2]",
            "{a: b}",
            "{aggregate: count}",
            "-1",
            "1e300",
            "true",
            "''",
            "PT0S",
            "P7D",
            "999999999999999999999",
            "price",
            "\"price >\"",
            "\"[price]\"");
    for (String value : odd) {
      StringBuilder features = new StringBuilder();
      for (String key : keys) {
        features.append("  f%d: {".formatted(features.length()));
        if (!key.equals("type")) {
          features.append("type: double, ");
        }
        if (!key.equals("aggregate")) {
          features.append("aggregate: %s, ".formatted(aggregate));
        }
        if (!key.equals("window")) {
          features.append("window: P7D, ");
        }
        features.append("%s: %s}\n".formatted(key, value));
      }
      for (String key : windowKeys) {
        features.append(
            "  f%d: {type: double, aggregate: %s, of: price, window: {%s: %s}}\n"
                .formatted(features.length(), aggregate, key, value));
      }
      assertThat(problems("{maxBytesPerKey: %s}".formatted(value), features)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[]", "{a: b}", "-1", "true", "''", "PT0S", "64KiB", "{maxBytesPerKey: }"})
  void oddStateIsAProblem(String state) throws IOException {
    String feature = "  nb: {type: int, aggregate: count, window: P366D}";

    assertThat(problems(state, feature)).isNotEmpty();
  }

  /** The problems of a contract; any other failure than them is thrown. */
  private List<Problem> problems(String state, CharSequence features) throws IOException {
    Files.writeString(
        root.resolve("shop/features/odd.yaml"),
        """
        apiVersion: tidemark/v2
        kind: FeatureContract
        metadata: {name: odd, version: 1.0.0, owner: shop}
        entity: [customer_id]
        source: kafka://orders
        state: %s
        features:
        %s"""
            .formatted(state, features));
    try {
      Contracts.read(root);
      return List.of();
    } catch (InvalidContractsException e) {
      return e.problems();
    }
  }
}
