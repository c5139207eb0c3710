package io.tidemark.jobs.state;

import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Where an operator keeps its manifest: in broadcast state, of which each subtask writes a copy and
 * gets one back, however many there are. (A union list would bring all copies to all subtasks, and
 * would forbid checkpoints while some subtasks have finished.)
 */
public final class ManifestState {
  /** Found by it in savepoints. */
  public static final String NAME = "manifest";

  /** The only key. */
  public static final String KEY = "";

  private static final MapStateDescriptor<String, byte[]> DESCRIPTOR =
      new MapStateDescriptor<>(
          NAME, StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  private final BroadcastState<String, byte[]> state;

  private ManifestState(BroadcastState<String, byte[]> state) {
    this.state = state;
  }

  public static ManifestState in(OperatorStateStore store) throws Exception {
    return new ManifestState(store.getBroadcastState(DESCRIPTOR));
  }

  /**
   * What the state says that is restored; null where there is none.
   *
   * @throws StateRefusedException if it cannot be read
   */
  public @Nullable StateManifest restored() throws Exception {
    byte[] bytes = state.get(KEY);
    return bytes == null ? null : StateManifestFormat.read(bytes);
  }

  public void put(StateManifest manifest) throws Exception {
    state.put(KEY, StateManifestFormat.write(manifest));
  }
}
