package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Mergeable;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The events of one key and the windows over them.
 *
 * <p><b>How it works.</b> The entries lie in chunks, see {@link LogEntries}; the open one stands in
 * the key's header, together with the windows. Each distinct distance at which some window begins
 * or ends ({@code delay} and {@code delay + size}) has a cursor that follows the head at that
 * distance; passing an entry, it adds it to the windows that begin there and removes it from those
 * that end there. So an event costs one read and one write of the header, whatever the windows'
 * sizes, plus a chunk read per {@value LogCursor#PREFETCH} entries and cursor; only entries of one
 * and the same time that fill several chunks are searched for a duplicate. Eviction happens when
 * the next event comes ({@code time <= t - distance}), never by timers.
 *
 * <p>A log that stays in memory between events also holds its newest sealed chunks there, decoded,
 * as far as the workspace allows: its cursors read the entries where they lie, and a chunk is
 * stored once and read again only after a restore. Where nothing is aggregated of sealed chunks, it
 * seals as late as it can, when it is stored or its open chunk is as large as may be: in most keys
 * events come and leave all windows within the open chunk.
 *
 * <p>A pause that ends a session empties its window at once. Windows that only grow need no cursor
 * and no entries: of them the running state is kept, and that as of the oldest entry. Windows that
 * hop need neither once the key has so many events that {@link LogTiles tiles} take less.
 *
 * <p>An event behind the head is inserted where it belongs, into the windows that hold its time,
 * and answered by a scan as of its own time; cursors never move back, but those of sessions that it
 * joins. Sums that have seen many evictions are recomputed from the log.
 *
 * <p>An instance serves a key from {@link #begin} or {@link #load} to {@link #save}, while that key
 * is the current one of the workspace's chunk store, and may serve another afterwards. Not
 * thread-safe.
 */
class KeyLog extends LogCursors implements LogState {
  /** That of a log without tiles. */
  private static final byte FORMAT = 3;

  private static final byte FORMAT_WITH_TILES = 4;
  private static final byte FORMAT_OF_SUMS = 1;

  /** Numbers in a line of the processor's caches, as most have them. */
  private static final int LINE_CELLS = 8;

  private final Mergeable[] accumulators;
  private final LogAggregates aggregates;

  /** {@link LogWorkspace#noGaps} in most logs. */
  private LogGaps gaps;

  private long droppedUpToMillis;
  private boolean answerIsScanned;

  /** The header it was loaded from, which {@link #save} copies what has not changed of. */
  private byte @Nullable [] loaded;

  /** Whether sealed chunks are in tiles, which serve windows that hop. */
  private boolean tiled;

  /** Entries up to this time are not in tiles, were there any. */
  private long tiledAfterMillis;

  /**
   * As of earlier times tiles give no answer: what only those asked for has been removed, as late
   * as events were allowed to be then.
   */
  private long answersFromMillis;

  /**
   * @param resident whether it serves one key for more than one event
   */
  KeyLog(LogWorkspace shared, boolean resident) {
    super(shared, resident);
    this.accumulators = shared.newAccumulators();
    this.gaps = shared.noGaps;
    this.aggregates = new LogAggregates(this, shared, resident);
    countBytes();
  }

  /** Starts the log of a key that has none. */
  void begin() {
    release();
    dropCopies();
    loaded = null;
    headMillis = Long.MIN_VALUE;
    droppedUpToMillis = Long.MIN_VALUE;
    gaps = shared.noGaps;
    beginEntries();
    for (LogCursor cursor : shared.cursors) {
      cursor.begin(cells);
    }
    for (LogWindow window : shared.windows) {
      window.clear(this);
    }
    aggregates.begin();
    answerIsScanned = false;
    tiled = false;
  }

  /** Takes over what {@link #save} gave. */
  void load(byte[] header) throws IOException {
    release();
    roomForCopies();
    ByteReader in = new ByteReader(header);
    byte format = in.readByte();
    if (format < FORMAT_OF_SUMS || format > FORMAT_WITH_TILES) {
      throw new IllegalStateException(
          "Window state in format version "
              + format
              + ", but this release reads versions up to "
              + FORMAT_WITH_TILES
              + ": the savepoint was written by a later release");
    }
    int number = format >= FORMAT ? in.readCount() : 0;
    if (number != shared.layoutNumber) {
      throw new IllegalStateException(
          "Window state in layout " + number + " read as one of layout " + shared.layoutNumber);
    }
    headMillis = in.readLong();
    oldest = in.readUnsigned();
    oldestLastMillis = in.readLong();
    sealedLastMillis = in.readLong();
    droppedUpToMillis = in.readLong();
    nextChunk = in.readUnsigned();
    gaps = shared.noGaps;
    if (format >= FORMAT) {
      readGaps(in);
    }
    if (format == FORMAT_OF_SUMS) {
      readSums(in);
    } else {
      readWindows(in, header);
    }
    tiled = format == FORMAT_WITH_TILES;
    if (tiled) {
      tiledAfterMillis = in.readLong();
      answersFromMillis = in.readLong();
      for (int i = 0; i < shared.cursors.length; i++) {
        park(i);
      }
    }
    dropUnusedCopies();
    countBytes();
    answerIsScanned = false;
    loaded = resident ? null : header;
  }

  private void readWindows(ByteReader in, byte[] header) throws IOException {
    LogChunk open = emptyOpen();
    if (resident) {
      open.read(in);
    } else {
      open.readToWrite(in, header);
    }
    goOnIn(open);
    for (LogCursor cursor : shared.cursors) {
      cursor.read(cells, copies, in);
    }
    for (LogWindow window : shared.windows) {
      window.read(this, in);
    }
    aggregates.read(in);
  }

  /** Reads the first version of the format, in which there were trailing counts and sums only. */
  private void readSums(ByteReader in) {
    LogChunk open = emptyOpen();
    open.readVersion1(in);
    goOnIn(open);
    for (LogCursor cursor : shared.cursors) {
      cursor.readVersion1(cells, copies, in);
    }
    for (LogWindow window : shared.windows) {
      window.readSums(this, in);
    }
  }

  /**
   * Its header, to be stored.
   *
   * @throws Exception from the chunk store, whose current key must be its own
   */
  byte[] save() throws Exception {
    if (sealsLate) {
      settle();
    }
    shared.writer.reset();
    shared.writer.writeByte(tiled ? FORMAT_WITH_TILES : FORMAT);
    shared.writer.writeUnsigned(shared.layoutNumber);
    shared.writer.writeLong(headMillis);
    shared.writer.writeUnsigned(oldest);
    shared.writer.writeLong(oldestLastMillis);
    shared.writer.writeLong(sealedLastMillis);
    shared.writer.writeLong(droppedUpToMillis);
    shared.writer.writeUnsigned(nextChunk);
    gaps.write(
        tiled ? tiledAfterMillis : droppedUpToMillis,
        headMillis - shared.retentionMillis,
        shared.writer);
    LogChunk open = open();
    open.write(shared.writer);
    for (int i = 0; i < standIn.length; i++) {
      LogCursor cursor = shared.cursors[i];
      LogChunk sealed = standIn[i];
      if (sealed != null && sealed != open && cursor.offset(cells) < sealed.size()) {
        // So that the header has what comes next, and who loads it need not read the chunk.
        cursor.readIn(cells, sealed, false);
      }
      cursor.write(cells, copies, loaded, shared.writer);
    }
    for (LogWindow window : shared.windows) {
      window.write(this, shared.writer);
    }
    aggregates.write(shared.writer);
    if (tiled) {
      shared.writer.writeLong(tiledAfterMillis);
      shared.writer.writeLong(answersFromMillis);
    }
    return shared.writer.toBytes();
  }

  /** The number of the layout in which a header lies: 0 where headers did not name one yet. */
  static int layoutNumber(byte[] header) {
    ByteReader in = new ByteReader(header);
    return in.readByte() >= FORMAT ? in.readCount() : 0;
  }

  /**
   * Begins with a past: what another layout knew of the key. What it held of events follows by
   * {@link #takeIn}.
   *
   * @param droppedUpTo events up to then are lost
   * @param lacking what its events lack
   * @param base what windows that only grow held before the first of its events
   */
  void beginAfter(long droppedUpTo, LogGaps lacking, LogState base) {
    begin();
    droppedUpToMillis = droppedUpTo;
    if (!lacking.isEmpty()) {
      gaps = lacking.copy();
    }
    for (int window : shared.growing) {
      shared.windows[window].copy(base, this);
    }
  }

  /**
   * Goes on with tiles that hold all entries that follow by {@link #takeIn}, for which they are
   * looked at once more when {@link #endReplay all} have.
   *
   * @param old whose tiles they were
   */
  void beginReplay(KeyLog old) {
    tiled = true;
    tiledAfterMillis = old.tiledAfterMillis;
    answersFromMillis = old.answersFromMillis;
    for (int i = 0; i < shared.cursors.length; i++) {
      if (shared.tiledEdges[i]) {
        shared.cursors[i].park(cells, Long.MIN_VALUE + 1);
      }
    }
  }

  /** Leaves no entry that is in tiles already where it would be counted beside them. */
  void endReplay() throws Exception {
    if (open().size() > 0) {
      seal();
      trim();
    }
  }

  /** Computes anew what windows hold that tiles serve. */
  void mergeTiles() throws Exception {
    for (int i = 0; i < shared.cursors.length; i++) {
      if (shared.tiledEdges[i]) {
        moveOnTiles(i);
      }
    }
  }

  /** Adds the open chunk to tiles as if it were sealed, for the last time. */
  void addOpenToTiles() throws Exception {
    shared.tiles.add(open(), headMillis);
    shared.tiles.leave();
  }

  /** Begins anew where events of the key may have been forgotten. */
  void forget(long upToMillis) {
    droppedUpToMillis = upToMillis;
    gaps = gaps.copy();
    gaps.noteGrowing(upToMillis);
  }

  /** What values of this log are not complete. */
  LogGaps gaps() {
    return gaps;
  }

  /** Lets go of the entries in memory; what is stored of them stays. */
  void release() {
    aggregates.release();
    Arrays.fill(standIn, null);
    while (!isOpen(oldestHeld.id())) {
      partWithOldest();
    }
    emptyOpen();
  }

  /** Lets go of everything: it is not used again. */
  void discard() {
    release();
    shared.logBytes -= countedBytes;
    countedBytes = 0;
  }

  /** Entries up to this time are no longer there: a window that reaches them is incomplete. */
  long droppedUpToMillis() {
    return droppedUpToMillis;
  }

  /** Whether an event of this time comes too late to be taken in: what is as old was dropped. */
  boolean isTooLate(long time) {
    return time <= headMillis - retentionMillis();
  }

  private long retentionMillis() {
    return tiled ? shared.tiles.retentionMillis() : shared.retentionMillis;
  }

  /** Whether there are tiles, which serve windows that hop. */
  boolean isTiled() {
    return tiled;
  }

  /**
   * Up to when events are missing in the answer of a window, so that it is not complete if it
   * reaches them.
   *
   * @param asOf of the answer
   */
  long missingUpToMillis(int window, long asOf) {
    if (!tiled || !shared.tiles.serve(window)) {
      return droppedUpToMillis;
    }
    long upper = asOf - shared.layout.windows().get(window).delayMillis();
    boolean isThere =
        asOf >= Math.max(answersFromMillis, headMillis - shared.tiles.slackMillis())
            && shared.tiles.floor(window, upper) >= droppedUpToMillis;
    return isThere ? tiledAfterMillis : asOf;
  }

  /**
   * Takes in an event that is not too late; {@link #answer} then holds the windows as of it, itself
   * included.
   *
   * @param row one value per column, NaN for none
   * @return false if it is a duplicate, which changes nothing
   */
  boolean insert(long time, long eventId, double[] row) throws Exception {
    shared.visitedIsCurrent = false;
    return time >= headMillis ? appendNew(time, eventId, row) : insertBehind(time, eventId, row);
  }

  /**
   * Answers as of an event without taking it in; {@link #answer} then holds the windows as of it,
   * itself included.
   *
   * @return false if it was taken in before
   */
  boolean answerOnly(long time, long eventId, double[] row) throws Exception {
    shared.visitedIsCurrent = false;
    LogChunk chunk = findChunk(time);
    if (holds(chunk, time, eventId)) {
      return false;
    }
    long lastMillis = scan(shared.all, time, chunk, chunk.countUpTo(time));
    shared.asked.begin(NONE, NONE, 0);
    shared.asked.insert(0, time, eventId, row);
    shared.scan.add(shared.asked, 0, false, lastMillis);
    answerIsScanned = true;
    return true;
  }

  /**
   * Whether counts and sums as of the event last taken in or answered are those of the log itself,
   * and nothing is lacking but what {@link #droppedUpToMillis was dropped}.
   */
  boolean answersFromCells() {
    return !answerIsScanned && !tiled && gaps.isEmpty();
  }

  /** The state of a window as of the event last taken in or answered. */
  WindowState answer(int window) throws Exception {
    if (answerIsScanned) {
      return shared.scan.answer(window);
    }
    if (shared.mergesParts) {
      aggregates.answer(window);
    }
    return new WindowState(shared.windows[window], this);
  }

  /**
   * Takes in an entry that is known to be none of those before it, and not earlier.
   *
   * @param row one value per column, NaN for none
   */
  void takeIn(long time, long eventId, double[] row) throws Exception {
    long lastMillis = headMillis;
    headMillis = time;
    boolean worn = false;
    for (int i = 0; i < shared.cursors.length; i++) {
      LogCursor cursor = shared.cursors[i];
      if (cursor.isOfSession()) {
        endSession(i, lastMillis);
      }
      long limit = cursor.limit(cells, time);
      if (cursor.aheadTime(cells) <= limit) {
        worn |= advance(i, limit);
      }
    }
    if (isOpenFull()) {
      makeWay();
    }
    int at = append(time, eventId, row);
    shared.arrival.enter(this, cells, at);
    if (shared.mergesParts) {
      LogChunk open = open();
      for (int window : shared.undelayed) {
        aggregates.enter(window, open, open.size() - 1);
      }
    }
    if (worn) {
      rebuild();
    }
    answerIsScanned = false;
  }

  private boolean appendNew(long time, long eventId, double[] row) throws Exception {
    if (isRecentDuplicate(time, eventId)) {
      return false;
    }
    takeIn(time, eventId, row);
    return true;
  }

  /** Empties the windows of a session if the head has come after a pause that ends it. */
  private void endSession(int index, long lastMillis) {
    LogCursor cursor = shared.cursors[index];
    if (lastMillis == Long.MIN_VALUE || headMillis - lastMillis <= cursor.edge().gapMillis()) {
      return;
    }
    cursor.pauseAt(cells, lastMillis);
    LogChunk open = open();
    move(index, open, open.size());
    for (int window : shared.leaving[index]) {
      shared.windows[window].clear(this);
    }
  }

  /**
   * Lets a cursor pass every entry that is now at least its distance behind the head.
   *
   * @return whether a window is to be computed anew
   */
  private boolean advance(int index, long limit) throws Exception {
    if (tiled && shared.tiledEdges[index]) {
      moveOnTiles(index);
      return false;
    }
    LogCursor cursor = shared.cursors[index];
    boolean worn = false;
    while (cursor.aheadTime(cells) <= limit) {
      if (!cursor.hasAhead(cells)) {
        if (!lookAhead(index)) {
          break;
        }
      } else if (cursor.readsCopies(cells)) {
        pass(index, cursor.offset(cells), copies, cursor.copyAhead(cells));
        worn |= shared.passages[index].countLeft(cells, 1);
        cursor.stepOverCopy(cells, copies);
      } else {
        worn |= passInMemory(index, limit);
      }
    }
    if (shared.mergesParts) {
      aggregates.follow(index);
    }
    return worn;
  }

  /** Passes entries of one chunk, of which there is one at least, where they stand. */
  private boolean passInMemory(int index, long limit) {
    LogCursor cursor = shared.cursors[index];
    int stop = cursor.stop(cells, end);
    int offset = cursor.offset(cells);
    int at = cursor.ahead(cells);
    int count = 0;
    do {
      pass(index, offset + count, cells, at);
      count++;
      at += shared.stride;
    } while (at < stop && cells[at] <= limit);
    cursor.pass(cells, count, at, stop);
    if (stop < end && offset + count >= LogCursor.blockEnd(offset)) {
      fetchBlock(at, stop);
    }
    return shared.passages[index].countLeft(cells, count);
  }

  /**
   * Reads on in a sealed chunk, once for several entries: in a log that has such the next event
   * comes soon, and the processor does not fetch their lines by itself where keys take turns.
   */
  private void fetchBlock(int at, int stop) {
    long read = 0;
    int end = Math.min(stop, at + LogCursor.BLOCK * shared.stride);
    for (int i = at; i < end; i += LINE_CELLS) {
      read ^= cells[i];
    }
    shared.lastFetched = read;
  }

  /** Lets windows have, or part with, an entry, but for {@link Passage#countLeft counting it}. */
  private void pass(int cursor, int offset, long[] entries, int at) {
    shared.passages[cursor].pass(this, entries, at);
    if (shared.mergesParts) {
      for (int window : shared.entering[cursor]) {
        aggregates.enter(window, shared.cursors[cursor], offset, entries, at);
      }
    }
  }

  @Override
  public long[] cells() {
    return cells;
  }

  @Override
  public Mergeable[] accumulators() {
    return accumulators;
  }

  /** Recomputes the windows that need it from the log, the head included. */
  private void rebuild() throws Exception {
    LogChunk open = open();
    scan(shared.all, headMillis, open, open.size());
    for (LogWindow window : shared.windows) {
      if (window.isWorn(this)) {
        window.copy(shared.scan.state(), this);
      }
    }
  }

  /**
   * Makes room for another entry: seals the open chunk or, in a log that seals late, drops what no
   * window reaches, and seals only where that is too little.
   */
  private void makeWay() throws Exception {
    if (!sealsLate) {
      seal();
      trim();
      return;
    }
    trim();
    if (isOpenTooLarge()) {
      sealFirst();
    }
  }

  /** Seals what a log that seals late has put off. */
  private void settle() throws Exception {
    // What was visited may be of the key whose event is at hand.
    shared.visitedIsCurrent = false;
    trim();
    while (open().size() > chunkSize) {
      sealFirst();
    }
    shared.visitedIsCurrent = false;
  }

  /** Seals the first entries of the open chunk. */
  private void sealFirst() throws Exception {
    split(open(), countToSeal());
  }

  private void seal() throws Exception {
    LogChunk full = open();
    full.linkNext(nextChunk++);
    LogChunk next = new LogChunk(shared.layout.columns(), cells, end);
    next.begin(full.next(), full.id(), full.leaf() + 1);
    sealBefore(full, next);
  }

  /** Goes on in a new chunk behind the open one, which is sealed. */
  private void sealBefore(LogChunk full, LogChunk next) throws Exception {
    full.joinNewer(next);
    goOnIn(next);
    leave(full);
    holdSealed();
    putSealed(full);
    aggregates.sealed(full);
    if (tiled) {
      addToTiles(full);
    }
  }

  private void addToTiles(LogChunk sealed) throws Exception {
    shared.tiles.add(sealed, sealedLastMillis);
    shared.tiles.leave();
    noteAnswersFrom();
  }

  private void noteAnswersFrom() {
    answersFromMillis = Math.max(answersFromMillis, sealedLastMillis - shared.tiles.slackMillis());
  }

  /** Goes over to tiles, in which all sealed chunks are from now on. */
  private void beginTiles() throws Exception {
    tiled = true;
    tiledAfterMillis = droppedUpToMillis;
    answersFromMillis = Long.MIN_VALUE;
    noteAnswersFrom();
    for (LogChunk chunk = find(oldest); !isOpen(chunk.id()); chunk = find(chunk.next())) {
      shared.tiles.add(chunk, sealedLastMillis);
    }
    shared.tiles.leave();
    mergeTiles();
  }

  /** Moves the lower end of windows that tiles serve to where it now is. */
  private void moveOnTiles(int index) throws Exception {
    for (int window : shared.leaving[index]) {
      mergeTiles(window);
    }
    park(index);
  }

  /** Computes anew what a window holds that tiles serve. */
  private void mergeTiles(int window) throws Exception {
    int head = shared.heads[window];
    LogChunk through = open();
    int count = through.size();
    if (head != LogWorkspace.NO_CURSOR) {
      long id = shared.cursors[head].chunk(cells);
      LogChunk held = inMemory(id);
      through = held == null ? read(id, shared.found) : held;
      count = shared.cursors[head].offset(cells);
    }
    scan(shared.single(window), headMillis, through, count);
    shared.windows[window].copy(shared.scan.state(), this);
    aggregates.copyScanned(window);
  }

  private void readGaps(ByteReader in) {
    int count = in.readCount();
    if (count > 0) {
      gaps = new LogGaps(shared.layout);
      gaps.read(in, count);
    }
  }

  /**
   * Drops the chunks, and of a log that seals late the entries, that no window and no event behind
   * the head can reach any more.
   */
  private void trim() throws Exception {
    if (!tiled && shared.tiles.pay((nextChunk - oldest) * chunkSize)) {
      beginTiles();
    }
    boolean dropsFromGrowing = false;
    while (!isOpen(oldest) && oldestLastMillis <= headMillis - retentionMillis()) {
      LogChunk dropped = find(oldest);
      long successor = dropped.next();
      if (shared.growing.length > 0) {
        if (!dropsFromGrowing) {
          shared.base.load(shared.chunks);
          dropsFromGrowing = true;
        }
        shared.base.add(dropped);
      }
      aggregates.dropped(dropped);
      shared.chunks.remove(oldest);
      droppedUpToMillis = oldestLastMillis;
      if (oldestHeld.id() == oldest) {
        letGoOfOldest();
      }
      for (int i = 0; i < standIn.length; i++) {
        if (shared.cursors[i].chunk(cells) == oldest) {
          shared.cursors[i].moveTo(cells, successor, 0);
          standIn[i] = null;
        }
      }
      oldest = successor;
      oldestLastMillis = isOpen(successor) ? Long.MAX_VALUE : find(successor).lastTime();
    }
    if (dropsFromGrowing) {
      shared.base.save(shared.chunks, shared.writer);
    }
    if (sealsLate && isOpen(oldest)) {
      dropFromOpen();
    }
    makeSmall();
    dropUnusedCopies();
  }

  /** Drops the first entries of the open chunk, which is the oldest, that nothing can reach. */
  private void dropFromOpen() {
    LogChunk open = open();
    boolean hasMany = open.size() > chunkSize;
    // A few are kept for longer where events are told to be duplicates for longer.
    long keptMillis =
        hasMany ? retentionMillis() : Math.max(retentionMillis(), shared.layout.onceMillis());
    int passed = open.countUpTo(headMillis - keptMillis);
    if (passed == 0) {
      return;
    }
    droppedUpToMillis = open.time(passed - 1);
    dropFirst(passed);
    for (LogCursor cursor : shared.cursors) {
      if (cursor.chunk(cells) == open.id()) {
        cursor.shift(cells, -passed);
      }
    }
  }

  private boolean insertBehind(long time, long eventId, double[] row) throws Exception {
    boolean[] changed = sessionsThatBeginAfter(time);
    LogChunk chunk = findChunk(time);
    if (holds(chunk, time, eventId) || isRecentDuplicate(time, eventId)) {
      return false;
    }
    int index = chunk.countUpTo(time);
    moveCursors(chunk, index, time);
    insertInto(chunk, index, time, eventId, row);
    for (int i = 0; i < shared.windows.length; i++) {
      if (takesNow(i, time, changed)) {
        shared.windows[i].add(this, chunk.cells(), chunk.at(index));
      }
    }
    if (!isOpen(chunk.id())) {
      aggregates.insertedInto(chunk, index);
      if (tiled) {
        shared.tiles.add(chunk, index, sealedLastMillis);
        shared.tiles.leave();
      }
    }
    if (chunk.size() >= mostEntries(chunk)) {
      split(chunk, chunk.size() / 2);
    } else if (!isOpen(chunk.id())) {
      putSealed(chunk);
    }
    findSessionsAnew(changed);
    aggregates.seatAll();
    if (tiled) {
      for (int window : shared.tiledParts) {
        mergeTiles(window);
      }
    }
    LogChunk last = findChunk(time);
    scan(shared.all, time, last, last.countUpTo(time));
    answerIsScanned = true;
    return true;
  }

  /** Per cursor, whether a session stands there that an entry of this time could change. */
  private boolean[] sessionsThatBeginAfter(long time) throws Exception {
    boolean[] sessions = new boolean[shared.cursors.length];
    for (int i = 0; i < sessions.length; i++) {
      LogCursor cursor = shared.cursors[i];
      sessions[i] =
          cursor.edge().isOfSession()
              && time > cursor.limit(cells, headMillis)
              && (!lookAhead(i) || time < cursor.aheadTime(cells));
    }
    return sessions;
  }

  /** Whether the window as of the head takes in an entry behind it, by itself. */
  private boolean takesNow(int window, long time, boolean[] changedSessions) {
    int tail = shared.tails[window];
    if (tail < 0) {
      return shared.windows[window].continuesWith(this, time);
    }
    return !changedSessions[tail]
        && time > shared.cursors[tail].limit(cells, headMillis)
        && time <= headMillis - shared.layout.windows().get(window).delayMillis();
  }

  /** Finds where sessions begin that an entry has joined to another, or has parted. */
  private void findSessionsAnew(boolean[] sessions) throws Exception {
    boolean scanned = false;
    for (int i = 0; i < sessions.length; i++) {
      if (!sessions[i]) {
        continue;
      }
      if (!scanned) {
        LogChunk open = open();
        scan(shared.all, headMillis, open, open.size());
        scanned = true;
      }
      LogCursor cursor = shared.cursors[i];
      for (int window : shared.leaving[i]) {
        shared.windows[window].copy(shared.scan.state(), this);
        cursor.pauseAt(cells, shared.scan.pauseMillis(window));
      }
      long limit = cursor.limit(cells, headMillis);
      LogChunk chunk = findChunk(limit);
      move(i, chunk, chunk.countUpTo(limit));
    }
  }

  /** Leaves the first entries in the chunk and puts the others into a new one behind it. */
  private void split(LogChunk chunk, int kept) throws Exception {
    LogChunk second = chunk.splitAt(kept, nextChunk++);
    for (int i = 0; i < standIn.length; i++) {
      LogCursor cursor = shared.cursors[i];
      if (cursor.chunk(cells) == chunk.id()) {
        if (cursor.offset(cells) > kept) {
          move(i, second, cursor.offset(cells) - kept);
        } else {
          move(i, chunk, cursor.offset(cells));
        }
      }
    }
    if (isOpen(chunk.id())) {
      sealBefore(chunk, second);
      return;
    }
    chunk.shareLeafWith(second);
    LogChunk following = chunk.newer();
    if (following != null) {
      chunk.joinNewer(second);
      second.joinNewer(following);
      countHeld();
    }
    putSealed(chunk);
    putSealed(second);
    if (isOpen(second.next())) {
      open().linkPrevious(second.id());
    } else {
      if (following == null) {
        following = find(second.next());
      }
      following.linkPrevious(second.id());
      putSealed(following);
    }
    letGoOfTooMany();
  }

  private void putSealed(LogChunk chunk) throws Exception {
    if (chunk.id() == oldest) {
      oldestLastMillis = chunk.lastTime();
    }
    if (isOpen(chunk.next())) {
      if (tiled) {
        shared.tiles.trim(sealedLastMillis, chunk.lastTime());
      }
      sealedLastMillis = chunk.lastTime();
    }
    shared.visitedIsCurrent &= shared.visited.id() != chunk.id();
    shared.chunks.put(chunk.id(), chunk.toBytes(shared.writer));
  }

  /**
   * Computes what windows hold as of a time.
   *
   * @param windows their positions
   * @param through chunk of the last entry that counts
   * @param count how many of its entries do
   * @return time of that last entry, {@link Long#MIN_VALUE} where no entry was looked at
   */
  private long scan(int[] windows, long asOf, LogChunk through, int count) throws Exception {
    LogChunk chunk = through;
    long horizon = shared.scan.begin(windows, asOf, droppedUpToMillis, tiled);
    while (chunk.id() != oldest && (chunk.size() == 0 || chunk.firstTime() > horizon)) {
      chunk = before(chunk);
    }
    long lastMillis = Long.MIN_VALUE;
    while (true) {
      boolean isLast = chunk.id() == through.id();
      int end = isLast ? count : chunk.size();
      boolean inTiles = !isOpen(chunk.id());
      for (int i = 0; i < end; i++) {
        shared.scan.add(chunk, i, inTiles, lastMillis);
        lastMillis = chunk.time(i);
      }
      if (isLast) {
        return lastMillis;
      }
      chunk = chunk.next() == through.id() ? through : find(chunk.next());
    }
  }
}
