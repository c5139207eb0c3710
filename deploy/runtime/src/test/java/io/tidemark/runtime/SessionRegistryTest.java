package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SessionRegistryTest {
  private final SessionRegistry registry = new SessionRegistry();
  private final byte[] identity = identity();

  @Test
  void sameModelIsOneSession() throws OrtException {
    try (SessionLease first = registry.acquire(identity, ProviderChoice.CPU);
        SessionLease second = registry.acquire(identity.clone(), ProviderChoice.CPU)) {
      OrtSession ofFirst = first.run(session -> session);
      OrtSession ofSecond = second.run(session -> session);

      assertThat(ofSecond).isSameAs(ofFirst);
      assertThat(registry.size()).isEqualTo(1);
      assertThat(first.provider()).isEqualTo(ExecutionProvider.CPU);
    }
    assertThat(registry.size()).isZero();
  }

  @Test
  void sessionIsOpenUntilLastLeaseIsClosed() throws OrtException {
    SessionLease first = registry.acquire(identity, ProviderChoice.CPU);
    SessionLease second = registry.acquire(identity, ProviderChoice.CPU);
    OrtSession session = second.run(shared -> shared);

    first.close();
    first.close();
    assertThat(second.<Float, OrtException>run(shared -> echo(shared, 3f))).isEqualTo(3f);

    second.close();
    assertThat(registry.size()).isZero();
    assertThatThrownBy(() -> echo(session, 3f)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sessionIsOpenUntilLastRunIsOver() throws OrtException {
    SessionLease lease = registry.acquire(identity, ProviderChoice.CPU);

    float answer =
        lease.<Float, OrtException>run(
            session -> {
              lease.close();
              assertThat(registry.size()).isEqualTo(1);
              return echo(session, 7f);
            });

    assertThat(answer).isEqualTo(7f);
    assertThat(registry.size()).isZero();
  }

  @Test
  void closedLeaseRunsNothing() throws OrtException {
    SessionLease lease = registry.acquire(identity, ProviderChoice.CPU);
    lease.close();

    assertThatThrownBy(() -> lease.run(session -> session))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void modelThatCannotBeLoadedLeavesNothing() {
    byte[] broken = {1, 2, 3};

    assertThatThrownBy(() -> registry.acquire(broken, ProviderChoice.CPU))
        .isInstanceOf(OrtException.class);
    assertThat(registry.size()).isZero();
  }

  @Test
  void leasesOfManyThreadsNeverMeetAClosedSession()
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> cycles = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        cycles.add(threads.submit(() -> acquireRunClose(200)));
      }
      for (Future<?> cycle : cycles) {
        cycle.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(registry.size()).isZero();
  }

  private Void acquireRunClose(int cycles) throws OrtException {
    for (int i = 0; i < cycles; i++) {
      float value = i;
      try (SessionLease lease = registry.acquire(identity, ProviderChoice.CPU)) {
        assertThat(lease.<Float, OrtException>run(session -> echo(session, value)))
            .isEqualTo(value);
      }
    }
    return null;
  }

  private static float echo(OrtSession session, float value) throws OrtException {
    float[][] row = {{value}};
    try (OnnxTensor in = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), row);
        OrtSession.Result result = session.run(Map.of("in", in))) {
      return ((float[][]) result.get(0).getValue())[0][0];
    }
  }

  private static byte[] identity() {
    try (InputStream in = SessionRegistryTest.class.getResourceAsStream("/identity.onnx")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
