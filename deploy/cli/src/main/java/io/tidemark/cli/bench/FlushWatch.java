package io.tidemark.cli.bench;

import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.KeyedFeatures;
import io.tidemark.jobs.event.KnownPast;
import io.tidemark.jobs.state.StateManifest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.OptionalLong;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.streaming.api.operators.KeyContext;

/** Features that tell the {@link Probe} how long they take to hand their state over. */
final class FlushWatch implements KeyedFeatures {
  private static final long serialVersionUID = 1L;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final KeyedFeatures features;
  private transient Probe probe;

  FlushWatch(KeyedFeatures features) {
    this.features = features;
  }

  @Override
  public void open(KeyedStateStore state, KeyContext keys, long cacheBytes) {
    probe = Probe.current();
    features.open(state, keys, cacheBytes);
  }

  @Override
  public void flushAhead(int step, int steps) throws Exception {
    features.flushAhead(step, steps);
  }

  @Override
  public void flush() throws Exception {
    long beginNanos = THREADS.getCurrentThreadCpuTime();
    features.flush();
    probe.flushed(THREADS.getCurrentThreadCpuTime() - beginNanos);
  }

  @Override
  public Outcome update(FeatureVector trigger, KnownPast past) throws Exception {
    return features.update(trigger, past);
  }

  @Override
  public int skippedValues() {
    return features.skippedValues();
  }

  @Override
  public boolean answer(FeatureVector trigger, KnownPast past) throws Exception {
    return features.answer(trigger, past);
  }

  @Override
  public void missing(FeatureVector trigger) {
    features.missing(trigger);
  }

  @Override
  public long retentionMillis() {
    return features.retentionMillis();
  }

  @Override
  public OptionalLong expire(long nowMillis) throws Exception {
    return features.expire(nowMillis);
  }

  @Override
  public String contract() {
    return features.contract();
  }

  @Override
  public String legacyLayout() {
    return features.legacyLayout();
  }

  @Override
  public StateManifest manifest() {
    return features.manifest();
  }

  @Override
  public void resume(StateManifest manifest) {
    features.resume(manifest);
  }
}
