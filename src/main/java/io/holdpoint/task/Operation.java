package io.holdpoint.task;

/** The operations that change something, by the names the API gives them. */
public enum Operation {
  INTERRUPT("InterruptLogstashTask"),
  RESUME("ResumeLogstashTask"),
  RESTART("RestartLogstash"),
  CREATE("CreateLogstash"),
  PUT_NODES("PutInstanceNodes"),
  START_CHANGE("StartInstanceChange"),
  REVERT("RevertInstanceTask"),
  ABANDON("AbandonInstanceTask"),
  DECIDE("DecideInstanceTask"),
  PUT_CREDENTIAL("PutCredential"),
  DELETE_CREDENTIAL("DeleteCredential"),
  DRAIN_NODE("DrainNode"),
  UNDRAIN_NODE("UndrainNode"),
  PUT_WEBHOOK("PutWebhook"),
  DELETE_WEBHOOK("DeleteWebhook"),
  REDELIVER_DEAD_LETTERS("RedeliverDeadLetters"),
  DROP_DEAD_LETTERS("DropDeadLetters");

  private final String apiName;

  Operation(String apiName) {
    this.apiName = apiName;
  }

  public String apiName() {
    return apiName;
  }

  /**
   * @throws IllegalArgumentException when no operation has that name
   */
  public static Operation of(String apiName) {
    for (Operation operation : values()) {
      if (operation.apiName.equals(apiName)) {
        return operation;
      }
    }
    throw new IllegalArgumentException(apiName + " changes nothing");
  }
}
