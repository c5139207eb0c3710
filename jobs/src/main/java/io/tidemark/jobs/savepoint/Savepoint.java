package io.tidemark.jobs.savepoint;

import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.savepoint.HeldOperator.InFlight;
import io.tidemark.jobs.state.ManifestState;
import io.tidemark.jobs.state.StateManifest;
import io.tidemark.jobs.state.StateManifestFormat;
import io.tidemark.jobs.state.StateRefusedException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.BackendWritableBroadcastState;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.OperatorStateRestoreOperation;
import org.apache.flink.runtime.state.PartitionableListState;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a savepoint or a retained checkpoint holds: canonical or native, of any state backend. Only
 * the metadata, the few bytes of the manifests and the vectors that scorers had in flight are read;
 * of the other files no more than that they are there.
 *
 * @param place as it was named
 * @param operators those with state
 */
public record Savepoint(String place, List<HeldOperator> operators) {
  private static final String ANOTHER = "Use another savepoint or checkpoint";
  private static final byte RAW_FORMAT_OF_LEGACY_LAYOUTS = 1;

  /** As Flink's own asynchronous operator names it. */
  private static final String IN_FLIGHT = "_async_wait_operator_state_";

  public Savepoint {
    operators = List.copyOf(operators);
  }

  /**
   * Reads a savepoint.
   *
   * @param place its folder or its {@code _metadata}: a path, or a URI of Flink's file systems
   * @throws SavepointException if it is not there, cannot be read, is not whole, or is of a later
   *     release
   */
  public static Savepoint read(String place) throws SavepointException {
    CheckpointMetadata metadata = metadata(place);
    List<HeldOperator> operators = new ArrayList<>();
    for (OperatorState state : metadata.getOperatorStates()) {
      boolean any = state.getCoordinatorState() != null;
      for (OperatorSubtaskState subtask : state.getStates()) {
        any |= subtask.hasState();
        requireWhole(place, subtask);
      }
      if (any) {
        operators.add(operator(place, state));
      }
    }
    return new Savepoint(place, operators);
  }

  private static CheckpointMetadata metadata(String place) throws SavepointException {
    CompletedCheckpointStorageLocation location;
    try {
      location = AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(place);
    } catch (FileNotFoundException e) {
      throw new SavepointException(
          place,
          "there is no savepoint, for there is no file `_metadata`",
          "Name the folder that `flink stop` or `flink savepoint` printed, or a retained checkpoint's"
              + " folder `chk-…`");
    } catch (IOException | IllegalArgumentException e) {
      throw new SavepointException(
          place,
          "the place cannot be read: " + reason(e),
          "Name a folder that this machine can read");
    }
    try (InputStream in = location.getMetadataHandle().openInputStream()) {
      return Checkpoints.loadCheckpointMetadata(
          new DataInputStream(in), Savepoint.class.getClassLoader(), location.getExternalPointer());
    } catch (IOException | RuntimeException e) {
      // Flink's readers of damaged metadata also fail with what damaged lengths lead to.
      throw new SavepointException(
          place, "its `_metadata` is damaged or is none of a savepoint: " + reason(e), ANOTHER);
    }
  }

