package io.holdpoint.driver;

import static io.holdpoint.driver.Judgement.Verdict.BAD;
import static io.holdpoint.driver.Judgement.Verdict.GOOD;
import static io.holdpoint.driver.Judgement.Verdict.WAIT;

import io.holdpoint.driver.Judgement.Verdict;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What is known about nodes, each row with the verdict that it asks for. */
final class GoodnessRows {
  static final Wanted CHANGED = pipelines(Set.of("main"), Set.of(), Set.of(), Set.of());
  static final Wanted RELOADED = pipelines(Set.of(), Set.of("main"), Set.of(), Set.of());
  static final Wanted ADDED = pipelines(Set.of(), Set.of(), Set.of("new"), Set.of());
  static final Wanted REMOVED = pipelines(Set.of(), Set.of(), Set.of(), Set.of("aux"));

  private GoodnessRows() {}

  /** Begins with the same healthy node in both looks; the rows say what differs. */
  record Row(
      String name,
      Wanted wanted,
      UnaryOperator<NodeAnswers> before,
      UnaryOperator<NodeAnswers> now,
      Verdict verdict,
      String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> facts() {
    return Stream.of(
        row(
            "1: the process is up, no pipeline is yet",
            Wanted.RESTARTED,
            now -> now.restarted().state("aux", "yellow", "LOADING"),
            WAIT,
            "pipeline aux is LOADING"),
        row(
            "2: below 8.16 everything is called green",
            CHANGED,
            before -> before.version("8.15.5"),
            now -> now.version("8.15.5").failedReload("main", "no such plugin"),
            BAD,
            "pipeline main failed to load: no such plugin"),
        row(
            "2: below 8.16 another text and another object are all there is to see",
            CHANGED,
            before -> before.version("8.15.5"),
            now -> now.version("8.15.5").text("main", "hash-new", "object-new"),
            GOOD,
            "good"),
        row(
            "3a: the new text is refused, the old one runs on and all is green",
            CHANGED,
            now -> now.failedReload("main", "Expected one of"),
            BAD,
            "pipeline main failed to load: Expected one of"),
        row(
            "3b: the old one is stopped, the new one does not come up",
            CHANGED,
            now -> now.state("main", "unknown", "UNKNOWN").failedReload("main", "register"),
            BAD,
            "pipeline main failed to load: register"),
        row(
            "4: a dead pipeline still shows the old text and object",
            Wanted.UNCHANGED,
            now -> now.state("main", "unknown", "UNKNOWN"),
            WAIT,
            "pipeline main is UNKNOWN"),
        row(
            "6: a crashed worker stays dead",
            Wanted.UNCHANGED,
            now -> now.state("main", "red", "TERMINATED"),
            BAD,
            "pipeline main is TERMINATED"),
        row(
            "6: what crashed before is no news until its new text is loaded",
            CHANGED,
            before -> before.state("main", "red", "TERMINATED"),
            now -> now.state("main", "red", "TERMINATED"),
            WAIT,
            "pipeline main is TERMINATED, as before"),
        row(
            "6: crashed of late, the new text not loaded",
            CHANGED,
            now -> now.state("main", "red", "TERMINATED"),
            BAD,
            "pipeline main is TERMINATED: it crashed"),
        row(
            "6: the new text crashed too",
            CHANGED,
            before -> before.state("main", "red", "TERMINATED"),
            now -> now.state("main", "red", "TERMINATED").text("main", "hash-new", "object-new"),
            BAD,
            "pipeline main is TERMINATED"),
        row("8: an unchanged text is not loaded anew", CHANGED, now -> now, WAIT, "the old text"),
        row("ghost: removed, and still shown", REMOVED, now -> now.removed("aux"), GOOD, "good"),
        row(
            "ghost: removed, and still running",
            REMOVED,
            now -> now,
            WAIT,
            "pipeline aux is still there"),
        row(
            "ghost: below 8.16 the same process shows it for ever",
            REMOVED,
            before -> before.version("8.15.5"),
            now -> now.version("8.15.5").removed("aux"),
            GOOD,
            "good"));
  }

  static Stream<Row> process() {
    return Stream.of(
        row("as before", Wanted.UNCHANGED, now -> now, GOOD, "good"),
        row("restarted unasked", Wanted.UNCHANGED, now -> now.restarted(), GOOD, "good"),
        row("restarted", Wanted.RESTARTED, now -> now.restarted(), GOOD, "good"),
        row("not restarted", Wanted.RESTARTED, now -> now, WAIT, "still the old process"),
        row(
            "another node",
            Wanted.RESTARTED,
            now -> now.id("other"),
            BAD,
            "another node answers: id other, expected node-uuid"),
        row(
            "another version by itself",
            Wanted.UNCHANGED,
            now -> now.restarted().version("9.0.0"),
            BAD,
            "version 9.0.0 runs, expected 8.19.20"),
        row(
            "old version in the old process",
            version("9.1.0"),
            now -> now,
            WAIT,
            "still the old process"),
        row(
            "old version in a new process",
            version("9.1.0"),
            now -> now.restarted(),
            BAD,
            "version 8.19.20 runs, expected 9.1.0"),
        row("upgraded", version("9.1.0"), n -> n.restarted().version("9.1.0"), GOOD, "good"),
        row(
            "upgrade over the border of health",
            version("8.19.20"),
            before -> before.version("8.15.5"),
            now -> now.restarted(),
            GOOD,
            "good"));
  }

  static Stream<Row> pipelines() {
    return Stream.of(
        row("changed", CHANGED, now -> now.text("main", "hash-new", "object-new"), GOOD, "good"),
        row(
            "changed text, the same object",
            CHANGED,
            now -> now.text("main", "hash-new", "object-main"),
            WAIT,
            "pipeline main is not loaded anew yet"),
        row(
            "loaded anew, the same text",
            CHANGED,
            now -> now.text("main", "hash-main", "object-new"),
            WAIT,
            "pipeline main still has the old text"),
        row("reloaded", RELOADED, now -> now.text("main", "hash-main", "object-new"), GOOD, "good"),
        row("not reloaded", RELOADED, now -> now, WAIT, "pipeline main is not loaded anew yet"),
        row(
            "another one changed too",
            CHANGED,
            now -> now.text("main", "hash-new", "object-new").text("aux", "odd", "object-odd"),
            BAD,
            "pipeline aux runs another text than before"),
        row(
            "what is hopeless is said first",
            CHANGED,
            now -> now.text("aux", "odd", "object-odd"),
            BAD,
            "pipeline aux runs another text than before"),
        row("missing", Wanted.UNCHANGED, now -> now.gone("aux"), WAIT, "pipeline aux is not there"),
        row("not added", ADDED, now -> now, WAIT, "pipeline new is not there"),
        row("added", ADDED, now -> now.pipeline("new", "h", "e"), GOOD, "good"),
        row(
            "added, with failures of an earlier life",
            ADDED,
            before -> before.pipeline("new", "h", "e").failedReload("new", "old").removed("new"),
            now -> now.pipeline("new", "h", "e2").failedReload("new", "old"),
            GOOD,
            "good"),
        row(
            "added, and failed",
            ADDED,
            now ->
                now.pipeline("new", "h", "e")
                    .text("new", "", "")
                    .state("new", "unknown", "UNKNOWN")
                    .failedReload("new", "no such plugin"),
            BAD,
            "pipeline new failed to load: no such plugin"),
        row(
            "superfluous",
            Wanted.UNCHANGED,
            now -> now.pipeline("new", "h", "e"),
            WAIT,
            "pipeline new is there and should not be"),
        row(
            "finished as before",
            Wanted.UNCHANGED,
            before -> before.state("aux", "yellow", "FINISHED"),
            now -> now.state("aux", "yellow", "FINISHED"),
            GOOD,
            "good"),
        row(
            "finished of late",
            Wanted.UNCHANGED,
            now -> now.state("aux", "yellow", "FINISHED"),
            WAIT,
            "pipeline aux is FINISHED"),
        row(
            "failures from before",
            Wanted.UNCHANGED,
            before -> before.failedReload("main", "old"),
            now -> now.failedReload("main", "old"),
            GOOD,
            "good"),
        row(
            "as many failures as before, in a new process",
            Wanted.RESTARTED,
            before -> before.failedReload("main", "old"),
            now -> now.failedReload("main", "old").restarted(),
            BAD,
            "pipeline main failed to load: old"),
        row(
            "unknown, with an error of its own",
            Wanted.UNCHANGED,
            before -> before.failedReload("main", "old"),
            now -> now.failedReload("main", "another").state("main", "unknown", "UNKNOWN"),
            BAD,
            "pipeline main failed to load: another"),
        row(
            "another error without another failure",
            Wanted.UNCHANGED,
            before -> before.failedReload("main", "old"),
            now -> now.failedReload("main", "another"),
            GOOD,
            "good"),
        row(
            "only the pipeline counts the failure",
            Wanted.UNCHANGED,
            now -> now.failedReload("main", "broken").nodeCountsNothing(),
            BAD,
            "pipeline main failed to load: broken"),
        row(
            "only the pipeline counts the failure, in a new process",
            Wanted.RESTARTED,
            before -> before.failedReload("main", "old"),
            now -> now.failedReload("main", "old").nodeCountsNothing().restarted(),
            BAD,
            "pipeline main failed to load: old"),
        row(
            "only the node counts the failure, in a new process",
            Wanted.RESTARTED,
            before -> before.failedReloadOfTheNode(),
            now -> now.failedReloadOfTheNode().restarted(),
            BAD,
            "a pipeline failed to load: 1 failures, before 0"),
        row(
            "running without a text",
            ADDED,
            now -> now.pipeline("new", "", ""),
            WAIT,
            "pipeline new shows no text yet"),
        row(
            "comes up at last",
            Wanted.RESTARTED,
            before -> before.text("aux", "", "").state("aux", "unknown", "UNKNOWN"),
            now -> now.restarted(),
            GOOD,
            "good"),
        row(
            "the node counts a failure that no pipeline shows",
            Wanted.UNCHANGED,
            now -> now.failedReloadOfTheNode(),
            BAD,
            "a pipeline failed to load: 1 failures, before 0"));
  }

  static Stream<Row> rest() {
    return Stream.of(
        row("red, all running", Wanted.UNCHANGED, n -> n.status("red"), WAIT, "its status is red"),
        row(
            "red as before",
            Wanted.UNCHANGED,
            before -> before.status("red"),
            now -> now.status("red"),
            GOOD,
            "good"),
        row(
            "better than before",
            Wanted.UNCHANGED,
            before -> before.status("red"),
            now -> now.status("yellow"),
            GOOD,
            "good"),
        row(
            "worse than before",
            Wanted.UNCHANGED,
            before -> before.status("yellow"),
            now -> now.status("red"),
            WAIT,
            "its status is red, before it was yellow"),
        row("plug-in, old process", plugin("1.2.0"), now -> now, WAIT, "still the old process"),
        row("plug-in lost", plugin("1.2.0"), n -> n.restarted(), BAD, "logstash-x is missing"),
        row(
            "plug-in, other version",
            plugin("1.2.0"),
            now -> now.restarted().plugin("logstash-x", "1.1.0"),
            BAD,
            "plug-in logstash-x is 1.1.0, expected 1.2.0"),
        row(
            "plug-in, any version",
            plugin(""),
            now -> now.restarted().plugin("logstash-x", "1.1.0"),
            GOOD,
            "good"),
        row(
            "plug-in not removed",
            withoutBeats(),
            now -> now.restarted(),
            BAD,
            "plug-in logstash-input-beats is still there"));
  }

  private static Row row(
      String name, Wanted wanted, UnaryOperator<NodeAnswers> now, Verdict verdict, String reason) {
    return row(name, wanted, before -> before, now, verdict, reason);
  }

  private static Row row(
      String name,
      Wanted wanted,
      UnaryOperator<NodeAnswers> before,
      UnaryOperator<NodeAnswers> now,
      Verdict verdict,
      String reason) {
    return new Row(name, wanted, before, now, verdict, reason);
  }

  static Wanted pipelines(
      Set<String> changed, Set<String> reloaded, Set<String> added, Set<String> removed) {
    return new Wanted(false, null, changed, reloaded, added, removed, Map.of(), Set.of());
  }

  static Wanted version(String version) {
    return new Wanted(true, version, Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), Set.of());
  }

  static Wanted plugin(String version) {
    Map<String, String> plugins = Map.of("logstash-x", version);
    return new Wanted(true, null, Set.of(), Set.of(), Set.of(), Set.of(), plugins, Set.of());
  }

  static Wanted withoutBeats() {
    Set<String> removed = Set.of("logstash-input-beats");
    return new Wanted(true, null, Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), removed);
  }
}
