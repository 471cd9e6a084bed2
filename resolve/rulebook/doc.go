// Package rulebook says how Istio 1.31 decides mTLS, rule by rule: what the numbers in the
// tool's output stand for. It is data only: no decision reads it. A rule says what istiod does;
// where istiod was found to do something else than its documentation or an earlier reading of its
// code, the rule says what it does.
package rulebook
