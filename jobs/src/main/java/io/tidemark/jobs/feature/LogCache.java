package io.tidemark.jobs.feature;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The logs of the keys used lately, in front of the state backend: an event of a cached key neither
 * reads nor writes its header.
 *
 * <p><b>How it works.</b> Slots hold logs, as many as there is heap for: a log takes more the more
 * events it has. When there is no more room, a hand goes round and takes the first slot that was
 * not used since it last came by (CLOCK, which approximates least recently used without a list to
 * maintain). Changed logs are written back when their slot is taken, before every checkpoint, and,
 * the longest changed first, whenever more than {@value #MAX_CHANGED} wait: so no checkpoint waits
 * for more logs than that. Shortly before one that is expected, fewer and fewer may wait, down to
 * {@value #LEAST_CHANGED}. This is the one place where keyed state is held outside of Flink's.
 *
 * <p>Half of the heap it may take is for the logs' newest sealed chunks, which spares their cursors
 * the state backend; the more logs there are, the less of it is left.
 *
 * <p>Where fewer than a quarter of {@value #PROBE} look-ups hit, the keys are too many for it: it
 * empties, steps aside for {@value #PAUSE} look-ups, and tries again.
 *
 * <p>Not thread-safe.
 */
final class LogCache {
  static final int MAX_CHANGED = 16_384;

  /** How many changed logs the last step of {@link #flushAhead} leaves. */
  static final int LEAST_CHANGED = 256;

  private static final int PROBE = 1 << 16;
  private static final int PAUSE = 1 << 20;

  private final LogWorkspace workspace;
  private final Headers headers;
  private final long maxBytes;
  private final boolean enabled;
  private final KeyTable<Slot> byKey = new KeyTable<>();
  private final List<Slot> slots = new ArrayList<>();
  private final ArrayDeque<Slot> changed = new ArrayDeque<>();
  private final KeyLog uncached;
  private @Nullable Slot free;
  private int hand;
  private int lookUps;
  private int misses;

  /** Whether a log had to go for another since look-ups were last judged. */
  private boolean crowded;

  private int pause;

  /** How many changed logs may wait now, and how many more are written back to have it so. */
  private int maxChanged = MAX_CHANGED;

  private int writtenAheadLeft;

  /** The logs' heap when it was last made to fit. */
  private long fittedBytes;

  /** The stored headers. */
  interface Headers {
    /** The header of the current key. */
    byte @Nullable [] read() throws Exception;

    /** Stores what {@link KeyLog#save} gives, the log's key being the current one meanwhile. */
    void write(String key, KeyLog log) throws Exception;
  }

  /** A log, and what is noted of it: one object, for each more is one more cache miss. */
  private static final class Slot extends KeyLog {
    private int index;
    private boolean kept;
    private boolean used;
    private boolean changed;
    private boolean waiting;

    Slot(LogWorkspace workspace) {
      super(workspace, true);
    }
  }

  /**
   * @param maxBytes about how much heap the logs may take; 0 for no cache at all
   */
  LogCache(LogWorkspace workspace, Headers headers, long maxBytes) {
    this.workspace = workspace;
    this.headers = headers;
    this.maxBytes = maxBytes;
    this.enabled = maxBytes >= workspace.bytesPerEmptyLog() + workspace.bytesPerChunk();
    this.uncached = new KeyLog(workspace, false);
  }

  /** The log of the current key, null where it has none. */
  @Nullable KeyLog get(String key) throws Exception {
    if (pause > 0) {
      pause--;
    }
    if (isActive()) {
      Slot cached = byKey.get(key);
      if (cached == null) {
        misses++;
      }
      if (++lookUps == PROBE) {
        judge();
      }
      if (cached != null && isActive()) { // which judging may have ended
        cached.used = true;
        return cached;
      }
    }
    byte[] header = headers.read();
    if (header == null) {
      return null;
    }
    if (!isActive()) {
      uncached.load(header);
      return uncached;
    }
    Slot slot = take();
    slot.load(header);
    keep(key, slot);
    return slot;
  }

  /** An empty log for a key that has none; it becomes the key's with {@link #put}. */
  KeyLog begin() throws Exception {
    KeyLog log = isActive() ? take() : uncached;
    log.begin();
    return log;
  }

  /**
   * Makes a log the key's stored state, at the latest on flush.
   *
   * @param log that was got or begun last
   */
  void put(String key, KeyLog log) throws Exception {
    if (log == uncached) {
      headers.write(key, log);
      return;
    }
    Slot slot = (Slot) log;
    if (slot == free) {
      keep(key, slot);
    }
    slot.changed = true;
    if (!slot.waiting) {
      slot.waiting = true;
      changed.add(slot);
      if (changed.size() > maxChanged) {
        writeBackLongestChanged();
      }
    }
    if (workspace.logBytes != fittedBytes) {
      fit(slot);
    }
  }

  /** After logs came or grew: others make room, and so do the chunks that they may hold. */
  private void fit(Slot current) throws Exception {
    while (workspace.heapBytes() > maxBytes && slots.size() > 1) {
      drop(evicted(current));
    }
    long rest = Math.max(0, maxBytes - workspace.logBytes);
    workspace.maxHeldChunks = Math.min(maxBytes / 2, rest) / workspace.bytesPerChunk();
    fittedBytes = workspace.logBytes;
  }

  /** Forgets a key, which has no stored state any more. */
  void remove(String key) {
    Slot slot = byKey.get(key);
    if (slot != null) {
      byKey.remove(slot);
      slot.release();
      slot.changed = false;
      slot.used = false;
      slot.kept = false;
    }
  }

  /**
   * Writes the longest changed ahead of a checkpoint, so that it finds few: each step leaves a part
   * fewer, until {@link #flush}. Where keys change so fast that twice as many are written as waited
   * at the first step, all may wait again: they would be written at each event, and in vain.
   *
   * @param step from 1
   * @param steps number of the last one
   */
  void flushAhead(int step, int steps) throws Exception {
    if (step == 1) {
      writtenAheadLeft = 2 * changed.size();
    }
    if (writtenAheadLeft > 0) {
      maxChanged = LEAST_CHANGED + (MAX_CHANGED - LEAST_CHANGED) * (steps - step) / steps;
    }
    while (changed.size() > maxChanged) {
      writeBackLongestChanged();
    }
  }

  private void writeBackLongestChanged() throws Exception {
    writeBack(changed.remove());
    if (maxChanged < MAX_CHANGED) {
      writtenAheadLeft--;
      maxChanged = writtenAheadLeft > 0 ? maxChanged : MAX_CHANGED;
    }
  }

  /** Writes all that has changed. */
  void flush() throws Exception {
    maxChanged = MAX_CHANGED;
    writtenAheadLeft = 0;
    for (Slot slot = changed.poll(); slot != null; slot = changed.poll()) {
      writeBack(slot);
    }
  }

  private boolean isActive() {
    return enabled && pause == 0;
  }

  /** A slot that holds no key; it stays {@link #free} until {@link #keep}. */
  private Slot take() throws Exception {
    if (free == null) {
      free = slots.isEmpty() || hasRoom() ? added() : evicted(null);
    }
    return free;
  }

  private boolean hasRoom() {
    return workspace.heapBytes() + workspace.bytesPerEmptyLog() <= maxBytes;
  }

  private Slot added() {
    Slot slot = new Slot(workspace);
    slot.index = slots.size();
    slots.add(slot);
    return slot;
  }

  private Slot evicted(@Nullable Slot kept) throws Exception {
    crowded = true;
    while (true) {
      Slot slot = slots.get(hand);
      hand = (hand + 1) % slots.size();
      if (!slot.used && slot != kept) {
        if (slot.changed) {
          write(slot);
        }
        if (slot.kept) {
          slot.kept = false;
          byKey.remove(slot);
        }
        slot.release();
        return slot;
      }
      slot.used = false;
    }
  }

  private void drop(Slot slot) {
    if (slot == free) {
      free = null;
    }
    if (slot.waiting) {
      slot.waiting = false;
      changed.remove(slot);
    }
    slot.discard();
    Slot last = slots.remove(slots.size() - 1);
    if (last != slot) {
      last.index = slot.index;
      slots.set(slot.index, last);
    }
    hand = hand == slots.size() ? 0 : hand;
  }

  private void keep(String key, Slot slot) {
    slot.used = true;
    slot.kept = true;
    byKey.add(key, slot);
    free = null;
  }

  private void writeBack(Slot slot) throws Exception {
    slot.waiting = false;
    if (slot.changed) {
      write(slot);
    }
  }

  private void write(Slot slot) throws Exception {
    headers.write(slot.key(), slot);
    slot.changed = false;
  }

  /** Every so many look-ups, steps aside if too few of them hit for want of room. */
  private void judge() throws Exception {
    if (PROBE - misses < PROBE / 4 && crowded) {
      flush();
      byKey.clear();
      slots.forEach(KeyLog::discard);
      slots.clear();
      free = null;
      hand = 0;
      pause = PAUSE;
    }
    lookUps = 0;
    misses = 0;
    crowded = false;
  }
}
