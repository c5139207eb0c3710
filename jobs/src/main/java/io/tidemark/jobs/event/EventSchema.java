package io.tidemark.jobs.event;

import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.io.Serializable;
import java.util.List;

/**
 * Where each field of an event contract lies in an {@link Event}: text in one lane, everything else
 * as 64 bits in another. Slots are resolved once, when a job is built; rows are read by slot.
 */
public final class EventSchema implements Serializable {
  private static final long serialVersionUID = 1L;

  private final EventContract contract;
  private final int[] slots;
  private final FieldType[] types;
  private final int numberCount;
  private final int textCount;
  private final int idField;
  private final int timeField;

  public EventSchema(EventContract contract) {
    this.contract = contract;
    List<EventField> fields = contract.fields();
    this.slots = new int[fields.size()];
    this.types = fields.stream().map(EventField::type).toArray(FieldType[]::new);
    int numbers = 0;
    int texts = 0;
    for (int i = 0; i < slots.length; i++) {
      slots[i] = fields.get(i).type() == FieldType.STRING ? texts++ : numbers++;
    }
    this.numberCount = numbers;
    this.textCount = texts;
    this.idField = fieldIndex(contract.id());
    this.timeField = fieldIndex(contract.time().field());
  }

  public EventContract contract() {
    return contract;
  }

  /** Fields in the contract's order; the index of a field is its position here. */
  public List<EventField> fields() {
    return contract.fields();
  }

  /**
   * @throws IllegalArgumentException if the contract has no such field; validation rules that out
   */
  public int fieldIndex(String name) {
    List<EventField> fields = contract.fields();
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "Event " + contract.metadata().name() + " has no field " + name);
  }

  public FieldType type(int field) {
    return types[field];
  }

  /** Position of a field in the lane of its type. */
  public int slot(int field) {
    return slots[field];
  }

  public boolean isText(int field) {
    return type(field) == FieldType.STRING;
  }

  public int numberCount() {
    return numberCount;
  }

  public int textCount() {
    return textCount;
  }

  public int idField() {
    return idField;
  }

  public int timeField() {
    return timeField;
  }
}
