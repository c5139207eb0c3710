package io.tidemark.jobs.event;

/** Ends the decoding of one record; it has no stack trace since bad records may be many. */
final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;

  RejectedException(RejectionReason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  RejectionReason reason() {
    return reason;
  }

  String detail() {
    return getMessage();
  }
}
