/**
 * A world of card payments that is ours to publish: customers, terminals and three kinds of fraud,
 * decided by a seed. The demo runs on it and the shipped model is trained on it.
 *
 * <p>The model is that of <em>Reproducible Machine Learning for Credit Card Fraud Detection</em>
 * (Le Borgne, Siblini, Lebichot, Bontempi; 2022), chapter 3; no code or data was taken from it. How
 * payments are written to files and to Kafka belongs here too; who reads them does not.
 */
@NullMarked
package io.tidemark.cli.simulator;

import org.jspecify.annotations.NullMarked;
