/**
 * The Grafana dashboard: read from one file that people edit, written as the JSON that Grafana
 * loads. It knows nothing of jobs; that its queries find data is tested where jobs are run.
 */
@NullMarked
package io.tidemark.cli.dashboard;

import org.jspecify.annotations.NullMarked;
