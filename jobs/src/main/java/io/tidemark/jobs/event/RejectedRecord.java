package io.tidemark.jobs.event;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record that was not accepted, as it goes to the dead-letter topic.
 *
 * @param detail one sentence for a person: which field, what was found
 * @param source the topic or file it came from
 * @param partition partition of the topic; -1 for a file
 * @param position offset in the partition, or line of the file
 * @param timestampMillis when the broker took it; 0 where unknown
 * @param payload what may be kept of its bytes, null where nothing may or nothing is
 * @param form what {@code payload} is in relation to the original bytes
 * @param originalBytes length of the original value, -1 where it was null
 * @param sha256 digest of the original bytes in hexadecimal where the payload is cut and nothing in
 *     it identifies a person; else empty
 */
public record RejectedRecord(
    RejectionReason reason,
    String detail,
    String source,
    int partition,
    long position,
    long timestampMillis,
    byte @Nullable [] payload,
    Form form,
    int originalBytes,
    String sha256) {

  /** What became of the original bytes. */
  public enum Form {
    /** Byte for byte; of a CSV file, value for value. */
    ORIGINAL(1),
    /** Values that may identify a person are masked. */
    MASKED(2),
    /** Cut after {@link #MAX_PAYLOAD_BYTES}. */
    TRUNCATED(3),
    /**
     * Withheld: the contract has fields that identify a person and they could not be told apart.
     */
    WITHHELD(4);

    private final byte code;

    Form(int code) {
      this.code = (byte) code;
    }

    public byte code() {
      return code;
    }

    /** What headers say. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Form ofCode(byte code) {
      for (Form form : values()) {
        if (form.code == code) {
          return form;
        }
      }
      throw new IllegalArgumentException("Unknown payload form code " + code);
    }
  }

  /** For an event whose id was accepted before; where it came from is no longer known. */
  public static RejectedRecord duplicate(EventSchema schema, Event event) {
    return DeadLetters.duplicate(schema, event);
  }

  /** More than this is not kept: a broker's default limit for a record is 1 MiB with headers. */
  public static final int MAX_PAYLOAD_BYTES = 900_000;

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RejectedRecord that
        && reason == that.reason
        && detail.equals(that.detail)
        && source.equals(that.source)
        && partition == that.partition
        && position == that.position
        && timestampMillis == that.timestampMillis
        && Arrays.equals(payload, that.payload)
        && form == that.form
        && originalBytes == that.originalBytes
        && sha256.equals(that.sha256);
  }

  @Override
  public int hashCode() {
    return Objects.hash(reason, detail, source, partition, position, Arrays.hashCode(payload));
  }
}
