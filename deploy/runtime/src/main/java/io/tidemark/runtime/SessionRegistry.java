package io.tidemark.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime sessions, one per model and provider, shared by all subtasks of a process.
 *
 * <p>How it works: sessions are found by the sha256 of the model's bytes and by the provider that
 * is tried for them, and are counted by reference. A {@link SessionLease} is one reference and each
 * run through it is another, so a session is closed after its last lease <em>and</em> its last run:
 * closing one during a run kills the JVM.
 *
 * <p>A session has one thread for a run (the caller's) and never spins: the cores belong to the
 * tasks.
 *
 * <p>ONNX Runtime sends telemetry by default. Only {@code ORT_DISABLE_TELEMETRY=1} in the
 * environment of the process prevents it, before the native library is loaded; nothing in code can.
 *
 * <p>Thread-safe: counts change under one lock, a load only holds up those that ask for the same
 * model.
 */
public final class SessionRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(SessionRegistry.class);
  private static final SessionRegistry OF_PROCESS = new SessionRegistry();

  private final Map<Key, SharedSession> sessions = new HashMap<>();
  private boolean cudaAbsent;
  private boolean fallbackTold;

  SessionRegistry() {}

  /** The registry that everything in this process shares. */
  public static SessionRegistry ofProcess() {
    return OF_PROCESS;
  }

  /**
   * A reference to the session of {@code model}, loaded now where no one else holds one.
   *
   * @param model the bytes of an ONNX file that were found harmless
   * @throws OrtException if no provider can load the model
   */
  public SessionLease acquire(byte[] model, ProviderChoice choice) throws OrtException {
    SharedSession shared;
    synchronized (sessions) {
      shared =
          sessions.computeIfAbsent(new Key(sha256(model), provider(choice)), SharedSession::new);
      shared.references++;
    }
    try {
      shared.load(model);
      return new SessionLease(shared);
    } catch (OrtException | RuntimeException | Error e) {
      shared.release();
      throw e;
    }
  }

  /** How many sessions are held at the moment. */
  public int size() {
    synchronized (sessions) {
      return sessions.size();
    }
  }

  private ExecutionProvider provider(ProviderChoice choice) {
    return switch (choice) {
      case CPU -> ExecutionProvider.CPU;
      case CUDA -> ExecutionProvider.CUDA;
      // The list names what the native library was built with, not what the machine has.
      case AUTO ->
          OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)
              ? ExecutionProvider.CUDA
              : ExecutionProvider.CPU;
    };
  }

  private synchronized boolean isCudaAbsent() {
    return cudaAbsent;
  }

  /** A provider that cannot be loaded does not appear while the process runs. */
  private synchronized void markCudaAbsent() {
    cudaAbsent = true;
  }

  private synchronized void tellFallback(Throwable reason) {
    if (!fallbackTold) {
      fallbackTold = true;
      LOG.warn(
          "Models are scored on the CPU, because CUDA cannot be used: {} (it needs onnxruntime_gpu,"
              + " the CUDA 12 libraries and a driver)",
          reasonOf(reason));
    }
  }

  /** The first line of a message, without the places in ONNX Runtime's sources before it. */
  private static String reasonOf(Throwable throwable) {
    String message = Objects.requireNonNullElse(throwable.getMessage(), throwable.toString());
    return message
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^.*(\\[ONNXRuntimeError] : \\d+ : \\w+ : |- message: )", "");
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }

  private record Key(String sha256, ExecutionProvider wanted) {}

  /** One native session and the number of those who need it open. */
  final class SharedSession {
    private final Key key;
    private int references; // guarded by sessions
    private @Nullable OrtSession session; // written once, under this object's lock
    private ExecutionProvider provider = ExecutionProvider.CPU;

    private SharedSession(Key key) {
      this.key = key;
    }

    private synchronized void load(byte[] model) throws OrtException {
      if (session != null) {
        return;
      }
      if (key.wanted == ExecutionProvider.CPU || isCudaAbsent()) {
        session = create(model, ExecutionProvider.CPU);
        return;
      }
      try {
        session = create(model, ExecutionProvider.CUDA);
        provider = ExecutionProvider.CUDA;
      } catch (OrtException | LinkageError e) {
        session = create(model, ExecutionProvider.CPU); // where this fails too, it is the model
        tellFallback(e);
      }
    }

    private OrtSession create(byte[] model, ExecutionProvider on) throws OrtException {
      // First of all: without an environment, which has the logger, adding CUDA always fails.
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (SessionOptions options = options()) {
        if (on == ExecutionProvider.CUDA) {
          addCuda(options);
        }
        return environment.createSession(model, options);
      }
    }

    private void addCuda(SessionOptions options) throws OrtException {
      try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions()) {
        cuda.add("use_tf32", "0"); // a score must not depend on the machine in its third digit
        options.addCUDA(cuda);
      } catch (OrtException | LinkageError e) {
        markCudaAbsent();
        throw e;
      }
    }

    private static SessionOptions options() throws OrtException {
      SessionOptions options = new SessionOptions();
      try {
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.inter_op.allow_spinning", "0");
        // What was checked is protobuf: never guess another format from the bytes.
        options.addConfigEntry("session.load_model_format", "ONNX");
        return options;
      } catch (OrtException | RuntimeException | Error e) {
        options.close();
        throw e;
      }
    }

    synchronized OrtSession session() {
      return Objects.requireNonNull(session, "a lease is given out after the load");
    }

    synchronized ExecutionProvider provider() {
      return provider;
    }

    void retain() {
      synchronized (sessions) {
        references++;
      }
    }

    void release() {
      synchronized (sessions) {
        if (--references > 0) {
          return;
        }
        sessions.remove(key);
      }
      close();
    }

    private synchronized void close() {
      try {
        if (session != null) {
          session.close();
        }
      } catch (OrtException e) {
        LOG.warn("ONNX Runtime could not release a session: {}", reasonOf(e));
      } finally {
        session = null;
      }
    }
  }
}
