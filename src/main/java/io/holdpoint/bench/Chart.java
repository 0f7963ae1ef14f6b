package io.holdpoint.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One panel of a picture: lines over a logarithmic horizontal axis, as SVG. */
final class Chart {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 260;
  private static final int LEFT = 60;
  private static final int TOP = 34;
  private static final int GRID = 4;
  private static final List<String> COLOURS =
      List.of("#666666", "#0b6e4f", "#b5420e", "#1f4e9c", "#8a2a83", "#7a6400");

  private final String title;
  private final String below;
  private final boolean logarithmic;
  private final List<Line> lines = new ArrayList<>();

  /** Marks of the horizontal axis. */
  private record Mark(double x, String text) {}

  private record Line(String name, List<double[]> points) {}

  private final List<Mark> marks = new ArrayList<>();

  /**
   * @param below what the horizontal axis shows
   * @param logarithmic whether the vertical axis is, too
   */
  Chart(String title, String below, boolean logarithmic) {
    this.title = title;
    this.below = below;
    this.logarithmic = logarithmic;
  }

  void mark(double x, String text) {
    marks.add(new Mark(x, text));
  }

  /**
   * @param points pairs of x and y, both positive
   */
  void line(String name, List<double[]> points) {
    if (!points.isEmpty()) {
      lines.add(new Line(name, points));
    }
  }

  String svg(int x, int y) {
    StringBuilder svg = new StringBuilder();
    svg.append("<g transform=\"translate(%d,%d)\">%n".formatted(x, y));
    text(svg, LEFT, 16, "start", title);
    text(svg, LEFT + WIDTH / 2, TOP + HEIGHT + 34, "middle", below);
    double top = highest();
    for (int i = 0; i <= GRID; i++) {
      double value =
          logarithmic ? lowest() * Math.pow(top / lowest(), i / (double) GRID) : top * i / GRID;
      double height = vertical(value);
      svg.append(
          "<path d=\"M%d %s h%d\" stroke=\"#dddddd\"/>%n".formatted(LEFT, figure(height), WIDTH));
      text(
          svg,
          LEFT - 6,
          height + 4,
          "end",
          value >= 100 ? "%,.0f".formatted(value) : "%.2g".formatted(value));
    }
    for (Mark mark : marks) {
      text(svg, horizontal(mark.x()), TOP + HEIGHT + 16, "middle", mark.text());
    }
    for (int i = 0; i < lines.size(); i++) {
      draw(svg, lines.get(i), COLOURS.get(i % COLOURS.size()), i);
    }
    return svg.append("</g>\n").toString();
  }

  private void draw(StringBuilder svg, Line line, String colour, int place) {
    StringBuilder path = new StringBuilder();
    for (double[] point : line.points()) {
      path.append(path.length() == 0 ? 'M' : 'L')
          .append(figure(horizontal(point[0])))
          .append(' ')
          .append(figure(vertical(point[1])))
          .append(' ');
      // A line of one point would not be seen.
      svg.append(
          "<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>%n"
              .formatted(figure(horizontal(point[0])), figure(vertical(point[1])), colour));
    }
    svg.append(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n"
            .formatted(path.toString().trim(), colour));
    int legend = TOP + 14 + 16 * place;
    svg.append(
        "<path d=\"M%d %d h18\" stroke=\"%s\" stroke-width=\"3\"/>%n"
            .formatted(LEFT + 8, legend, colour));
    text(svg, LEFT + 32, legend + 4, "start", line.name());
  }

  private double highest() {
    return lines.stream()
        .flatMap(line -> line.points().stream())
        .mapToDouble(p -> p[1])
        .max()
        .orElse(1);
  }

  private double lowest() {
    return lines.stream()
        .flatMap(line -> line.points().stream())
        .mapToDouble(p -> p[1])
        .min()
        .orElse(1);
  }

  private double horizontal(double x) {
    double first = marks.get(0).x();
    double last = marks.get(marks.size() - 1).x();
    return LEFT + WIDTH * (Math.log(x / first) / Math.log(last / first));
  }

  private double vertical(double y) {
    double share =
        logarithmic
            ? Math.log(y / lowest()) / Math.max(1e-9, Math.log(highest() / lowest()))
            : y / highest();
    return TOP + HEIGHT * (1 - share);
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>%n"
            .formatted(figure(x), figure(y), anchor, text.replace("&", "&amp;")));
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
