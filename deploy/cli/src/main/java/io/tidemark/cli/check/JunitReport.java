package io.tidemark.cli.check;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A report for the test pages of CI servers: a test case per finding, failed where it fails. */
final class JunitReport {
  private JunitReport() {}

  static void write(Report report, PrintWriter out) throws IOException {
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      write(report, xml);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException("the report cannot be written: " + e.getMessage(), e);
    }
    out.println();
  }

  private static void write(Report report, XMLStreamWriter xml) throws XMLStreamException {
    long failures = report.notices().stream().filter(report::fails).count();
    int tests = Math.max(1, report.notices().size());
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuites");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "contracts");
    xml.writeAttribute("tests", "" + tests);
    xml.writeAttribute("failures", "" + failures);
    xml.writeAttribute("errors", "0");
    xml.writeAttribute("skipped", "0");
    long millis = report.steps().stream().mapToLong(Steps.Step::millis).sum();
    xml.writeAttribute("time", String.format(Locale.ROOT, "%.3f", millis / 1e3));
    if (report.notices().isEmpty()) {
      xml.writeEmptyElement("testcase");
      xml.writeAttribute("classname", "contracts");
      xml.writeAttribute("name", clean(report.summary()));
      xml.writeAttribute("time", "0");
    }
    for (Notice notice : report.notices()) {
      write(report, notice, xml);
    }
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private static void write(Report report, Notice notice, XMLStreamWriter xml)
      throws XMLStreamException {
    String place =
        notice.place().file() + ":" + notice.place().line() + ":" + notice.place().column();
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", clean(notice.place().file()));
    xml.writeAttribute(
        "name", clean((notice.path().isEmpty() ? "" : notice.path() + " ") + notice.rule()));
    xml.writeAttribute("time", "0");
    if (report.fails(notice)) {
      xml.writeStartElement("failure");
      xml.writeAttribute("type", notice.severity().toString());
      xml.writeAttribute("message", clean(notice.reason()));
    } else {
      xml.writeStartElement("system-out");
    }
    xml.writeCharacters(clean(place + ": " + notice.text()));
    xml.writeEndElement();
    xml.writeEndElement();
  }

  /** Without the characters that XML 1.0 has no way to write. */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .filter(c -> c >= ' ' || c == '\n' || c == '\t')
        .filter(c -> c != 0xFFFE && c != 0xFFFF && !(c >= 0xD800 && c <= 0xDFFF))
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
