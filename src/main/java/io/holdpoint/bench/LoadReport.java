package io.holdpoint.bench;

import java.util.Map;

/**
 * What a generator saw in one pass.
 *
 * @param answered requests with an answer, the warm-up included
 * @param inWindow those answered within the window
 * @param windowMillis length of the window
 * @param processorMicros processor time of the generator during the pass
 * @param latencies of the results within the window, in microseconds, as HdrHistogram encodes them,
 *     in Base64
 * @param refusalLatencies the same of those that got an error
 * @param answers how often each came: {@code true}, {@code false}, error codes
 * @param late requests of an open loop that were still waiting for a connection at the end
 */
public record LoadReport(
    long answered,
    long inWindow,
    double windowMillis,
    long processorMicros,
    String latencies,
    String refusalLatencies,
    Map<String, Long> answers,
    long late) {}
