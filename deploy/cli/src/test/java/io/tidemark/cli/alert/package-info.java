/**
 * The files of {@code deploy/prometheus} and {@code deploy/alertmanager}: whether rules, their
 * tests, the runbook and the routes agree, and what Prometheus and Alertmanager make of them.
 */
@NullMarked
package io.tidemark.cli.alert;

import org.jspecify.annotations.NullMarked;
