package io.holdpoint.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The processes whose command line names something in a folder, whoever started them. For folders
 * of a demo's own only: whoever is found is killed.
 */
final class FolderProcesses {
  private static final int LOOKS = 5;
  private static final long END_SECONDS = 2;

  private final String mark;

  /**
   * @param folder its real path, as it stands in command lines
   */
  FolderProcesses(Path folder) {
    mark = folder + "/";
  }

  /** Kills them all and waits for their end; a few looks, as one may start another. */
  void end() {
    for (int look = 0; look < LOOKS; look++) {
      List<ProcessHandle> running = running();
      if (running.isEmpty()) {
        return;
      }
      running.forEach(ProcessHandle::destroyForcibly);
      running.forEach(FolderProcesses::awaitEnd);
    }
  }

  private List<ProcessHandle> running() {
    return ProcessHandle.allProcesses()
        .filter(process -> !process.equals(ProcessHandle.current()))
        .filter(process -> process.info().commandLine().orElse("").contains(mark))
        .toList();
  }

  private static void awaitEnd(ProcessHandle process) {
    process.onExit().completeOnTimeout(process, END_SECONDS, TimeUnit.SECONDS).join();
  }
}
