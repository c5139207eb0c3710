package io.tidemark.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.tidemark.runtime.SessionRegistry.SharedSession;

/**
 * The right to run a shared session, until closed.
 *
 * <p>Thread-safe: it may be closed while another thread is inside {@link #run}; the session is then
 * closed when that run is over.
 */
public final class SessionLease implements AutoCloseable {
  private final SharedSession shared;
  private boolean closed;

  SessionLease(SharedSession shared) {
    this.shared = shared;
  }

  /**
   * Lets {@code use} have the session. Everything the session has allocated, results included, must
   * be closed before {@code use} returns.
   *
   * @return what {@code use} returns
   * @throws IllegalStateException if the lease was closed before
   */
  public <T, E extends Exception> T run(SessionUse<T, E> use) throws OrtException, E {
    OrtSession session = retain();
    try {
      return use.run(session);
    } finally {
      shared.release();
    }
  }

  /** A second right to the same session, which is closed by itself. */
  public synchronized SessionLease another() {
    retain();
    return new SessionLease(shared);
  }

  public ExecutionProvider provider() {
    return shared.provider();
  }

  private synchronized OrtSession retain() {
    if (closed) {
      throw new IllegalStateException("The lease of this session is closed");
    }
    shared.retain();
    return shared.session();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      shared.release();
    }
  }

  /** Something done with an open session. */
  @FunctionalInterface
  public interface SessionUse<T, E extends Exception> {
    T run(OrtSession session) throws OrtException, E;
  }
}
