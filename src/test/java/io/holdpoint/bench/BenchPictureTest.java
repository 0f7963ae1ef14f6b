package io.holdpoint.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class BenchPictureTest {
  @Test
  void thePictureShowsEveryLineWithinItsPanel() throws Exception {
    Summary summary =
        new Summary(
            List.of(
                List.of(
                    Measurements.of(Scenario.raw(1), 1_000, 900),
                    Measurements.of(Scenario.raw(16), 9_000, 1_500),
                    Measurements.of(Scenario.closed(null, Mix.INTERRUPT, 1), 900, 1_000),
                    Measurements.of(Scenario.closed(null, Mix.INTERRUPT, 256), 30_000, 8_000),
                    Measurements.of(Scenario.open(null, 256, 4_000), 4_000, 800))));
    String svg =
        BenchPicture.of(
            new BenchResult(
                summary,
                new Summary(List.of()),
                new Summary(List.of()),
                new Summary(List.of()),
                0,
                Map.of(),
                2_000,
                10,
                0));

    Document picture =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    NodeList texts = picture.getElementsByTagName("text");
    List<String> words =
        IntStream.range(0, texts.getLength())
            .mapToObj(i -> texts.item(i).getTextContent())
            .toList();
    assertThat(words)
        .contains("requests per second", "raw line", "unsigned", "interrupt_r4000_unsigned");
    assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity").doesNotContain("-Inf");
  }
}
