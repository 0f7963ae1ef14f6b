package io.holdpoint.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * The shell scripts that turn into a process which nobody has to watch. They are constant: what
 * they work on comes as arguments, so that no text of anybody becomes part of a script. Each first
 * claims its work by linking a file that holds its own number and start, which only one can do; who
 * comes second ends. A crash of the caller at any moment loses nothing: what runs is written down
 * by whoever runs.
 */
enum DetachedScript {
  /**
   * {@code directory program arguments…}: becomes the program; writes node.pid and node.out. A node
   * reloads its pipelines at a hang-up, which all that nohup starts would ignore: where env can, it
   * takes that back.
   */
  NODE(
      "node.pid",
      """
      claim
      case $1 in
        *=*) ;;
        *) env --default-signal=HUP true 2>/dev/null && set -- env --default-signal=HUP "$@" ;;
      esac
      exec "$@" >"$dir/node.out" 2>&1
      """),
  /** {@code directory program arguments…}: runs it to its end; writes pid, out and then rc. */
  RUN(
      "pid",
      """
      claim
      exec >"$dir/out" 2>&1
      "$@"
      rc=$?
      printf '%s\\n' "$rc" >"$dir/rc.part" && mv -f "$dir/rc.part" "$dir/rc"
      """);

  private static final String CLAIM =
      """
      dir=$1
      name=$2
      shift 2
      started() { set -- ${1##*) }; printf '%s' "${20}"; }
      claim() {
        mark=-
        if [ -r "/proc/$$/stat" ]; then
          read -r stat <"/proc/$$/stat"
          read -r boot </proc/sys/kernel/random/boot_id
          mark=$(started "$stat")@$boot
        fi
        printf '%s %s\\n' "$$" "$mark" >"$dir/$name.$$" || exit 74
        ln "$dir/$name.$$" "$dir/$name" 2>/dev/null
        won=$?
        rm -f "$dir/$name.$$"
        [ "$won" -eq 0 ] || exit 73
      }
      """;

  private final String claim;
  private final String text;

  DetachedScript(String claim, String text) {
    this.claim = claim;
    this.text = CLAIM + text;
  }

  /** The name of the file that says who does the work. */
  String claim() {
    return claim;
  }

  /** The command line of the script. */
  List<String> command(String directory, List<String> arguments) {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", text, "holdpoint", directory, claim));
    command.addAll(arguments);
    return command;
  }
}
