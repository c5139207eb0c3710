package io.tidemark.contract;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One field of an event.
 *
 * @param optional whether an event without it, or with null, is accepted
 * @param min smallest accepted value of a numeric field, inclusive; null where unbounded
 * @param max largest accepted value of a numeric field, inclusive; null where unbounded
 * @param pii how the field is treated outside its stream; null where it identifies nobody
 */
public record EventField(
    String name,
    FieldType type,
    boolean optional,
    @Nullable Double min,
    @Nullable Double max,
    @Nullable Pii pii)
    implements Serializable {}
