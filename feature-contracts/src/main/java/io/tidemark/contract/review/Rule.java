package io.tidemark.contract.review;

import java.util.Locale;

/** What was found; its name is what reports and their readers file it under and never changes. */
public enum Rule {
  CONTRACT_ADDED("A contract is new."),
  CONTRACT_REMOVED("A contract is gone."),
  VERSION_BEHIND("The version moves with what the change does to those who rely on the contract."),
  WORDS("A description or an owner changed."),
  FEATURE_ADDED("A feature is new."),
  FEATURE_REMOVED("A feature is gone."),
  FEATURE_RENAMED("A feature is gone and goes on under another name."),
  RENAMED_FROM("A new feature is said to be renamed from one that was not there."),
  FEATURE_MEANING("A name stands for another value than before."),
  FEATURE_TYPE("A feature has another type."),
  FEATURE_DEFAULT("A feature has another value where there is nothing to aggregate."),
  FEATURE_CHECK("Other values of a feature are marked invalid."),
  FEATURE_FRESHNESS("A feature counts as stale after another time."),
  ENTITY("Features belong to another key."),
  SOURCE("Features are made of another topic."),
  STATE_BUDGET("A key may take another amount of state."),
  STATE_FILLED("New state is filled from events that the job still holds."),
  STATE_WARMS_UP("New state takes time to fill."),
  STATE_DROPPED("State is no longer needed."),
  STATE_REFUSED("State of a running job cannot become the new one."),
  COLUMN_ADDED("A table gets a column."),
  COLUMN_ENDS("A column of a table gets no more values."),
  COLUMN_TYPE("A column of a table would need another type."),
  COLUMN_MEANING("A column holds one thing before the change and another after it."),
  TOPIC("Events come from another topic."),
  SIDE_TOPIC("Rejected or late events go to another topic."),
  FORMAT("Events are written in another way."),
  EVENT_ID("Another field tells events apart."),
  EVENT_TIME("Another field is the time of an event, or its disorder is bounded otherwise."),
  FIELD_ADDED("Events have a new field."),
  FIELD_REMOVED("A field of events is no longer read."),
  FIELD_TYPE("A field of events has another type."),
  FIELD_PRESENCE("A field of events became required, or optional."),
  FIELD_BOUNDS("Other values of a field are accepted."),
  FIELD_PII("A field that identifies a person is treated in another way."),
  MODEL_FILE("A version of a model is another file than before."),
  MODEL_INPUTS("A model gets other tensors."),
  MODEL_ORDER("The columns of a tensor are in another order."),
  MODEL_OUTPUT("The score is read from another place."),
  MODEL_TRIGGER("Another event asks for scores."),
  MODEL_CONTRACTS("A model reads another major version of a contract."),
  MODEL_BASELINE("Drift is measured against another reference."),
  MODEL_MISSING("Scores for events with missing features are given, or no longer given."),
  MODEL_SERVING("Records wait otherwise for their score."),
  MODEL_FALLBACK("Another score answers where the model does not.");

  private final String description;

  Rule(String description) {
    this.description = description;
  }

  /** One sentence for somebody who meets the rule for the first time. */
  public String description() {
    return description;
  }

  /** As reports write it, such as {@code feature-meaning}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
