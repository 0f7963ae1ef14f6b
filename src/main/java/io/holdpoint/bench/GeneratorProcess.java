package io.holdpoint.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdpoint.store.StartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** The load generator's process, told by lines of JSON. */
final class GeneratorProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process = JavaProcess.start(JavaProcess.of(Generator.class.getName()));
  private final Writer in = process.outputWriter(StandardCharsets.UTF_8);
  private final BufferedReader out =
      new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));

  /** Everything is made, signed and connected when this returns. */
  void prepare(LoadOrder order) {
    tell(JSON.valueToTree(order).toString());
    String answer = hear();
    if (!answer.equals(Generator.READY)) {
      throw new StartException("the load generator said " + answer);
    }
  }

  LoadReport run() {
    tell("run");
    try {
      return JSON.readValue(hear(), LoadReport.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets the connections go. */
  void end() {
    tell("end");
  }

  private void tell(String line) {
    try {
      in.write(line + '\n');
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String hear() {
    try {
      String line = out.readLine();
      if (line == null) {
        throw new StartException("the load generator ended; see its message above");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    JavaProcess.stop(process);
  }
}
