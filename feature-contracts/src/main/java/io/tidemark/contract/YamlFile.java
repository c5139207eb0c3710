package io.tidemark.contract;

import io.tidemark.contract.YamlNode.Entry;
import io.tidemark.contract.YamlNode.Kind;
import io.tidemark.contract.YamlNode.Mapping;
import io.tidemark.contract.YamlNode.Scalar;
import io.tidemark.contract.YamlNode.Sequence;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * The documents of one YAML file, read as untrusted input.
 *
 * <p>How it works: the bytes are bounded and strictly UTF-8; the parser's events are turned into
 * {@link YamlNode}s one by one, so that an alias, a tag or the 21st level of nesting ends the file
 * where it stands, before anything was built from it. Types follow the JSON schema of YAML 1.2.
 * Documents that were complete before such an end are still returned and checked.
 */
final class YamlFile {
  static final int MAX_BYTES = 256 * 1024;
  static final int MAX_DEPTH = 20;
  private static final JsonSchema SCHEMA = new JsonSchema();

  private final String file;
  private final Problems problems;
  private final Iterator<Event> events;
  private final List<YamlNode> documents = new ArrayList<>();

  private YamlFile(String file, String text, Problems problems) {
    this.file = file;
    this.problems = problems;
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setSchema(SCHEMA)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(MAX_BYTES)
            .build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /**
   * @param documents those that are complete
   * @param readable whether these are all the file holds
   */
  record Result(List<YamlNode> documents, boolean readable) {}

  static Result read(String file, byte[] bytes, Problems problems) {
    if (bytes.length > MAX_BYTES) {
      problems.addFile(
          file,
          "the file is larger than " + MAX_BYTES / 1024 + " KiB",
          "Split it into several files; contracts in one folder are read together.");
      return new Result(List.of(), false);
    }
    String text = decode(file, bytes, problems);
    if (text == null) {
      return new Result(List.of(), false);
    }
    YamlFile reader = new YamlFile(file, text, problems);
    boolean readable = reader.readDocuments();
    return new Result(reader.documents, readable);
  }

  private static @Nullable String decode(String file, byte[] bytes, Problems problems) {
    ByteBuffer input = ByteBuffer.wrap(bytes);
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(input).toString();
    } catch (CharacterCodingException e) {
      String before = StandardCharsets.UTF_8.decode(input.flip()).toString();
      problems.add(
          placeAfter(file, before),
          "",
          "",
          "the file is not UTF-8 from here on",
          "Save it with the encoding UTF-8.");
      return null;
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t') {
        problems.add(
            placeAfter(file, text.substring(0, i)),
            "",
            "U+%04X".formatted((int) c),
            "control characters do not belong in a contract",
            "Remove the character.");
        return null;
      }
    }
    return text;
  }

  private static Place placeAfter(String file, String text) {
    int lineStart = text.lastIndexOf('\n') + 1;
    int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
    return new Place(file, line, 1 + text.codePointCount(lineStart, text.length()));
  }

  private boolean readDocuments() {
    try {
      while (events.hasNext()) {
        Event event = events.next();
        if (event.getEventId() == Event.ID.DocumentStart) {
          YamlNode document = node(events.next(), "", 0);
          // "---" with nothing after it, as at the end of a file, is no contract and no mistake.
          if (!(document instanceof Scalar scalar && scalar.kind() == Kind.NULL)) {
            documents.add(document);
          }
        }
      }
      return true;
    } catch (Refused refused) {
      problems.add(refused.place, refused.path, "", refused.reason, refused.remedy);
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      addSyntaxProblem(e, mark.map(this::place).orElse(Place.start(file)));
    } catch (YamlEngineException e) {
      problems.addFile(
          file,
          "this is not YAML: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          "Check the file in an editor that knows YAML.");
    }
    return false;
  }

  private static boolean isEmptyList(Mark mark) {
    int[] text = mark.getBuffer();
    int at = mark.getPointer();
    return at + 1 < text.length && text[at] == '[' && text[at + 1] == ']';
  }

  private void addSyntaxProblem(MarkedYamlEngineException e, Place place) {
    String problem = String.valueOf(e.getProblem());
    String context = String.valueOf(e.getContext());
    if (problem.contains("(TAB)")) {
      problems.add(place, "", "", "this is not YAML: a tab indents the line", "Write spaces.");
    } else if (context.contains("flow") && e.getContextMark().isPresent()) {
      Mark open = e.getContextMark().get();
      if (e.getProblemMark().filter(YamlFile::isEmptyList).isPresent()) {
        problems.add(
            place,
            "",
            "",
            "this is not YAML: `[]` begins a list here, inside of { }",
            "Put the type of an array in quotes: `type: \"double[]\"`.");
        return;
      }
      problems.add(
          place,
          "",
          "",
          "this is not YAML: the bracket opened on line %d, column %d is not closed before this"
              .formatted(open.getLine() + 1, open.getColumn() + 1),
          "Close it, and separate what it holds by commas.");
    } else {
      problems.add(
          place,
          "",
          "",
          "this is not YAML: " + problem,
          "Check indentation, quotes and colons here and on the line above.");
    }
  }

  private YamlNode node(Event event, String path, int depth) {
    Place place = place(event);
    if (event instanceof AliasEvent) {
      throw new Refused(
          place, path, "aliases (*name) are not part of contracts", "Write the value out here.");
    }
    NodeEvent start = (NodeEvent) event;
    if (start.getAnchor().isPresent()) {
      throw new Refused(
          place,
          path,
          "anchors (&" + start.getAnchor().get().getValue() + ") are not part of contracts",
          "Remove the anchor and write the value out wherever it is needed.");
    }
    Optional<String> tag =
        event instanceof ScalarEvent scalar
            ? scalar.getTag()
            : ((CollectionStartEvent) event).getTag();
    if (tag.isPresent()) {
      throw new Refused(
          place,
          path,
          "tags (" + Scalar.quote(tag.get()) + ") are not part of contracts",
          "Remove the tag; the type follows from how the value is written.");
    }
    if (event instanceof ScalarEvent scalar) {
      return scalar(scalar, place, path);
    }
    if (depth == MAX_DEPTH) {
      throw new Refused(
          place,
          path,
          "nested deeper than " + MAX_DEPTH + " levels",
          "No contract needs that; remove brackets or indentation.");
    }
    return event.getEventId() == Event.ID.SequenceStart
        ? sequence(place, path, depth + 1)
        : mapping(place, path, depth + 1);
  }

  private Scalar scalar(ScalarEvent event, Place place, String path) {
    Kind kind = Kind.STRING;
    if (event.isPlain()) {
      Tag tag = SCHEMA.getScalarResolver().resolve(event.getValue(), true);
      if (event.getValue().isEmpty() || tag.equals(Tag.NULL)) {
        kind = Kind.NULL;
      } else if (tag.equals(Tag.INT)) {
        kind = Kind.INTEGER;
      } else if (tag.equals(Tag.FLOAT)) {
        kind = Kind.FLOAT;
      } else if (tag.equals(Tag.BOOL)) {
        kind = Kind.BOOLEAN;
      }
    }
    boolean quoted = event.isSQuoted() || event.isDQuoted();
    boolean oneLine =
        (event.isPlain() || quoted)
            && event
                .getStartMark()
                .map(Mark::getLine)
                .equals(event.getEndMark().map(Mark::getLine));
    Optional<Place> textPlace =
        oneLine
            ? Optional.of(new Place(file, place.line(), place.column() + (quoted ? 1 : 0)))
            : Optional.empty();
    return new Scalar(place, path, event.getValue(), kind, textPlace);
  }

  private Sequence sequence(Place place, String path, int depth) {
    List<YamlNode> items = new ArrayList<>();
    Event event = events.next();
    while (event.getEventId() != Event.ID.SequenceEnd) {
      items.add(node(event, path + "[" + items.size() + "]", depth));
      event = events.next();
    }
    return new Sequence(place, path, List.copyOf(items));
  }

  private Mapping mapping(Place place, String path, int depth) {
    Map<String, Entry> entries = new HashMap<>();
    List<Entry> inOrder = new ArrayList<>();
    Event event = events.next();
    while (event.getEventId() != Event.ID.MappingEnd) {
      if (!(node(event, path, depth) instanceof Scalar key)) {
        throw new Refused(place(event), path, "a key must be a plain word", "Write `key: value`.");
      }
      String keyPath =
          path.isEmpty() ? Scalar.quote(key.text()) : path + "." + Scalar.quote(key.text());
      Scalar located = new Scalar(key.place(), keyPath, key.text(), key.kind(), key.textPlace());
      Entry entry = new Entry(located, node(events.next(), keyPath, depth));
      Entry first = entries.putIfAbsent(key.text(), entry);
      if (first == null) {
        inOrder.add(entry);
      } else {
        problems.add(
            located,
            "this key already stands on line " + first.key().place().line(),
            "Keep one of the two.");
      }
      event = events.next();
    }
    return new Mapping(place, path, List.copyOf(inOrder));
  }

  private Place place(Event event) {
    return event.getStartMark().map(this::place).orElse(Place.start(file));
  }

  private Place place(Mark mark) {
    return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** Ends the reading of a file at something that contracts never contain. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Place place;
    private final String path;
    private final String reason;
    private final String remedy;

    Refused(Place place, String path, String reason, String remedy) {
      super(reason, null, false, false);
      this.place = place;
      this.path = path;
      this.reason = reason;
      this.remedy = remedy;
    }
  }
}
