package io.tidemark.jobs.drift;

/** What is counted apart. */
record VersionWindow(DriftWindow window, String version) {}
