package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.score.TestModels.Expected;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What runs a model, with either build of ONNX Runtime ({@code mvn test} and {@code mvn test
 * -Pgpu}) and on machines with and without a device. No other test asks for CUDA: the registry of
 * the process tells of it once.
 */
class ProviderFallbackTest {
  private final Logger logger = (Logger) LogManager.getLogger(SessionRegistry.class);
  private final Lines lines = new Lines();
  private Level level;

  @BeforeEach
  void listen() {
    level = logger.getLevel();
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.WARN);
  }

  @AfterEach
  void stopListening() {
    logger.setLevel(level);
    logger.removeAppender(lines);
    lines.stop();
  }

  @Test
  void whereCudaCannotBeUsedTheCpuScoresAndOneLineSaysWhy() throws Exception {
    boolean gpuBuild = OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);

    String byChoice = provider(ProviderChoice.AUTO);
    assertThat(lines.messages).hasSize(gpuBuild && byChoice.equals("cpu") ? 1 : 0);

    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      asked.add(provider(ProviderChoice.CUDA));
    }
    if (!gpuBuild) {
      assertThat(asked).containsOnly("cpu");
    }
    assertThat(asked).as("every session runs on the same provider").containsOnly(asked.get(0));
    if (gpuBuild) {
      assertThat(byChoice).as("AUTO tries CUDA with the GPU build").isEqualTo(asked.get(0));
    }
    if (asked.get(0).equals("cpu")) {
      assertThat(lines.messages)
          .singleElement()
          .asString()
          .matches(
              "Models are scored on the CPU, because CUDA cannot be used: "
                  + ".*(libcu|CUDA|cuda).*"
                  + " \\(it needs onnxruntime_gpu, the CUDA 12 libraries and a driver\\)");
    } else {
      assertThat(lines.messages).isEmpty();
    }
  }

  /** Opens a session for itself, checks that it scores right, and says what it ran on. */
  private static String provider(ProviderChoice choice) throws Exception {
    List<Expected> expected = TestModels.expectedOfMlp();
    ModelContract contract = TestModels.mlp(TestModels.batch(expected.size()));
    TensorRows rows = TestModels.rows(contract);
    BatchScores scores = new BatchScores(expected.size());
    for (int row = 0; row < expected.size(); row++) {
      assertThat(rows.write(row, expected.get(row).vector(row))).isTrue();
    }
    try (ScoringEngine engine =
        OnnxScoringEngine.open(
            contract,
            TestModels.layout(contract),
            TestModels.bytes("mlp"),
            choice,
            SessionRegistry.ofProcess())) {
      engine.score(rows, 0, expected.size(), scores);
      for (int row = 0; row < expected.size(); row++) {
        assertThat(scores.value(row)).isCloseTo(expected.get(row).score(), within(1e-6));
      }
      return engine.provider();
    }
  }

  private static final class Lines extends AbstractAppender {
    final List<String> messages = new CopyOnWriteArrayList<>();

    Lines() {
      super("lines", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      messages.add(event.getMessage().getFormattedMessage());
    }
  }
}
