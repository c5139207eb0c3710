package io.tidemark.jobs.event;

import java.io.Serializable;
import java.util.Comparator;

/** The total order of events: by event time, then by the contract's id. */
public final class EventComparator implements Comparator<FeatureVector>, Serializable {
  private static final long serialVersionUID = 1L;

  private final boolean textId;
  private final int idSlot;

  public EventComparator(EventSchema schema) {
    this.textId = schema.isText(schema.idField());
    this.idSlot = schema.slot(schema.idField());
  }

  @Override
  public int compare(FeatureVector left, FeatureVector right) {
    Event a = left.trigger();
    Event b = right.trigger();
    int byTime = Long.compare(a.timeMillis(), b.timeMillis());
    if (byTime != 0) {
      return byTime;
    }
    return textId
        ? String.valueOf(a.text(idSlot)).compareTo(String.valueOf(b.text(idSlot)))
        : Long.compare(a.bits(idSlot), b.bits(idSlot));
  }
}
