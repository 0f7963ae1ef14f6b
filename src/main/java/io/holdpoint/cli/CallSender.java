package io.holdpoint.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Sends a request once. */
interface CallSender {
  /**
   * @param added what signing adds to the request's headers
   * @param limit from connecting to the last byte of the reply
   * @throws IOException when there was no whole reply within it
   */
  CallReply send(CallRequest request, Map<String, String> added, Duration limit) throws IOException;
}
