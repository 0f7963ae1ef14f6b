package io.holdpoint.standin;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** pipelines.yml and the files it names, read anew each time: what is wanted of the node now. */
record PipelineFiles(Settings settings) {
  /** By id; a pipeline whose path holds no file is none. */
  Map<String, PipelineConfig> read() throws ConfigException {
    Path file = settings.folder().resolve("pipelines.yml");
    try {
      Map<String, PipelineConfig> pipelines = new LinkedHashMap<>();
      for (Map<String, String> entry : FlatYaml.list(Files.readString(file), "pipelines.yml")) {
        PipelineConfig pipeline = pipeline(entry);
        if (pipelines.containsKey(pipeline.id())) {
          throw new ConfigException("Pipelines YAML file has the id " + pipeline.id() + " twice");
        }
        pipelines.put(pipeline.id(), pipeline);
      }
      pipelines.values().removeIf(pipeline -> pipeline.text().isEmpty());
      return pipelines;
    } catch (IOException e) {
      throw new ConfigException("Failed to read the pipelines: " + e);
    }
  }

  private PipelineConfig pipeline(Map<String, String> entry) throws ConfigException, IOException {
    Settings.checkPipeline(entry);
    return new PipelineConfig(
        entry.getOrDefault("pipeline.id", "main"),
        entry.containsKey("path.config")
            ? text(Path.of(entry.get("path.config")))
            : entry.getOrDefault("config.string", ""),
        count(entry, "pipeline.workers", Runtime.getRuntime().availableProcessors()),
        count(entry, "pipeline.batch.size", 125),
        count(entry, "pipeline.batch.delay", 50),
        entry.getOrDefault("queue.type", settings.text("queue.type", "memory")));
  }

  private int count(Map<String, String> entry, String key, int otherwise) {
    String own = entry.get(key);
    return own == null ? settings.count(key, otherwise) : Integer.parseInt(own);
  }

  /** A file, all files of a folder, or all that a pattern in the last part of the path matches. */
  private static String text(Path path) throws IOException {
    Path folder = Files.isDirectory(path) ? path : path.getParent();
    String pattern = Files.isDirectory(path) ? "*" : String.valueOf(path.getFileName());
    if (folder == null || !Files.isDirectory(folder)) {
      return "";
    }
    Set<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, pattern)) {
      found.forEach(files::add);
    }
    List<String> texts = new ArrayList<>();
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        texts.add(Files.readString(file));
      }
    }
    return String.join("\n", texts);
  }
}