  private static String reason(Exception e) {
    if (e instanceof EOFException) {
      return "it ends too early";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }

  /** Sees that every file is there that the metadata names, as long as it should be. */
  private static void requireWhole(String place, OperatorSubtaskState subtask)
      throws SavepointException {
    for (OperatorStateHandle handle : subtask.getManagedOperatorState()) {
      requireWhole(place, handle.getDelegateStateHandle());
    }
    for (OperatorStateHandle handle : subtask.getRawOperatorState()) {
      requireWhole(place, handle.getDelegateStateHandle());
    }
    for (KeyedStateHandle handle : subtask.getManagedKeyedState()) {
      requireWhole(place, handle);
    }
    for (KeyedStateHandle handle : subtask.getRawKeyedState()) {
      requireWhole(place, handle);
    }
  }

  private static void requireWhole(String place, KeyedStateHandle handle)
      throws SavepointException {
    if (handle instanceof KeyGroupsStateHandle groups) {
      requireWhole(place, groups.getDelegateStateHandle());
    } else if (handle instanceof IncrementalRemoteKeyedStateHandle files) {
      requireWhole(place, files.getMetaDataStateHandle());
      for (HandleAndLocalPath file : files.getPrivateState()) {
        requireWhole(place, file.getHandle());
      }
      for (HandleAndLocalPath file : files.getSharedState()) {
        requireWhole(place, file.getHandle());
      }
    }
  }

  private static void requireWhole(String place, @Nullable StreamStateHandle handle)
      throws SavepointException {
    if (!(handle instanceof FileStateHandle file)) {
      return; // the metadata itself holds the bytes
    }
    Path path = file.getFilePath();
    try {
      FileStatus status = path.getFileSystem().getFileStatus(path);
      if (status.getLen() < file.getStateSize()) {
        throw new SavepointException(
            place,
            "it is not whole: "
                + path
                + " has "
                + status.getLen()
                + " bytes of "
                + file.getStateSize(),
            ANOTHER);
      }
    } catch (FileNotFoundException e) {
      throw new SavepointException(
          place, "it is not whole: its file " + path + " is not there", ANOTHER);
    } catch (IOException e) {
      throw new SavepointException(
          place, "its file " + path + " cannot be read: " + reason(e), ANOTHER);
    }
  }

  private static HeldOperator operator(String place, OperatorState state)
      throws SavepointException {
    StateManifest manifest = null;
    String legacyLayout = null;
    InFlight inFlight = null;
    try {
      for (OperatorSubtaskState subtask : state.getStates()) {
        StateManifest own = manifest(subtask);
        if (own != null) {
          manifest =
              manifest == null
                  ? own
                  : manifest.as(own.span().sinceMillis(), own.span().upToMillis());
        }
        if (own == null && legacyLayout == null && isOfFeatures(state)) {
          legacyLayout = legacyLayout(subtask);
        }
        inFlight = inFlight(subtask, inFlight);
      }
    } catch (StateRefusedException e) {
      throw new SavepointException(place, e.getMessage(), "Its operator is " + label(state));
    } catch (Exception e) {
      throw new SavepointException(
          place,
          "the state of operator " + label(state) + " cannot be read: " + reason(e),
          ANOTHER);
    }
    return new HeldOperator(
        state.getOperatorID().toHexString(),
        state.getOperatorUid().orElse(null),
        manifest,
        manifest == null ? legacyLayout : null,
        inFlight);
  }

  private static boolean isOfFeatures(OperatorState state) {
    return state.getOperatorUid().filter(uid -> uid.startsWith("features-")).isPresent();
  }

  private static String label(OperatorState state) {
    return state.getOperatorUid().orElse(state.getOperatorID().toHexString());
  }

  private static @Nullable StateManifest manifest(OperatorSubtaskState subtask) throws Exception {
    BackendWritableBroadcastState<?, ?> state =
        OperatorStates.of(subtask, ManifestState.NAME).broadcast.get(ManifestState.NAME);
    if (state == null) {
      return null;
    }
    for (Map.Entry<?, ?> entry : state.immutableEntries()) {
      if (entry.getValue() instanceof byte[] bytes) {
        return StateManifestFormat.read(bytes);
      }
    }
    return null;
  }

  /**
   * What a subtask of a scorer had in flight, together with that of the subtasks before it; vectors
   * of one job all have the same columns. A scorer's state is there with nothing in it too.
   */
  private static @Nullable InFlight inFlight(
      OperatorSubtaskState subtask, @Nullable InFlight before) throws Exception {
    PartitionableListState<?> state = OperatorStates.of(subtask, IN_FLIGHT).lists.get(IN_FLIGHT);
    if (state == null) {
      return before;
    }
    InFlight all = before == null ? new InFlight(0, 0) : before;
    for (Object element : state.get()) {
      if (element instanceof StreamRecord<?> record
          && record.getValue() instanceof FeatureVector vector) {
        all = new InFlight(all.count() + 1, vector.columnsDigest());
      }
    }
    return all;
  }

  /** The managed operator state of a subtask, where one of a name is among it. */
  private record OperatorStates(
      Map<String, PartitionableListState<?>> lists,
      Map<String, BackendWritableBroadcastState<?, ?>> broadcast) {

    static OperatorStates of(OperatorSubtaskState subtask, String name) throws Exception {
      OperatorStates states = new OperatorStates(new HashMap<>(), new HashMap<>());
      List<OperatorStateHandle> handles =
          subtask.getManagedOperatorState().stream()
              .filter(handle -> handle.getStateNameToPartitionOffsets().containsKey(name))
              .toList();
      if (!handles.isEmpty()) {
        try (CloseableRegistry streams = new CloseableRegistry()) {
          new OperatorStateRestoreOperation(
                  streams,
                  Savepoint.class.getClassLoader(),
                  states.lists,
                  states.broadcast,
                  handles)
              .restore();
        }
      }
      return states;
    }
  }

  /** What the first releases wrote in front of the vectors that wait in each key group. */
  private static @Nullable String legacyLayout(OperatorSubtaskState subtask) throws IOException {
    for (KeyedStateHandle handle : subtask.getRawKeyedState()) {
      if (handle instanceof KeyGroupsStateHandle groups) {
        try (FSDataInputStream stream = groups.openInputStream()) {
          stream.seek(groups.getOffsetForKeyGroup(groups.getKeyGroupRange().getStartKeyGroup()));
          DataInputViewStreamWrapper in = new DataInputViewStreamWrapper(stream);
          if (in.readByte() == RAW_FORMAT_OF_LEGACY_LAYOUTS) {
            in.readLong();
            return in.readUTF();
          }
        }
      }
    }
    return null;
  }
}
