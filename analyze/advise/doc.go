// Package advise says which mode fits a port, by the decision tree of mTLS modes, and
// why: the tree is data, each question is answered with evidence, and the path that
// the answers take is part of the advice. What nobody can know is unknown, and unknown
// never leads to STRICT. It decides nothing about how to get there: that is migrate's.
package advise
