package io.tidemark.cli.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/**
 * Ports of the loopback interface that nobody listens on, each one once. They lie below those that
 * the system gives to clients: one that tries again and again to reach a server that is down would
 * otherwise be given the server's own port one day, and keep it. Not thread-safe.
 */
public final class FreePorts {
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;

  private int last;

  /** Begins anywhere, so that two clusters that start at the same time do not meet. */
  public FreePorts() {
    this.last = RandomGenerator.getDefault().nextInt(LOWEST, HIGHEST - 2_000);
  }

  /**
   * @throws IOException if none is left
   */
  public int next() throws IOException {
    while (last < HIGHEST) {
      last++;
      try (ServerSocket free = new ServerSocket(last, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (BindException e) {
        // The next one, then.
      }
    }
    throw new IOException("No port is free on the loopback interface up to " + HIGHEST);
  }
}
