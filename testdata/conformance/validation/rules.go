package validation

// rules names the counterpart in the tool of every CEL rule of the definitions. A
// rule that a newer Istio adds is not in it, and TestTables fails until somebody
// writes the function that does the same.
var rules = map[string]string{
	`duration(self) >= duration('1ms')`: "duration",
	`0 < self && self <= 65535`:         "port",
	`self.size() == 0`:                  "own-namespace",
	`!self.contains("*")`:               "no-wildcard",
	`self.all(key, !key.contains("*"))`: "keys-no-wildcard",
	`self.all(key, key.size() != 0)`:    "keys-not-empty",
	`self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true`:   "unix-absolute",
	`self.startsWith("unix://") ? !self.endsWith("/") : true`:                                            "unix-file",
	`self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))`:         "keys-port-name",
	`(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true`:            "unix-no-ports",
	`(has(self.selector) ? 1 : 0) + (has(self.targetRef) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1`: "one-target",
	`(has(self.workloadSelector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1`:                         "one-filter-target",
	`(has(self.tlsCertificates) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1`:                     "one-names-or-certificates",
	`(has(self.credentialNames) ? 1 : 0) + (has(self.tlsCertificates) ? 1 : 0) <= 1`:                     "one-names-or-certificates",
	`(has(self.credentialName) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1`:                      "one-credential",
	`has(self.address) || has(self.network)`:                                                             "address",
	`url(self).getScheme() in ["http", "https"]`:                                                         "http-url",
	`self != "*"`: "host-not-all",
	`self.all(l1, self.exists_one(l2, l1.number == l2.number))`:                                                                                               "ports-differ",
	`(has(self.workloadSelector) ? 1 : 0) + (has(self.endpoints) ? 1 : 0) <= 1`:                                                                               "selector-or-endpoints",
	`!((has(self.addresses) ? self.addresses : []).exists(k, k.contains("/")) && !((has(self.resolution) ? self.resolution : "NONE") in ["STATIC", "NONE"]))`: "cidr",
	`((has(self.resolution) ? self.resolution : "NONE") == "NONE") ? !has(self.endpoints) : true`:                                                             "none-no-endpoints",
	`((has(self.resolution) ? self.resolution : "") == "DNS_ROUND_ROBIN") ? ((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true`:                 "round-robin-one",
	`self in ["", "HTTP", "HTTPS"]`: "probe-scheme",
	`(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) && !has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true`: "accounts-alone",
	`self.all(key, 0 < int(key) && int(key) <= 65535)`: "keys-port",
	`has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? self.selector.matchLabels : {}).size() > 0) : true`: "ports-need-selector",
	`(has(self.jwksUri) ? 1 : 0) + (has(self.jwks_uri) ? 1 : 0) + (has(self.jwks) ? 1 : 0) <= 1`:                                              "one-jwks",
	`((has(self.operation) ? self.operation : "") == "UPSERT") ? (self.value != "") : true`:                                                   "upsert-value",
	`((has(self.operation) ? self.operation : "") == "REMOVE") ? !has(self.value) : true`:                                                     "remove-no-value",
	`has(self.context) ? ((self.context == "WAYPOINT") ? has(self.waypoint) : !has(self.waypoint)) : !has(self.waypoint)`:                     "waypoint-context",
}
