package io.tidemark.contract.review;

/**
 * Why the state of a contract cannot be restored. A check of a pull request, the plan from a
 * savepoint, a job before it is submitted and an operator say it in the same words.
 */
public enum StateRefusal {
  ENTITY("keys of the state are the old ones: it is refused"),
  SOURCE("the state holds events of the old topic: it is refused"),
  TIME("the state holds events in the order of another time: it is refused"),
  FIELD_TYPE("the state holds values of the old type: it is refused");

  /** What is refused can be had beside what is kept. */
  private static final String REMEDY =
      "Use a new contract name or the next major version: it is an operator of its own, which"
          + " starts empty.";

  private static final String FIELD_REMEDY =
      "Give the field of the other type a name of its own, or start without the savepoint.";

  private final String reason;

  StateRefusal(String reason) {
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }

  public String remedy() {
    return this == FIELD_TYPE || this == TIME ? FIELD_REMEDY : REMEDY;
  }

  /** A line of its own. */
  public String of(String was, String is) {
    return was + " → " + is + ": " + reason + ". " + remedy();
  }
}
