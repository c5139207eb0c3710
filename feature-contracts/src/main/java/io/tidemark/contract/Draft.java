package io.tidemark.contract;

import io.tidemark.contract.YamlNode.Mapping;
import java.util.Set;

/**
 * A contract with the document it was read from. Where a document has problems the contract holds
 * defaults in their place, so that all else can still be checked; it is then never handed out.
 *
 * @param domain the folder that holds the kind's folder
 * @param broken names of fields or features that are declared, but could not be read
 */
record Draft<C>(C contract, Mapping document, String domain, Set<String> broken) {}
