package io.tidemark.cli.bench.scoring;

/**
 * How much is measured.
 *
 * @param distinctRows that a run goes through, again if it needs more
 * @param rounds how often each case is measured
 * @param warmUpSeconds for which each case runs before, at the speed it has then
 * @param measureSeconds for which each case runs each time it is measured
 * @param waitingSeconds for which records come on a schedule at the lowest rate: long enough that
 *     no single pause of the collector is the 99th percentile
 * @param busySeconds for which they come at the other rates
 * @param waitingRounds how often
 * @param heapMebibytes of each process
 */
record ScoringScale(
    int distinctRows,
    int rounds,
    double warmUpSeconds,
    double measureSeconds,
    double waitingSeconds,
    double busySeconds,
    int waitingRounds,
    int heapMebibytes) {
  static final ScoringScale FULL = new ScoringScale(262_144, 5, 5, 2, 10, 10, 3, 320);
  static final ScoringScale QUICK = new ScoringScale(131_072, 3, 0.8, 0.9, 3, 1, 1, 256);
}
