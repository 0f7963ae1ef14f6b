package io.holdpoint.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;

/** What an SSH server does with the string of an exec request: it gives it to a shell. */
final class ShellCommand implements Command {
  private final String line;
  private final String path;
  private @Nullable OutputStream out;
  private @Nullable OutputStream error;
  private @Nullable ExitCallback exit;
  private volatile @Nullable Process process;

  ShellCommand(String line, String path) {
    this.line = line;
    this.path = path;
  }

  @Override
  public void setInputStream(InputStream in) {
    // Nothing that is run here reads.
  }

  @Override
  public void setOutputStream(OutputStream stream) {
    out = stream;
  }

  @Override
  public void setErrorStream(OutputStream stream) {
    error = stream;
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exit = callback;
  }

  @Override
  public void start(ChannelSession channel, Environment environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", line);
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().put("HOME", "/");
    Process started = builder.redirectInput(Path.of("/dev/null").toFile()).start();
    process = started;
    Thread waiting = new Thread(() -> await(started), "ssh-host-command");
    waiting.setDaemon(true);
    waiting.start();
  }

  private void await(Process started) {
    int code = 255;
    try {
      Thread errors = new Thread(() -> copy(started.getErrorStream(), error), "ssh-host-errors");
      errors.setDaemon(true);
      errors.start();
      copy(started.getInputStream(), out);
      errors.join();
      code = started.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (exit != null) {
      exit.onExit(code);
    }
  }

  private static void copy(InputStream from, @Nullable OutputStream to) {
    try (from) {
      if (to != null) {
        from.transferTo(to);
        to.flush();
      }
    } catch (IOException cut) {
      // The client is gone; what was launched goes on.
    }
  }

  @Override
  public void destroy(ChannelSession channel) {
    Process running = process;
    if (running != null) {
      running.destroy();
    }
  }
}
