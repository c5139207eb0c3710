package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Payments, and what else arrives on their topic. */
final class MalformedEvents {
  /** In every record's customer, and nowhere else. */
  static final String CUSTOMER = "CUSTOMER-";

  private static final Instant START = Instant.parse("2025-06-01T12:00:00Z");

  private MalformedEvents() {}

  /**
   * @param value null for a record without a value
   */
  record Malformed(String what, byte @Nullable [] value, String reason) {}

  static Instant time(long seconds) {
    return START.plusSeconds(seconds);
  }

  /** A valid payment, so many seconds after the first; its id decides the rest. */
  static byte[] payment(long id, long seconds) {
    return json(members(id, seconds)).getBytes(UTF_8);
  }

  /** All of them at about the same time, with ids that no payment has. */
  static List<Malformed> all(long seconds) {
    String valid = json(members(-1, seconds));
    return List.of(
        new Malformed("no value", null, "null_value"),
        text("nothing", "", "empty"),
        text("white space", " \r\n\t", "empty"),
        text("truncated JSON", valid.substring(0, valid.length() - 20), "malformed"),
        text("CSV", "1,2025-06-01T12:00:00Z," + CUSTOMER + "1,T1,5.0,0", "malformed"),
        text("two objects", valid + valid, "malformed"),
        text("single quotes", valid.replace('"', '\''), "malformed"),
        text("null bytes in front", "\0\0\0\0" + valid, "malformed"),
        text("null bytes within", valid.replace("TERMINAL", "\0\0"), "malformed"),
        text("null bytes at the end", valid + "\0", "malformed"),
        text(
            "nested beyond reason", valid.replace("}", ",\"x\":" + "[".repeat(5_000)), "malformed"),
        text("half of a surrogate pair", valid.replace("TERMINAL", "\\ud83d"), "malformed"),
        new Malformed("Latin 1", valid.replace("TERMINAL", "É").getBytes(ISO_8859_1), "malformed"),
        new Malformed("UTF-16", valid.getBytes(UTF_16LE), "malformed"),
        text("an array", "[" + valid + "]", "not_an_object"),
        text("a number", "42", "not_an_object"),
        text("a text", "\"" + CUSTOMER + "1\"", "not_an_object"),
        text("1 MB", with("x", "\"" + "x".repeat(1_000_000) + "\"", seconds), "too_large"),
        text("no id", without("transaction_id", seconds), "missing_field"),
        text("no time", without("tx_datetime", seconds), "missing_field"),
        text("no customer", without("customer_id", seconds), "missing_field"),
        text("no amount", without("amount", seconds), "missing_field"),
        text("null id", with("transaction_id", "null", seconds), "missing_field"),
        text("null amount", with("amount", "null", seconds), "missing_field"),
        text("a field twice", valid.replace("{", "{\"amount\":1,"), "duplicate_field"),
        text("id as text", with("transaction_id", "\"7\"", seconds), "wrong_type"),
        text("id with a fraction", with("transaction_id", "7.5", seconds), "wrong_type"),
        text("huge exponent", with("transaction_id", "1e99999999999", seconds), "wrong_type"),
        text("amount as text", with("amount", "\"12.5\"", seconds), "wrong_type"),
        text("amount as object", with("amount", "{\"value\":12.5}", seconds), "wrong_type"),
        text("customer as number", with("customer_id", "7", seconds), "wrong_type"),
        text("customer as array", with("customer_id", "[\"CUSTOMER-1\"]", seconds), "wrong_type"),
        text("time as number", with("tx_datetime", "1748779200", seconds), "wrong_type"),
        text("local time", with("tx_datetime", "\"2025-06-01T12:00:00\"", seconds), "wrong_type"),
        text("30 February", with("tx_datetime", "\"2025-02-30T12:00:00Z\"", seconds), "wrong_type"),
        text("NaN", with("amount", "NaN", seconds), "not_finite"),
        text("infinity", with("amount", "-Infinity", seconds), "not_finite"),
        text("beyond a double", with("amount", "1e400", seconds), "not_finite"),
        text("negative amount", with("amount", "-0.01", seconds), "out_of_range"),
        text(
            "id of 65 bits",
            with("transaction_id", "9223372036854775808", seconds),
            "out_of_range"),
        text("label of 33 bits", with("fraud", "4294967296", seconds), "out_of_range"),
        text("1970", with("tx_datetime", "\"1970-01-01T00:00:00Z\"", seconds), "time_too_early"),
        text(
            "2100",
            with("tx_datetime", "\"2100-01-01T00:00:00Z\"", seconds),
            "time_too_far_ahead"));
  }

  private static Malformed text(String what, String value, String reason) {
    return new Malformed(what, value.getBytes(UTF_8), reason);
  }

  private static String with(String name, String value, long seconds) {
    Map<String, String> members = members(-1, seconds);
    members.put(name, value);
    return json(members);
  }

  private static String without(String name, long seconds) {
    Map<String, String> members = members(-1, seconds);
    members.remove(name);
    return json(members);
  }

  private static Map<String, String> members(long id, long seconds) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("transaction_id", Long.toString(id));
    members.put("tx_datetime", "\"" + time(seconds) + "\"");
    members.put("customer_id", "\"" + CUSTOMER + Math.floorMod(id, 5) + "\"");
    members.put("terminal_id", "\"TERMINAL-" + Math.floorMod(id, 3) + "\"");
    members.put("amount", Math.floorMod(id * 37, 200) + ".25");
    members.put("fraud", "0");
    return members;
  }

  private static String json(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
