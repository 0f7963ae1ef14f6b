package io.holdpoint.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** The figures as JSON, for whoever compares runs. */
public final class BenchDocument {
  private BenchDocument() {}

  public static JsonObject of(BenchResult result) {
    Summary summary = result.summary();
    Effects effects = result.effects();
    JsonObject machine = new JsonObject();
    result.machine().forEach(machine::put);
    return new JsonObject()
        .put("machine", machine)
        .put("rounds", summary.rounds())
        .put("instances", result.instances())
        .put("tokens", result.tokens())
        .put("startMillis", result.startMillis())
        .put("ratios", shares(summary.ratios()))
        .put("scenarios", scenarios(summary))
        .put("drift", shares(summary.drift()))
        .put("leftWhenClustered", shares(result.clustered().leftWhenClustered()))
        .put("clustered", scenarios(result.clustered()))
        .put("leftWhenGrown", shares(result.leftWhenGrown()))
        .put("grown", scenarios(result.grown()))
        .put("leftWhilePurging", shares(result.leftWhilePurging()))
        .put("purging", scenarios(result.purging()))
        .put("purged", result.purged())
        .put(
            "checks",
            new JsonObject()
                .put("holds", result.holds())
                .put("acknowledged", effects.acknowledged())
                .put("missing", effects.missing())
                .put("different", effects.different())
                .put("applied", effects.applied())
                .put("events", effects.events())
                .put("transitions", effects.transitions())
                .put("unexpected", new JsonArray(result.unexpected())))
        .put("noise", new JsonArray(summary.noise()))
        .put("clusteredNoise", new JsonArray(result.clustered().noise()));
  }

  private static JsonObject shares(Map<String, Double> shares) {
    JsonObject document = new JsonObject();
    shares.forEach((name, share) -> document.put(name, rounded(share)));
    return document;
  }

  private static JsonObject scenarios(Summary summary) {
    JsonObject scenarios = new JsonObject();
    summary.byScenario().forEach((name, passes) -> scenarios.put(name, scenario(passes)));
    return scenarios;
  }

  private static JsonObject scenario(List<Measurement> passes) {
    JsonArray all = new JsonArray();
    passes.forEach(pass -> all.add(pass(pass)));
    return new JsonObject()
        .put("perSecond", rounded(Summary.median(passes, Measurement::perSecond)))
        .put("p50Millis", rounded(Summary.median(passes, pass -> pass.latency(50))))
        .put("p99Millis", rounded(Summary.median(passes, pass -> pass.latency(99))))
        .put("serviceMicros", rounded(Summary.median(passes, Measurement::service)))
        .put("postgresMicros", rounded(Summary.median(passes, Measurement::database)))
        .put("generatorMicros", rounded(Summary.median(passes, Measurement::generator)))
        .put("passes", all);
  }

  private static JsonObject pass(Measurement pass) {
    JsonObject answers = new JsonObject();
    pass.answers().forEach(answers::put);
    return new JsonObject()
        .put("perSecond", rounded(pass.perSecond()))
        .put("p50Millis", pass.latency(50))
        .put("p90Millis", pass.latency(90))
        .put("p99Millis", pass.latency(99))
        .put("p999Millis", pass.latency(99.9))
        .put("maxMillis", pass.latency(100))
        .put("turnedAwayP99Millis", pass.refusalLatency(99))
        .put("serviceMicros", rounded(pass.service()))
        .put("postgresMicros", rounded(pass.database()))
        .put("generatorMicros", rounded(pass.generator()))
        .put("walBytes", rounded(pass.walBytes()))
        .put("walFlushes", rounded(pass.flushes()))
        .put("serviceMebibytes", pass.resident())
        .put("clusterMembers", pass.members())
        .put("othersProcessors", rounded(pass.others()))
        .put("late", pass.late())
        .put("answers", answers);
  }

  private static double rounded(double figure) {
    return Math.round(figure * 1e3) / 1e3;
  }
}
