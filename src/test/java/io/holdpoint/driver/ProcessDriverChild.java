package io.holdpoint.driver;

import static io.holdpoint.driver.DriverFixture.get;
import static io.holdpoint.driver.DriverFixture.shell;

import io.holdpoint.secret.Credential;
import io.holdpoint.task.Node;
import io.vertx.core.Vertx;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A process that begins things by its driver and then waits to be killed. */
final class ProcessDriverChild {
  private ProcessDriverChild() {}

  public static void main(String[] arguments) throws IOException {
    String root = arguments[0];
    List<String> process = shell("while :; do sleep 0.05; done");
    Node node = DriverFixture.node("process", Path.of(root), Map.of("command", process));
    ProcessDriver driver = new ProcessDriver(DriverFixture.holding(Credential.NONE), Vertx.vertx());
    get(driver.start(node));
    String wait = "while [ ! -f \"$1/go\" ]; do sleep 0.02; done";
    get(driver.run(node, new NodeCommand("child", shell(wait, root))));
    try (Writer out =
        new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8)) {
      out.write("begun\n");
      out.flush();
      // For ever: standard input has no end while the parent lives.
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }
}
