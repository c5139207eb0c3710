package io.tidemark.contract;

import java.io.Serializable;

/** What of an event is aggregated. Equal expressions need one evaluation per event. */
public sealed interface ValueExpression extends Serializable {

  /** As the contract spells it. */
  String text();

  /** A field of the event. */
  record Field(String name) implements ValueExpression {
    @Override
    public String text() {
      return name;
    }
  }

  /**
   * A CEL expression over the fields of the event; its type is that of {@link
   * Expressions#compile(EventContract, String)}. An event that lacks a field it reads has no value.
   */
  record Computed(String text) implements ValueExpression {}
}
