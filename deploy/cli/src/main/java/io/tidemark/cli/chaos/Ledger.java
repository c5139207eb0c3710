package io.tidemark.cli.chaos;

/** How often each payment was found in one place, and whether what stood there was right. */
final class Ledger {
  private final String place;
  private final Payments payments;
  private final int[] found;
  private long records;
  private int distinct;
  private long foreign;
  private long wrong;

  Ledger(String place, Payments payments) {
    this.place = place;
    this.payments = payments;
    this.found = new int[payments.count()];
  }

  /** A record of the place; what it says of the payment is to be right in every respect. */
  synchronized void add(String id, Answer answer) {
    records++;
    Integer payment = payments.number(id);
    if (payment == null) {
      foreign++;
      return;
    }
    if (found[payment]++ == 0) {
      distinct++;
    }
    if (!answer.isRight(payment)) {
      wrong++;
    }
  }

  /** What a record says. */
  interface Answer {
    boolean isRight(int payment);
  }

  /** How many payments were found at least once so far. */
  synchronized int distinct() {
    return distinct;
  }

  /** The account so far. */
  synchronized Account account() {
    return new Account(
        place, records, found.length - distinct, records - foreign - distinct, foreign, wrong);
  }

  /**
   * What was found in a place.
   *
   * @param lost payments that were not
   * @param doubled records of a payment beyond its first
   * @param foreign records of no payment
   * @param wrong records that say what they should not
   */
  record Account(String place, long records, long lost, long doubled, long foreign, long wrong) {
    boolean isExact() {
      return lost == 0 && doubled == 0 && foreign == 0 && wrong == 0;
    }
  }
}
